//! `initialize`, `initialized`, `shutdown`, and the end when the client is gone.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tower_lsp_server::LanguageServer;
use tower_lsp_server::gen_lsp_types::{
    InitializeParams, InitializeResult, ServerInfo, Uri, WorkspaceFolders,
};
use tower_lsp_server::jsonrpc::Result;

use super::capabilities::{self, ClientFeatures};
use super::jobs::Job;
use super::session::Session;
use super::{Server, configuration, register};

/// A client that never says `initialized` is served after this time.
const INITIALIZED_LIMIT: Duration = Duration::from_secs(5);
/// How often the editor's process is looked for.
const PARENT_INTERVAL: Duration = Duration::from_secs(1);

impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let session = &self.0;
        let options = params.initialization_options.clone().unwrap_or_default();
        let features = ClientFeatures::new(&params.capabilities, &options);
        let capabilities = capabilities::server(&features, session.options);
        session.set_features(features);
        session.queue(Job::Connect(options));
        session.queue(Job::Folders(session.change_folders(&folders(&params), &[])));
        if let Some(settings) = configuration::initial(params.initialization_options.as_ref()) {
            session.queue(Job::Configure(settings));
        }
        if let Some(parent) = params.process_id {
            watch_parent(Arc::clone(session), parent);
        }
        start_later(Arc::clone(session));
        Ok(InitializeResult {
            capabilities,
            server_info: Some(ServerInfo {
                name: "hf-lsp".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    async fn shutdown(&self) -> Result<()> {
        self.0.shut_down();
        Ok(())
    }
}

/// Asks for what only the client knows, then lets the questions begin.
pub fn initialized(session: &Arc<Session>) {
    register::all(session);
    let session = Arc::clone(session);
    tokio::spawn(async move {
        if session.features().configuration {
            configuration::pull(&session).await;
        }
        session.queue(Job::Start);
    });
}

fn start_later(session: Arc<Session>) {
    tokio::spawn(async move {
        tokio::time::sleep(INITIALIZED_LIMIT).await;
        session.queue(Job::Start);
    });
}

/// The workspace folders, or for older clients the root.
fn folders(params: &InitializeParams) -> Vec<Uri> {
    match &params.workspace_folders_initialize_params.workspace_folders {
        Some(WorkspaceFolders::WorkspaceFolderList(folders)) => {
            folders.iter().map(|folder| folder.uri.clone()).collect()
        }
        _ => {
            #[expect(deprecated, reason = "older clients send nothing else")]
            let root = params.root_uri.clone();
            root.into_iter().collect()
        }
    }
}

/// Ends the session when the editor's process is gone. Only where processes have a folder (Linux) and
/// the editor's is seen from here (not from a container); elsewhere the end of the input has to do.
fn watch_parent(session: Arc<Session>, parent: i32) {
    let folder = PathBuf::from(format!("/proc/{parent}"));
    if !folder.exists() {
        return;
    }
    tokio::spawn(async move {
        while folder.exists() {
            tokio::time::sleep(PARENT_INTERVAL).await;
        }
        tracing::warn!("process {parent} is gone");
        session.client_gone.notify_one();
    });
}
