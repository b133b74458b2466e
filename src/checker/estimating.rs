//! What estimates need of files: what lies beside a script, and the configurations of models.

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Checker;
use crate::embedded::declares;
use crate::environment::Environment;
use crate::estimate::architecture;
use crate::estimate::model::Model;
use crate::estimate::reading::{Beside, Given, ModelRef, Reading, readings};
use crate::hub::{Need, RepoId};
use crate::knowledge::overlay::overlay;
use crate::planner::library;
use crate::python::facts::Facts;
use crate::rules;
use crate::rules::context::Context;
use crate::workspace::document::Document;
use crate::workspace::files::read_text;

/// Configurations are small, in bytes.
const CONFIG_LIMIT: u64 = 4 * 1024 * 1024;
/// Where `accelerate config` writes, and where projects keep it.
pub(super) const ACCELERATE: [&str; 5] = [
    "accelerate_config.yaml",
    "accelerate.yaml",
    "default_config.yaml",
    "configs/accelerate_config.yaml",
    "accelerate_configs/default_config.yaml",
];

/// A model, with what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// What it is made of.
    pub model: Model,
    /// Its configuration, where there is one.
    pub config: Option<Value>,
    /// Where that is from, in words: "`config.json` of the downloads".
    pub from: String,
}

/// Why nothing is known of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotKnown {
    /// What is missing, in words.
    pub why: String,
    /// What to give on the command line; empty where that does not help.
    pub give: &'static str,
}

impl NotKnown {
    const fn new(why: String, give: &'static str) -> Self {
        Self { why, give }
    }
}

impl From<String> for NotKnown {
    fn from(why: String) -> Self {
        Self::new(why, "")
    }
}

impl fmt::Display for NotKnown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let apart = if self.give.is_empty() { "" } else { "; " };
        write!(out, "{}{apart}{}", self.why, self.give)
    }
}

impl Checker {
    /// What a document trains or runs, in the order of its text; what is `given` stands above what it says. Reads the
    /// files beside it that it names.
    pub fn readings(&self, path: &Path, document: &Document, given: &Given) -> Vec<Reading> {
        let (text, facts) = (document.code(), document.facts());
        if !rules::concerns(&self.knowledge, text, facts) {
            return Vec::new();
        }
        let declared = match document.cells() {
            Some(cells) => cells.declares().into(),
            None => declares(facts.format, text),
        };
        let answer = self.versions(path, Some(&declared));
        self.readings_at(path, text, facts, given, &answer.environment)
    }

    /// The same of a text with its facts, with releases that are known.
    pub fn readings_at(
        &self,
        path: &Path,
        text: &str,
        facts: &Facts,
        given: &Given,
        environment: &Environment,
    ) -> Vec<Reading> {
        self.analysed(path, text, || {
            let modules = self.modules(path, text, facts.format);
            let view = self.knowledge.view(environment);
            let ctx = Context::new(text, facts, &view, None, environment, overlay());
            let ctx = ctx.with(rules::Beside {
                modules: Some(&modules),
                ..rules::Beside::default()
            });
            let file = |name: &str| self.beside(path, name);
            let accelerate = ACCELERATE
                .iter()
                .find_map(|name| Some((*name, file(name)?)));
            let accelerate = accelerate.as_ref();
            let beside = Beside {
                file: &file,
                accelerate: accelerate.map(|(name, text)| (*name, text.as_str())),
            };
            readings(&ctx, given, &beside)
        })
    }

