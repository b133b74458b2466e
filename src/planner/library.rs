//! What plans are made of, as it lies in `library/`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::journal::plan::Known;
#[cfg(debug_assertions)]
use crate::workspace::files::{DEFAULT_LIMIT, Disk, FileKind, Files as _, read_text};

#[cfg(not(debug_assertions))]
include!(concat!(env!("OUT_DIR"), "/planner.rs"));

/// While hf-lsp is worked on, the files as they are now: a change of a template needs no build.
#[cfg(debug_assertions)]
static FILES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src/planner/library/");
    let mut files = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for path in Disk.list(&folder).unwrap_or_default() {
            match Disk.kind(&path) {
                Some(FileKind::Folder) => folders.push(path),
                _ => files.extend(of_disk(root, &path)),
            }
        }
    }
    files.sort_unstable();
    files
});

#[cfg(debug_assertions)]
fn of_disk(root: &str, path: &std::path::Path) -> Option<(&'static str, &'static str)> {
    let text = read_text(&Disk, path, DEFAULT_LIMIT).ok()?;
    let name = path.to_str()?.strip_prefix(root)?.replace('\\', "/");
    Some((name.leak(), text.leak()))
}

/// A use case.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    /// The name of its folder.
    #[serde(skip)]
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it is for, in a sentence.
    pub summary: String,
    /// What kind of work it is.
    pub kind: CaseKind,
    /// The file of `recommended/` with its models and datasets.
    pub task: Option<String>,
    /// How weights are trained.
    #[serde(default)]
    pub method: Method,
    /// What it leaves behind for the next stage.
    #[serde(default)]
    pub result: Produces,
    /// What the project's environment needs: names, with extras in brackets.
    pub packages: Vec<String>,
    /// Further packages, by the condition under which they are needed.
    #[serde(default)]
    pub packages_when: BTreeMap<String, Vec<String>>,
    /// Environments apart from that of the project.
    #[serde(default)]
    pub environments: BTreeMap<String, Apart>,
    /// Releases of its own, where the common ones do not serve it.
    #[serde(default)]
    pub releases: BTreeMap<String, String>,
    /// Titles of sections that make no sense here.
    #[serde(default)]
    pub without: Vec<String>,
    /// Whether it wants a GPU at all.
    #[serde(default = "yes")]
    pub needs_gpu: bool,
    /// What it is recognised by.
    #[serde(default)]
    pub signs: Signs,
    /// How the data may lie, the usual one first: name to [`DataFormat`].
    #[serde(default)]
    pub formats: Map<String, Value>,
    /// What can be set: name to [`Setting`].
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// What the choice of batch and length begins with.
    #[serde(default)]
    pub fit: Wanted,
    /// What may go wrong.
    #[serde(default)]
    pub risks: Vec<String>,
    /// What only the user knows.
    #[serde(default)]
    pub questions: Vec<String>,
    /// Constants for its templates.
    #[serde(default)]
    pub extra: Map<String, Value>,
    /// Settings in which it is tested.
    #[serde(default, rename = "example")]
    pub examples: Vec<Sample>,
}

const fn yes() -> bool {
    true
}

/// What kind of work a use case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseKind {
    /// Data is made.
    Data,
    /// Something new is built, a tokenizer or an architecture.
    Model,
    /// Weights are trained.
    Training,
    /// Something is measured.
    Evaluation,
    /// Models are run over data.
    Inference,
    /// Models answer requests.
    Serving,
    /// How work is done: jobs, tracking, upgrades.
    Tooling,
}

/// How weights are trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// All of them.
    Full,
    /// An adapter beside them.
    Lora,
    /// An adapter beside weights of four bits.
    Qlora,
    /// Not at all.
    #[default]
    None,
}

impl Method {
    /// As templates and the target's table say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Lora => "lora",
            Self::Qlora => "qlora",
            Self::None => "none",
        }
    }
}

/// What a stage leaves behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Produces {
    /// An adapter, which the stage merges.
    Adapter,
    /// A model in its output folder.
    Model,
    /// Data.
    Dataset,
    /// Nothing that is trained on.
    #[default]
    None,
}

/// An environment apart from that of the project.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apart {
    /// What it is for: "serving".
    pub purpose: String,
    /// What it needs.
    pub packages: Vec<String>,
    /// Why it is one of its own.
    pub why: String,
    /// The Python that it needs, where it is another one.
    pub python: Option<String>,
}

