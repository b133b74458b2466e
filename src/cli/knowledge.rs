//! `hf-lsp knowledge`
use super::Error;
use std::process::ExitCode;
/// Build, list or show what is known about releases
#[derive(Debug, clap::Args)]
pub struct Args {}
/// Runs the command.
pub fn run(_: &Args) -> Result<ExitCode, Error> {
    Ok(ExitCode::SUCCESS)
}
