//! `textDocument/documentLink`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{DocumentLink, DocumentLinkParams, Uri};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::session::analysed_document;

/// The pages of the models and datasets that a document names.
pub async fn list(server: &Server, params: DocumentLinkParams) -> Result<Vec<DocumentLink>> {
    let session = Arc::clone(&server.0);
    let Some(open) = analysed_document(&params.text_document.uri) else {
        return Ok(Vec::new());
    };
    session.ready().await;
    compute(&server.0, move |_| {
        let features = session.features();
        let encoding = features.encoding;
        let links = session.engine.links(open.analysed());
        let here = links.into_iter().filter(|link| open.holds(link.range));
        let shown = here.filter_map(|link| {
            let (_, range) = open.place(link.range, encoding)?;
            Some(DocumentLink {
                range,
                target: Some(Uri(link.target)),
                tooltip: features.link_tooltips.then_some(link.tooltip),
                data: None,
            })
        });
        shown.collect()
    })
    .await
}
