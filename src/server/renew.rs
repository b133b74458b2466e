//! What of other documents has to be shown anew when one changes: a journal speaks of code, and code of a journal.
//!
//! One task for all that changed: it asks the engine who depends on that, has their diagnostics published anew, and
//! begins again while there is something new.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::compute::compute;
use super::publish::touch;
use super::refresh;
use super::session::{Session, lock};
use crate::workspace::document::Document;

/// What changed and was not looked at.
#[derive(Default)]
pub struct Renewals(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    changed: Vec<Arc<Document>>,
    is_working: bool,
}

/// Has everything renewed that depends on a document which was opened, changed or closed.
pub fn renew(session: &Arc<Session>, document: Arc<Document>) {
    let mut waiting = lock(&session.renewals.0);
    waiting.changed.retain(|it| it.uri() != document.uri());
    waiting.changed.push(document);
    if !std::mem::replace(&mut waiting.is_working, true) {
        tokio::spawn(work(Arc::clone(session)));
    }
}

async fn work(session: Arc<Session>) {
    session.ready().await;
    while let Some(changed) = next(&session) {
        let engine = Arc::clone(&session.engine);
        let found = compute(&session, move |_| {
            let of_all = changed.iter().flat_map(|it| engine.dependents(it));
            let dependents: BTreeSet<PathBuf> = of_all.collect();
            let of_plans = changed.iter().any(|it| engine.concerns_plans(it));
            (dependents, of_plans)
        });
        // What failed was logged.
        let (dependents, of_plans) = found.await.unwrap_or_default();
        if dependents.is_empty() {
            if of_plans {
                refresh::plans(&session);
            }
            continue;
        }
        for open in session.documents().all() {
            let document = open.document();
            if document.path().is_some_and(|it| dependents.contains(it)) {
                touch(&session, document.uri());
            }
        }
        refresh::all(&session);
    }
}

/// What changed since it was asked for last; `None` where nothing did, and then no task is at work.
fn next(session: &Session) -> Option<Vec<Arc<Document>>> {
    let mut waiting = lock(&session.renewals.0);
    waiting.is_working = !waiting.changed.is_empty();
    waiting
        .is_working
        .then(|| std::mem::take(&mut waiting.changed))
}
