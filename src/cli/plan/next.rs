//! `hf-lsp plan next`

use std::process::ExitCode;

use super::journal::Journal;
use super::show::show;
use crate::cli::Error;
use crate::journal::next::next_step;

/// Show the step that can be done next: the first that is not over and waits for none
#[derive(Debug, clap::Args)]
pub struct Args {
    /// As data; `step` is null where there is none
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let plan = Journal::open()?.plan()?;
    let next = next_step(plan.text(), plan.plan());
    show(&plan, next, args.json)
}
