//! `hf-lsp hook`: what a coding agent is told about the file that it edited.

mod answer;
mod event;

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use self::answer::Answer;
use self::event::{Event, Moment};
use super::Error;
use super::check::{Options, look};
use crate::budget;
use crate::checker::{Checker, Request};
use crate::journal::role::Role;
use crate::workspace::discover::FileType;
use crate::workspace::files::{Disk, Files, Steady};
use crate::workspace::inside::inside;
use crate::workspace::versions::project_root;

/// What an agent writes stands in the event too, so it may be long.
const LONGEST: u64 = 64 << 20;
/// Agents wait for their hooks, and stop one that takes longer than they were told.
const PATIENCE: Duration = Duration::from_secs(20);
/// The agent that only plans; plugins put their own name in front.
const PLANNER: &str = "huggingface-expert-planner";

/// Check what a coding agent edited: reads the event of a hook from standard input, as Claude Code sends it, and answers as
/// it takes it. What is wrong with the event is told to the user, and never stops the agent
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of the project, outside of which nothing is looked at [default: $CLAUDE_PROJECT_DIR, or the event's]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

/// What the program ends with where its arguments are none: 2, as elsewhere, would forbid an agent each edit.
pub const MISUSED: u8 = 1;

/// Runs the command. The exit status is 0 whatever is found: the answer says it.
///
/// # Errors
/// Only where somebody calls it at a terminal.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    if std::io::stdin().is_terminal() {
        return Err(Error(
            "`hf-lsp hook` is called by coding agents, with an event on standard input; `hf-lsp check FILE` checks a file"
                .to_owned(),
        ));
    }
    let work = || read().and_then(|text| answer(args, &text));
    let answer = match budget::within(PATIENCE, work) {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Answer::Trouble(error.0),
        Err(failure) => Answer::Trouble(format!("the program {failure}, so nothing was checked")),
    };
    if let Some(text) = answer.to_json() {
        // Who does not read the answer any more does not want it.
        let _ = anstream::stdout().write_all(text.as_bytes());
    }
    Ok(ExitCode::SUCCESS)
}

fn read() -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    let read = std::io::stdin()
        .lock()
        .take(LONGEST + 1)
        .read_to_end(&mut text);
    read.map_err(|error| Error(format!("standard input cannot be read: {error}")))?;
    match text.len() as u64 > LONGEST {
        true => Err(Error(format!(
            "the event is longer than {} MiB, so nothing was checked",
            LONGEST >> 20
        ))),
        false => Ok(text),
    }
}

fn answer(args: &Args, text: &[u8]) -> Result<Answer, Error> {
    let event = Event::read(text).map_err(Error)?;
    let Some(file) = event.file() else {
        return Ok(Answer::Nothing);
    };
    let here = std::env::current_dir().unwrap_or_default();
    let cwd = event.cwd.as_deref().unwrap_or(&here);
    let named = args.root.clone().or_else(|| {
        // An empty one says nothing, and is none that stops an agent.
        let set = Disk.variable("CLAUDE_PROJECT_DIR");
        set.map(PathBuf::from)
    });
    let root = named.as_deref().unwrap_or(cwd);
    let real = root.canonicalize().ok().filter(|root| root.is_dir());
    let real = real.ok_or_else(|| {
        Error(format!(
            "the folder of the project, `{}`, is none, so nothing was checked",
            root.display()
        ))
    })?;
    let path = inside(std::slice::from_ref(&real), &cwd.join(file));
    match event.moment() {
        Moment::Before if event.is_of(PLANNER) => Ok(planner(&real, path.as_deref())),
        Moment::Before | Moment::Other => Ok(Answer::Nothing),
        // Agents keep notes and settings of their own elsewhere.
        Moment::After => path.map_or(Ok(Answer::Nothing), |path| check(&real, &path)),
    }
}

/// The findings of a file, where it is one that a check of the whole project would look at.
fn check(root: &Path, path: &Path) -> Result<Answer, Error> {
    if !path.is_file() || FileType::of(path).is_none() {
        return Ok(Answer::Nothing);
    }
    // Paths in answers are relative to it, and versions are looked for from it on.
    std::env::set_current_dir(root)
        .map_err(|error| Error(format!("`{}`: {error}", root.display())))?;
    let shown = path.strip_prefix(root).unwrap_or(path).to_path_buf();
    let looked = look(&[shown], &Options::default(), &Default::default())?;
    match looked.checker.is_excluded(path) {
        true => Ok(Answer::Nothing),
        false => Ok(Answer::of(&looked.files)),
    }
}

/// Who plans changes the journal alone.
fn planner(root: &Path, path: Option<&Path>) -> Answer {
    let files: Arc<dyn Files> = Arc::new(Steady::<Disk>::default());
    let request = Request {
        root: project_root(&*files, root),
        ..Request::default()
    };
    let names = Checker::new(files, Arc::default(), request)
        .map(|checker| checker.journal_names(&root.join("a file")))
        .unwrap_or_default();
    let plan = names.path(Role::Plan);
    let is_of_journal = path.is_some_and(|path| {
        Role::ALL
            .into_iter()
            .any(|role| path.ends_with(names.path(role)))
            || path.parent().is_some_and(|folder| {
                let journal = Path::new(&plan).parent().unwrap_or(Path::new(""));
                !journal.as_os_str().is_empty() && folder.ends_with(journal)
            })
    });
    match is_of_journal {
        true => Answer::Nothing,
        false => Answer::Denied(format!(
            "a planner changes the documents of the dev-journal alone, such as `{plan}`; write what has to be done as a step of \
             the plan"
        )),
    }
}
