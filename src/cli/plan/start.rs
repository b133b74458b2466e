//! `hf-lsp plan start 4.2`

use std::process::ExitCode;

use super::journal::{Journal, OpenPlan};
use super::show::name;
use super::write::{How, apply};
use crate::cli::Error;
use crate::journal::actions::START;
use crate::journal::graph::Graph;
use crate::journal::plan::{State, Step};

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
    let change = journal.command(&plan.document, START, &[&args.id])?;
    apply(&journal, &args.how, &change)?;
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

/// Says what a step that is worked on still waits for.
fn warn(plan: &OpenPlan, at: usize) {
    let open = Graph::new(plan.text(), plan.plan()).open_before(at);
    if !open.is_empty() {
        let names: Vec<String> = open.iter().map(|at| name(plan, *at)).collect();
        anstream::eprintln!("warning: it waits for {}", names.join(", "));
    }
}
