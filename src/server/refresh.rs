//! Asking the client to ask again.
//!
//! One request of a kind at a time: what happens while the client has not answered leads to one more when it has.
//! So it is asked as often as it can follow, and no clock is waited for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Map, Value};
use tower_lsp_server::gen_lsp_types::{LspNotificationMethod, MessageDirection, Notification};

use super::session::{Session, lock};

/// A client that does not answer within this time asks again when it likes.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// What the client may be asked to ask for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Diagnostics, where it pulls them.
    Diagnostics,
    /// Words beside names.
    Hints,
    /// Words above lines.
    Lenses,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Diagnostics, Self::Hints, Self::Lenses];
}

/// `hf-lsp/plansChanged`: what [`outline`](super::plan_outline::outline) answers may differ.
#[derive(Debug)]
enum PlansChanged {}

impl Notification for PlansChanged {
    type Params = Map<String, Value>;
    const METHOD: LspNotificationMethod<'static> =
        LspNotificationMethod::Custom("hf-lsp/plansChanged");
    const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
}

/// The kinds that the client is being asked about; true for those to be asked about again.
#[derive(Default)]
pub struct Refresher(Mutex<HashMap<Kind, bool>>);

/// Asks the client to ask for everything again that it shows of all documents.
pub fn all(session: &Arc<Session>) {
    Kind::ALL.iter().for_each(|kind| refresh(session, *kind));
    plans(session);
}

/// Tells a client that wants to know that the plans may look different.
pub fn plans(session: &Arc<Session>) {
    if !session.features().plan_changes {
        return;
    }
    let session = Arc::clone(session);
    tokio::spawn(async move {
        let client = &session.client;
        client.send_notification::<PlansChanged>(Map::new()).await;
    });
}

fn refresh(session: &Arc<Session>, kind: Kind) {
    let features = session.features();
    let can = match kind {
        Kind::Diagnostics => features.refresh_diagnostics,
        Kind::Hints => features.refresh_hints,
        Kind::Lenses => features.refresh_lenses,
    };
    if !can {
        return;
    }
    let mut asking = lock(&session.refresher.0);
    if let Some(again) = asking.get_mut(&kind) {
        *again = true;
        return;
    }
    asking.insert(kind, false);
    tokio::spawn(work(Arc::clone(session), kind));
}

async fn work(session: Arc<Session>, kind: Kind) {
    loop {
        if tokio::time::timeout(ANSWER_LIMIT, ask(&session, kind))
            .await
            .is_err()
        {
            tracing::debug!("no answer to a refresh of {kind:?}");
        }
        let mut asking = lock(&session.refresher.0);
        match asking.get_mut(&kind) {
            Some(again) if *again => *again = false,
            _ => {
                asking.remove(&kind);
                return;
            }
        }
    }
}

async fn ask(session: &Session, kind: Kind) {
    let client = &session.client;
    let answer = match kind {
        Kind::Diagnostics => client.workspace_diagnostic_refresh().await,
        Kind::Hints => client.inlay_hint_refresh().await,
        Kind::Lenses => client.code_lens_refresh().await,
    };
    if let Err(error) = answer {
        tracing::debug!("a refresh of {kind:?}: {error}");
    }
}
