//! `workspace/executeCommand`

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{ExecuteCommandParams, Uri};
use tower_lsp_server::jsonrpc::{Error, Result};

use super::Server;
use super::compute::compute;
use super::session::{Options, Session, open_document};
use super::uri::to_path;

/// The versions that apply to the document named by the first argument, or to the workspace.
const SHOW_VERSIONS: &str = "hf-lsp.showVersions";
/// For tests: which version of a document the request sees.
const TEST_VERSION: &str = "hf-lsp.test.version";
/// For tests: panics.
const TEST_PANIC: &str = "hf-lsp.test.panic";

/// The commands there are.
pub fn commands(options: Options) -> Vec<String> {
    let test: &[&str] = if options.test_commands {
        &[TEST_VERSION, TEST_PANIC]
    } else {
        &[]
    };
    let commands = [SHOW_VERSIONS].iter().chain(test);
    commands.map(|&command| command.to_owned()).collect()
}

/// Runs a command.
pub async fn run(server: &Server, params: ExecuteCommandParams) -> Result<Option<Value>> {
    let session = &server.0;
    let arguments = params.arguments.unwrap_or_default();
    let uri = arguments.first().and_then(uri_argument);
    match params.command.as_str() {
        SHOW_VERSIONS => show_versions(session, uri).await.map(Some),
        TEST_VERSION if session.options.test_commands => Ok(uri.and_then(|uri| test_version(&uri))),
        TEST_PANIC if session.options.test_commands => panic!("asked to"),
        other => Err(Error::invalid_params(format!("no command `{other}`"))),
    }
}

/// A document's identifier, alone or as `{"uri": ...}`.
fn uri_argument(argument: &Value) -> Option<Uri> {
    let uri = argument.get("uri").unwrap_or(argument);
    uri.as_str().map(Uri::from)
}

/// An array of `{library, version, source}`.
async fn show_versions(session: &Arc<Session>, uri: Option<Uri>) -> Result<Value> {
    session.ready().await;
    let engine = Arc::clone(&session.engine);
    let path = uri.and_then(|uri| to_path(&uri.0));
    compute(session, move |_| json!(engine.versions(path.as_deref()))).await
}

fn test_version(uri: &Uri) -> Option<Value> {
    let open = open_document(uri)?;
    let document = open.document();
    Some(json!({"version": document.version(), "text": document.text()}))
}
