//! Files that answers depend on, watched by the client.

use tower_lsp_server::gen_lsp_types::DidChangeWatchedFilesParams;

use super::jobs::Job;
use super::session::Session;
use super::uri::to_path;

/// Project files, lock files, what changes in an environment when packages come and go; and what a journal speaks
/// of: its documents, code, the branch that is checked out.
pub const PATTERNS: [&str; 13] = [
    "**/pyproject.toml",
    "**/hf-lsp.toml",
    "**/requirements*.txt",
    "**/uv.lock",
    "**/poetry.lock",
    "**/pdm.lock",
    "**/environment.yml",
    "**/environment.yaml",
    "**/pyvenv.cfg",
    "**/*.dist-info/METADATA",
    "**/*.md",
    "**/*.py",
    "**/.git/HEAD",
];

/// `workspace/didChangeWatchedFiles`
pub fn changed(session: &Session, params: DidChangeWatchedFilesParams) {
    let paths = params
        .changes
        .iter()
        .filter_map(|change| to_path(&change.uri.0));
    session.queue(Job::Reload(paths.collect()));
}
