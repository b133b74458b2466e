//! `textDocument/inlayHint`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{InlayHint, InlayHintParams};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::session::{Session, analysed_document};
use crate::text::TextRange;

/// A client that does not answer within this time asks again when it likes.
const ANSWER_LIMIT: std::time::Duration = std::time::Duration::from_secs(5);

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

/// Asks the client for its hints again.
pub fn refresh(session: &Arc<Session>) {
    if !session.features().refresh_hints {
        return;
    }
    let client = session.client.clone();
    tokio::spawn(async move {
        let request = client.inlay_hint_refresh();
        if tokio::time::timeout(ANSWER_LIMIT, request).await.is_err() {
            tracing::debug!("no answer to workspace/inlayHint/refresh");
        }
    });
}
