//! `hf-lsp plan export json`

use std::process::ExitCode;

use super::journal::Journal;
use super::model;
use crate::cli::Error;

/// What the plan is written as.
#[derive(Clone, Copy, Debug, clap::Subcommand)]
pub enum Format {
    /// As one JSON object; `docs/plan-command.md` describes it
    Json,
}

/// Runs the command.
pub fn run(format: Format) -> Result<ExitCode, Error> {
    let Format::Json = format;
    let plan = Journal::open()?.plan()?;
    json(&model::plan(&plan))
}

/// Writes data to standard output.
pub fn json(record: &impl serde::Serialize) -> Result<ExitCode, Error> {
    let text = serde_json::to_string_pretty(record).map_err(Error::new)?;
    anstream::println!("{text}");
    Ok(ExitCode::SUCCESS)
}
