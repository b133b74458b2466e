//! `hf-lsp plan import tasks.md`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::journal::Journal;
use super::write::{How, apply};
use crate::cli::Error;
use crate::embedded::Format;
use crate::journal::actions::CONVERT;
use crate::journal::change::Change;
use crate::journal::project::Project;
use crate::journal::role::Role;
use crate::rules::apply::apply_edits;
use crate::workspace::document::{Document, Language};
use crate::workspace::files::{DEFAULT_LIMIT, Disk, read_text};

/// Write a plan of another format in this one
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plan: `tasks.md` of spec-kit, Kiro or OpenSpec, a list of tasks, any Markdown with boxes
    file: PathBuf,
    /// Into the journal's plan, where there is none yet, instead of to standard output
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    how: How,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let name = args.file.display();
    let text = read_text(&Disk, &args.file, DEFAULT_LIMIT)
        .map_err(|error| Error(format!("`{name}` {error}")))?;
    let journal = Journal::open_or_begin()?;
    let converted = converted(&journal, &args.file, &text)?;
    if !args.write {
        anstream::print!("{converted}");
        return Ok(ExitCode::SUCCESS);
    }
    let path = journal.place.names.path(Role::Plan);
    if journal.place.project.place(&path).is_some() {
        return Err(Error(format!(
            "`{path}` is there already, so nothing was written"
        )));
    }
    apply(&journal, &args.how, &Change::create(&path, converted))?;
    Ok(ExitCode::SUCCESS)
}

/// The text in the form of our plans; as it is where it has that form.
fn converted(journal: &Journal, file: &Path, text: &str) -> Result<String, Error> {
    let path = journal.place.names.path(Role::Plan);
    let absolute = journal.place.project.absolute(&path);
    let language = Language::Embedded(Format::Markdown);
    let document = Document::new(path.clone(), absolute, language, None, text.to_owned());
    if document.plan().steps.is_empty() {
        return Err(Error(format!(
            "`{}` has no boxes (`- [ ] ...`), so there are no steps to take over",
            file.display()
        )));
    }
    if document.plan().is_ours() {
        return Ok(text.to_owned());
    }
    let change = journal.command(&document, CONVERT, &[]).map_err(|_| {
        Error(format!(
            "`{}` has boxes outside of its sections, so no step can be given an id",
            file.display()
        ))
    })?;
    let edits = change.edits.get(&path).map_or(&[][..], Vec::as_slice);
    Ok(apply_edits(text, edits))
}
