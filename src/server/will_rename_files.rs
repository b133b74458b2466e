//! `workspace/willRenameFiles`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{
    FileOperationFilter, FileOperationPattern, FileOperationRegistrationOptions, RenameFilesParams,
    WorkspaceEdit,
};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::compute::compute;
use super::uri::to_path;
use super::workspace_edit::of_change;

/// Any file or folder: a plan may speak of all of them.
pub fn wanted() -> FileOperationRegistrationOptions {
    let pattern = FileOperationPattern {
        glob: "**/*".to_owned(),
        ..FileOperationPattern::default()
    };
    FileOperationRegistrationOptions {
        filters: vec![FileOperationFilter {
            scheme: Some("file".to_owned()),
            pattern,
        }],
    }
}

/// The edits that go with new names of files.
pub async fn edits(server: &Server, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
    let session = Arc::clone(&server.0);
    session.ready().await;
    compute(&server.0, move |_| {
        let paths = params.files.iter();
        let paths =
            paths.filter_map(|file| Some((to_path(&file.old_uri.0)?, to_path(&file.new_uri.0)?)));
        let change = session.engine.renamed(&paths.collect::<Vec<_>>());
        session.tell_news();
        let is_empty = change.edits.is_empty() && change.creates.is_empty();
        (!is_empty)
            .then(|| of_change(session.features(), &change))
            .flatten()
    })
    .await
}
