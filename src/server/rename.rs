//! `textDocument/prepareRename` and `textDocument/rename`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{
    PrepareRenameParams, PrepareRenameResult, RenameParams, WorkspaceEdit,
};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::execute_command::refused;
use super::session::analysed_document;
use super::workspace_edit::of_change;

/// The name at the cursor, where it can be changed everywhere.
pub async fn prepare(
    server: &Server,
    params: PrepareRenameParams,
) -> Result<Option<PrepareRenameResult>> {
    let session = Arc::clone(&server.0);
    let place = params.text_document_position_params;
    let Some(open) = analysed_document(&place.text_document.uri) else {
        return Ok(None);
    };
    session.ready().await;
    compute(&server.0, move |_| {
        let encoding = session.features().encoding;
        let offset = open.offset(place.position, encoding);
        let found = session.engine.renamable(open.analysed(), offset)?;
        let (_, range) = open.place(found, encoding)?;
        Some(range.into())
    })
    .await
}

/// The edits that give it another name.
pub async fn rename(server: &Server, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let session = Arc::clone(&server.0);
    let place = params.text_document_position_params;
    let Some(open) = analysed_document(&place.text_document.uri) else {
        return Ok(None);
    };
    session.ready().await;
    let renamed = compute(&server.0, move |_| {
        let features = session.features();
        let offset = open.offset(place.position, features.encoding);
        let engine = &session.engine;
        let change = engine.rename(open.analysed(), offset, &params.new_name);
        change.map(|change| of_change(features, &change))
    });
    renamed.await?.map_err(refused)
}
