//! Notebooks: whatever a file holds, places go there and back, and fixes change sources alone.

use std::path::Path;

use hf_lsp::notebook::{Joined, Notebook, fix_all};
use hf_lsp::python::analyse;
use hf_lsp::rules;
use hf_lsp::rules::apply::apply_edits;
use hf_lsp::rules::finding::{Edit, Finding};
use hf_lsp::text::TextRange;
use hf_lsp::workspace::requirements::{Kind, declared};
use serde_json::{Value, json};

use super::bytes::Bytes;
use super::common::KNOWLEDGE;
use super::python::any_environment;

/// The first byte says what the others are: a whole file, or the sources of cells.
pub fn run(input: &[u8]) {
    let mut bytes = Bytes(input);
    match bytes.byte() % 4 {
        0 => file(&bytes.rest()),
        form => {
            let environment = any_environment(&mut bytes);
            let text = written(&mut bytes, form);
            let check = |joined: &Joined| {
                let facts = analyse(joined.code());
                let found = rules::check(&KNOWLEDGE, joined.code(), &facts, environment);
                let problems =
                    declared(Path::new("nb.ipynb"), joined.declares(), Kind::Script).problems;
                assert!(
                    problems.is_empty() || joined.declares() == joined.code(),
                    "{problems:?}"
                );
                joined.fixable(found)
            };
            fixes(&text, check);
            file(&text);
        }
    }
}

/// A notebook of up to eight cells; sources as lists of lines or in one string, indented or not.
fn written(bytes: &mut Bytes<'_>, form: u8) -> String {
    let mut cells = Vec::new();
    for _ in 0..8 {
        if bytes.is_empty() {
            break;
        }
        let kind = if bytes.byte().is_multiple_of(8) {
            "markdown"
        } else {
            "code"
        };
        let source = bytes.text();
        let lines: Vec<&str> = source.split_inclusive('\n').collect();
        let source = if form == 1 {
            json!(source)
        } else {
            json!(lines)
        };
        cells.push(json!({"cell_type": kind, "outputs": ["\u{e9}"], "source": source}));
    }
    let file = json!({"cells": cells, "nbformat": 4});
    match form {
        3 => file.to_string(),
        _ => format!("{file:#}\n"),
    }
}

/// What must hold for any text.
fn file(text: &str) {
    let Ok(notebook) = Notebook::parse(text) else {
        return;
    };
    let joined = notebook.join();
    assert_eq!(joined.code().len(), joined.source().len());
    for (command, range) in joined.commands() {
        assert_eq!(range.slice(joined.source()), command);
    }
    for (number, source) in notebook.python() {
        let whole = joined.cell(number).expect("it was joined");
        assert_eq!(whole.slice(joined.source()), source);
        let ends = source
            .char_indices()
            .map(|(at, _)| at)
            .chain([source.len()]);
        for at in ends.take(64) {
            let at = u32::try_from(at).unwrap() + whole.start;
            let place = joined.place(TextRange::at(at)).expect("it lies in a cell");
            assert_eq!(joined.range(place), Some(TextRange::at(at)));
            let in_file = notebook.file_range(place);
            assert!(text.is_char_boundary(in_file.start as usize));
        }
    }
    edits(text, &notebook, &joined);
}

/// A word put in front of each cell, and the first character of each taken away.
fn edits(text: &str, notebook: &Notebook<'_>, joined: &Joined) {
    let cells = notebook.python();
    let mut chosen = Vec::new();
    let mut expected = Vec::new();
    for (number, source) in &cells {
        let whole = joined.cell(*number).expect("it was joined");
        let first = source.chars().next().map_or(0, |it| it.len_utf8() as u32);
        let range = TextRange::new(whole.start, whole.start + first);
        let edit = Edit {
            range,
            content: "a\n\"b".to_owned(),
        };
        let one = std::slice::from_ref(&edit);
        let made = joined
            .edit(&edit)
            .filter(|_| notebook.file_edits(joined, one).is_some());
        expected.push(match &made {
            Some((_, edit)) => format!("{}{}", edit.content, &source[edit.range.end as usize..]),
            None => source.clone(),
        });
        chosen.extend(made.map(|_| edit));
    }
    let Some(edits) = notebook.file_edits(joined, &chosen) else {
        panic!("each could be made alone");
    };
    let next = apply_edits(text, &edits);
    let sources = Notebook::parse(&next)
        .expect("it stays a notebook")
        .python();
    let sources: Vec<String> = sources.into_iter().map(|(_, source)| source).collect();
    assert_eq!(sources, expected);
}

fn fixes(text: &str, check: impl Fn(&Joined) -> Vec<Finding>) {
    let once = fix_all(text, true, &check);
    let (before, after) = (without_sources(text), without_sources(&once.text));
    assert_eq!(before, after, "something beside the sources changed");
    assert_eq!(once.text == text, once.applied.is_empty());
    let twice = fix_all(&once.text, true, &check);
    assert_eq!(twice.text, once.text, "the second time changes more");
}

fn without_sources(text: &str) -> Value {
    let mut file: Value = serde_json::from_str(text).unwrap();
    for cell in file["cells"].as_array_mut().unwrap() {
        cell["source"] = Value::Null;
    }
    file
}
