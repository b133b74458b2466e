//! Hovers: each file under `tests/fixtures/hover` is asked about the places above its marks.
//!
//! A mark is a comment line with one `^` in it; it points at the line of code above it. The first lines say
//! which releases apply, as in the fixtures of the rules.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use common::{KNOWLEDGE, environment, format, header};
use hf_lsp::assist::documentation::Shelf;
use hf_lsp::assist::hover::hover;
use hf_lsp::docs::describe::Limits;
use hf_lsp::docs::source::Reader;
use hf_lsp::embedded::analyse;

/// The byte offsets that the marks point at.
fn marked(text: &str) -> Vec<u32> {
    let (mut offsets, mut start, mut code) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        match line.trim_start_matches(['#', ' ']).trim_end() == "^" {
            true => offsets.push(u32::try_from(code + line.find('^').unwrap()).unwrap()),
            false => code = start,
        }
        start += line.len();
    }
    offsets
}

/// What is shown at each mark of a file.
fn shown(path: &Path, text: &str) -> String {
    let environment = environment(&header(text, "targets"), &[]);
    let facts = analyse(format(path), text);
    let reader = Reader::default();
    let shelf = Shelf {
        reader: &reader,
        pages: None,
        limits: Limits::HOVER,
    };
    let mut out = String::new();
    for offset in marked(text) {
        let line = 1 + text[..offset as usize].matches('\n').count();
        let found = hover(&KNOWLEDGE, text, &facts, &environment, &shelf, offset);
        match found {
            Some(hover) => {
                let range = hover.range.slice(text);
                writeln!(out, "--- {line}: {range}\n{}", hover.markdown.trim_end()).unwrap();
            }
            None => writeln!(out, "--- {line}: nothing").unwrap(),
        }
    }
    out
}

#[test]
fn the_marked_places_show_what_is_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hover");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let shown = shown(&path, &text);
        let name = path.file_name().unwrap().to_str().unwrap();
        insta::with_settings!({snapshot_path => "fixtures/hover/snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name, shown);
        });
    }
}