/// What a use case is recognised by.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Signs {
    /// Calls, as dotted paths of libraries, any of which a script makes.
    pub calls: Vec<String>,
    /// Calls of which one has to be there too.
    pub with: Vec<String>,
    /// Columns of data; all of one list.
    pub columns: Vec<Vec<String>>,
    /// Parts of words of a goal, in small letters.
    pub words: Vec<String>,
}

/// A form in which data may lie.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataFormat {
    /// Its columns.
    pub columns: Vec<String>,
    /// What they hold, in words.
    pub about: String,
    /// The builder of `load_dataset` for local files of this form, where it is none for tables.
    pub builder: Option<String>,
}

/// Something that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// What it is when nobody says otherwise.
    pub value: Value,
    /// Why it is that.
    pub why: String,
}

/// What the choice of batch and length begins with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Wanted {
    /// The tokens of an example, where no `max_length` says it.
    pub tokens: Option<u64>,
    /// The largest batch that is useful on one device.
    pub batch: Option<u64>,
    /// What the loss is computed of.
    pub aim: Aim,
    /// The class that loads the model for it, where the model's own class is another one.
    pub class: Option<String>,
    /// Whether logits of all tokens are there at once, as the trainer of transformers has them.
    pub whole_loss: bool,
    /// Whether adapters drop some of their inputs.
    pub dropout: bool,
    /// Whether attention is computed in steps.
    pub eager: bool,
    /// Width and height of the pictures, where the model takes any.
    pub pixels: Option<u64>,
}

/// What a loss is computed of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aim {
    /// The next token.
    #[default]
    Language,
    /// Two answers, beside the model as it was.
    Preference,
    /// One answer, beside the model as it was.
    Judgement,
    /// Two answers, scored.
    Reward,
    /// Answers that are generated while training.
    Generated,
    /// What a teacher says.
    Distilled,
    /// Classes, of texts, words, pictures or sounds.
    Classified,
    /// Embeddings, one side of the pairs at a time.
    Contrasted,
    /// Something that the estimate does not know: another model than the one that is named, pixels, noise.
    Other,
}

impl Aim {
    /// Whether it is of a model that writes text, whatever its configuration says.
    pub const fn is_of_text(self) -> bool {
        !matches!(self, Self::Classified | Self::Contrasted | Self::Other)
    }
}

/// A setting in which a use case is tested.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// As they are given on a command line.
    pub arguments: Vec<String>,
    /// The project that the plan is for, a folder of `tests/fixtures/planner`; an empty one without it.
    pub project: Option<String>,
}

/// Models and datasets for a task.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recommended {
    /// The day on which they were looked at.
    pub date: String,
    /// The first one that fits is taken.
    pub model: Vec<Model>,
    /// The first one of the wanted form is taken.
    pub dataset: Vec<Dataset>,
}

/// A model of the Hub.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Model {
    /// Its id.
    pub id: String,
    /// How many weights it has.
    pub parameters: Option<u64>,
    /// Tokens that it was trained for.
    pub context: Option<u64>,
    /// Its `config.json`, or the part of it that decides about its shape.
    pub config: Value,
    /// As the Hub names it.
    pub licence: String,
    /// Whether its licence has to be accepted.
    pub gated: bool,
    /// The class that loads it.
    pub class: Option<String>,
    /// Why it is taken.
    pub why: String,
    /// What is said of it where another is taken.
    pub note: String,
    /// What templates of its task may ask for beside that.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Model {
    /// The width of its layers, where its configuration says it.
    pub fn hidden(&self) -> Option<u64> {
        let text = self.config.get("text_config").unwrap_or(&self.config);
        let named = ["hidden_size", "n_embd", "d_model", "dim"];
        named.iter().find_map(|name| text.get(name)?.as_u64())
    }
}

/// A dataset of the Hub.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Dataset {
    /// Its id.
    pub id: String,
    /// Its configuration, where it has several.
    pub config: Option<String>,
    /// The part that is loaded.
    pub split: String,
    /// Its form, one of those of the use case.
    pub format: String,
    /// Its columns that are used.
    pub columns: Vec<String>,
    /// As the Hub names it.
    pub licence: String,
    /// Why it is taken.
    pub why: String,
    /// What templates of its task may ask for beside that.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct Releases {
    releases: BTreeMap<String, String>,
    #[serde(default)]
    missing: BTreeMap<String, String>,
}

/// The text of a file.
pub fn text(name: &str) -> Option<&'static str> {
    let at = FILES
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()?;
    Some(FILES[at].1)
}

/// All files: names and texts.
pub fn files() -> &'static [(&'static str, &'static str)] {
    &FILES
}

