//! `workspace/executeCommand`

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{ExecuteCommandParams, Position, Uri};
use tower_lsp_server::jsonrpc::{Error, Result};

use super::Server;
use super::compute::compute;
use super::session::{Options, Session, analysed_document, open_document};
use super::uri::to_path;

/// The versions that apply to the document named by the first argument, or to the workspace.
const SHOW_VERSIONS: &str = "hf-lsp.showVersions";
/// The address of the documentation of what stands at the position that is the second argument in the document
/// that is the first: to be opened, or read with `workspace/textDocumentContent`.
const SHOW_DOCUMENTATION: &str = "hf-lsp.showDocumentation";
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
    let commands = [SHOW_VERSIONS, SHOW_DOCUMENTATION].iter().chain(test);
    commands.map(|&command| command.to_owned()).collect()
}

/// Runs a command.
pub async fn run(server: &Server, params: ExecuteCommandParams) -> Result<Option<Value>> {
    let session = &server.0;
    let arguments = params.arguments.unwrap_or_default();
    let uri = arguments.first().and_then(uri_argument);
    match params.command.as_str() {
        SHOW_VERSIONS => show_versions(session, uri).await.map(Some),
        SHOW_DOCUMENTATION => {
            let position = arguments.get(1).cloned().map(serde_json::from_value);
            let place = uri.zip(position.and_then(std::result::Result::ok));
            let (uri, position) =
                place.ok_or_else(|| Error::invalid_params("document and position"))?;
            show_documentation(session, &uri, position).await
        }
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

/// An address, or nothing where nothing is documented.
async fn show_documentation(
    session: &Arc<Session>,
    uri: &Uri,
    position: Position,
) -> Result<Option<Value>> {
    let Some(open) = analysed_document(uri) else {
        return Ok(None);
    };
    session.ready().await;
    let asked = Arc::clone(session);
    compute(session, move |_| {
        let offset = open.offset(position, asked.features().encoding);
        let address = asked.engine.documentation_of(open.analysed(), offset);
        address.map(Value::from)
    })
    .await
}

fn test_version(uri: &Uri) -> Option<Value> {
    let open = open_document(uri)?;
    let document = open.document();
    Some(json!({"version": document.version(), "text": document.text()}))
}
