//! The fuzzers' properties on stored inputs: the corpus, and whatever failed once. What to run to look
//! for more stands in `docs/reliability.md`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::path::Path;

fn replay(target: &str, run: fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let mut inputs = 0;
    for folder in ["corpus", "regressions"] {
        let Ok(entries) = fs::read_dir(root.join(folder).join(target)) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let input = fs::read(&path).unwrap();
            // The name tells which one fails.
            eprintln!("{}", path.display());
            run(&input);
            inputs += 1;
        }
    }
    assert!(inputs > 0, "no inputs for {target}");
}

#[test]
fn python() {
    replay("python", fuzz::python::run);
}

#[test]
fn edits() {
    replay("edits", fuzz::edits::run);
}

#[test]
fn session() {
    replay("session", fuzz::session::run);
}

#[test]
fn metadata() {
    replay("metadata", fuzz::metadata::run);
}

#[test]
fn frames() {
    replay("frames", fuzz::frames::run);
}

#[test]
fn fixes() {
    replay("fixes", fuzz::fixes::run);
}

#[test]
fn notebook() {
    replay("notebook", fuzz::notebook::run);
}

#[test]
fn shell() {
    replay("shell", fuzz::shell::run);
}

#[test]
fn config() {
    replay("config", fuzz::config::run);
}

#[test]
fn journal() {
    replay("journal", fuzz::journal::run);
}