/// All use cases, in the order of their kinds.
pub fn cases() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
        let ids = FILES.iter().filter_map(|(name, _)| {
            let id = name.strip_prefix("cases/")?.strip_suffix("/case.toml")?;
            Some((id, *name))
        });
        let mut cases: Vec<Case> = ids
            .map(|(id, name)| Case {
                id: id.to_owned(),
                ..read::<Case>(name)
            })
            .collect();
        cases.sort_by_key(|case| case.kind);
        cases
    });
    &CASES
}

/// A use case by its id.
pub fn case(id: &str) -> Option<&'static Case> {
    cases().iter().find(|case| case.id == id)
}

/// Whether a use case does without a section; several are named with `+` between them.
pub fn is_spared(use_cases: &str, section: Known) -> bool {
    let spares = |id: &str| {
        case(id).is_some_and(|case| {
            let mut without = case.without.iter();
            without.any(|title| Known::find(title) == Some(section))
        })
    };
    !use_cases.is_empty() && use_cases.split('+').all(|id| spares(id.trim()))
}

/// Models and datasets for a task.
pub fn recommended(task: &str) -> &'static Recommended {
    static ALL: LazyLock<BTreeMap<String, Recommended>> = LazyLock::new(|| {
        let tasks = FILES.iter().filter_map(|(name, _)| {
            let task = name.strip_prefix("recommended/")?.strip_suffix(".toml")?;
            Some((task.to_owned(), read(name)))
        });
        tasks.collect()
    });
    static NONE: LazyLock<Recommended> = LazyLock::new(Recommended::default);
    ALL.get(task).unwrap_or(&NONE)
}

/// What is known of a model: of the task, else of any.
pub fn model(task: Option<&str>, id: &str) -> Option<&'static Model> {
    let of = |task: &str| recommended(task).model.iter().find(|model| model.id == id);
    let tasks = FILES
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("recommended/")?.strip_suffix(".toml"));
    task.and_then(of)
        .or_else(|| tasks.map(of).find_map(|it| it))
}

/// The release that is recommended for a distribution, by its normalised name.
pub fn release(name: &str) -> Option<&'static str> {
    static RELEASES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        let all = read::<Releases>("packages.toml").releases.into_iter();
        all.map(|(name, version)| (crate::workspace::requirements::normalise(&name), version))
            .collect()
    });
    RELEASES.get(name).map(String::as_str)
}

/// Why plans do without a package that would be of use.
pub fn missing(name: &str) -> Option<String> {
    let mut all = read::<Releases>("packages.toml").missing;
    all.remove(name)
}

/// A file of ours; a test reads them all.
fn read<T: DeserializeOwned>(name: &str) -> T {
    let text = text(name).unwrap_or_else(|| panic!("`{name}` is not in the library"));
    toml_edit::de::from_str(text).unwrap_or_else(|error| panic!("`{name}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_can_be_read() {
        assert!(!cases().is_empty());
        for (name, _) in files() {
            if let Some(task) = name.strip_prefix("recommended/") {
                let all = recommended(task.trim_end_matches(".toml"));
                assert!(!all.model.is_empty() || !all.dataset.is_empty(), "{name}");
            }
        }
        for case in cases() {
            for title in &case.without {
                assert!(Known::find(title).is_some(), "{}: {title}", case.id);
            }
            for (name, format) in &case.formats {
                let read = serde_json::from_value::<DataFormat>(format.clone());
                assert!(read.is_ok(), "{}: {name}: {read:?}", case.id);
            }
            for (name, setting) in &case.settings {
                let read = serde_json::from_value::<Setting>(setting.clone());
                assert!(read.is_ok(), "{}: {name}: {read:?}", case.id);
            }
            assert!(case.examples.len() >= 3, "{}: three examples", case.id);
        }
    }

    #[test]
    fn configurations_have_the_parameters_that_models_are_said_to_have() {
        let (mut wrong, mut right) = (Vec::new(), 0);
        let tasks = files()
            .iter()
            .filter_map(|(name, _)| name.strip_prefix("recommended/")?.strip_suffix(".toml"));
        for model in tasks.flat_map(|task| &recommended(task).model) {
            if !model.config.is_object() {
                continue;
            }
            let class = model.class.as_deref().and_then(|it| it.rsplit('.').next());
            match crate::estimate::architecture::model(&model.config, class) {
                Ok(known) if model.parameters.is_none_or(|it| it == known.parameters()) => {
                    right += 1;
                }
                Ok(known) => wrong.push(format!(
                    "{}: {} and not {:?}",
                    model.id,
                    known.parameters(),
                    model.parameters
                )),
                // What is not understood is measured by the smoke test of the plan.
                Err(_) => {}
            }
        }
        assert!(right > 20, "{right}");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
