//! `hf-lsp plan done 4.2`

use std::process::ExitCode;

use super::journal::Journal;
use super::skip::one_line;
use super::start::refuse;
use super::write::{How, apply};
use crate::cli::Error;
use crate::journal::actions::DONE;
use crate::journal::plan::State;
use crate::journal::role::Role;

/// Mark a step done: its box, that of the step around it, and an entry in the changelog
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The id of the step, `4.2`
    id: String,
    /// What the entry in the changelog says; the title of the step without it
    #[arg(long)]
    note: Option<String>,
    #[command(flatten)]
    how: How,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let note = args.note.as_deref().map(one_line).transpose()?;
    let journal = Journal::open()?;
    let plan = journal.plan()?;
    args.how.check(&plan)?;
    let (_, step) = plan.step(&args.id)?;
    refuse(&plan, step, &[State::Done])?;
    let mut arguments = vec![args.id.as_str()];
    arguments.extend(note.as_deref());
    let change = journal.command(&plan.document, DONE, &arguments)?;
    let log = journal.place.names.path(Role::Changelog);
    let is_logged = change.edits.contains_key(&log) || change.creates.contains_key(&log);
    apply(&journal, &args.how, &change)?;
    if note.is_some() && !is_logged {
        anstream::eprintln!("warning: the note stands nowhere: `{log}` names the step already");
    }
    Ok(ExitCode::SUCCESS)
}
