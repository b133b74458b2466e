//! `hf-lsp plan done 4.2`

use std::process::ExitCode;

use super::journal::{Journal, OpenPlan};
use super::show::name;
use super::skip::one_line;
use super::start::refuse;
use super::write::{How, apply};
use crate::cli::Error;
use crate::journal::change::Change;
use crate::journal::changelog::Changelog;
use crate::journal::edit::Sheet;
use crate::journal::kind::Kind;
use crate::journal::plan::{State, Step};
use crate::journal::project::Project;
use crate::journal::role::Role;
use crate::rules::finding::Edit;

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
    let (at, step) = plan.step(&args.id)?;
    refuse(&plan, step, &[State::Done])?;
    let open: Vec<usize> = plan
        .plan()
        .children(at)
        .filter(|at| !plan.plan().steps[*at].state.is_over())
        .collect();
    if !open.is_empty() {
        let names: Vec<String> = open.iter().map(|at| name(&plan, *at)).collect();
        return Err(Error(format!(
            "step {} has parts that are open: {}",
            name(&plan, at),
            names.join(", ")
        )));
    }
    let mut change = Change::edit(&plan.path, ticked(&plan, at));
    let entry = entry(&journal, &plan, step, note.as_deref());
    let is_logged = entry.is_some();
    if let Some((path, edit)) = entry {
        change.add(&path, vec![edit]);
    }
    apply(&journal, &args.how, &change)?;
    if note.is_some() && !is_logged {
        let path = journal.place.names.path(Role::Changelog);
        anstream::eprintln!(
            "warning: the note is lost: `{path}` is not there, or names the step already"
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// The step's box, and those of the steps around it of which nothing else is left.
fn ticked(plan: &OpenPlan, at: usize) -> Vec<Edit> {
    let (sheet, steps) = (Sheet::of(&plan.document), &plan.plan().steps);
    let mut edits = sheet.done(&steps[at]);
    let mut done = vec![at];
    while let Some(parent) = done.last().and_then(|at| steps[*at].parent) {
        let is_over = |child: usize| done.contains(&child) || steps[child].state.is_over();
        if steps[parent].state.is_over() || !plan.plan().children(parent).all(is_over) {
            break;
        }
        edits.extend(sheet.done(&steps[parent]));
        done.push(parent);
    }
    edits
}

/// The entry in the changelog; none where it names the step already, or is not there.
fn entry(
    journal: &Journal,
    plan: &OpenPlan,
    step: &Step,
    note: Option<&str>,
) -> Option<(String, Edit)> {
    let path = journal.place.names.path(Role::Changelog);
    let document = journal.place.project.document(&path)?;
    let log = Changelog::read(document.text(), document.outline());
    let id = step.id.as_ref()?;
    if log.of_step(id).next().is_some() {
        return None;
    }
    let what = note.unwrap_or_else(|| step.title.slice(plan.text()));
    let kind = Kind::of_step(plan.text(), plan.plan(), step);
    let edit = log.insert(document.text(), kind, &format!("{what} (step {id})"));
    Some((path, edit))
}
