//! The documents of a project: as the editor has them where they are open, else as they are on disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use dashmap::DashMap;

use super::document::{Document, Language};
use super::files::{DEFAULT_LIMIT, Files, read_text};

/// The documents that an editor has open, by their files.
#[derive(Debug, Default)]
pub struct Opened {
    documents: DashMap<PathBuf, Arc<Document>>,
    changes: AtomicU64,
}

impl Opened {
    /// Takes in a version of a document.
    pub fn put(&self, document: &Arc<Document>) {
        if let Some(path) = document.path() {
            self.documents
                .insert(path.to_path_buf(), Arc::clone(document));
            self.changes.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Forgets a document that was closed.
    pub fn remove(&self, path: &Path) {
        if self.documents.remove(path).is_some() {
            self.changes.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A number that grows with every change.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// All of them.
    pub fn all(&self) -> Vec<Arc<Document>> {
        let documents = self.documents.iter();
        documents.map(|it| Arc::clone(it.value())).collect()
    }

    /// The document of a file.
    pub fn get(&self, path: &Path) -> Option<Arc<Document>> {
        self.documents
            .get(path)
            .map(|document| Arc::clone(&document))
    }
}

/// The documents of a project.
#[derive(Debug)]
pub struct Documents {
    files: Arc<dyn Files>,
    opened: Arc<Opened>,
    read: DashMap<PathBuf, (Option<SystemTime>, Arc<Document>)>,
}

impl Documents {
    /// Those behind that door to files, and those that are open.
    pub fn new(files: Arc<dyn Files>, opened: Arc<Opened>) -> Self {
        Self {
            files,
            opened,
            read: DashMap::new(),
        }
    }

    /// The document of a file; `None` where there is none, or it cannot be read.
    pub fn get(&self, path: &Path) -> Option<Arc<Document>> {
        if let Some(open) = self.opened.get(path) {
            return Some(open);
        }
        let modified = self.files.modified(path);
        if let Some(known) = self
            .read
            .get(path)
            .filter(|known| known.0.is_some() && known.0 == modified)
        {
            return Some(Arc::clone(&known.1));
        }
        let text = read_text(&*self.files, path, DEFAULT_LIMIT).ok();
        let Some(text) = text else {
            self.read.remove(path);
            return None;
        };
        let name = path.to_string_lossy().into_owned();
        let language = Language::from_path(path);
        let document = Document::new(name, Some(path.to_path_buf()), language, None, text);
        let document = Arc::new(document);
        self.read
            .insert(path.to_path_buf(), (modified, Arc::clone(&document)));
        Some(document)
    }

    /// Forgets what was read of a file, which changed.
    pub fn forget(&self, path: &Path) {
        self.read.remove(path);
    }
}
