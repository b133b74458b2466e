//! `textDocument/inlineCompletion`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{
    InlineCompletionItem, InlineCompletionParams, InlineCompletionResponse,
};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::session::analysed_document;

/// The one text that is proposed behind the cursor, if any.
pub async fn list(
    server: &Server,
    params: InlineCompletionParams,
) -> Result<Option<InlineCompletionResponse>> {
    let session = Arc::clone(&server.0);
    let place = params.text_document_position_params;
    let Some(open) = analysed_document(&place.text_document.uri) else {
        return Ok(None);
    };
    session.ready().await;
    compute(&server.0, move |_| {
        let encoding = session.features().encoding;
        let offset = open.offset(place.position, encoding);
        let found = session.engine.inline(open.analysed(), offset);
        session.tell_news();
        let found = found?;
        let (document, range) = open.place(found.range, encoding)?;
        let is_here = document.uri() == open.document().uri();
        // Editors show nothing for what would replace more than the line.
        let is_line = range.start.line == range.end.line;
        (is_here && is_line).then(|| {
            let item = InlineCompletionItem {
                insert_text: found.text.into(),
                filter_text: None,
                range: Some(range),
                command: None,
            };
            vec![item].into()
        })
    })
    .await
}
