//! `hf-lsp plan write`

use std::process::ExitCode;

use super::journal::Journal;
use super::write::{How, apply};
use crate::cli::Error;
use crate::journal::actions::{FromFences, files_of};

/// Write the files that the plan holds, those that are not there yet
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only those of this step
    id: Option<String>,
    #[command(flatten)]
    how: How,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let journal = Journal::open()?;
    let plan = journal.plan()?;
    args.how.check(&plan)?;
    let only = args
        .id
        .as_deref()
        .map(|id| plan.step(id))
        .transpose()?
        .map(|(at, _)| at);
    let project = &*journal.place.project;
    let FromFences {
        change,
        different,
        same,
    } = files_of(project, plan.text(), &plan.document, only);
    for path in &different {
        anstream::eprintln!("`{path}` is there and says something else; it stays as it is");
    }
    if change.creates.is_empty() && different.is_empty() && same.is_empty() {
        return Err(Error(format!(
            "`{}` holds no files: none of its fences has a `title=`",
            plan.path
        )));
    }
    apply(&journal, &args.how, &change)?;
    Ok(ExitCode::SUCCESS)
}
