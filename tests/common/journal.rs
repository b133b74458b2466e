//! Workspaces with a journal, in memory or on disk, and what is found in them.

#![allow(dead_code, reason = "each target uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

use hf_lsp::checker::{Checker, Request};
use hf_lsp::knowledge::choose::Knowledge;
use hf_lsp::rules::finding::Finding;
use hf_lsp::workspace::document::{Document, Language};
use hf_lsp::workspace::files::{Disk, Files, MemoryFiles};
use hf_lsp::workspace::requirements::Kind;
use hf_lsp::workspace::settings::Layer;
use tempfile::TempDir;

static KNOWLEDGE: LazyLock<Arc<Knowledge>> = LazyLock::new(Arc::default);

/// Where workspaces in memory lie.
pub const ROOT: &str = "/project";

/// A checker for a workspace.
pub fn checker(root: &Path, files: Arc<dyn Files>, targets: &[&str]) -> Checker {
    let request = Request {
        root: root.to_path_buf(),
        layer: Layer {
            targets: targets.iter().map(|it| (*it).to_owned()).collect(),
            ..Layer::default()
        },
        ..Request::default()
    };
    Checker::new(files, Arc::clone(&KNOWLEDGE), request).unwrap()
}

/// A checker for these files in memory.
pub fn in_memory(files: &[(&str, String)], targets: &[&str]) -> Checker {
    let memory = MemoryFiles::new();
    for (path, text) in files {
        memory.write(Path::new(ROOT).join(path), text);
    }
    checker(Path::new(ROOT), Arc::new(memory), targets)
}

/// All that is found in a document.
pub fn findings(checker: &Checker, path: &Path, text: &str) -> Vec<Finding> {
    let language = Language::from_path(path);
    let name = path.to_string_lossy().into_owned();
    let document = Document::new(
        name,
        Some(path.to_path_buf()),
        language,
        None,
        text.to_owned(),
    );
    let found = match Kind::of(path) {
        Some(kind) => checker.check_requirements(path, text, kind),
        None => match language {
            Language::Python | Language::Embedded(_) => checker.check(path, text, document.facts()),
            _ => Vec::new(),
        },
    };
    let found = checker.with_journal(path, &document, found);
    assert_eq!(checker.incidents(), [], "{}", path.display());
    found
}

/// The findings of all files of a workspace in memory, by path.
pub fn all_in_memory(files: &[(&str, String)], targets: &[&str]) -> BTreeMap<String, Vec<Finding>> {
    let checker = in_memory(files, targets);
    let of = |(path, text): &(&str, String)| {
        let found = findings(&checker, &Path::new(ROOT).join(path), text);
        ((*path).to_owned(), found)
    };
    files.iter().map(of).collect()
}

/// The files below a folder, sorted.
pub fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(".git") {
                continue;
            }
            if path.is_dir() {
                &mut folders
            } else {
                &mut files
            }
            .push(path);
        }
    }
    files.sort();
    files
}

/// A copy of a workspace with a past of its own: first a commit with the files of `earlier` in place of its own, then
/// one with its own.
pub fn with_history(folder: &Path, earlier: &Path, git: &[&[&str]]) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    let put = |from: &Path| {
        for path in files_in(from) {
            let to = copy.path().join(path.strip_prefix(from).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(path, to).unwrap();
        }
    };
    let run = |arguments: &[&str]| {
        let done = Command::new("git")
            .current_dir(copy.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.org"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
    };
    put(folder);
    put(earlier);
    run(&["init", "--quiet", "--object-format=sha1"]);
    run(&["add", "--all"]);
    run(&["commit", "--quiet", "--message", "Before"]);
    put(folder);
    run(&["add", "--all"]);
    run(&["commit", "--quiet", "--message", "After"]);
    git.iter().for_each(|arguments| run(arguments));
    copy
}

/// The findings of a workspace on disk as `path:line CODE`, sorted, with their messages.
pub fn all_on_disk(root: &Path) -> Vec<(String, String)> {
    let root = root.canonicalize().unwrap();
    let checker = checker(&root, Arc::new(Disk), &[]);
    let mut all = Vec::new();
    for path in files_in(&root) {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let relative = path
            .strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        for finding in findings(&checker, &path, &text) {
            let line = text[..finding.range.start as usize].matches('\n').count() + 1;
            all.push((
                format!("{relative}:{line} {}", finding.code),
                finding.message,
            ));
        }
    }
    all.sort();
    all
}
