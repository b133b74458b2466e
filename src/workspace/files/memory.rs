//! Files that exist only in memory, for tests and tools.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use dashmap::{DashMap, DashSet};

use super::{FileKind, Files, ReadError};

/// A small file system in memory; folders exist because files lie in them. It can be written while shared.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: DashMap<PathBuf, Vec<u8>>,
    folders: DashSet<PathBuf>,
    variables: DashMap<String, String>,
}

impl MemoryFiles {
    /// No file at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file, with the folders above it.
    pub fn write(&self, path: impl Into<PathBuf>, content: impl AsRef<[u8]>) -> &Self {
        let path = path.into();
        if let Some(folder) = path.parent() {
            self.make_folder(folder);
        }
        self.files.insert(path, content.as_ref().to_vec());
        self
    }

    /// Adds a folder, with the folders above it.
    pub fn make_folder(&self, path: impl AsRef<Path>) -> &Self {
        for folder in path.as_ref().ancestors() {
            self.folders.insert(folder.to_path_buf());
        }
        self
    }

    /// Removes a file.
    pub fn remove(&self, path: impl AsRef<Path>) -> &Self {
        self.files.remove(path.as_ref());
        self
    }

    /// Sets an environment variable.
    pub fn set(&self, name: &str, value: &str) -> &Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        let bytes = self.head(path, limit.saturating_add(1))?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { limit });
        }
        Ok(bytes)
    }

    fn head(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        if self.folders.contains(path) {
            return Err(ReadError::Folder);
        }
        let bytes = self.files.get(path).ok_or(ReadError::NotFound)?;
        let length = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(bytes[..bytes.len().min(length)].to_vec())
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
        if !self.folders.contains(folder) {
            return Err(ReadError::NotFound);
        }
        let files = self.files.iter().map(|entry| entry.key().clone());
        let folders = self.folders.iter().map(|entry| entry.key().clone());
        let mut paths: Vec<PathBuf> = files
            .chain(folders)
            .filter(|path| path.parent() == Some(folder))
            .collect();
        paths.sort_unstable();
        Ok(paths)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        if self.files.contains_key(path) {
            return Some(FileKind::File);
        }
        self.folders.contains(path).then_some(FileKind::Folder)
    }

    fn modified(&self, path: &Path) -> Option<SystemTime> {
        self.kind(path).map(|_| SystemTime::UNIX_EPOCH)
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        self.kind(path).map(|_| path.to_path_buf())
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(|value| value.value().clone())
    }
}
