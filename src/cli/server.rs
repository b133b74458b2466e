//! `hf-lsp server`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use etcetera::BaseStrategy;

use super::Error;
use crate::engine::live::LiveEngine;
use crate::server::{Options, run_stdio};
use crate::workspace::files::{Disk, Files};

/// Run the language server on standard input and output
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Accepted for editors that always say it; there is no other way to talk
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Runs the server; the process ends here, because a thread may still wait for input.
///
/// # Errors
/// Where the runtime cannot be started.
pub fn run(_: &Args) -> Result<ExitCode, Error> {
    let files: Arc<dyn Files> = Arc::new(Disk);
    let options = Options {
        test_commands: files.variable("HF_LSP_TEST").as_deref() == Some("1"),
    };
    let filter = files
        .variable("HF_LSP_LOG")
        .unwrap_or_else(|| "warn".to_owned());
    let engine = Arc::new(LiveEngine::new(files));
    let status = run_stdio(engine, options, &filter, log_file())
        .map_err(|error| Error(format!("the server cannot start: {error}")))?;
    std::process::exit(status.into());
}

/// Where this user's programs keep what they have to say (`~/.local/state/hf-lsp/server.log`).
fn log_file() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    let folder = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Some(folder.join("hf-lsp").join("server.log"))
}
