//! Failures of our own: written to the log, and said to the user once, with where the log lies.

use std::collections::HashSet;
use std::sync::Mutex;

use tokio::sync::mpsc;
use tower_lsp_server::Client;
use tower_lsp_server::gen_lsp_types::MessageType;

use super::log::LogFile;
use super::session::lock;
use crate::incident::Incident;

/// Takes failures from any thread.
pub struct Reports {
    said: Mutex<HashSet<String>>,
    sender: mpsc::UnboundedSender<String>,
}

impl Reports {
    /// Reports, and the messages to be shown.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<String>) {
        let (sender, messages) = mpsc::unbounded_channel();
        let said = Mutex::default();
        (Self { said, sender }, messages)
    }

    /// A request or a work failed as a whole.
    pub fn failure(&self, message: &str) {
        tracing::error!("{message}");
        self.say(message.to_owned(), message.to_owned());
    }

    /// A part of an answer is missing. The same rule may fail in many files: the log tells of each, the
    /// user of the first.
    pub fn incident(&self, incident: &Incident) {
        tracing::error!("{incident}");
        let kind = format!("{} {}", incident.part, incident.failure);
        self.say(kind, incident.to_string());
    }

    fn say(&self, kind: String, message: String) {
        if lock(&self.said).insert(kind) {
            let _ = self.sender.send(message);
        }
    }
}

/// Shows the messages as long as the session lives.
pub async fn forward(
    client: Client,
    mut messages: mpsc::UnboundedReceiver<String>,
    log: Option<LogFile>,
) {
    while let Some(message) = messages.recv().await {
        let place = log.as_ref().and_then(LogFile::written);
        let place = place.map_or_else(
            || "in the editor's log".to_owned(),
            |path| format!("in {}", path.display()),
        );
        let text = format!("hf-lsp: {message}. Everything else goes on; more is said {place}");
        client.show_message(MessageType::Error, text).await;
    }
}
