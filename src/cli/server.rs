//! `hf-lsp server`

use std::process::ExitCode;
use std::sync::Arc;

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
    let status = run_stdio(engine, options, &filter)
        .map_err(|error| Error(format!("the server cannot start: {error}")))?;
    std::process::exit(status.into());
}
