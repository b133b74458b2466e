//! What happens, told to standard error and to the client's log. Nothing else ever goes to standard
//! output: that belongs to the protocol.

use std::fmt::{self, Write};

use tokio::sync::mpsc;
use tower_lsp_server::Client;
use tower_lsp_server::gen_lsp_types::MessageType;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt::layer};

/// Lines on their way to the client's log.
pub type Lines = mpsc::UnboundedReceiver<(MessageType, String)>;

/// Starts logging for this process; `filter` says what goes to standard error (`info`,
/// `hf_lsp=debug`). What this crate logs from `info` up is returned for the client.
pub fn start(filter: &str) -> Lines {
    let (sender, lines) = mpsc::unbounded_channel();
    let errors = layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(EnvFilter::new(filter));
    let started = tracing_subscriber::registry()
        .with(errors)
        .with(ToClient(sender))
        .try_init();
    if started.is_err() {
        tracing::warn!("logging was started before");
    }
    lines
}

/// Sends the lines to the client as long as the session lives.
pub async fn forward(client: Client, mut lines: Lines) {
    while let Some((kind, line)) = lines.recv().await {
        client.log_message(kind, line).await;
    }
}

struct ToClient(mpsc::UnboundedSender<(MessageType, String)>);

impl<S: Subscriber> Layer<S> for ToClient {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // The framework logs each message that it writes: telling those would never end.
        if *metadata.level() > Level::INFO || !metadata.target().starts_with("hf_lsp") {
            return;
        }
        let kind = match *metadata.level() {
            Level::ERROR => MessageType::Error,
            Level::WARN => MessageType::Warning,
            _ => MessageType::Info,
        };
        let mut line = Line(String::new());
        event.record(&mut line);
        let _ = self.0.send((kind, line.0));
    }
}

/// The message of an event.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.0, "{value:?}");
        }
    }
}
