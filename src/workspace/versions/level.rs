//! What one folder says about versions.

use std::path::{Path, PathBuf};

use super::interpreter::{Interpreter, is_environment};
use super::lock;
use super::manifest::Reader;
use super::statement::Statement;
use crate::workspace::problem::Problem;
use crate::workspace::requirements::Kind;

/// Folders that hold a project's environment, the first that exists counts.
pub(super) const ENVIRONMENTS: [&str; 3] = [".venv", "venv", "env"];

/// One folder's environment, locks and requirement files.
#[derive(Debug)]
pub(super) struct Level {
    pub interpreters: Vec<Interpreter>,
    /// Strongest first: locks, then requirement files.
    pub statements: Vec<Statement>,
    pub problems: Vec<Problem>,
    /// The files that were read.
    pub inputs: Vec<PathBuf>,
    /// Whether a repository begins here, so that the folders above say nothing.
    pub is_repository: bool,
}

impl Level {
    /// Reads a folder: it is listed once, and nothing is looked for that is not there.
    pub fn read(mut reader: Reader<'_>, folder: &Path) -> Self {
        let files = reader.files;
        let entries = files.list(folder);
        let there = |name: &str| {
            let path = folder.join(name);
            match &entries {
                Ok(entries) => entries.binary_search(&path).is_ok(),
                // What must not be listed may still be read.
                Err(_) => true,
            }
            .then_some(path)
        };
        let interpreters = ENVIRONMENTS
            .iter()
            .filter_map(|name| there(name))
            .filter(|path| is_environment(files, path))
            .filter_map(|path| Interpreter::at(files, &path))
            .collect();
        let mut statements = Vec::new();
        for name in lock::NAMES {
            statements.extend(there(name).and_then(|path| reader.lock(&path)));
        }
        let inner = there("requirements").map(|inner| files.list(&inner).unwrap_or_default());
        let found = entries.as_deref().unwrap_or_default();
        for path in requirement_files(found, inner.unwrap_or_default()) {
            let kind = Kind::of(&path);
            statements.extend(kind.and_then(|kind| reader.requirements(&path, kind)));
        }
        Self {
            interpreters,
            statements,
            problems: reader.problems,
            inputs: reader.inputs,
            is_repository: there(".git").is_some_and(|path| files.kind(&path).is_some()),
        }
    }
}

impl Level {
    /// Whether the folder says nothing about versions.
    pub const fn is_silent(&self) -> bool {
        self.interpreters.is_empty() && self.statements.is_empty() && self.problems.is_empty()
    }
}

/// The requirement files among a folder's entries and those of its `requirements` folder, in the order in
/// which they count.
fn requirement_files(entries: &[PathBuf], inner: Vec<PathBuf>) -> Vec<PathBuf> {
    let ranked = entries.iter().filter(|path| rank(path).is_some());
    let mut found: Vec<PathBuf> = ranked.cloned().collect();
    found.sort_by_key(|path| rank(path));
    // `requirements/*.txt` come behind the folder's own.
    let text_files = found.iter().take_while(|path| rank(path) < Some(2)).count();
    let inner = inner
        .into_iter()
        .filter(|path| Kind::of(path) == Some(Kind::Requirements));
    found.splice(text_files..text_files, inner);
    found
}

/// Where a file stands among those of its folder; `None` where it is no requirement file on its own.
fn rank(path: &Path) -> Option<u8> {
    let name = path.file_name()?.to_str()?;
    match Kind::of(path)? {
        Kind::Requirements if name == "requirements.txt" => Some(0),
        Kind::Requirements if name.contains("requirements") => Some(1),
        Kind::Pyproject => Some(2),
        Kind::Conda => Some(3),
        Kind::SetupCfg => Some(4),
        // Constraints count only where something takes them in.
        Kind::Requirements | Kind::Script => None,
    }
}
