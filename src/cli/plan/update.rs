//! `hf-lsp plan update`

use std::process::ExitCode;

use super::journal::Journal;
use super::new::Wanted;
use super::planning;
use super::write::{How, apply, show_change};
use crate::cli::Error;

/// Bring the plan up to date: what the facts changed is made anew, what you wrote and ticked stays
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    how: How,
}

/// Runs the command. Without `--diff` the change is made and shown.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let journal = Journal::open()?;
    let plan = journal.plan()?;
    args.how.check(&plan)?;
    let now = planning::wish(&journal, None, &args.wanted)?;
    let known = |id: &str| planning::known(&journal, id, args.wanted.online);
    let renewed = journal
        .checker
        .renew_plan(&journal.place, &now, &known)
        .map_err(Error)?;
    renewed
        .proposal
        .notes
        .iter()
        .for_each(|note| anstream::eprintln!("{note}"));
    for line in &renewed.kept {
        anstream::eprintln!(
            "{}:{line}: what you wrote stays; it would be made differently now",
            plan.path
        );
    }
    match renewed.change.edits.contains_key(&plan.path) {
        true => show_change(&plan.path, plan.text(), &renewed.text),
        false => anstream::eprintln!("`{}` is up to date", plan.path),
    }
    if !args.how.is_dry() {
        apply(&journal, &args.how, &renewed.change)?;
    }
    Ok(ExitCode::SUCCESS)
}
