//! The journal that the commands work on: that of the folder in which they are run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use crate::checker::{Checker, InProject, Request};
use crate::cli::Error;
use crate::journal::actions;
use crate::journal::change::Change;
use crate::journal::id::Id;
use crate::journal::plan::{Plan, Step};
use crate::journal::project::Project;
use crate::journal::role::Role;
use crate::workspace::document::Document;
use crate::workspace::files::{DEFAULT_LIMIT, Disk, Files, Steady, read_text};
use crate::workspace::settings::Layer;
use crate::workspace::versions::project_root;

/// A project with its journal.
pub struct Journal {
    /// What checks it.
    pub checker: Checker,
    /// Where it is.
    pub place: InProject,
    /// The working directory.
    pub here: PathBuf,
}

/// A plan that was read.
pub struct OpenPlan {
    /// The path below the project's folder.
    pub path: String,
    /// The document.
    pub document: Arc<Document>,
}

impl Journal {
    /// The journal of the working directory: in the nearest folder above it that has one.
    pub fn open() -> Result<Self, Error> {
        Self::open_at(here()?)
    }

    /// The same for another folder.
    pub fn open_at(here: PathBuf) -> Result<Self, Error> {
        let checker = checker(&here)?;
        // Any file of the folder will do.
        match checker.in_project(&here.join("a file")) {
            Some(place) => Ok(Self {
                checker,
                place,
                here,
            }),
            None => Err(missing(&checker, &here)),
        }
    }

    /// The same, or where there is none, that which begins with a plan in the project of the working directory.
    pub fn open_or_begin() -> Result<Self, Error> {
        Self::open_or_begin_at(here()?)
    }

    /// The same for another folder.
    pub fn open_or_begin_at(here: PathBuf) -> Result<Self, Error> {
        let checker = checker(&here)?;
        let names = checker.journal_names(&here.join("a file"));
        let begun = || checker.in_project(&checker.root().join(names.path(Role::Plan)));
        let place = checker.in_project(&here.join("a file")).or_else(begun);
        let none = || {
            Error(format!(
                "`{}` leads out of the project",
                names.path(Role::Plan)
            ))
        };
        let place = place.ok_or_else(none)?;
        Ok(Self {
            checker,
            place,
            here,
        })
    }

    /// The plan.
    pub fn plan(&self) -> Result<OpenPlan, Error> {
        let path = self.place.names.path(Role::Plan);
        let Some(absolute) = self.place.project.absolute(&path) else {
            return Err(Error(format!(
                "`{path}` leads out of the project, so it is not read"
            )));
        };
        if !self.checker.files().is_file(&absolute) {
            return Err(missing(&self.checker, &self.here));
        }
        // Read here for the reason, where there is one; below for the document.
        read_text(&**self.checker.files(), &absolute, DEFAULT_LIMIT)
            .map_err(|error| Error(format!("`{path}` {error}")))?;
        let document = self.place.project.document(&path);
        let document = document.ok_or_else(|| Error(format!("`{path}` cannot be read")))?;
        Ok(OpenPlan { path, document })
    }

    /// The change that a command of the journal makes in a document that stands at the plan's place.
    pub fn command(
        &self,
        document: &Document,
        name: &str,
        arguments: &[&str],
    ) -> Result<Change, Error> {
        let path = self.place.names.path(Role::Plan);
        let leads_out = || {
            Error(format!(
                "`{path}` leads out of the project, so nothing was changed"
            ))
        };
        let absolute = self.place.project.absolute(&path).ok_or_else(leads_out)?;
        let arguments: Vec<Value> = arguments.iter().map(|it| Value::from(*it)).collect();
        let made = self
            .checker
            .with_surroundings(&absolute, document, |surroundings| {
                actions::command(surroundings, name, &arguments)
            });
        made.ok_or_else(leads_out)?.map_err(Error)
    }

    /// A file of the project as it is named in messages: relative to the working directory where it is below it.
    pub fn shown(&self, absolute: &Path) -> String {
        let path = absolute.strip_prefix(&self.here).unwrap_or(absolute);
        path.to_string_lossy().replace('\\', "/")
    }
}

fn here() -> Result<PathBuf, Error> {
    std::env::current_dir()
        .map_err(|error| Error(format!("the working directory cannot be found: {error}")))
}

fn checker(here: &Path) -> Result<Checker, Error> {
    let files: Arc<dyn Files> = Arc::new(Steady::<Disk>::default());
    let request = Request {
        root: project_root(&*files, here),
        layer: Layer::default(),
        use_active: true,
        ..Request::default()
    };
    Checker::new(files, Arc::default(), request).map_err(Error)
}

/// What to say where there is no plan.
fn missing(checker: &Checker, here: &Path) -> Error {
    let names = checker.journal_names(&here.join("a file"));
    let path = names.path(Role::Plan);
    let looked = match here == checker.root() {
        true => format!("in {}", here.display()),
        false => format!(
            "in {} and the folders above it, up to {}",
            here.display(),
            checker.root().display()
        ),
    };
    Error(format!(
        "there is no plan: `{path}` was looked for {looked}; begin one with a file `{path}` whose first line is \
         `# OUR-PLAN: what is made`, or from another format with `hf-lsp plan import FILE --write`"
    ))
}

impl OpenPlan {
    /// What it says.
    pub fn text(&self) -> &str {
        self.document.text()
    }

    /// Its steps.
    pub fn plan(&self) -> &Plan {
        self.document.plan()
    }

    /// What tells this version of its text from all others.
    pub fn revision(&self) -> String {
        revision(self.text())
    }

    /// The step of an id, with its place in the list.
    pub fn step(&self, written: &str) -> Result<(usize, &Step), Error> {
        let id = Id::parse(written.trim())
            .ok_or_else(|| Error(format!("`{written}` is no id of a step, such as `1.2`")))?;
        let is_it = |step: &&Step| step.id.as_ref() == Some(&id);
        let plan = self.plan();
        match plan.steps.iter().filter(is_it).count() {
            0 => Err(Error(format!(
                "no step of `{}` has the id `{id}`{}",
                self.path,
                self.ids()
            ))),
            1 => {
                let at = plan.position(&id).unwrap_or_default();
                Ok((at, &plan.steps[at]))
            }
            more => Err(Error(format!(
                "{more} steps of `{}` have the id `{id}`; give each its own first",
                self.path
            ))),
        }
    }

    fn ids(&self) -> String {
        let ids = self.plan().steps.iter().filter_map(|step| step.id.as_ref());
        let ids: Vec<String> = ids.take(40).map(|id| format!("`{id}`")).collect();
        match ids.is_empty() {
            true => "; none has an id".to_owned(),
            false => format!("; there are {}", ids.join(", ")),
        }
    }
}

/// What tells a text from all others.
pub fn revision(text: &str) -> String {
    format!("{:032x}", xxh3_128(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_that_of_the_bytes() {
        assert_eq!(revision("a"), revision("a"));
        assert_ne!(revision("a\n"), revision("a\r\n"));
        assert_eq!(revision("").len(), 32);
    }
}
