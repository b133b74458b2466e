//! `workspace/textDocumentContent`: documentation as documents that can only be read.

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{TextDocumentContentParams, TextDocumentContentResult};
use tower_lsp_server::jsonrpc::{Error, Result};

use super::Server;
use super::compute::compute;

/// The text behind an address that `hf-lsp.showDocumentation` gave.
pub async fn read(
    server: &Server,
    params: TextDocumentContentParams,
) -> Result<TextDocumentContentResult> {
    let session = Arc::clone(&server.0);
    session.ready().await;
    let read = compute(&server.0, move |_| {
        session.engine.read_documentation(&params.uri.0)
    });
    match read.await? {
        Ok(text) => Ok(TextDocumentContentResult { text }),
        Err(why) => Err(Error::invalid_params(why)),
    }
}
