//! What a project has, as far as a plan is made of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::library::Model;
use super::wish::Wish;
use crate::environment::Source;
use crate::journal::next::ground::Ground;
use crate::journal::project::{Place, Project};
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;

/// A project, as far as a plan is made of it.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The name of its folder.
    pub name: String,
    /// Where its plan lies.
    pub plan: String,
    /// Whether it has a `pyproject.toml`.
    pub has_pyproject: bool,
    /// The releases that it fixes, by normalised names.
    pub pins: BTreeMap<String, String>,
    /// Its scripts that use a library that is known.
    pub scripts: Vec<Script>,
    /// Its files, but for those that the plan itself holds.
    pub paths: BTreeSet<String>,
    /// Its data.
    pub data: Vec<Data>,
    /// The model that its code loads.
    pub model: Option<String>,
    /// The dataset that its code loads.
    pub dataset: Option<String>,
    /// The repository that its code pushes to.
    pub repository: Option<String>,
    /// What draws its curves.
    pub tracker: Option<String>,
    /// What its description says that is to be reached.
    pub goal: Option<String>,
    /// What is found in its scripts at the newest releases; only looked for where an upgrade is planned.
    pub upgrades: Vec<Upgrade>,
    /// The folder that was named as a model, as far as its configuration tells.
    pub local_model: Option<Model>,
    /// The file or folder that was named as a dataset.
    pub local_data: Option<Data>,
    /// What is known of the named model, where the library has no entry for it.
    pub hub_model: Option<Model>,
}

/// A script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Its path.
    pub path: String,
    /// What of libraries it calls, as dotted paths.
    pub calls: Vec<String>,
    /// Top-level packages that it imports.
    pub imports: Vec<String>,
}

/// What a script needs before it runs with newer releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// The script.
    pub path: String,
    /// Lines, from 1, with what is found there.
    pub found: Vec<(usize, String)>,
    /// How many of these have a fix that changes nothing else.
    pub fixable: usize,
}

/// A file or folder of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    /// Its path.
    pub path: String,
    /// What `load_dataset` calls its form.
    pub builder: &'static str,
    /// Its columns, where they can be seen at its beginning.
    pub columns: Vec<String>,
}

/// What is read of a file to see its columns, in bytes.
const HEAD: u64 = 64 * 1024;
/// Folders in which data lie, also where version control leaves them out.
const FOLDERS: [&str; 5] = ["data", "data/raw", "dataset", "datasets", "raw"];
/// Where a repository of data is cut off.
const MOST: usize = 64;

impl Inventory {
    /// Looks at a project; at a script alone where one is named. `own` are the files that the plan itself holds: what
    /// they say is what the plan says already.
    pub fn of(
        surroundings: &Surroundings<'_>,
        name: &str,
        wish: &Wish,
        own: &BTreeSet<String>,
    ) -> Self {
        let script = wish.script.as_deref();
        let is_theirs =
            |path: &str| !own.contains(path) && script.is_none_or(|script| script == path);
        let is_folder = |path: &&String| surroundings.project.place(path) == Some(Place::Folder);
        let ground = Ground::of_scripts(surroundings, is_theirs);
        let project = surroundings.project;
        let pins = surroundings
            .environment
            .libraries
            .iter()
            .filter(|(_, known)| {
                matches!(
                    known.source,
                    Source::Locked(_) | Source::Pinned(_) | Source::Installed(_)
                )
            });
        Self {
            name: name.to_owned(),
            plan: surroundings.names.path(Role::Plan),
            has_pyproject: project.place("pyproject.toml") == Some(Place::File),
            pins: pins
                .map(|(name, known)| (name.clone(), known.version.to_string()))
                .collect(),
            scripts: scripts(project, is_theirs),
            paths: paths(project, own),
            data: data(project),
            model: ground.model,
            dataset: ground.dataset,
            repository: ground.repository,
            tracker: ground.tracker,
            goal: goal(surroundings),
            local_model: wish
                .model
                .as_ref()
                .filter(is_folder)
                .map(|path| local_model(project, path)),
            local_data: wish.dataset.as_ref().and_then(|path| file(project, path)),
            hub_model: None,
            upgrades: Vec::new(),
        }
    }
}

/// A model in a folder of the project.
fn local_model(project: &dyn Project, folder: &str) -> Model {
    let path = format!("{}/config.json", folder.trim_end_matches('/'));
    let head = project.head(&path, HEAD).unwrap_or_default();
    let config = serde_json::from_slice(&head).unwrap_or_default();
    Model {
        id: folder.trim_end_matches('/').to_owned(),
        ..of_config(&config)
    }
}

/// The shape of a model, as its configuration says it.
pub fn of_config(config: &Value) -> Model {
    let text = config.get("text_config").unwrap_or(config);
    let number = |names: &[&str]| names.iter().find_map(|name| text.get(name)?.as_u64());
    Model {
        context: number(&["max_position_embeddings", "n_positions"]),
        config: config.clone(),
        ..Model::default()
    }
}

