//! `hf-lsp plan start 4.2`

use std::process::ExitCode;

use super::journal::{Journal, OpenPlan};
use super::show::name;
use super::write::{How, apply};
use crate::cli::Error;
use crate::journal::change::Change;
use crate::journal::edit::Sheet;
use crate::journal::graph::Graph;
use crate::journal::plan::{State, Step};
use crate::journal::project::Project;
use crate::rules::finding::Edit;

/// Mark a step as begun today
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The id of the step, `4.2`
    id: String,
    #[command(flatten)]
    how: How,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let journal = Journal::open()?;
    let plan = journal.plan()?;
    args.how.check(&plan)?;
    let (at, step) = plan.step(&args.id)?;
    refuse(&plan, step, &[State::Started, State::Done])?;
    let today = journal.place.project.today();
    let edits = Sheet::of(&plan.document).started(at, today);
    change(&journal, &args.how, &plan, at, edits)?;
    warn(&plan, at);
    Ok(ExitCode::SUCCESS)
}

/// Refuses a step that is as far as that.
pub fn refuse(plan: &OpenPlan, step: &Step, states: &[State]) -> Result<(), Error> {
    if !states.contains(&step.state) {
        return Ok(());
    }
    let id = step
        .id
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let state = step.state.as_str();
    Err(Error(format!(
        "step {id} of `{}` is {state} already",
        plan.path
    )))
}

/// Changes the plan alone, and says so.
pub fn change(
    journal: &Journal,
    how: &How,
    plan: &OpenPlan,
    at: usize,
    edits: Vec<Edit>,
) -> Result<(), Error> {
    if edits.is_empty() {
        let message = "the lines of step {} are written so that they cannot be changed without a doubt; change them by hand";
        return Err(Error(message.replace("{}", &name(plan, at))));
    }
    apply(journal, how, &Change::edit(&plan.path, edits))
}

/// Says what a step that is worked on still waits for.
fn warn(plan: &OpenPlan, at: usize) {
    let open = Graph::new(plan.text(), plan.plan()).open_before(at);
    if !open.is_empty() {
        let names: Vec<String> = open.iter().map(|at| name(plan, *at)).collect();
        anstream::eprintln!("warning: it waits for {}", names.join(", "));
    }
}
