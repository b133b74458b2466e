//! `textDocument/foldingRange`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{FoldingRange, FoldingRangeParams};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::convert::range;
use super::session::analysed_document;

/// The lines of a document that can be folded; nothing where this server has no say, so that the editor's own way
/// counts there.
pub async fn list(
    server: &Server,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>> {
    let session = Arc::clone(&server.0);
    let Some(open) = analysed_document(&params.text_document.uri) else {
        return Ok(None);
    };
    session.ready().await;
    compute(&server.0, move |_| {
        let document = open.document();
        let encoding = session.features().encoding;
        let folds = session.engine.folds(document);
        let lines = folds.into_iter().map(|fold| {
            let range = range(document, fold, encoding);
            (range.start.line, range.end.line)
        });
        let shown = lines.filter(|(start, end)| start < end);
        let shown = shown.map(|(start_line, end_line)| FoldingRange {
            start_line,
            end_line,
            ..FoldingRange::default()
        });
        let shown: Vec<_> = shown.collect();
        (!shown.is_empty()).then_some(shown)
    })
    .await
}
