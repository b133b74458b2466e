//! Waiting until all that was told before is on its way to the client.
//!
//! Answers and what the server tells by itself take different ways to the wire, so an answer may overtake what was
//! told before it. Where the order matters, a mark is sent after the others, and taken out where they leave.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp_server::gen_lsp_types::{LspNotificationMethod, MessageDirection, Notification};
use tower_lsp_server::jsonrpc::Request;

use super::session::{Session, lock};

/// Never leaves the server.
const MARK: &str = "hf-lsp/mark";
/// Nothing waits longer for its mark.
const LIMIT: Duration = Duration::from_secs(5);

#[derive(Debug)]
enum Mark {}

impl Notification for Mark {
    const METHOD: LspNotificationMethod<'static> = LspNotificationMethod::Custom(MARK);
    const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
    type Params = u64;
}

/// The marks under way.
#[derive(Default)]
pub struct Marks {
    last: AtomicU64,
    waiting: Mutex<HashMap<u64, oneshot::Sender<()>>>,
}

impl Marks {
    /// Whether a message is a mark, which is then told to whoever waits for it.
    pub fn take(&self, message: &Request) -> bool {
        if message.method() != MARK {
            return false;
        }
        let number = message.params().and_then(Value::as_u64);
        let waiting = number.and_then(|number| lock(&self.waiting).remove(&number));
        if let Some(waiting) = waiting {
            let _ = waiting.send(());
        }
        true
    }
}

/// Waits until what was told before has left.
pub async fn flush(session: &Session) {
    let number = session.marks.last.fetch_add(1, Ordering::Relaxed);
    let (sender, passed) = oneshot::channel();
    lock(&session.marks.waiting).insert(number, sender);
    let passed = async {
        session.client.send_notification::<Mark>(number).await;
        passed.await
    };
    let _ = tokio::time::timeout(LIMIT, passed).await;
}
