//! The project's own scripts that commands start, looked for where a shell would be.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::modules::Finder;
use crate::embedded::launched::{Mentions, mentions};
use crate::python::module::{Module, Script};

impl Finder {
    /// The scripts that the text at `path` names. A shell may stand in any folder from that of the file up to the
    /// project's root, and where the text goes to: only what lies below exactly one of them is found.
    pub fn scripts(
        &self,
        path: &Path,
        text: &str,
        is_library: impl Fn(&str) -> bool,
    ) -> Vec<Script> {
        let Some(folder) = path.parent().filter(|folder| folder.is_absolute()) else {
            return Vec::new();
        };
        let mentioned = mentions(text);
        let Some(bases) = self.places(folder, &mentioned) else {
            return Vec::new();
        };
        let found = mentioned.scripts.iter().filter_map(|name| {
            let (file, module) = self.script(&bases, name)?;
            Some(Script {
                imports: self.imported(&file, module.text(), &is_library),
                name: name.clone(),
                module,
            })
        });
        found.collect()
    }

    /// Where commands may be run; `None` where that may be outside of the project.
    fn places(&self, folder: &Path, mentioned: &Mentions<'_>) -> Option<Vec<PathBuf>> {
        let own = self.root.file_name().and_then(|name| name.to_str());
        let is_own = |name: &str| {
            let name = name.trim_end_matches('/').trim_end_matches(".git");
            name.rsplit('/').next() == own
        };
        let is_foreign = |url: &&str| !is_own(url);
        if mentioned.is_lost
            || mentioned.scripts.is_empty()
            || mentioned.fetched.iter().any(is_foreign)
        {
            return None;
        }
        let mut bases = self.bases(folder).to_vec();
        bases.retain(|base| *base == folder || *base != self.root.join("src"));
        for target in &mentioned.folders {
            let inner = bases.iter().filter_map(|base| self.below(base, target));
            let inner: Vec<PathBuf> = inner.collect();
            if inner.is_empty() && !is_own(target) {
                return None;
            }
            bases.extend(inner);
        }
        // An image has folders of its own, of which the last may be the project's.
        for target in &mentioned.elsewhere {
            let parts: Vec<&str> = target.split('/').filter(|part| !part.is_empty()).collect();
            let ends = (0..parts.len()).map(|first| parts[first..].join("/"));
            bases.extend(ends.filter_map(|end| self.below(&self.root, &end)));
        }
        Some(bases)
    }

    /// That folder below another, where it is there and in the project.
    fn below(&self, base: &Path, target: &str) -> Option<PathBuf> {
        let folder = tidy(&base.join(target));
        let is_inside = folder.starts_with(&self.root) && self.files.is_folder(&folder);
        is_inside.then_some(folder)
    }

    /// The one file below these folders.
    fn script(&self, bases: &[PathBuf], name: &str) -> Option<(PathBuf, Arc<Module>)> {
        let mut files: Vec<PathBuf> = bases.iter().map(|base| tidy(&base.join(name))).collect();
        files.sort_unstable();
        files.dedup();
        // Those that are not there are remembered too: they may come.
        let found = files.into_iter().map(|file| (self.read(&file), file));
        let mut found = found.filter(|(_, file)| self.files.is_file(file));
        let (Some((module, file)), None) = (found.next(), found.next()) else {
            return None;
        };
        let is_inside = file.starts_with(&self.root);
        Some((file, module?)).filter(|_| is_inside)
    }
}

/// A path without `.` and `..`.
fn tidy(path: &Path) -> PathBuf {
    let mut tidied = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                tidied.pop();
            }
            part => tidied.push(part),
        }
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::files::MemoryFiles;

    fn found(files: &Arc<MemoryFiles>, path: &str, text: &str) -> Vec<String> {
        let finder = Finder::new(files.clone(), "/p".into());
        let scripts = finder.scripts(Path::new(path), text, |_| false);
        let place = |script: &Script| script.module.place().to_owned();
        scripts.iter().map(place).collect()
    }

    #[test]
    fn scripts_lie_where_a_shell_may_be() {
        let files = Arc::new(MemoryFiles::new());
        files.write("/p/examples/train.py", "import options\n");
        files.write("/p/examples/options.py", "a = 1\n");
        for (path, text) in [
            ("/p/README.md", "python examples/train.py"),
            ("/p/README.md", "cd examples && python ./train.py"),
            (
                "/p/README.md",
                "git clone https://x/me/p\ncd p\npython examples/train.py",
            ),
            ("/p/README.md", "python -m examples.train"),
            ("/p/examples/run.sh", "cd $(dirname $0)\npython train.py"),
            ("/p/examples/a/run.sh", "python ../train.py"),
            (
                "/p/Dockerfile",
                "WORKDIR /app/examples\nRUN python train.py",
            ),
        ] {
            assert_eq!(found(&files, path, text), ["examples/train.py"], "{text}");
        }
        for text in [
            "python train.py",
            "cd $HOME\npython examples/train.py",
            "cd elsewhere\npython examples/train.py",
            "git clone https://x/me/other\npython examples/train.py",
            "python ../p/../q/train.py",
            "python /p/examples/train.py",
        ] {
            assert_eq!(found(&files, "/p/README.md", text), [""; 0], "{text}");
        }
        let finder = Finder::new(files.clone(), "/p".into());
        let scripts = finder.scripts(Path::new("/p/a.sh"), "python examples/train.py", |_| false);
        assert_eq!(scripts[0].imports[0].0, "options");
        files.write("/p/train.py", "");
        let two = found(&files, "/p/examples/run.sh", "python train.py");
        assert_eq!(two, [""; 0], "two of them");
    }

    #[test]
    fn scripts_that_come_and_go_are_seen() {
        let files = Arc::new(MemoryFiles::new());
        let finder = Finder::new(files.clone(), "/p".into());
        let scripts = || finder.scripts(Path::new("/p/a.sh"), "python train.py", |_| false);
        assert_eq!(scripts().len(), 0);
        files.write("/p/train.py", "");
        assert!(finder.forget(Path::new("/p/train.py")));
        assert_eq!(scripts().len(), 1);
    }
}
