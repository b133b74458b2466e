//! `hf-lsp plan import tasks.md`

use std::path::PathBuf;
use std::process::ExitCode;

use crate::cli::Error;

/// Write a plan of another format in this one
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plan: tasks.md of spec-kit, Kiro or OpenSpec, a task list, any Markdown with boxes
    file: PathBuf,
    /// Into the journal's plan, which must not be there yet, instead of to standard output
    #[arg(long)]
    write: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    Err(Error(format!("{} cannot be read", args.file.display())))
}