    /// The folders in which a script's relative paths may lie.
    fn folders<'p>(&'p self, path: &'p Path) -> [&'p Path; 2] {
        [path.parent().unwrap_or(Path::new("")), self.root()]
    }

    /// The text of a file that a script names.
    pub(super) fn beside(&self, path: &Path, name: &str) -> Option<String> {
        let mut folders = self.folders(path).into_iter();
        folders.find_map(|folder| read_text(&*self.files, &folder.join(name), CONFIG_LIMIT).ok())
    }

    /// What a model is made of: by a configuration that is `given` (a file, or a folder with `config.json`), else by what
    /// this machine knows of its name. A class and labels that the code asks for count.
    ///
    /// # Errors
    /// What is missing and what to give, in sentences for people.
    pub fn describe(
        &self,
        path: &Path,
        model: &ModelRef,
        given: Option<&Path>,
    ) -> Result<Described, NotKnown> {
        if let Some(given) = given {
            let (file, config) = self.given_config(given)?;
            return Ok(made(config, model, format!("`{}`", file.display()))?);
        }
        let Some(name) = &model.name else {
            return Err(NotKnown::new(
                "which model it is, is only known when the code runs".to_owned(),
                "give `--model ID` or `--config PATH`",
            ));
        };
        if let Some((file, config)) = self.local_config(path, name, model.subfolder.as_deref())? {
            return Ok(made(config, model, format!("`{}`", file.display()))?);
        }
        let id = RepoId::parse(name).map_err(|_| {
            let why = format!(
                "`{name}` is no model of the Hub, and there is no such folder with a `config.json`"
            );
            NotKnown::new(why, "give `--config PATH`")
        })?;
        match self.of_hub(&id, model) {
            Some(found) => Ok(found?),
            None => Err(NotKnown::new(
                format!("nothing is known here of the model `{name}`"),
                "give its configuration (`--config PATH`), or look it up with `--online`",
            )),
        }
    }

    /// What the downloads, the remembered facts of the Hub and the library of the planner know of a model.
    fn of_hub(&self, id: &RepoId, model: &ModelRef) -> Option<Result<Described, String>> {
        let hub = self.request.hub.as_ref();
        let facts = hub.and_then(|hub| {
            hub.model(id, model.revision.as_deref(), Need::Background)
                .facts
        });
        let config = hub
            .filter(|_| model.subfolder.is_none())
            .and_then(|hub| hub.configuration(id));
        let counted = facts
            .as_ref()
            .and_then(|facts| facts.parameters.as_ref())
            .map(|it| it.total);
        match (config, counted) {
            (Some(config), counted) => {
                let from = "`config.json` of the downloads".to_owned();
                let exact = made(config.clone(), model, from);
                Some(match (exact, counted) {
                    (Err(_), Some(total)) => Ok(Described {
                        model: architecture::counted(total, Some(&config)),
                        config: Some(config),
                        from: "the sizes of its files; its architecture is not known here"
                            .to_owned(),
                    }),
                    (exact, _) => exact,
                })
            }
            (None, counted) => of_library(id, model).map(Ok).or_else(|| {
                let model = architecture::counted(counted?, None);
                let from = "the sizes of its files on the Hub; its configuration is not known here"
                    .to_owned();
                Some(Ok(Described {
                    model,
                    config: None,
                    from,
                }))
            }),
        }
    }

    /// A configuration that somebody points at.
    fn given_config(&self, given: &Path) -> Result<(PathBuf, Value), String> {
        let file = match self.files.is_folder(given) {
            true => given.join("config.json"),
            false => given.to_path_buf(),
        };
        Ok((file.clone(), self.config(&file)?))
    }

    fn config(&self, file: &Path) -> Result<Value, String> {
        let shown = file.display();
        let text = read_text(&*self.files, file, CONFIG_LIMIT)
            .map_err(|error| format!("`{shown}` {error}"))?;
        let config: Value = serde_json::from_str(&text)
            .map_err(|error| format!("`{shown}` is no JSON: {error}"))?;
        if !config.is_object() {
            return Err(format!(
                "`{shown}` is no configuration of a model: it holds no object"
            ));
        }
        Ok(config)
    }

    /// The configuration in a folder of that name.
    fn local_config(
        &self,
        path: &Path,
        name: &str,
        subfolder: Option<&str>,
    ) -> Result<Option<(PathBuf, Value)>, String> {
        let at = |folder: &Path| {
            let folder = folder.join(name);
            let folder = subfolder.map_or(folder.clone(), |sub| folder.join(sub));
            folder.join("config.json")
        };
        let mut files = self.folders(path).into_iter().map(at);
        let Some(file) = files.find(|file| self.files.is_file(file)) else {
            return Ok(None);
        };
        let config = self.config(&file)?;
        Ok(Some((file, config)))
    }
}

/// The model of a configuration, with the head that the code asks for.
fn made(mut config: Value, asked: &ModelRef, from: String) -> Result<Described, String> {
    if let (Some(labels), Some(fields)) = (asked.labels, config.as_object_mut()) {
        fields.insert("num_labels".to_owned(), json!(labels));
        // Names of labels are as many as those of the checkpoint.
        fields.remove("id2label");
    }
    if let Some(absurd) = absurd(&config) {
        return Err(format!("{from}: {absurd}, which no model has"));
    }
    let model = architecture::model(&config, asked.class.as_deref())
        .map_err(|unknown| format!("{from}: {unknown}"))?;
    Ok(Described {
        model,
        config: Some(config),
        from,
    })
}

/// A size of a configuration, or of the parts in it, that is below 0.
fn absurd(config: &Value) -> Option<String> {
    config.as_object()?.iter().find_map(|(name, value)| {
        let is_size = name.starts_with("num_") || name.ends_with("_size") || name.ends_with("_dim");
        let is_below = value.as_f64().is_some_and(|it| it < 0.0);
        if is_size && is_below {
            return Some(format!("`{name}` is {value}"));
        }
        absurd(value)
    })
}

/// A model that plans recommend, by the configuration that stands there.
fn of_library(id: &RepoId, asked: &ModelRef) -> Option<Described> {
    let known = library::model(None, id.as_str())?;
    let from = "what the planner knows of it".to_owned();
    let exact = made(known.config.clone(), asked, from.clone()).ok();
    exact.or_else(|| {
        Some(Described {
            model: architecture::counted(known.parameters?, None),
            config: None,
            from: format!("{from}: the number of its weights"),
        })
    })
}
