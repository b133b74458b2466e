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
    sender: mpsc::UnboundedSender<Message>,
}

/// What the user is to be told.
pub enum Message {
    /// Something of ours failed; where the log lies is added.
    Failure(String),
    /// Something of the user's own needs a look.
    Notice(String),
}

impl Reports {
    /// Reports, and the messages to be shown.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Message>) {
        let (sender, messages) = mpsc::unbounded_channel();
        let said = Mutex::default();
        (Self { said, sender }, messages)
    }

    /// A request or a work failed as a whole.
    pub fn failure(&self, message: &str) {
        tracing::error!("{message}");
        self.say(message, Message::Failure(message.to_owned()));
    }

    /// Something about the user's own files or settings.
    pub fn notice(&self, message: String) {
        tracing::warn!("{message}");
        self.say(&message.clone(), Message::Notice(message));
    }

    /// A part of an answer is missing. The same rule may fail in many files: the log tells of each, the
    /// user of the first.
    pub fn incident(&self, incident: &Incident) {
        tracing::error!("{incident}");
        let kind = format!("{} {}", incident.part, incident.failure);
        self.say(&kind, Message::Failure(incident.to_string()));
    }

    fn say(&self, kind: &str, message: Message) {
        if lock(&self.said).insert(kind.to_owned()) {
            let _ = self.sender.send(message);
        }
    }
}

/// Shows the messages as long as the session lives.
pub async fn forward(
    client: Client,
    mut messages: mpsc::UnboundedReceiver<Message>,
    log: Option<LogFile>,
) {
    while let Some(message) = messages.recv().await {
        let (kind, text) = match message {
            Message::Notice(text) => (MessageType::Warning, text),
            Message::Failure(text) => (MessageType::Error, with_place(&text, log.as_ref())),
        };
        client.show_message(kind, text).await;
    }
}

fn with_place(message: &str, log: Option<&LogFile>) -> String {
    let place = match log.and_then(LogFile::written) {
        Some(path) => format!("in {}", path.display()),
        None => "in the editor's log".to_owned(),
    };
    format!("hf-lsp: {message}. Everything else goes on; more is said {place}")
}
