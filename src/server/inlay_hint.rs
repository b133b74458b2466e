//! `textDocument/inlayHint`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{InlayHint, InlayHintParams};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::session::analysed_document;
use crate::text::TextRange;

/// What is known of the models and datasets that a document names, in some words.
pub async fn list(server: &Server, params: InlayHintParams) -> Result<Vec<InlayHint>> {
    let session = Arc::clone(&server.0);
    let Some(open) = analysed_document(&params.text_document.uri) else {
        return Ok(Vec::new());
    };
    session.ready().await;
    compute(&server.0, move |_| {
        let encoding = session.features().encoding;
        let asked = open.range(params.range, encoding);
        let hints = session.engine.hints(open.analysed());
        let here = hints.into_iter().filter(|hint| {
            let place = TextRange::at(hint.offset);
            asked.contains_range(place) && open.holds(place)
        });
        let shown = here.filter_map(|hint| {
            let (_, range) = open.place(TextRange::at(hint.offset), encoding)?;
            Some(InlayHint {
                position: range.end,
                label: hint.label.into(),
                kind: None,
                text_edits: None,
                tooltip: None,
                padding_left: Some(true),
                padding_right: None,
                data: None,
            })
        });
        shown.collect()
    })
    .await
}
