//! `workspace/executeCommand`

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{
    ExecuteCommandParams, MessageType, Position, Uri, WorkspaceEdit,
};
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};

use super::Server;
use super::code_action;
use super::compute::compute;
use super::convert::{location, offset};
use super::plan_outline;
use super::session::{Options, Session, analysed_document, open_document};
use super::uri::to_path;
use super::workspace_edit::{is_current, of_change};
use crate::embedded::Format;
use crate::engine::{Change, PLANNING};
use crate::journal::actions;
use crate::planner::library;
use crate::workspace::document::{Document, Language};

/// The versions that apply to the document named by the first argument, or to the workspace.
const SHOW_VERSIONS: &str = "hf-lsp.showVersions";
/// The address of the documentation of what stands at the position that is the second argument in the document
/// that is the first: to be opened, or read with `workspace/textDocumentContent`.
const SHOW_DOCUMENTATION: &str = "hf-lsp.showDocumentation";
/// Memory and time of what the document that is the first argument trains or runs: a page in Markdown.
pub const ESTIMATE: &str = "hf-lsp.estimate";
/// Where the step of the plan to go on with stands, of the project that the document named by the first argument
/// belongs to, or of any.
const NEXT_STEP: &str = "hf-lsp.plan.next";
/// The plans of the workspace as trees, see [`plan_outline`].
const OUTLINE: &str = "hf-lsp.plan.outline";
/// What can be planned: an array of `{id, title, summary}`.
const USE_CASES: &str = "hf-lsp.plan.useCases";
/// For clients that take no code actions but commands: makes the edit of the action that is the argument.
pub const APPLY: &str = "hf-lsp.apply";
/// The protocol's code for a request that was understood and cannot be done.
const REQUEST_FAILED: i64 = -32803;
/// A client that asks the user before it makes an edit has this long.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);
const CHANGED: &str = "the document changed meanwhile, so nothing was done";

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
    let own = [
        SHOW_VERSIONS,
        SHOW_DOCUMENTATION,
        ESTIMATE,
        NEXT_STEP,
        OUTLINE,
        USE_CASES,
    ];
    let commands = own
        .iter()
        .chain(actions::COMMANDS)
        .chain(PLANNING)
        .chain(test);
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
        ESTIMATE => {
            let uri = uri.ok_or_else(|| Error::invalid_params("a document"))?;
            estimate(session, &uri).await.map(Some)
        }
        NEXT_STEP => next_step(session, uri).await,
        OUTLINE => plan_outline::outline(session).await.map(Some),
        APPLY if session.features().acts_by_command() => {
            let chosen = arguments.into_iter().next().unwrap_or_default();
            let action = serde_json::from_value(chosen);
            let action = action.map_err(|error| Error::invalid_params(error.to_string()))?;
            let action = code_action::resolve(server, action).await?;
            action
                .edit
                .into_iter()
                .for_each(|edit| apply(session, edit));
            Ok(None)
        }
        USE_CASES => Ok(Some(use_cases())),
        name if actions::COMMANDS.contains(&name) || PLANNING.contains(&name) => {
            let document = arguments.first().zip(uri);
            let (first, uri) = document.ok_or_else(|| Error::invalid_params("a document"))?;
            let version = first.get("version").and_then(Value::as_i64);
            let asked = Asked {
                name: name.to_owned(),
                arguments: arguments.get(1..).unwrap_or_default().to_vec(),
                version,
            };
            change(session, &uri, asked).await.map(|()| None)
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

/// A page in Markdown, of the document as it is open, else as it is on disk.
async fn estimate(session: &Arc<Session>, uri: &Uri) -> Result<Value> {
    let open = analysed_document(uri);
    session.ready().await;
    let (asked, path) = (Arc::clone(session), to_path(&uri.0));
    let page = compute(session, move |_| {
        let read = || asked.engine.document(path.as_ref()?);
        let document = open.map(|open| Arc::clone(open.analysed())).or_else(read);
        let document = document.ok_or_else(|| "there is no such document".to_owned())?;
        asked.engine.estimate(&document)
    });
    page.await?.map(Value::from).map_err(refused)
}

async fn next_step(session: &Arc<Session>, uri: Option<Uri>) -> Result<Option<Value>> {
    session.ready().await;
    let asked = Arc::clone(session);
    let path = uri.and_then(|uri| to_path(&uri.0));
    compute(session, move |_| {
        let found = asked.engine.next_step(path.as_deref())?;
        location(&found, asked.features().encoding).map(|it| json!(it))
    })
    .await
}

fn use_cases() -> Value {
    let row =
        |case: &library::Case| json!({"id": case.id, "title": case.title, "summary": case.summary});
    library::cases().iter().map(row).collect()
}

/// A command that changes documents.
struct Asked {
    name: String,
    arguments: Vec<Value>,
    /// The version that its arguments are of.
    version: Option<i64>,
}

/// Has the client make the change of a command: not awaited, since it may ask us something first.
async fn change(session: &Arc<Session>, uri: &Uri, asked: Asked) -> Result<()> {
    if !session.features().apply_edit {
        return Err(refused("this editor makes no edits for servers".to_owned()));
    }
    let open = analysed_document(uri);
    session.ready().await;
    let (own, path) = (Arc::clone(session), to_path(&uri.0));
    let edit = compute(session, move |_| {
        let read = || own.engine.document(path.as_ref()?);
        // A plan may be made where no document is yet: a file that could be there says which project is meant.
        let none = || {
            let path = path
                .clone()
                .filter(|_| PLANNING.contains(&asked.name.as_str()))?;
            let name = path.to_string_lossy().into_owned();
            let language = Language::Embedded(Format::Markdown);
            Some(Arc::new(Document::new(
                name,
                Some(path),
                language,
                None,
                String::new(),
            )))
        };
        let document = open
            .map(|open| Arc::clone(open.analysed()))
            .or_else(read)
            .or_else(none);
        let document = document.ok_or_else(|| "there is no such document".to_owned())?;
        edit_of(&own, &document, &asked)
    });
    let Some(edit) = edit.await?.map_err(refused)? else {
        return Ok(());
    };
    apply(session, edit);
    Ok(())
}

/// Asks the client to make an edit, and tells the user where it does not: not awaited.
fn apply(session: &Session, edit: WorkspaceEdit) {
    let client = session.client.clone();
    tokio::spawn(async move {
        match tokio::time::timeout(ANSWER_LIMIT, client.apply_edit(edit)).await {
            Ok(Ok(done)) if done.applied => {}
            Ok(Ok(done)) => {
                let why = done.failure_reason.unwrap_or_else(|| CHANGED.to_owned());
                let message = format!("nothing was changed: {why}");
                client.show_message(MessageType::Warning, message).await;
            }
            Ok(Err(error)) => tracing::warn!("the client makes no edit: {error}"),
            Err(_) => tracing::debug!("no answer to workspace/applyEdit"),
        }
    });
}

/// The edit of a command; `None` where there is nothing to change. Blocks.
fn edit_of(
    session: &Session,
    document: &Arc<Document>,
    asked: &Asked,
) -> std::result::Result<Option<WorkspaceEdit>, String> {
    let version = document.version().map(i64::from);
    if asked.version.is_some_and(|of| version != Some(of)) {
        return Err(CHANGED.to_owned());
    }
    let encoding = session.features().encoding;
    let place = |argument: &Value| match serde_json::from_value(argument.clone()) {
        Ok(position) => offset(document, position, encoding).into(),
        Err(_) => argument.clone(),
    };
    let arguments: Vec<Value> = asked.arguments.iter().map(place).collect();
    let change = session.engine.command(document, &asked.name, &arguments)?;
    session.tell_news();
    if change == Change::default() {
        return Ok(None);
    }
    if !is_current(session, &change) {
        return Err(CHANGED.to_owned());
    }
    let edit = of_change(session.features(), &change);
    edit.map(Some)
        .ok_or_else(|| "this editor does not make files for servers".to_owned())
}

/// The error response for what is not done, with the reason for the user.
pub fn refused(why: String) -> Error {
    Error {
        code: ErrorCode::ServerError(REQUEST_FAILED),
        message: why.into(),
        data: None,
    }
}

fn test_version(uri: &Uri) -> Option<Value> {
    let open = open_document(uri)?;
    let document = open.document();
    Some(json!({"version": document.version(), "text": document.text()}))
}
