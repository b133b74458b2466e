//! The language server: the protocol only.
//!
//! The only module that knows the protocol's types. Questions go to an [`Engine`]; its byte ranges are
//! turned into lines and columns at this border. How order is kept: `layer.rs`.

mod capabilities;
mod code_action;
mod code_lens;
mod completion;
mod compute;
mod configuration;
mod connection;
mod convert;
mod definition;
mod diagnostics;
mod document_link;
mod execute_command;
mod findings;
mod fix_all;
mod flush;
mod folding_range;
mod hover;
mod ignore;
mod inlay_hint;
mod inline_completion;
mod jobs;
mod layer;
mod lifecycle;
mod log;
mod markup;
mod notebook;
mod open;
mod plan_outline;
mod progress;
mod publish;
mod refresh;
mod register;
mod rename;
mod renew;
mod report;
mod session;
mod signal;
mod signature_help;
mod symbols;
mod sync;
mod text_document_content;
mod typing;
mod uri;
mod watch;
mod will_rename_files;
mod workspace_edit;

use std::future::poll_fn;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tower::Service;
use tower_lsp_server::jsonrpc::Request;
use tower_lsp_server::{ClientSocket, ExitedError, LspService};

pub use self::connection::{Connection, Incoming, messages};
use self::connection::{Outbox, malformed};
use self::layer::Ordered;
use self::log::LogFile;
use self::report::Reports;
pub use self::session::Options;
use self::session::Session;
use crate::engine::Engine;

/// Requests that may be unanswered (or answered but not read by the client) before reading stops.
const UNANSWERED: usize = 16 * 1024;
/// How long the last answers may take when the client has closed its side.
const LAST_ANSWERS: Duration = Duration::from_secs(5);
/// How long the client may take to read the last messages.
const LAST_MESSAGES: Duration = Duration::from_secs(1);

/// What the framework calls; shared with the layer around it.
pub struct Server(Arc<Session>);

/// The table of requests. Notifications are in `sync.rs`, the lifecycle in `lifecycle.rs`.
fn service(
    session: impl FnOnce(tower_lsp_server::Client) -> Server,
) -> (LspService<Server>, ClientSocket) {
    LspService::build_with_lifecycle_methods(session)
        .custom_method("textDocument/hover", hover::hover)
        .custom_method("textDocument/documentLink", document_link::list)
        .custom_method("textDocument/inlayHint", inlay_hint::list)
        .custom_method("textDocument/codeLens", code_lens::list)
        .custom_method("textDocument/inlineCompletion", inline_completion::list)
        .custom_method("textDocument/documentSymbol", symbols::of_document)
        .custom_method("workspace/symbol", symbols::of_workspace)
        .custom_method("textDocument/foldingRange", folding_range::list)
        .custom_method("textDocument/definition", definition::definition)
        .custom_method("textDocument/references", definition::references)
        .custom_method("textDocument/prepareRename", rename::prepare)
        .custom_method("textDocument/rename", rename::rename)
        .custom_method("workspace/willRenameFiles", will_rename_files::edits)
        .custom_method("textDocument/completion", completion::list)
        .custom_method("completionItem/resolve", completion::resolve)
        .custom_method("textDocument/signatureHelp", signature_help::signature_help)
        .custom_method("textDocument/codeAction", code_action::list)
        .custom_method("codeAction/resolve", code_action::resolve)
        .custom_method("textDocument/diagnostic", diagnostics::document)
        .custom_method("workspace/diagnostic", diagnostics::workspace)
        .custom_method("workspace/textDocumentContent", text_document_content::read)
        .custom_method("workspace/executeCommand", execute_command::run)
        .finish()
}

/// Serves one client over standard input and output until it says `exit` or is gone. Gives the exit
/// status: 0 after `shutdown`, else 1. `filter` says what is logged to standard error; warnings and
/// errors go to the file `log` too.
///
/// The process must end when this returns: a thread may still wait for input.
pub fn run_stdio(
    engine: Arc<dyn Engine>,
    options: Options,
    filter: &str,
    log: Option<PathBuf>,
) -> std::io::Result<u8> {
    let file = log.map(LogFile::new);
    let lines = log::start(filter, file.clone());
    log::log_panics();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(std::thread::available_parallelism()?.get() + 2)
        .build()?;
    let status = runtime.block_on(serve_logged(
        engine,
        Connection::stdio(),
        options,
        Some((lines, file)),
    ));
    runtime.shutdown_background();
    Ok(status)
}

/// Serves one client over `connection`, inside a tokio runtime with time; as [`run_stdio`], without
/// logging.
pub async fn serve(engine: Arc<dyn Engine>, connection: Connection, options: Options) -> u8 {
    serve_logged(engine, connection, options, None).await
}

