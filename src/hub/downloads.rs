//! The cache of huggingface_hub: what the user has downloaded. Only ever read, and as little to be trusted as the
//! network: links count only inside of the cache, files have limits.

mod header;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hf_hub::{Cache, Repo, RepoType};
use serde_json::Value;

use super::id::{Kind, RepoId, is_commit, is_revision};
use super::json;
use super::model::Parameters;
use super::request::FILE_LIMIT;
use crate::workspace::files::{Files, read_text};

/// The files that are read, where they are there.
const READ: &[&str] = &[
    "config.json",
    "tokenizer_config.json",
    "generation_config.json",
    "adapter_config.json",
];
/// The text of a reference is a commit.
const REFERENCE_LIMIT: u64 = 200;

/// The cache.
#[derive(Clone, Debug)]
pub struct Downloads {
    root: PathBuf,
    files: Arc<dyn Files>,
}

/// One revision of a repository, as far as it was downloaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Its commit.
    pub commit: String,
    /// The files at its top.
    pub files: Vec<String>,
    /// The metadata of its card.
    pub card: Option<Value>,
    /// The numbers of parameters, where all weights are there.
    pub parameters: Option<Parameters>,
    /// The small JSON files.
    pub(super) values: BTreeMap<&'static str, Value>,
    /// Whether the library knows that there is no `chat_template.jinja`.
    pub(super) without_template: bool,
}

impl Snapshot {
    /// What stands in one of the small JSON files.
    pub fn json(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Whether the tokenizer has a chat template. No only where its configuration is there and the library has found
    /// that there is no template beside it.
    pub fn chat_template(&self) -> Option<bool> {
        let beside = self
            .files
            .iter()
            .any(|file| file.starts_with("chat_template."));
        let config = self.json("tokenizer_config.json");
        if beside || config.is_some_and(|config| json::present(config, "chat_template").is_some()) {
            return Some(true);
        }
        (config.is_some() && self.without_template).then_some(false)
    }
}

impl Downloads {
    /// The cache at `root`.
    pub fn new(root: PathBuf, files: Arc<dyn Files>) -> Self {
        let root = files.canonical(&root).unwrap_or(root);
        Self { root, files }
    }

    /// What was downloaded of a repository at a revision (`main` if none is named).
    pub fn snapshot(&self, kind: Kind, id: &RepoId, revision: Option<&str>) -> Option<Snapshot> {
        let revision = revision.unwrap_or("main");
        if !is_revision(revision) {
            return None;
        }
        let folder = self.folder(kind, id);
        let commit = match is_commit(revision) {
            true => revision.to_owned(),
            false => self.reference(&folder, revision)?,
        };
        let top = folder.join("snapshots").join(&commit);
        let paths = self.files.list(&self.inside(&top)?).ok()?;
        let files: Vec<String> = paths
            .iter()
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect();
        let read = |name: &&'static str| Some((*name, json::parse(&self.read(&top.join(name))?)?));
        let missing = folder
            .join(".no_exist")
            .join(&commit)
            .join("chat_template.jinja");
        Some(Snapshot {
            parameters: (kind == Kind::Model)
                .then(|| self.parameters(&top, &files))
                .flatten(),
            card: self.card(&top),
            values: READ.iter().filter_map(read).collect(),
            without_template: self.files.is_file(&missing),
            commit,
            files,
        })
    }

    /// All repositories of a kind, sorted: for completion without a network.
    pub fn ids(&self, kind: Kind) -> Vec<RepoId> {
        let prefix = format!("{}--", kind.plural());
        let paths = self.files.list(&self.root).unwrap_or_default();
        let id = |path: &PathBuf| {
            let name = path.file_name()?.to_str()?.strip_prefix(&prefix)?;
            RepoId::parse(&name.replacen("--", "/", 1)).ok()
        };
        paths.iter().filter_map(id).collect()
    }

    /// The folder of a repository; the layout is hf-hub's knowledge.
    fn folder(&self, kind: Kind, id: &RepoId) -> PathBuf {
        let kind = match kind {
            Kind::Model => RepoType::Model,
            Kind::Dataset => RepoType::Dataset,
        };
        let repo = Repo::new(id.as_str().to_owned(), kind);
        let name = repo.folder_name();
        Cache::new(self.root.clone()).path().join(name)
    }

    /// The commit that a branch or tag stood for at the last download.
    fn reference(&self, folder: &Path, revision: &str) -> Option<String> {
        let path = self.inside(&folder.join("refs").join(revision))?;
        let commit = read_text(self.files.as_ref(), &path, REFERENCE_LIMIT).ok()?;
        let commit = commit.trim();
        is_commit(commit).then(|| commit.to_owned())
    }

    /// The path with its links resolved, if that lies in the cache.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        let path = self.files.canonical(path)?;
        path.starts_with(&self.root).then_some(path)
    }

    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        self.files.read(&self.inside(path)?, FILE_LIMIT as u64).ok()
    }

    fn card(&self, top: &Path) -> Option<Value> {
        let card = String::from_utf8(self.read(&top.join("README.md"))?).ok()?;
        json::metadata(&card)
    }
}
