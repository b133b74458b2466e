//! Notifications that change what the server knows, taken in the order of the wire.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp_server::gen_lsp_types::{
    DidChangeConfigurationParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, WorkspaceFolder,
};
use tower_lsp_server::jsonrpc::Request;

use super::jobs::Job;
use super::layer::State;
use super::open::Documents;
use super::publish::touch;
use super::session::Session;
use super::{configuration, lifecycle, notebook, uri, watch};
use crate::workspace::document::{Change, Document, Language};
use crate::workspace::encoding::Position;

impl State for Arc<Session> {
    /// The table of notifications. None of them waits: what takes time is queued.
    fn notify(&self, notification: Request) -> Option<Request> {
        let take: fn(&Self, Value) -> serde_json::Result<()> = match notification.method() {
            "initialized" => |session, _| with(Value::Null, |()| lifecycle::initialized(session)),
            "textDocument/didOpen" => |session, params| with(params, |it| open(session, it)),
            "textDocument/didChange" => |session, params| with(params, |it| change(session, it)),
            "textDocument/didSave" => |session, params| with(params, |it| save(session, it)),
            "textDocument/didClose" => |session, params| with(params, |it| close(session, it)),
            "notebookDocument/didOpen" => {
                |session, params| with(params, |it| notebook::open(session, it))
            }
            "notebookDocument/didChange" => {
                |session, params| with(params, |it| notebook::change(session, it))
            }
            "notebookDocument/didClose" => {
                |session, params| with(params, |it| notebook::close(session, it))
            }
            // What is in it came with the changes.
            "notebookDocument/didSave" => |_, _| Ok(()),
            "workspace/didChangeConfiguration" => |session, params| {
                with(params, |it: DidChangeConfigurationParams| {
                    configuration::changed(session, &it.settings);
                })
            },
            "workspace/didChangeWorkspaceFolders" => {
                |session, params| with(params, |it| folders(session, it))
            }
            "workspace/didChangeWatchedFiles" => {
                |session, params| with(params, |it| watch::changed(session, it))
            }
            _ => return Some(notification),
        };
        if self.is_running() {
            let (method, _, params) = notification.into_parts();
            if let Err(error) = take(self, params.unwrap_or_default()) {
                tracing::error!("`{method}` cannot be understood: {error}");
            }
        }
        None
    }

    fn turn(&self, method: &str) -> u64 {
        match method {
            "textDocument/completion" => self.next_turn(),
            _ => 0,
        }
    }

    fn documents(&self) -> Arc<Documents> {
        Session::documents(self)
    }

    fn failed(&self, message: &str) {
        self.reports.failure(message);
    }
}

fn with<T: DeserializeOwned>(params: Value, take: impl FnOnce(T)) -> serde_json::Result<()> {
    T::deserialize(params).map(take)
}

fn open(session: &Arc<Session>, params: DidOpenTextDocumentParams) {
    let opened = params.text_document;
    let uri = opened.uri.0;
    let path = uri::to_path(&uri);
    let language = Language::of(&String::from(opened.language_id), path.as_deref());
    session.publisher.forget(&uri);
    session.put(Document::new(
        uri.clone(),
        path,
        language,
        Some(opened.version),
        opened.text,
    ));
    touch(session, &uri);
}

/// The protocol's `DidChangeTextDocumentParams`, read leniently: a range that cannot be used must not
/// make a change of the whole text out of a change of a part.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DidChange {
    text_document: Versioned,
    content_changes: Vec<WireChange>,
}

/// A document and the version that a change leads to.
#[derive(Deserialize)]
pub struct Versioned {
    uri: String,
    version: Option<i32>,
}

/// A change of the whole text or of a part.
#[derive(Deserialize)]
pub struct WireChange {
    range: Option<WireRange>,
    text: String,
}

#[derive(Deserialize)]
struct WireRange {
    start: WirePosition,
    end: WirePosition,
}

#[derive(Deserialize)]
struct WirePosition {
    line: i64,
    character: i64,
}

impl From<WirePosition> for Position {
    fn from(position: WirePosition) -> Self {
        let clamp = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
        Self {
            line: clamp(position.line),
            column: clamp(position.character),
        }
    }
}

impl From<WireChange> for Change {
    fn from(change: WireChange) -> Self {
        let range = change
            .range
            .map(|range| (range.start.into(), range.end.into()));
        Self {
            range,
            text: change.text,
        }
    }
}

fn change(session: &Arc<Session>, params: DidChange) {
    let uri = params.text_document.uri.clone();
    apply(session, params.text_document, params.content_changes);
    touch(session, &uri);
}

/// Makes the changes of an open document.
pub fn apply(session: &Arc<Session>, document: Versioned, changes: Vec<WireChange>) {
    let Versioned { uri, version } = document;
    let Some(document) = session.document(&uri) else {
        tracing::error!("a change of {uri}, which is not open");
        return;
    };
    let changes: Vec<Change> = changes.into_iter().map(Change::from).collect();
    let version = version.or(document.version());
    session.put(document.changed(version, &changes, session.features().encoding));
}

/// For clients that do not watch files: a saved project file may change which versions apply, a saved module
/// what other files import from it.
fn save(session: &Arc<Session>, params: DidSaveTextDocumentParams) {
    let uri = params.text_document.uri.0;
    if let Some(path) = uri::to_path(&uri) {
        session.queue(Job::Reload(vec![path]));
    }
}

fn close(session: &Arc<Session>, params: DidCloseTextDocumentParams) {
    let uri = params.text_document.uri.0;
    session.remove(&uri);
    touch(session, &uri);
}

fn folders(session: &Arc<Session>, params: DidChangeWorkspaceFoldersParams) {
    let uris = |folders: Vec<WorkspaceFolder>| -> Vec<_> {
        folders.into_iter().map(|folder| folder.uri).collect()
    };
    let (added, removed) = (uris(params.event.added), uris(params.event.removed));
    session.queue(Job::Folders(session.change_folders(&added, &removed)));
}
