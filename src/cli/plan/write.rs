//! Changing the files of a journal: all of a change or nothing of it, and never what somebody else wrote meanwhile.

use std::path::PathBuf;

use super::journal::{Journal, OpenPlan};
use crate::cli::Error;
use crate::journal::change::Change;
use crate::journal::project::Project;
use crate::rules::apply::apply_edits;
use crate::workspace::files::{DEFAULT_LIMIT, Disk, create, hold, read_text, replace};

/// How a change is made.
#[derive(Debug, Default, clap::Args)]
pub struct How {
    /// Show what would change, and change nothing
    #[arg(long)]
    diff: bool,
    /// Only where the plan is still that of this revision, which `plan show --json` and `plan next --json` tell
    #[arg(long, value_name = "REVISION")]
    revision: Option<String>,
}

impl How {
    /// A change that is made only where the plan is still that of this revision.
    pub const fn only(revision: Option<String>) -> Self {
        Self {
            diff: false,
            revision,
        }
    }

    /// A change that is only shown, where that is wanted.
    pub const fn shown(diff: bool) -> Self {
        Self {
            diff,
            revision: None,
        }
    }

    /// Whether nothing is to be changed.
    pub const fn is_dry(&self) -> bool {
        self.diff
    }

    /// Refuses a plan of another revision.
    pub fn check(&self, plan: &OpenPlan) -> Result<(), Error> {
        match &self.revision {
            Some(wanted) if *wanted != plan.revision() => Err(Error(format!(
                "`{}` changed since revision {wanted} was read, so nothing was changed; it is now {}",
                plan.path,
                plan.revision()
            ))),
            _ => Ok(()),
        }
    }
}

/// A file before and after.
struct Written {
    path: String,
    absolute: PathBuf,
    /// `None` for a file that is made.
    before: Option<String>,
    after: String,
}

/// Makes a change; says what would be done where that is wanted. Edits are of the texts that the project has now.
pub fn apply(journal: &Journal, how: &How, change: &Change) -> Result<(), Error> {
    let mut files = Vec::new();
    for (path, edits) in &change.edits {
        let absolute = inside(journal, path)?;
        let document = journal.place.project.document(path);
        let before = document
            .ok_or_else(|| Error(format!("`{path}` cannot be read, so nothing was changed")))?;
        let after = apply_edits(before.text(), edits);
        files.push(Written {
            path: path.clone(),
            absolute,
            before: Some(before.text().to_owned()),
            after,
        });
    }
    for (path, text) in &change.creates {
        files.push(Written {
            path: path.clone(),
            absolute: inside(journal, path)?,
            before: None,
            after: text.clone(),
        });
    }
    if how.diff {
        files.iter().for_each(|file| show(journal, file));
        return Ok(());
    }
    let folder = inside(journal, "")?;
    let held = hold(&folder).map_err(|error| {
        let folder = journal.shown(&folder);
        Error(format!(
            "`{folder}`: {error}, so nothing was changed; try again"
        ))
    })?;
    files.iter().try_for_each(unchanged)?;
    for (done, file) in files.iter().enumerate() {
        write(file).map_err(|error| told(&files[..done], file, &error.to_string()))?;
    }
    drop(held);
    for file in &files {
        let verb = if file.before.is_some() {
            "changed"
        } else {
            "made"
        };
        anstream::eprintln!("{verb} {}", journal.shown(&file.absolute));
    }
    Ok(())
}

fn inside(journal: &Journal, path: &str) -> Result<PathBuf, Error> {
    let absolute = journal.place.project.absolute(path);
    absolute.ok_or_else(|| {
        Error(format!(
            "`{path}` leads out of the project, so nothing was changed"
        ))
    })
}

/// Asked for all files before the first is written.
fn unchanged(file: &Written) -> Result<(), Error> {
    let now = match read_text(&Disk, &file.absolute, DEFAULT_LIMIT) {
        Ok(text) => Some(text),
        Err(crate::workspace::files::ReadError::NotFound) => None,
        Err(error) => {
            return Err(Error(format!(
                "`{}` {error}, so nothing was changed",
                file.path
            )));
        }
    };
    match (now == file.before, &file.before) {
        (true, _) => Ok(()),
        (false, Some(_)) => Err(Error(format!(
            "`{}` changed since it was read, so nothing was changed; try again",
            file.path
        ))),
        (false, None) => Err(Error(format!(
            "`{}` is there already, so nothing was changed",
            file.path
        ))),
    }
}

fn write(file: &Written) -> std::io::Result<()> {
    match &file.before {
        Some(before) if *before == file.after => Ok(()),
        Some(_) => replace(&file.absolute, &file.after),
        None => create(&file.absolute, &file.after),
    }
}

/// What to say where a file cannot be written; others may have been.
fn told(done: &[Written], file: &Written, error: &str) -> Error {
    let names: Vec<String> = done.iter().map(|file| format!("`{}`", file.path)).collect();
    let rest = match names.is_empty() {
        true => "nothing was changed".to_owned(),
        false => format!("only {} was changed", names.join(", ")),
    };
    Error(format!(
        "`{}` cannot be written: {error}; {rest}",
        file.path
    ))
}

fn show(journal: &Journal, file: &Written) {
    let name = journal.shown(&file.absolute);
    show_change(
        &name,
        file.before.as_deref().unwrap_or_default(),
        &file.after,
    );
}

/// The change of a file as a patch.
pub fn show_change(name: &str, before: &str, after: &str) {
    let diff = similar::TextDiff::from_lines(before, after);
    anstream::print!("{}", diff.unified_diff().header(name, name));
}

/// Makes a file that somebody named, wherever it is.
pub fn create_only(path: &std::path::Path, text: &str) -> Result<(), Error> {
    create(path, text).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Error(format!(
            "`{}` is there already, so nothing was written",
            path.display()
        )),
        _ => Error(format!("`{}` cannot be written: {error}", path.display())),
    })?;
    anstream::eprintln!("made {}", path.display());
    Ok(())
}
