//! The findings of open documents: made once for each version and state of the engine.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tower_lsp_server::jsonrpc::Result;

use super::compute::compute;
use super::session::{Session, lock};
use crate::engine::Cancel;
use crate::rules::finding::Finding;
use crate::workspace::document::Document;

/// The findings of one version.
pub type Findings = Arc<Vec<Finding>>;

/// The newest findings of each open document.
#[derive(Default)]
pub struct Cache(Mutex<HashMap<String, Entry>>);

struct Entry {
    revision: u64,
    epoch: u64,
    findings: Findings,
}

impl Cache {
    fn get(&self, document: &Document, epoch: u64) -> Option<Findings> {
        let entries = lock(&self.0);
        let entry = entries.get(document.uri())?;
        let fits = entry.revision == document.revision() && entry.epoch == epoch;
        fits.then(|| Arc::clone(&entry.findings))
    }

    fn put(&self, document: &Document, epoch: u64, findings: &Findings) {
        let entry = Entry {
            revision: document.revision(),
            epoch,
            findings: Arc::clone(findings),
        };
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
    if let Some(findings) = session.cache.get(document, epoch) {
        return findings;
    }
    let findings = Arc::new(session.engine.check(document, cancel));
    session.tell_news();
    if !cancel() && session.is_current(document) {
        session.cache.put(document, epoch, &findings);
    }
    findings
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
