//! What the client is told after the start that this server wants: watched files, and what only Markdown documents
//! are asked about, so that nobody who navigates in Python waits for this server.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{Registration, TextDocumentClientCapabilities};

use super::capabilities::rename;
use super::session::Session;
use super::watch::PATTERNS;

const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// What is registered for Markdown alone.
const NAVIGATION: [&str; 5] = [
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/rename",
];

/// Whether a client can be told of all that later.
pub fn can_navigate(client: &TextDocumentClientCapabilities) -> bool {
    let dynamic = [
        client
            .definition
            .as_ref()
            .and_then(|it| it.dynamic_registration),
        client
            .references
            .as_ref()
            .and_then(|it| it.dynamic_registration),
        client
            .document_symbol
            .as_ref()
            .and_then(|it| it.dynamic_registration),
        client
            .folding_range
            .as_ref()
            .and_then(|it| it.dynamic_registration),
        client
            .rename
            .as_ref()
            .and_then(|it| it.dynamic_registration),
    ];
    dynamic.iter().all(|it| *it == Some(true))
}

/// Tells the client all that it can take.
pub fn all(session: &Arc<Session>) {
    let features = session.features();
    let mut registrations = Vec::new();
    if features.watch_files {
        let watchers = PATTERNS.iter().map(|it| json!({"globPattern": it}));
        let options = json!({"watchers": watchers.collect::<Vec<_>>()});
        registrations.push(registration("workspace/didChangeWatchedFiles", options));
    }
    if features.registers_navigation {
        let prepare = rename(features).prepare_provider;
        for method in NAVIGATION {
            let mut options = json!({"documentSelector": [{"language": "markdown"}]});
            if method == "textDocument/rename" && prepare.is_some() {
                options["prepareProvider"] = json!(prepare);
            }
            registrations.push(registration(method, options));
        }
    }
    if !registrations.is_empty() {
        send(session, registrations);
    }
}

fn registration(method: &str, options: Value) -> Registration {
    Registration {
        id: format!("hf-lsp {method}"),
        method: method.to_owned(),
        register_options: Some(options),
    }
}

fn send(session: &Session, registrations: Vec<Registration>) {
    let client = session.client.clone();
    tokio::spawn(async move {
        let request = client.register_capability(registrations);
        match tokio::time::timeout(ANSWER_LIMIT, request).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("the client registers nothing: {error}"),
            Err(_) => tracing::warn!("the client does not answer client/registerCapability"),
        }
    });
}
