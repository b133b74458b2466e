//! `textDocument/hover`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{Hover, HoverParams};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::markup::markup;
use super::session::analysed_document;

/// What is known of the symbol or argument under the cursor.
pub async fn hover(server: &Server, params: HoverParams) -> Result<Option<Hover>> {
    let session = Arc::clone(&server.0);
    let place = params.text_document_position_params;
    let Some(open) = analysed_document(&place.text_document.uri) else {
        return Ok(None);
    };
    session.ready().await;
    compute(&server.0, move |_| {
        let features = session.features();
        let offset = open.offset(place.position, features.encoding);
        let found = session.engine.hover(open.analysed(), offset);
        session.tell_news();
        let found = found?;
        Some(Hover {
            contents: markup(found.markdown, features.markdown).into(),
            range: open
                .place(found.range, features.encoding)
                .map(|(_, range)| range),
        })
    })
    .await
}
