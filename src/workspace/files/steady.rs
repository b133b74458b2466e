//! Files as one run of a command sees them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use dashmap::DashMap;
use rustc_hash::FxBuildHasher;

use super::{FileKind, Files, ReadError};

/// Asks each file once when it was written, because many files of a project import the same few. For a run
/// that ends: whoever serves has to look again.
#[derive(Debug, Default)]
pub struct Steady<F> {
    files: F,
    modified: DashMap<OsString, Option<SystemTime>, FxBuildHasher>,
}

impl<F: Files> Files for Steady<F> {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.files.read(path, limit)
    }

    fn head(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.files.head(path, limit)
    }

    fn part(&self, path: &Path, start: u64, length: u64) -> Result<Vec<u8>, ReadError> {
        self.files.part(path, start, length)
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
        self.files.list(folder)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        self.files.kind(path)
    }

    fn modified(&self, path: &Path) -> Option<SystemTime> {
        if let Some(known) = self.modified.get(path.as_os_str()) {
            return *known;
        }
        let modified = self.files.modified(path);
        self.modified.insert(path.as_os_str().to_owned(), modified);
        modified
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        self.files.canonical(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.files.variable(name)
    }
}
