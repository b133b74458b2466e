//! What tools work with: the folders that are open to them, knowledge, and the network.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::checker::{Checker, Request};
use crate::hub::Hub;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::store::Store;
use crate::mcp::tool::Refusal;
use crate::workspace::files::{Disk, Files, Steady};
use crate::workspace::inside::inside;
use crate::workspace::settings::Layer;
use crate::workspace::versions::project_root;

/// See the module documentation.
pub struct Desk {
    roots: Vec<PathBuf>,
    knowledge: Arc<Knowledge>,
    /// What is asked about models, datasets and pages of documentation.
    pub hub: Hub,
}

impl Desk {
    /// A desk for these folders, the first of which relative paths begin in.
    ///
    /// # Errors
    /// A folder that is not there.
    pub fn new(roots: &[PathBuf], hub: Hub) -> Result<Self, String> {
        let real = |root: &PathBuf| {
            let found = root.canonicalize().ok().filter(|root| root.is_dir());
            found.ok_or_else(|| format!("`{}` is no folder", root.display()))
        };
        let roots: Vec<PathBuf> = roots.iter().map(real).collect::<Result<_, _>>()?;
        Ok(Self {
            roots,
            knowledge: Arc::default(),
            hub,
        })
    }

    /// The folder that relative paths begin in.
    pub fn root(&self) -> &Path {
        self.roots.first().map_or(Path::new("."), PathBuf::as_path)
    }

    /// What is known about releases.
    pub fn knowledge(&self) -> &Arc<Knowledge> {
        &self.knowledge
    }

    /// The same, of all releases.
    pub fn store(&self) -> &'static Store {
        self.knowledge.store()
    }

    /// A path in one of the folders, behind all links. What is not there yet may be named too.
    ///
    /// # Errors
    /// A path that leads out of the folders.
    pub fn inside(&self, path: &str) -> Result<PathBuf, Refusal> {
        let outside = || {
            let roots: Vec<String> = self
                .roots
                .iter()
                .map(|root| format!("`{}`", root.display()))
                .collect();
            Refusal::new(format!(
                "`{path}` leads out of the folders of this server ({}); give a path below one of them, relative to the \
                 first or absolute",
                roots.join(", ")
            ))
        };
        inside(&self.roots, Path::new(path)).ok_or_else(outside)
    }

    /// A folder in one of the folders; the first of them where none is named.
    ///
    /// # Errors
    /// As [`Self::inside`], or where there is no such folder.
    pub fn folder(&self, path: Option<&str>) -> Result<PathBuf, Refusal> {
        let folder = self.inside(path.unwrap_or("."))?;
        match folder.is_dir() {
            true => Ok(folder),
            false => Err(Refusal::new(format!(
                "`{}` is no folder",
                path.unwrap_or(".")
            ))),
        }
    }

    /// A path as it is told: relative to the first folder where it is below it.
    pub fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(self.root()).unwrap_or(path);
        match path.as_os_str().is_empty() {
            true => ".".to_owned(),
            false => path.to_string_lossy().replace('\\', "/"),
        }
    }

    /// What checks the files of a folder, with these releases above those of the project.
    ///
    /// # Errors
    /// A release that makes no sense.
    pub fn checker(&self, folder: &Path, targets: Vec<String>) -> Result<Checker, Refusal> {
        let files: Arc<dyn Files> = Arc::new(Steady::<Disk>::default());
        let request = Request {
            root: project_root(&*files, folder),
            layer: Layer {
                targets,
                ..Layer::default()
            },
            use_active: true,
            hub: Some(self.hub.clone()),
            ..Request::default()
        };
        Checker::new(files, Arc::clone(&self.knowledge), request).map_err(Refusal::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::{Given, Mode, Settings};

    fn desk(roots: &[PathBuf]) -> (tokio::runtime::Runtime, Result<Desk, String>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let given = Given {
            mode: Some(Mode::Off),
            ..Given::default()
        };
        let settings = Settings::new(&Disk, given);
        let hub = Hub::new(settings, Arc::new(Disk), runtime.handle().clone());
        let desk = Desk::new(roots, hub);
        (runtime, desk)
    }

    #[test]
    fn paths_stay_in_the_folders() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        std::fs::create_dir_all(root.join("src")).unwrap();
        std::fs::write(folder.path().join("secret"), "").unwrap();
        let (_runtime, desk) = desk(std::slice::from_ref(&root));
        let desk = desk.unwrap();
        for path in [".", "src", "src/new/file.py", "src/../src", "./src/a.py"] {
            assert!(desk.inside(path).is_ok(), "{path}");
        }
        for path in [
            "..",
            "../secret",
            "/",
            "src/../../secret",
            "/etc/passwd",
            "a\0b",
        ] {
            assert!(desk.inside(path).is_err(), "{path}");
        }
        assert!(desk.inside(root.to_str().unwrap()).is_ok());
        assert!(desk.folder(Some("nowhere")).is_err());
        assert_eq!(desk.shown(&desk.inside("src").unwrap()), "src");
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_out_no_more_than_paths() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(folder.path().join("secret"), "").unwrap();
        symlink(folder.path().join("secret"), root.join("link")).unwrap();
        symlink(folder.path().join("not yet"), root.join("dangling")).unwrap();
        symlink(folder.path(), root.join("above")).unwrap();
        let (_runtime, desk) = desk(&[root]);
        let desk = desk.unwrap();
        for path in ["link", "dangling", "above", "above/secret", "above/new"] {
            assert!(desk.inside(path).is_err(), "{path}");
        }
    }
}
