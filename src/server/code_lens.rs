//! `textDocument/codeLens`

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{CodeLens, CodeLensParams, Command};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::capabilities::ClientFeatures;
use super::compute::compute;
use super::convert::location;
use super::findings::check;
use super::session::analysed_document;
use crate::embedded::Format;
use crate::engine::{Lens, Press};
use crate::workspace::document::{Document, Language};

/// For clients that have them, see `commands` in the `initializationOptions`: copies the first argument.
const COPY: &str = "hf-lsp.copy";
/// Types the first argument into a terminal in the folder that is the second.
const TERMINAL: &str = "hf-lsp.terminal";
/// Shows the range that is the second argument in the document that is the first.
const SHOW: &str = "hf-lsp.show";
/// Shows what [`ESTIMATE`](super::execute_command::ESTIMATE) answers for the document that is the argument.
const SHOW_ESTIMATE: &str = "hf-lsp.showEstimate";

/// What stands above the lines of a document.
pub async fn list(server: &Server, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let session = Arc::clone(&server.0);
    let Some(open) = analysed_document(&params.text_document.uri) else {
        return Ok(None);
    };
    session.ready().await;
    compute(&server.0, move |cancel| {
        let features = session.features();
        let document = open.analysed();
        let problems = match document.language() {
            Language::Embedded(Format::Markdown) => check(&session, document, cancel).len(),
            _ => 0,
        };
        let lenses = session.engine.lenses(document, problems);
        session.tell_news();
        let here = lenses.into_iter().filter(|lens| open.holds(lens.range));
        let shown = here.filter_map(|lens| {
            let (_, range) = open.place(lens.range, features.encoding)?;
            Some(CodeLens {
                range,
                command: Some(command(features, open.analysed(), lens)?),
                data: None,
            })
        });
        Some(shown.collect())
    })
    .await
}

/// What a lens does in this client: nothing but to be read where there is nothing to do; `None` where the client
/// cannot do what it is for.
fn command(features: &ClientFeatures, document: &Document, lens: Lens) -> Option<Command> {
    let has = |name: &str| features.commands.iter().any(|known| known == name);
    let (command, arguments) = match lens.press {
        None => ("", Vec::new()),
        Some(Press::Command(name, arguments)) => (name, with_document(document, arguments)),
        Some(Press::Copy(text)) if has(COPY) => (COPY, vec![text.into()]),
        Some(Press::Terminal(text, folder)) if has(TERMINAL) && !features.is_untrusted => {
            (TERMINAL, vec![text.into(), json!(folder)])
        }
        Some(Press::Copy(_) | Press::Terminal(..)) => return None,
        Some(Press::Estimate) if has(SHOW_ESTIMATE) => (SHOW_ESTIMATE, vec![document.uri().into()]),
        Some(Press::Estimate) => ("", Vec::new()),
        Some(Press::Show(place)) => match location(&place, features.encoding) {
            Some(place) if has(SHOW) => (SHOW, vec![json!(place.uri), json!(place.range)]),
            _ => ("", Vec::new()),
        },
    };
    Some(Command {
        title: lens.title,
        command: command.to_owned(),
        arguments: (!arguments.is_empty()).then_some(arguments),
        tooltip: None,
    })
}

/// The arguments of a command of this server: first the document and its version.
fn with_document(document: &Document, arguments: Vec<Value>) -> Vec<Value> {
    let first = json!({"uri": document.uri(), "version": document.version()});
    [first].into_iter().chain(arguments).collect()
}
