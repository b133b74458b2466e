//! What is known of a project, for steps that are written for it.

use std::sync::Arc;

use crate::environment::Source;
use crate::journal::plan::{FieldName, Plan};
use crate::journal::project::Place;
use crate::journal::span::code_spans;
use crate::journal::surroundings::Surroundings;
use crate::python::facts::{Call, Facts, Root, Step, Value};
use crate::workspace::document::{Document, Language};
use crate::workspace::requirements::normalise;

/// What a project is about, as far as its plan, its code and its pins say.
#[derive(Debug, Default)]
pub struct Ground {
    /// What commands begin with: `uv run ` where `uv` keeps the environment.
    pub runner: &'static str,
    /// The base model.
    pub model: Option<String>,
    /// The dataset.
    pub dataset: Option<String>,
    /// The repository that the result goes to.
    pub repository: Option<String>,
    /// The folder that the result goes to.
    pub output: Option<String>,
    /// What draws the curves.
    pub tracker: Option<String>,
    /// The script that trains.
    pub train: Option<Script>,
    /// The script that makes the data.
    pub prepare: Option<Script>,
    /// The script that measures.
    pub evaluate: Option<Script>,
    /// The libraries that the code uses, with their versions, where the project fixes these.
    pub pins: Vec<(String, String)>,
    /// The files that fix them.
    pub manifests: Vec<String>,
}

/// A script of the project.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its path.
    pub path: String,
    /// Its text and facts.
    pub document: Arc<Document>,
}

impl Ground {
    /// Looks at the plan's target, the scripts, and what fixes versions.
    pub fn of(surroundings: &Surroundings<'_>) -> Self {
        Self::of_scripts(surroundings, |_| true)
    }

    /// The same with those scripts alone that are wanted.
    pub fn of_scripts(surroundings: &Surroundings<'_>, is_wanted: impl Fn(&str) -> bool) -> Self {
        let mut ground = Self {
            runner: runner(surroundings),
            manifests: manifests(surroundings),
            ..Self::default()
        };
        let mut packages = Vec::new();
        for path in surroundings
            .project
            .scripts()
            .iter()
            .filter(|path| is_wanted(path))
        {
            let Some(document) = surroundings.project.document(path) else {
                continue;
            };
            if document.language() != Language::Python {
                continue;
            }
            let script = Script {
                path: path.clone(),
                document,
            };
            let facts = script.document.facts();
            for import in &facts.imports {
                let first = import.module.split('.').next().unwrap_or_default();
                packages.push(normalise(first));
            }
            ground.read_calls(surroundings, facts);
            ground.file(script);
        }
        packages.sort_unstable();
        packages.dedup();
        ground.pins = pins(surroundings, &packages);
        if let Some(plan) = surroundings.plan() {
            ground.read_target(surroundings.text(), plan);
        }
        ground
    }

    fn file(&mut self, script: Script) {
        let name = script
            .path
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        let trains = |call: &Call| called(call).is_some_and(|name| name.ends_with("Trainer"));
        let facts = script.document.facts();
        let place = if name.contains("eval") {
            &mut self.evaluate
        } else if facts.calls.iter().any(trains) {
            &mut self.train
        } else if name.contains("prep") || name.contains("data") {
            &mut self.prepare
        } else {
            return;
        };
        place.get_or_insert(script);
    }

    fn read_calls(&mut self, surroundings: &Surroundings<'_>, facts: &Facts) {
        let named = |call: &Call, name: &str| match &call.keyword(name)?.value {
            Value::Str(text) => Some(text.clone()),
            _ => None,
        };
        for call in &facts.calls {
            let Some(name) = called(call) else { continue };
            match name {
                "from_pretrained" => {
                    let given =
                        first(call).or_else(|| named(call, "pretrained_model_name_or_path"));
                    self.model = self
                        .model
                        .take()
                        .or(given.filter(|id| is_repository(surroundings, id)));
                }
                "load_dataset" => {
                    let given = first(call).or_else(|| named(call, "path"));
                    self.dataset = self
                        .dataset
                        .take()
                        .or(given.filter(|id| is_repository(surroundings, id)));
                }
                name if name.ends_with("Trainer") => {
                    let given = named(call, "model").or_else(|| first(call));
                    let given = given.filter(|id| is_repository(surroundings, id));
                    self.model = given.or(self.model.take());
                }
                name if name.ends_with("Config") || name.ends_with("Arguments") => {
                    let known = [
                        (&mut self.output, "output_dir"),
                        (&mut self.repository, "hub_model_id"),
                        (&mut self.tracker, "report_to"),
                    ];
                    for (place, argument) in known {
                        if place.is_none() {
                            *place = named(call, argument);
                        }
                    }
                }
                _ => {}
            }
        }
        self.tracker = self
            .tracker
            .take()
            .filter(|it| !matches!(it.as_str(), "none" | "all"));
    }

