//! `hf-lsp init`: the dev-journal of a project, from what the project says, and the files for coding agents.

mod agents;
mod join;

use std::path::PathBuf;
use std::process::ExitCode;

use self::agents::{Agent, File, files};
use super::Error;
use super::plan::journal::Journal;
use super::plan::new::Wanted;
use super::plan::planning;
use super::plan::write::{How, apply};
use crate::checker::Checker;
use crate::embedded::Format;
use crate::journal::actions::CREATE;
use crate::journal::change::Change;
use crate::journal::project::Project;
use crate::journal::role::Role;
use crate::planner::compose::Taken;
use crate::rules::finding::Edit;
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};
use crate::workspace::files::{DEFAULT_LIMIT, read_text};
use crate::workspace::inside::inside;

/// Write the dev-journal of this project, filled with what its files say, and with `--agents` the files by which coding agents
/// find hf-lsp. What is there already is left as it is
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    wanted: Wanted,
    /// The agents to write files for, with commas between them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "AGENTS")]
    agents: Vec<Agent>,
    /// Write the files for agents alone
    #[arg(long, requires = "agents")]
    agents_only: bool,
    /// Add what files for agents lack that are there already; everything else in them keeps its bytes
    #[arg(long, requires = "agents")]
    merge: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    diff: bool,
}

/// What is to be done.
#[derive(Default)]
struct Work {
    change: Change,
    /// What is there already, and what that means.
    left: Vec<String>,
    /// Files of agents that know nothing of hf-lsp yet, and what to add to them.
    to_add: Vec<(String, String)>,
}

/// Runs the command. 0: all is there now; 2: nothing was changed, or not all.
///
/// # Errors
/// A sentence where a wish makes no sense, or a file cannot be written.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let journal = Journal::open_or_begin()?;
    let mut work = Work::default();
    if !args.agents_only {
        documents(&journal, args, &mut work)?;
    }
    for file in files(&args.agents)? {
        agent_file(&journal, file, args.merge, &mut work)?;
    }
    for path in work.change.creates.keys().chain(work.change.edits.keys()) {
        stays_inside(&journal, path)?;
    }
    match work.change.is_empty() {
        true => anstream::eprintln!("nothing was missing"),
        false => apply(&journal, &How::shown(args.diff), &work.change)?,
    }
    for line in &work.left {
        anstream::eprintln!("left {line}");
    }
    for (path, text) in &work.to_add {
        anstream::eprintln!(
            "left {path}: it is there already and does not name hf-lsp; {}",
            match args.merge {
                true => "nothing can be added to it for certain, so add by hand:",
                false => "add to it, or have it added with `--merge`:",
            }
        );
        anstream::print!("{text}");
    }
    let is_all = !args.merge || work.to_add.is_empty();
    Ok(ExitCode::from(if is_all { 0 } else { 2 }))
}

/// The documents that the journal lacks.
fn documents(journal: &Journal, args: &Args, work: &mut Work) -> Result<(), Error> {
    let names = &journal.place.names;
    for role in Role::ALL {
        let path = names.path(role);
        if journal.place.project.place(&path).is_some() {
            work.left.push(format!("{path}: it is there already"));
        }
    }
    let path = names.path(Role::Plan);
    let document = match journal.place.project.place(&path) {
        Some(_) => journal.plan()?.document,
        None => {
            let planned = plan(journal, args)?;
            let text = planned.creates.get(&path).cloned().unwrap_or_default();
            work.change.creates.extend(planned.creates);
            let absolute = journal.place.project.absolute(&path);
            let language = Language::Embedded(Format::Markdown);
            Document::new(path, absolute, language, None, text).into()
        }
    };
    let complete = |role: &Role| {
        *role == Role::Plan || journal.place.project.place(&names.path(*role)).is_some()
    };
    if !Role::ALL.iter().all(complete) {
        let made = journal.command(&document, CREATE, &[])?;
        work.change.creates.extend(made.creates);
    }
    Ok(())
}

/// The plan, where enough is known for one: of the project, or of what is wanted.
fn plan(journal: &Journal, args: &Args) -> Result<Change, Error> {
    let wish = planning::wish(journal, None, &args.wanted)?;
    let known = |id: &str| planning::known(journal, id, args.wanted.online);
    let made = journal
        .checker
        .propose(&journal.place, &wish, &known, &Taken::default());
    match made {
        Ok(made) => {
            made.notes
                .iter()
                .for_each(|note| anstream::eprintln!("{note}"));
            Ok(Checker::plan_change(&journal.place, &wish, &made))
        }
        // Somebody who said what is planned gets that, or an error.
        Err(why) if !args.wanted.use_case.is_empty() || args.wanted.goal.is_some() => {
            Err(Error(why))
        }
        Err(why) => {
            anstream::eprintln!(
                "no plan was made: {}",
                why.replace("--use-case ID`", "hf-lsp plan new --use-case ID`")
            );
            Ok(Change::default())
        }
    }
}

fn agent_file(
    journal: &Journal,
    file: File,
    is_to_merge: bool,
    work: &mut Work,
) -> Result<(), Error> {
    let path = stays_inside(journal, file.path)?;
    if path.symlink_metadata().is_err() {
        work.change.creates.insert(file.path.to_owned(), file.text);
        return Ok(());
    }
    let there = read_text(&**journal.checker.files(), &path, DEFAULT_LIMIT);
    let there = there.unwrap_or_default();
    let joined = is_to_merge.then(|| file.join.joined(&there, &file.text));
    if let Some(joined) = joined.flatten() {
        let edit = Edit {
            range: TextRange::from_usize(0, there.len()),
            content: joined,
        };
        work.change.add(file.path, vec![edit]);
    } else if there.contains(file.sign) {
        let line = format!("{}: it is there already", file.path);
        work.left.push(line);
    } else {
        work.to_add.push((file.path.to_owned(), file.text));
    }
    Ok(())
}

/// A file of the project, behind all links.
fn stays_inside(journal: &Journal, path: &str) -> Result<PathBuf, Error> {
    let root = journal.place.project.absolute("");
    let root = root.and_then(|root| journal.checker.files().canonical(&root));
    let found = root.and_then(|root| inside(&[root], path.as_ref()));
    found.ok_or_else(|| {
        Error(format!(
            "`{path}` leads out of the project, so nothing was written"
        ))
    })
}
