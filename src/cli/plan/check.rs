//! `hf-lsp plan check`

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use super::journal::{Journal, OpenPlan};
use crate::cli::Error;
use crate::cli::check::{self, Options};
use crate::embedded::{Format, declares};
use crate::journal::project::{Place, Project};
use crate::journal::role::Role;
use crate::rules::finding::Finding;

/// Check the journal and the files that its plan names
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    options: Options,
}

/// Files in which agents are told about a journal.
const AGENTS: [&str; 2] = ["AGENTS.md", "CLAUDE.md"];

/// Runs the command. 0: nothing found; 1: findings.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let journal = Journal::open()?;
    let plan = journal.plan()?;
    check::run_on(files(&journal, &plan), &args.options)
}

/// The documents of the journal that are there, and the files with code that the plan names.
fn files(journal: &Journal, plan: &OpenPlan) -> Vec<PathBuf> {
    let (names, project) = (&journal.place.names, &journal.place.project);
    let documents = Role::ALL.into_iter().map(|role| names.path(role));
    let named = plan
        .plan()
        .steps
        .iter()
        .flat_map(|step| step.files(plan.text()));
    let scripts = named.filter(|file| file.is_definite() && file.path.ends_with(".py"));
    let all: BTreeSet<String> = documents
        .chain(AGENTS.map(str::to_owned))
        .chain(scripts.map(|file| file.path.to_owned()))
        .collect();
    let is_file = |path: &String| project.place(path) == Some(Place::File);
    let absolute = all
        .iter()
        .filter(|path| is_file(path))
        .filter_map(|path| project.absolute(path));
    absolute
        .map(|path| PathBuf::from(journal.shown(&path)))
        .collect()
}

/// What is found in the plan itself.
pub fn in_plan(journal: &Journal, plan: &OpenPlan) -> Result<Vec<Finding>, Error> {
    let (checker, text) = (&journal.checker, plan.text());
    let path = journal
        .place
        .project
        .absolute(&plan.path)
        .ok_or_else(|| Error(format!("`{}` leads out of the project", plan.path)))?;
    let environment = &checker
        .versions(&path, Some(&declares(Format::Markdown, text)))
        .environment;
    let modules = checker.modules(&path, text, Format::Markdown);
    let found = checker.unfiltered(&path, text, Format::Markdown, environment, &modules);
    Ok(checker.with_journal(&path, &plan.document, found.findings))
}
