//! Files that declare requirements, under `tests/fixtures/requirements`. Those whose name begins with `good`
//! must have no finding; all others are compared with a snapshot of their findings.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::path::{Path, PathBuf};

use hf_lsp::rules::check_requirements;
use hf_lsp::rules::finding::Finding;
use hf_lsp::workspace::requirements::{Kind, declared};

/// The files, sorted; the folder that one lies in gives it its name.
fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/requirements");
    let mut files = Vec::new();
    for folder in std::fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.ends_with("snapshots") {
            let inside = std::fs::read_dir(folder).unwrap();
            files.extend(inside.map(|entry| entry.unwrap().path()));
        }
    }
    files.sort();
    files
}

fn kind(path: &Path) -> Kind {
    let script = path.extension().is_some_and(|it| it == "py");
    script
        .then_some(Kind::Script)
        .or_else(|| Kind::of(path))
        .unwrap()
}

fn findings(path: &Path, text: &str) -> Vec<Finding> {
    let found = declared(path, text, kind(path));
    assert_eq!(found.problems, [], "{}", path.display());
    let python = text
        .lines()
        .find_map(|line| line.strip_prefix("# python: "));
    let python = python.map(|version| version.parse().unwrap());
    check_requirements(&found.requirements, python.as_ref())
}

fn describe(path: &Path, text: &str) -> String {
    let mut out = String::new();
    for finding in findings(path, text) {
        let line = |at: u32| text[..at as usize].matches('\n').count() + 1;
        out.push_str(&format!(
            "{}: {} {} at `{}`\n    {}\n",
            line(finding.range.start),
            finding.severity,
            finding.code,
            finding.range.slice(text),
            finding.message
        ));
        for more in finding.help.iter().chain(&finding.notes) {
            // The day changes with the knowledge.
            out.push_str(&format!("    {}\n", more.split(" on 2").next().unwrap()));
        }
        for related in &finding.related {
            let place = line(related.range.start);
            out.push_str(&format!("    {place}: {}\n", related.message));
        }
    }
    out
}

#[test]
fn requirement_files_are_judged() {
    for path in fixtures() {
        let text = std::fs::read_to_string(&path).unwrap();
        let folder = path.parent().unwrap().file_name().unwrap();
        let folder = folder.to_str().unwrap();
        let found = describe(&path, &text);
        if folder.starts_with("good") {
            assert_eq!(found, "", "{}", path.display());
        } else {
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(path.parent().unwrap().parent().unwrap().join("snapshots"));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(folder, found));
        }
    }
}
