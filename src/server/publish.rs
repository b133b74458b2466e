//! Diagnostics pushed to clients that do not ask for them.
//!
//! One task for each document that changed, or that depends on one that did: it analyses the newest version, stops
//! when a newer one comes, publishes when none came, and begins again while there is something new. So versions go
//! out in order, none waits for a clock, and of many quick changes only the last is analysed to the end. What the
//! client shows already is not sent again because another document changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tower_lsp_server::gen_lsp_types::{Diagnostic, Uri};

use super::convert::diagnostics;
use super::findings::findings;
use super::open::Open;
use super::session::{Session, lock};

/// The documents and notebooks at work; true for those that changed again.
#[derive(Default)]
pub struct Publisher {
    working: Mutex<HashMap<String, bool>>,
    /// What the client shows.
    shown: Mutex<HashMap<String, Shown>>,
}

/// The version that diagnostics were published for, what they were made of, and these.
type Shown = (Option<i32>, Made, Vec<Diagnostic>);

/// The revision of a document and the state of the engine; nothing for cells, of which most stay as they are when one
/// changes.
type Made = Option<(u64, u64)>;

impl Publisher {
    /// The client may have forgotten what it showed for a document: it was opened or closed.
    pub fn forget(&self, uri: &str) {
        lock(&self.shown).remove(uri);
    }
}

/// Has the diagnostics of a document published: because it was opened, changed or closed, or because
/// the same text may have other findings.
pub fn touch(session: &Arc<Session>, uri: &str) {
    if session.features().pull_diagnostics {
        return;
    }
    // A cell is looked at with its whole notebook.
    let documents = session.documents();
    let uri = match documents.notebook_of(uri) {
        Some(notebook) => notebook.uri(),
        None => uri,
    };
    let mut working = lock(&session.publisher.working);
    if let Some(again) = working.get_mut(uri) {
        *again = true;
        return;
    }
    working.insert(uri.to_owned(), false);
    tokio::spawn(work(Arc::clone(session), uri.to_owned()));
}

async fn work(session: Arc<Session>, uri: String) {
    session.ready().await;
    loop {
        publish(&session, &uri).await;
        let mut working = lock(&session.publisher.working);
        match working.get_mut(&uri) {
            Some(again) if *again => *again = false,
            _ => {
                working.remove(&uri);
                return;
            }
        }
    }
}

/// Publishes the diagnostics of the newest version, unless a newer one comes meanwhile.
async fn publish(session: &Arc<Session>, uri: &str) {
    let documents = session.documents();
    let Some(document) = documents.analysed(uri) else {
        clear(session, uri).await;
        return;
    };
    if document.is_too_large() {
        session.tell_too_large(&document).await;
    }
    let stale = {
        let (session, document) = (Arc::clone(session), Arc::clone(&document));
        move || !session.is_current(&document)
    };
    // What failed was logged; better no diagnostics than those of another text.
    let found = findings(session, &document, stale)
        .await
        .unwrap_or_default();
    if !session.is_current(&document) {
        return;
    }
    let show = |open: Open| {
        let items = diagnostics(&found, &open, session.features());
        send(session, open, items)
    };
    match documents.notebook(uri) {
        Some(notebook) => {
            for (cell, _) in notebook.order() {
                match documents.open(&cell) {
                    Some(open) if open.notebook().is_some() => show(open).await,
                    Some(open) => send(session, open, Vec::new()).await,
                    None => {}
                }
            }
        }
        None => show(Open::alone(document)).await,
    }
}

/// Empties what the client shows for a closed document.
async fn clear(session: &Session, uri: &str) {
    session.publisher.forget(uri);
    let uri = Uri(uri.to_owned());
    let client = &session.client;
    client.publish_diagnostics(uri, Vec::new(), None).await;
}

/// Publishes the diagnostics of a document, unless the client shows them already.
async fn send(session: &Session, open: Open, items: Vec<Diagnostic>) {
    let document = open.document();
    let is_cell = session.documents().notebook_of(document.uri()).is_some();
    let made = (!is_cell).then(|| (document.revision(), session.epoch()));
    let shown = (document.version(), made, items);
    let uri = document.uri().to_owned();
    let before = lock(&session.publisher.shown).insert(uri.clone(), shown.clone());
    if before.as_ref() == Some(&shown) {
        return;
    }
    let (version, _, items) = shown;
    let client = &session.client;
    client.publish_diagnostics(Uri(uri), items, version).await;
}