async fn serve_logged(
    engine: Arc<dyn Engine>,
    mut connection: Connection,
    options: Options,
    log: Option<(log::Lines, Option<LogFile>)>,
) -> u8 {
    let (jobs, queued) = mpsc::unbounded_channel();
    let (reports, messages) = Reports::new();
    let (service, socket) = service(|client| {
        let session = Session::new(engine, client, options, jobs, reports);
        Server(Arc::new(session))
    });
    let session = Arc::clone(&service.inner().0);
    let (lines, file) = log.unzip();
    if let Some(lines) = lines {
        tokio::spawn(log::forward(session.client.clone(), lines));
        tokio::spawn(end_when_asked(Arc::clone(&session)));
    }
    tokio::spawn(report::forward(
        session.client.clone(),
        messages,
        file.flatten(),
    ));
    let jobs = tokio::spawn(jobs::run(Arc::clone(&session), queued));
    let mut wire = Wire {
        service: Ordered::new(service, Arc::clone(&session)),
        outbox: connection.outbox(),
        permits: Arc::new(Semaphore::new(UNANSWERED)),
    };
    let asked_to_exit = wire.serve(&mut connection, socket, &session).await;
    if !asked_to_exit {
        wire.last_answers().await;
    }
    jobs.abort();
    connection.finish(LAST_MESSAGES).await;
    u8::from(!session.is_shut_down())
}

/// A process that is asked to end leaves as if the client were gone: what was asked is answered, and no
/// message is cut.
async fn end_when_asked(session: Arc<Session>) {
    signal::asked_to_end().await;
    tracing::info!("asked to end");
    session.client_gone.notify_one();
}

/// A message without the `null` that the framework gives as parameters where there are none: they may be left out,
/// and are a list or an object where they are there.
fn without_null(message: Request) -> Request {
    if !message.params().is_some_and(serde_json::Value::is_null) {
        return message;
    }
    let (method, id, _) = message.into_parts();
    let message = Request::build(method);
    match id {
        Some(id) => message.id(id).finish(),
        None => message.finish(),
    }
}

/// The loop between the connection and the service. Unlike the framework's own it survives frames
/// that cannot be read, and reads on whatever the client does with the answers.
struct Wire {
    service: Ordered<LspService<Server>, Arc<Session>>,
    outbox: Outbox,
    permits: Arc<Semaphore>,
}

impl Wire {
    /// Serves until the client says `exit` (then true) or is gone.
    async fn serve(
        &mut self,
        connection: &mut Connection,
        socket: ClientSocket,
        session: &Arc<Session>,
    ) -> bool {
        let (mut requests, mut responses) = socket.split();
        let (outbox, own) = (self.outbox.clone(), Arc::clone(session));
        tokio::spawn(async move {
            while let Some(request) = requests.next().await {
                if !own.marks.take(&request) {
                    outbox.send(&without_null(request), None);
                }
            }
        });
        let outbox = self.outbox.clone();
        loop {
            let incoming = tokio::select! {
                incoming = connection.next() => incoming,
                () = session.client_gone.notified() => None,
                () = outbox.closed() => None,
            };
            match incoming {
                None => return false,
                Some(Incoming::Response(response)) => drop(responses.send(response).await),
                Some(Incoming::Malformed(error)) => {
                    tracing::error!("what the client sent is no message: {error}");
                    outbox.send(&malformed(error), None);
                }
                Some(Incoming::Request(request)) if request.method() == "exit" => return true,
                Some(Incoming::Request(request)) => {
                    if self.answer(request).await.is_err() {
                        return false;
                    }
                }
            }
        }
    }

    /// Lets the service begin with a request, and has it answered when it is done. `initialize` and
    /// `shutdown` are done before the next message is read.
    async fn answer(&mut self, request: Request) -> Result<(), ExitedError> {
        let permit = self.permit(&request).await;
        let in_place = matches!(request.method(), "initialize" | "shutdown");
        poll_fn(|context| self.service.poll_ready(context)).await?;
        let future = self.service.call(request);
        let outbox = self.outbox.clone();
        let answer = async move {
            if let Ok(Some(response)) = future.await {
                outbox.send(&response, permit);
            }
        };
        if in_place {
            answer.await;
        } else {
            tokio::spawn(answer);
        }
        Ok(())
    }

    async fn permit(&self, request: &Request) -> Option<OwnedSemaphorePermit> {
        request.id()?;
        Arc::clone(&self.permits).acquire_owned().await.ok()
    }

    /// Waits until everything that was asked is answered, at most for a moment.
    async fn last_answers(&self) {
        let all = u32::try_from(UNANSWERED).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(LAST_ANSWERS, self.permits.acquire_many(all)).await;
    }
}
