//! The sources of installed packages, read for releases that the store does not know.

use std::path::PathBuf;
use std::sync::Arc;

use crate::environment::ModuleSource;
use crate::workspace::files::{DEFAULT_LIMIT, Files, read_text};

/// Reads modules of installed packages. Nothing is imported or run.
#[derive(Clone, Debug)]
pub struct InstalledPackage {
    files: Arc<dyn Files>,
    roots: Vec<PathBuf>,
}

impl InstalledPackage {
    /// Modules under these folders, the first that has one wins.
    pub fn new(files: Arc<dyn Files>, roots: Vec<PathBuf>) -> Self {
        Self { files, roots }
    }
}

impl ModuleSource for InstalledPackage {
    fn module(&self, name: &str) -> Option<(String, bool)> {
        let parts: Vec<&str> = name.split('.').collect();
        // Only names that Python could import, so that no name leads out of the folder.
        if !parts.iter().all(|part| is_identifier(part)) {
            return None;
        }
        let (last, folders) = parts.split_last()?;
        self.roots.iter().find_map(|root| {
            let mut folder = root.clone();
            folder.extend(folders);
            let candidates = [
                (folder.join(last).join("__init__.py"), true),
                (folder.join(format!("{last}.py")), false),
                (folder.join(last).join("__init__.pyi"), true),
                (folder.join(format!("{last}.pyi")), false),
            ];
            candidates.iter().find_map(|(path, package)| {
                let text = read_text(&*self.files, path, DEFAULT_LIMIT).ok()?;
                Some((text, *package))
            })
        })
    }
}

fn is_identifier(part: &str) -> bool {
    let mut chars = part.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}
