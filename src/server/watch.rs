//! Files that decide which versions apply, watched by the client.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tower_lsp_server::gen_lsp_types::{DidChangeWatchedFilesParams, Registration};

use super::jobs::Job;
use super::session::Session;
use super::uri::to_path;

const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// Project files, lock files, and what changes in an environment when packages come and go.
const PATTERNS: [&str; 10] = [
    "**/pyproject.toml",
    "**/hf-lsp.toml",
    "**/requirements*.txt",
    "**/uv.lock",
    "**/poetry.lock",
    "**/pdm.lock",
    "**/environment.yml",
    "**/environment.yaml",
    "**/pyvenv.cfg",
    "**/*.dist-info/METADATA",
];

/// Asks the client to watch, where it can.
pub fn register(session: &Arc<Session>) {
    if !session.features().watch_files {
        return;
    }
    let watchers: Vec<_> = PATTERNS
        .iter()
        .map(|pattern| json!({"globPattern": pattern}))
        .collect();
    let registration = Registration {
        id: "hf-lsp-watched-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({"watchers": watchers})),
    };
    let client = session.client.clone();
    tokio::spawn(async move {
        let request = client.register_capability(vec![registration]);
        match tokio::time::timeout(ANSWER_LIMIT, request).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("the client does not watch files: {error}"),
            Err(_) => tracing::warn!("the client does not answer client/registerCapability"),
        }
    });
}

/// `workspace/didChangeWatchedFiles`
pub fn changed(session: &Session, params: DidChangeWatchedFilesParams) {
    let paths = params
        .changes
        .iter()
        .filter_map(|change| to_path(&change.uri.0));
    session.queue(Job::Reload(paths.collect()));
}
