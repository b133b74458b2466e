//! The findings of open documents: made once for each version and state of the engine.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use tower_lsp_server::jsonrpc::Result;

use super::compute::compute;
use super::session::{Session, lock};
use crate::engine::{Cancel, Compared};
use crate::rules::finding::Finding;
use crate::workspace::document::Document;

/// The findings of one version, in the order of their places.
#[derive(Clone, Debug, Default)]
pub struct Findings(Arc<Compared>);

impl Findings {
    /// The document that the places which findings have elsewhere are of, by its path.
    pub fn elsewhere(&self, path: &str) -> Option<&Arc<Document>> {
        self.0.documents.get(path)
    }
}

impl Deref for Findings {
    type Target = [Finding];

    fn deref(&self) -> &Self::Target {
        &self.0.findings
    }
}

/// The newest findings of each open document.
#[derive(Default)]
pub struct Cache(Mutex<HashMap<String, Entry>>);

struct Entry {
    revision: u64,
    epoch: u64,
    stamp: u64,
    /// Those that need no other document.
    alone: Arc<Vec<Finding>>,
    all: Findings,
}

impl Cache {
    /// What `take` makes of what is kept for a version.
    fn get<T>(
        &self,
        document: &Document,
        epoch: u64,
        take: impl FnOnce(&Entry) -> Option<T>,
    ) -> Option<T> {
        let entries = lock(&self.0);
        let entry = entries.get(document.uri())?;
        let fits = entry.revision == document.revision() && entry.epoch == epoch;
        fits.then(|| take(entry)).flatten()
    }

    fn put(&self, document: &Document, entry: Entry) {
        lock(&self.0).insert(document.uri().to_owned(), entry);
    }

    /// Drops what is kept for a closed document.
    pub fn forget(&self, uri: &str) {
        lock(&self.0).remove(uri);
    }
}

/// The findings of a document, open or not. Blocks; worth nothing once `cancel` is true.
pub fn check(session: &Session, document: &Document, cancel: &Cancel<'_>) -> Findings {
    if document.is_too_large() {
        return Findings::default();
    }
    let epoch = session.epoch();
    // Taken before looking: what changes meanwhile makes another one.
    let stamp = session.engine.stamp(document);
    let of_stamp = |entry: &Entry| (entry.stamp == stamp).then(|| entry.all.clone());
    if let Some(findings) = session.cache.get(document, epoch, of_stamp) {
        return findings;
    }
    let known = |entry: &Entry| Some(Arc::clone(&entry.alone));
    let known = session.cache.get(document, epoch, known);
    let alone = known.unwrap_or_else(|| Arc::new(session.engine.check(document, cancel)));
    if cancel() {
        return Findings::default();
    }
    let compared = session.engine.compare(document, alone.to_vec(), cancel);
    let all = Findings(Arc::new(compared));
    session.tell_news();
    if !cancel() && session.is_current(document) {
        let entry = Entry {
            revision: document.revision(),
            epoch,
            stamp,
            alone,
            all: all.clone(),
        };
        session.cache.put(document, entry);
    }
    all
}

/// The findings of an open document, made off the loop. `stale` ends the work early.
pub async fn findings(
    session: &Arc<Session>,
    document: &Arc<Document>,
    stale: impl Fn() -> bool + Send + Sync + 'static,
) -> Result<Findings> {
    session.ready().await;
    let (own, document) = (Arc::clone(session), Arc::clone(document));
    compute(session, move |cancel| {
        check(&own, &document, &|| cancel() || stale())
    })
    .await
}
