//! `hf-lsp plan skip 4.2 --reason "the base model suffices"`

use std::process::ExitCode;

use super::journal::Journal;
use super::start::refuse;
use super::write::{How, apply};
use crate::cli::Error;
use crate::journal::actions::SKIP;
use crate::journal::plan::State;

/// Mark a step as left out
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The id of the step, `4.2`
    id: String,
    /// Why, in one line
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    how: How,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let reason = one_line(&args.reason)?;
    let journal = Journal::open()?;
    let plan = journal.plan()?;
    args.how.check(&plan)?;
    let (_, step) = plan.step(&args.id)?;
    refuse(&plan, step, &[State::Skipped, State::Done])?;
    let change = journal.command(&plan.document, SKIP, &[&args.id, &reason])?;
    apply(&journal, &args.how, &change)?;
    Ok(ExitCode::SUCCESS)
}

/// A text for one line of a document.
pub fn one_line(text: &str) -> Result<String, Error> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.is_empty() {
        return Err(Error("the text is empty".to_owned()));
    }
    if line.contains("<!--") || line.contains("-->") || line.chars().any(char::is_control) {
        return Err(Error(
            "the text holds signs that would change the document around it".to_owned(),
        ));
    }
    Ok(line)
}