    /// What the target says, which the code follows.
    fn read_target(&mut self, text: &str, plan: &Plan) {
        let said = |key: &str| {
            let (row, value) = plan.target(text, key)?;
            let span = code_spans(text, row.value).into_iter().next();
            let value = span.map_or(value, |span| span.slice(text));
            let is_one = !value.is_empty() && !value.contains(char::is_whitespace);
            is_one.then(|| value.to_owned())
        };
        self.model = said("Model").or(self.model.take());
        self.dataset = said("Dataset").or(self.dataset.take());
    }

    /// Whether something is said in a field of some step.
    pub fn is_said(text: &str, plan: &Plan, names: &[FieldName], words: &str) -> bool {
        let mut fields = plan.steps.iter().flat_map(|step| &step.fields);
        fields.any(|field| {
            field.name.is_some_and(|name| names.contains(&name))
                && field.value.slice(text).contains(words)
        })
    }
}

/// What commands of a project begin with.
pub fn runner(surroundings: &Surroundings<'_>) -> &'static str {
    match surroundings.project.place("uv.lock") {
        Some(Place::File) => "uv run ",
        _ => "",
    }
}

/// The last name of what is called.
pub fn called(call: &Call) -> Option<&str> {
    match call.callee.steps.last() {
        Some(Step::Attr(name)) => Some(name.as_str()),
        Some(_) => None,
        None => match &call.callee.root {
            Root::Import(name) => Some(name.as_str()),
            _ => None,
        },
    }
}

/// The first argument of a call, where it is a string.
pub fn first(call: &Call) -> Option<String> {
    match &call.positional.first()?.value {
        Value::Str(text) => Some(text.clone()),
        _ => None,
    }
}

/// Whether a string names a repository of the Hub: no file or folder of the project, no kind of files.
pub fn is_repository(surroundings: &Surroundings<'_>, id: &str) -> bool {
    let is_part = |part: &str| {
        let is_sign = |it: u8| it.is_ascii_alphanumeric() || b"-_.".contains(&it);
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_sign)
    };
    const BUILDERS: [&str; 10] = [
        "json",
        "csv",
        "parquet",
        "text",
        "arrow",
        "xml",
        "pandas",
        "imagefolder",
        "audiofolder",
        "webdataset",
    ];
    id.split('/').count() <= 2
        && id.split('/').all(is_part)
        && !BUILDERS.contains(&id)
        && surroundings.project.place(id).is_none()
        && !matches!(
            id.split('/').next(),
            Some("outputs" | "output" | "data" | "models" | "checkpoints" | "results")
        )
}

fn manifests(surroundings: &Surroundings<'_>) -> Vec<String> {
    let mut found = surroundings.project.manifests();
    let rank = |path: &String| match path.as_str() {
        "pyproject.toml" => 0,
        path if path.ends_with(".lock") => 1,
        _ => 2,
    };
    found.retain(|path| {
        matches!(path.as_str(), "pyproject.toml" | "requirements.txt") || path.ends_with(".lock")
    });
    found.sort_by_key(rank);
    found.truncate(2);
    found
}

fn pins(surroundings: &Surroundings<'_>, packages: &[String]) -> Vec<(String, String)> {
    let libraries = surroundings.environment.libraries.iter();
    let is_fixed = |source: &Source| {
        matches!(
            source,
            Source::Installed(_) | Source::Locked(_) | Source::Pinned(_)
        )
    };
    libraries
        .filter(|(name, known)| is_fixed(&known.source) && packages.contains(name))
        .map(|(name, known)| (name.clone(), known.version.to_string()))
        .collect()
}
