//! Diagnostics pushed to clients that do not ask for them.
//!
//! One task for each document that changed: it analyses the newest version, stops when a newer one
//! comes, publishes when none came, and begins again while there is something new. So versions go out
//! in order, none waits for a clock, and of many quick changes only the last is analysed to the end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tower_lsp_server::gen_lsp_types::Uri;

use super::convert::diagnostics;
use super::findings::{Findings, findings};
use super::session::{Session, lock};
use crate::workspace::document::Document;

/// The documents at work; true for those that changed again.
#[derive(Default)]
pub struct Publisher(Mutex<HashMap<String, bool>>);

/// Has the diagnostics of a document published: because it was opened, changed or closed, or because
/// the same text may have other findings.
pub fn touch(session: &Arc<Session>, uri: &str) {
    if session.features().pull_diagnostics {
        return;
    }
    let mut working = lock(&session.publisher.0);
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
        let mut working = lock(&session.publisher.0);
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
    let Some(document) = session.document(uri) else {
        send(session, uri, Findings::default(), None).await;
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
    send(session, uri, found, Some(&document)).await;
    made
}

async fn send(session: &Session, uri: &str, findings: Findings, document: Option<&Document>) {
    let (items, version) = match document {
        Some(document) => (
            diagnostics(&findings, document, session.features()),
            document.version(),
        ),
        None => (Vec::new(), None),
    };
    let uri = Uri(uri.to_owned());
    session
        .client
        .publish_diagnostics(uri, items, version)
        .await;
}
