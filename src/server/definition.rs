//! `textDocument/definition` and `textDocument/references`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{
    Definition, DefinitionParams, DefinitionResponse, Location, ReferenceParams,
    TextDocumentPositionParams,
};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::convert::location;
use super::session::analysed_document;
use crate::engine::{self, Engine};
use crate::workspace::document::Document;

/// Where that is defined which the cursor is on.
pub async fn definition(
    server: &Server,
    params: DefinitionParams,
) -> Result<Option<DefinitionResponse>> {
    let place = params.text_document_position_params;
    let found = locations(server, place, |engine, document, offset| {
        engine.definition(document, offset)
    });
    let found = found.await?;
    Ok(found.map(|found| Definition::from(found).into()))
}

/// Where else it is named.
pub async fn references(server: &Server, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
    let place = params.text_document_position_params;
    let declared = params.context.include_declaration;
    locations(server, place, move |engine, document, offset| {
        let mut found = engine.references(document, offset);
        if !declared {
            let defined = engine.definition(document, offset);
            found.retain(|it| !defined.contains(it));
        }
        found
    })
    .await
}

/// What `ask` finds for a place; nothing where it finds nothing.
async fn locations(
    server: &Server,
    place: TextDocumentPositionParams,
    ask: impl FnOnce(&dyn Engine, &Arc<Document>, u32) -> Vec<engine::Location> + Send + 'static,
) -> Result<Option<Vec<Location>>> {
    let session = Arc::clone(&server.0);
    let Some(open) = analysed_document(&place.text_document.uri) else {
        return Ok(None);
    };
    session.ready().await;
    compute(&server.0, move |_| {
        let encoding = session.features().encoding;
        let offset = open.offset(place.position, encoding);
        let found = ask(session.engine.as_ref(), open.analysed(), offset);
        session.tell_news();
        let found = found.iter().filter_map(|it| location(it, encoding));
        let found: Vec<_> = found.collect();
        (!found.is_empty()).then_some(found)
    })
    .await
}
