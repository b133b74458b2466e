//! Diagnostics pushed to clients that do not ask for them.
//!
//! One task for each document that changed: it analyses the newest version, stops when a newer one
//! comes, publishes when none came, and begins again while there is something new. So versions go out
//! in order, none waits for a clock, and of many quick changes only the last is analysed to the end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tower_lsp_server::gen_lsp_types::{Diagnostic, Uri};

use super::convert::diagnostics;
use super::findings::{Findings, findings};
use super::open::{Documents, Open};
use super::session::{Session, lock};

/// The documents and notebooks at work; true for those that changed again.
#[derive(Default)]
pub struct Publisher {
    working: Mutex<HashMap<String, bool>>,
    /// What the client shows for cells.
    cells: Mutex<HashMap<String, Shown>>,
}

/// The version that diagnostics were published for, and these.
type Shown = (Option<i32>, Vec<Diagnostic>);

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
    let mut last = None;
    loop {
        last = publish(&session, &uri, last).await;
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

/// The revision of a document and the state of the engine for which diagnostics are made.
type Made = Option<(u64, u64)>;

/// Publishes the diagnostics of the newest version, unless they are the `last` ones or a newer version
/// comes meanwhile. Gives what was published last.
async fn publish(session: &Arc<Session>, uri: &str, last: Made) -> Made {
    let documents = session.documents();
    let Some(document) = documents.analysed(uri) else {
        clear(session, uri).await;
        return None;
    };
    let made = Some((document.revision(), session.epoch()));
    if made == last {
        return last;
    }
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
        return last;
    }
    match documents.notebook(uri) {
        Some(notebook) => {
            for (cell, _) in notebook.order() {
                send_cell(session, &documents, &cell, &found).await;
            }
        }
        None => send(session, &Open::alone(document), &found).await,
    }
    made
}

/// Empties what the client shows for a closed document.
async fn clear(session: &Session, uri: &str) {
    lock(&session.publisher.cells).remove(uri);
    let uri = Uri(uri.to_owned());
    let client = &session.client;
    client.publish_diagnostics(uri, Vec::new(), None).await;
}

async fn send(session: &Session, open: &Open, found: &Findings) {
    let items = diagnostics(found, open, session.features());
    let uri = Uri(open.document().uri().to_owned());
    let version = open.document().version();
    let client = &session.client;
    client.publish_diagnostics(uri, items, version).await;
}

/// Publishes the diagnostics of one cell, unless the client shows them already.
async fn send_cell(session: &Session, documents: &Documents, cell: &str, found: &Findings) {
    let Some(open) = documents.open(cell) else {
        return;
    };
    let items = match open.notebook() {
        Some(_) => diagnostics(found, &open, session.features()),
        None => Vec::new(),
    };
    let shown = (open.document().version(), items);
    let before = lock(&session.publisher.cells).insert(cell.to_owned(), shown.clone());
    if before.as_ref() == Some(&shown) {
        return;
    }
    let (version, items) = shown;
    let client = &session.client;
    client
        .publish_diagnostics(Uri(cell.to_owned()), items, version)
        .await;
}
