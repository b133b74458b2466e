//! A project that stands still while one question is answered: whoever looks at a document again sees the same
//! version, and afterwards it is known which version places and edits are of.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;

use super::project::{Place, Project};
use crate::workspace::document::Document;

/// See the module.
#[derive(Debug)]
pub struct Snapshot<'a> {
    project: &'a dyn Project,
    seen: Mutex<BTreeMap<String, Option<Arc<Document>>>>,
    /// What the disk was asked: that takes longer than all else.
    places: Mutex<HashMap<String, Option<Place>>>,
}

impl<'a> Snapshot<'a> {
    /// A project in which nothing was looked at.
    pub fn new(project: &'a dyn Project) -> Self {
        Self {
            project,
            seen: Mutex::default(),
            places: Mutex::default(),
        }
    }

    /// The same with this version of the document at a path.
    #[must_use]
    pub fn with(self, path: &str, document: &Arc<Document>) -> Self {
        let document = Some(Arc::clone(document));
        self.seen().insert(path.to_owned(), document);
        self
    }

    /// What was looked at, by paths.
    pub fn documents(&self) -> BTreeMap<String, Arc<Document>> {
        let seen = self.seen();
        let there = seen.iter().filter_map(|(path, document)| {
            let document = document.as_ref()?;
            Some((path.clone(), Arc::clone(document)))
        });
        there.collect()
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<String, Option<Arc<Document>>>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Project for Snapshot<'_> {
    fn place(&self, path: &str) -> Option<Place> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let ask = |path: &String| self.project.place(path);
        *places.entry(path.to_owned()).or_insert_with_key(ask)
    }

    fn document(&self, path: &str) -> Option<Arc<Document>> {
        match self.seen().entry(path.to_owned()) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(place) => place.insert(self.project.document(path)).clone(),
        }
    }

    fn scripts(&self) -> Arc<Vec<String>> {
        self.project.scripts()
    }

    fn paths(&self) -> Arc<Vec<String>> {
        self.project.paths()
    }

    fn listed(&self, folder: &str) -> Vec<String> {
        self.project.listed(folder)
    }

    fn head(&self, path: &str, limit: u64) -> Option<Vec<u8>> {
        self.project.head(path, limit)
    }

    fn manifests(&self) -> Vec<String> {
        self.project.manifests()
    }

    fn is_ignored(&self, path: &str) -> bool {
        self.project.is_ignored(path)
    }

    fn changed_on(&self, path: &str) -> Option<Date> {
        self.project.changed_on(path)
    }

    fn ticked(&self, plan: &str) -> Arc<BTreeMap<String, u32>> {
        self.project.ticked(plan)
    }

    fn past_text(&self, path: &str, commit: u32) -> Option<Arc<str>> {
        self.project.past_text(path, commit)
    }

    fn today(&self) -> Date {
        self.project.today()
    }
}
