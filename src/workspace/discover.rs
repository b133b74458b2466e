//! Which files `check` reads: folders are walked as ripgrep does, named files are always taken.
//!
//! The walk is that of the `ignore` crate and so on the real disk, not through `Files`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::{DirEntry, WalkBuilder};

use super::problem::Problem;
use super::requirements::Kind;
use super::settings::Settings;
use crate::embedded::Format;
use crate::journal::role::{Names, Role};

/// Folders that hold other people's code or none, left out unless named.
const SKIPPED: [&str; 4] = [
    "node_modules",
    "site-packages",
    "__pycache__",
    ".ipynb_checkpoints",
];

/// What is looked at though its name hides it: what continuous integration runs.
const SHOWN: [&str; 4] = [".github", ".gitlab-ci.yml", ".circleci", ".devcontainer"];

/// The same for what tells agents what to do, of which no more is looked at than these folders: beside them may lie
/// copies of the project.
const AGENTS: (&str, [&str; 4]) = (".claude", ["agents", "commands", "rules", "CLAUDE.md"]);

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// `*.py`, `*.pyi`, and every named file of no other type.
    Python,
    /// `*.ipynb`.
    Notebook,
    /// Declares requirements.
    Requirements(Kind),
    /// What else may hold code of interest.
    Embedded(Format),
}

impl FileType {
    /// By name alone; `None` for what a walk passes over.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension {
            Some("py" | "pyi") => Some(Self::Python),
            Some("ipynb") => Some(Self::Notebook),
            _ => (Kind::of(path).map(Self::Requirements))
                .or_else(|| Format::of(path).map(Self::Embedded)),
        }
    }

    /// For a file that was named: any text file is taken for requirements, anything else for Python.
    fn of_named(path: &Path) -> Self {
        let text = path.extension().is_some_and(|extension| extension == "txt");
        let default = if text {
            Self::Requirements(Kind::Requirements)
        } else {
            Self::Python
        };
        Self::of(path).unwrap_or(default)
    }
}

/// A file to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// As given, or below the folder that was given.
    pub path: PathBuf,
    /// The same from the top of the file system.
    pub absolute: PathBuf,
    /// What it is read as.
    pub kind: FileType,
    /// Whether it was named itself, so that no exclusion applies.
    pub named: bool,
}

/// The files to check, sorted, each once, and what could not be walked.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// Files, whether readable or not.
    pub files: Vec<Found>,
    /// Paths that do not exist, folders that cannot be read.
    pub errors: Vec<Problem>,
}

/// Finds the files under the given paths. Honours .gitignore; skips hidden files, environments, caches and
/// what the settings exclude; does not follow links inside folders, so loops end.
pub fn discover(paths: &[PathBuf], settings: &Arc<Settings>) -> Discovery {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        let path = plain(path);
        if path.is_dir() {
            walk(&path, settings, &mut files, &mut errors);
        } else if path.exists() {
            let found = Found {
                absolute: absolute(&path),
                kind: FileType::of_named(&path),
                path,
                named: true,
            };
            files.push(found);
        } else {
            errors.push(Problem::whole(path, "no such file or directory".to_owned()));
        }
    }
    // Whatever is named comes before the same that is found, and stays.
    files.sort_by_cached_key(|found| (ordered(&found.path), !found.named));
    files.dedup_by(|next, kept| next.path == kept.path);
    Discovery { files, errors }
}

/// Bytes in the order of the path's components, which are dear to compare themselves.
fn ordered(path: &Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    let lowest = |byte: &u8| match std::path::is_separator(char::from(*byte)) {
        true => 0,
        false => *byte,
    };
    bytes.map(lowest).collect()
}

fn walk(
    folder: &Path,
    settings: &Arc<Settings>,
    files: &mut Vec<Found>,
    errors: &mut Vec<Problem>,
) {
    let settings = Arc::clone(settings);
    let journal = settings.journal(Names::default()).path(Role::Changelog);
    let top = absolute(folder);
    // The system is asked once where we are.
    let below = {
        let folder = folder.to_path_buf();
        move |path: &Path| top.join(path.strip_prefix(&folder).unwrap_or(path))
    };
    let place = below.clone();
    let keep = move |entry: &DirEntry| {
        entry.depth() == 0 || !is_skipped(entry, &place(entry.path()), &settings)
    };
    let mut walk = WalkBuilder::new(folder);
    // A .gitignore says what is not source, also where the repository was not cloned but copied.
    walk.require_git(false).hidden(false).filter_entry(keep);
    for entry in walk.build() {
        match entry {
            Ok(entry) => add(&entry, below(entry.path()), &journal, files),
            Err(error) => errors.push(Problem::whole(folder, error.to_string())),
        }
    }
}

/// `journal` is where the changelog of a journal lies: what it tells is of now.
fn add(entry: &DirEntry, absolute: PathBuf, journal: &str, files: &mut Vec<Found>) {
    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
    let Some(kind) = FileType::of(entry.path()).filter(|_| is_file) else {
        return;
    };
    let is_markdown = kind == FileType::Embedded(Format::Markdown);
    if is_markdown && is_history(entry.path()) && !absolute.ends_with(journal) {
        return;
    }
    files.push(Found {
        path: plain(entry.path()),
        absolute,
        kind,
        named: false,
    });
}

/// Whether a document tells, by its name, of what was before: such show old code on purpose.
fn is_history(path: &Path) -> bool {
    const NAMES: [&str; 7] = [
        "change", "history", "migrat", "news", "release", "upgrad", "whatsnew",
    ];
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.unwrap_or_default().to_ascii_lowercase();
    NAMES.iter().any(|start| name.starts_with(start))
}

/// `absolute` is the place of the entry: settings compare with the folder of their file.
fn is_skipped(entry: &DirEntry, absolute: &Path, settings: &Settings) -> bool {
    let path = entry.path();
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let name = entry.file_name();
    let shown = || name == AGENTS.0 || SHOWN.iter().any(|shown| name == *shown);
    let hidden = name.as_encoded_bytes().starts_with(b".") && !shown();
    let folder = path.parent().and_then(Path::file_name);
    let beside_agents = folder.is_some_and(|folder| folder == AGENTS.0)
        && !AGENTS.1.iter().any(|shown| name == *shown);
    let skipped = || {
        SKIPPED.iter().any(|skipped| name == *skipped)
            || path.join("pyvenv.cfg").is_file()
            || path.join("conda-meta").is_dir()
    };
    hidden || beside_agents || (is_folder && skipped()) || settings.is_excluded(absolute)
}

/// The path from the top of the file system, as it is where that cannot be told.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Without a leading `./`, so that a file has one name.
fn plain(path: &Path) -> PathBuf {
    match path.strip_prefix("./") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.to_path_buf(),
        _ => path.to_path_buf(),
    }
}

#[cfg(test)]
mod tests;