fn scripts(project: &dyn Project, is_wanted: impl Fn(&str) -> bool) -> Vec<Script> {
    let paths = project
        .scripts()
        .to_vec()
        .into_iter()
        .filter(|path| is_wanted(path));
    let read = |path: String| {
        let document = project.document(&path)?;
        let facts = document.facts();
        let calls = facts
            .calls
            .iter()
            .filter_map(|call| call.callee.import_path());
        let imports = facts
            .imports
            .iter()
            .filter_map(|it| it.module.split('.').next().map(str::to_owned));
        Some(Script {
            calls: calls.collect(),
            imports: imports.collect(),
            path,
        })
    };
    paths.filter_map(read).collect()
}

fn paths(project: &dyn Project, own: &BTreeSet<String>) -> BTreeSet<String> {
    // Hidden files are not among the paths of a project.
    const HIDDEN: [&str; 3] = [".gitignore", ".dockerignore", ".env.example"];
    let hidden = HIDDEN.iter().filter(|path| project.place(path).is_some());
    let all = project
        .paths()
        .to_vec()
        .into_iter()
        .chain(hidden.map(|it| (*it).to_owned()));
    all.filter(|path| !own.contains(path)).collect()
}

fn data(project: &dyn Project) -> Vec<Data> {
    let mut paths: Vec<String> = project.paths().to_vec();
    paths.extend(FOLDERS.iter().flat_map(|folder| project.listed(folder)));
    paths.sort();
    paths.dedup();
    let found = paths.iter().filter_map(|path| file(project, path));
    found.take(MOST).collect()
}

/// A file or folder of data, where it is one.
pub fn file(project: &dyn Project, path: &str) -> Option<Data> {
    let path = path.trim_end_matches('/');
    let data = |builder, columns| Data {
        path: path.to_owned(),
        builder,
        columns,
    };
    if project.place(path) == Some(Place::Folder) {
        return folder(project, path).map(|(builder, columns)| data(builder, columns));
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let head =
        || String::from_utf8_lossy(&project.head(path, HEAD).unwrap_or_default()).into_owned();
    match name.rsplit_once('.')?.1 {
        "jsonl" | "ndjson" => Some(data("json", keys(&head()))),
        "csv" | "tsv" => Some(data("csv", header(&head()))),
        "parquet" => Some(data("parquet", Vec::new())),
        _ => None,
    }
}

/// A folder of pictures or sounds, or of files of one kind.
fn folder(project: &dyn Project, path: &str) -> Option<(&'static str, Vec<String>)> {
    let names = |folder: &str| project.listed(folder);
    let inside: Vec<String> = names(path)
        .iter()
        .take(8)
        .flat_map(|below| match project.place(below) {
            Some(Place::Folder) => names(below),
            _ => vec![below.clone()],
        })
        .collect();
    let has = |ends: &[&str]| {
        inside
            .iter()
            .any(|name| ends.iter().any(|end| name.to_lowercase().ends_with(end)))
    };
    if has(&[".jpg", ".jpeg", ".png", ".webp"]) {
        return Some(("imagefolder", vec!["image".to_owned(), "label".to_owned()]));
    }
    if has(&[".wav", ".mp3", ".flac", ".ogg"]) {
        return Some(("audiofolder", vec!["audio".to_owned()]));
    }
    let first = inside.iter().find_map(|name| file_in(project, name))?;
    Some((first.builder, first.columns))
}

fn file_in(project: &dyn Project, path: &str) -> Option<Data> {
    (project.place(path) == Some(Place::File))
        .then(|| file(project, path))
        .flatten()
}

/// The keys of the first object.
fn keys(text: &str) -> Vec<String> {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    match serde_json::from_str(first.trim_start_matches('\u{feff}')) {
        Ok(Value::Object(object)) => object.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// The names in the first line of a table.
fn header(text: &str) -> Vec<String> {
    let first = text
        .lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches('\u{feff}');
    let sign = if first.contains('\t') { '\t' } else { ',' };
    let names = first
        .split(sign)
        .map(|name| name.trim().trim_matches('"').to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

/// What the description says that is to be reached: the paragraph below a heading of that name, else none.
fn goal(surroundings: &Surroundings<'_>) -> Option<String> {
    let document = surroundings.other(Role::Description)?;
    let mut lines = document.text().lines();
    lines.find(|line| {
        let line = line.trim_start_matches('#').trim().to_lowercase();
        matches!(
            line.as_str(),
            "goal" | "goals" | "goal and target" | "objective"
        )
    })?;
    let text = lines.map(str::trim).find(|line| !line.is_empty())?;
    (!text.starts_with('#')).then(|| text.trim_start_matches("- ").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_off_the_first_row() {
        assert_eq!(
            keys("{\"prompt\": \"a\", \"completion\": \"b\"}\n{"),
            ["prompt", "completion"]
        );
        assert_eq!(keys("[1"), Vec::<String>::new());
        assert_eq!(header("text,\"label\"\r\na,1"), ["text", "label"]);
        assert_eq!(header("a\tb\n"), ["a", "b"]);
    }
}
