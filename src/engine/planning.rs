//! Commands that make plans.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Action, ActionKind, Change, FileEdits};
use crate::checker::{Checker, InProject, known_model};
use crate::engine::live::LiveEngine;
use crate::estimate::gpu::Gpu;
use crate::hub::{Need, RepoId};
use crate::journal::actions::files_of;
use crate::journal::change;
use crate::journal::project::Project;
use crate::journal::role::Role;
use crate::planner::compose::Taken;
use crate::planner::library::Model;
use crate::planner::recognise::is_sign;
use crate::planner::wish::Wish;
use crate::workspace::document::{Document, Language};

/// Makes a plan for the project: an object of what is wanted (`useCase`, `model`, `dataset`, `gpu`, `goal`, `set`).
pub const PROJECT: &str = "hf-lsp.plan.project";
/// The same around the script that the document is.
pub const SCRIPT: &str = "hf-lsp.plan.script";
/// Brings the plan up to date; takes the same object.
pub const UPDATE: &str = "hf-lsp.plan.update";
/// Writes the files that the plan holds, those that are not there yet.
pub const WRITE: &str = "hf-lsp.plan.write";

/// All of them.
pub const COMMANDS: &[&str] = &[PROJECT, SCRIPT, UPDATE, WRITE];

impl LiveEngine {
    /// The change of one of [`COMMANDS`], for the project of a document.
    ///
    /// # Errors
    /// A sentence for the user where it cannot be made.
    pub(super) fn plan_command(
        &self,
        document: &Document,
        path: &Path,
        name: &str,
        arguments: &[Value],
    ) -> Result<Change, String> {
        let checker = self.checker_for(path);
        let place = place(&checker, path)?;
        let mut wish = wanted(arguments.iter().find(|it| it.is_object()))?;
        let plan = place.names.path(Role::Plan);
        let is_there = place.project.place(&plan).is_some();
        let known = |id: &str| self.model_facts(id);
        let (change, preview) = match name {
            WRITE => (written(&place, &plan)?, "Write the files of the plan"),
            UPDATE => (
                checker.renew_plan(&place, &wish, &known)?.change,
                "Bring the plan up to date",
            ),
            _ if is_there => {
                return Err(format!(
                    "`{plan}` is there already; it can be brought up to date"
                ));
            }
            _ => {
                if name == SCRIPT {
                    let script = place
                        .project
                        .relative(path)
                        .filter(|_| document.language() == Language::Python);
                    wish.script = Some(script.ok_or("this is no script of the project")?);
                }
                let proposal = checker.propose(&place, &wish, &known, &Taken::default())?;
                (
                    Checker::plan_change(&place, &wish, &proposal),
                    "Write the plan",
                )
            }
        };
        if change.is_empty() {
            return Err("there is nothing to change".to_owned());
        }
        placed(&place, change, preview)
    }

    /// What is known of a model at once: nobody waits for the network.
    fn model_facts(&self, id: &str) -> Option<Model> {
        let hub = &self.network.get()?.hub;
        let id = RepoId::parse(id).ok()?;
        let answer = hub.model(&id, None, Need::Hover);
        known_model(hub, &id, answer.facts.as_deref())
    }

    /// "Plan this script", on a script that a use case is known by, where there is no plan yet.
    pub(super) fn plan_action(&self, document: &Arc<Document>) -> Option<Action> {
        let is_script = document.language() == Language::Python && is_sign(document.facts());
        let path = self.path_of(document);
        let place = is_script
            .then(|| place(&self.checker_for(&path), &path).ok())
            .flatten()?;
        let has_plan = place.project.place(&place.names.path(Role::Plan)).is_some();
        (!has_plan).then(|| Action {
            title: "Plan this script".to_owned(),
            kind: ActionKind::Rewrite,
            code: None,
            change: Change::default(),
            command: Some(SCRIPT),
        })
    }
}

/// The project of a file, with a journal or without.
fn place(checker: &Checker, path: &Path) -> Result<InProject, String> {
    let begun = || {
        let names = checker.journal_names(path);
        checker.in_project(&checker.root().join(names.path(Role::Plan)))
    };
    let found = checker.in_project(path).or_else(begun);
    found.ok_or_else(|| "there is no folder for a plan".to_owned())
}

/// What is wanted, out of an object of a client.
fn wanted(given: Option<&Value>) -> Result<Wish, String> {
    let none = Map::new();
    let given = match given {
        Some(Value::Object(given)) => given,
        _ => &none,
    };
    let word = |name: &str| {
        given
            .get(name)
            .and_then(Value::as_str)
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
    };
    let set = given
        .get("set")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let set = set.map(|(name, value)| {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), text)
    });
    Ok(Wish {
        use_cases: word("useCase")
            .map(|ids| ids.split(',').map(|id| id.trim().to_owned()).collect())
            .unwrap_or_default(),
        script: None,
        model: word("model"),
        dataset: word("dataset"),
        gpu: word("gpu").as_deref().map(Gpu::parse).transpose()?,
        goal: word("goal"),
        set: set.collect(),
    })
}

/// The files that the plan holds and the project lacks.
fn written(place: &InProject, plan: &str) -> Result<change::Change, String> {
    let document = place.project.document(plan).ok_or("there is no plan")?;
    let found = files_of(&*place.project, document.text(), &document, None);
    match found.change.is_empty() {
        true => Err("all files of the plan are there".to_owned()),
        false => Ok(found.change),
    }
}

fn placed(
    place: &InProject,
    change: change::Change,
    preview: &'static str,
) -> Result<Change, String> {
    let absolute = |path: &str| -> Result<PathBuf, String> {
        place
            .project
            .absolute(path)
            .ok_or_else(|| format!("`{path}` lies outside of the project"))
    };
    let edits = change.edits.into_iter().map(|(path, edits)| {
        let document = place
            .project
            .document(&path)
            .ok_or_else(|| format!("`{path}` cannot be read"))?;
        Ok(FileEdits { document, edits })
    });
    let creates = change
        .creates
        .into_iter()
        .map(|(path, text)| Ok((absolute(&path)?, text)));
    Ok(Change {
        edits: edits.collect::<Result<_, String>>()?,
        creates: creates.collect::<Result<_, String>>()?,
        preview: Some(preview),
    })
}
