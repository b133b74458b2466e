//! "Fix all in this file", or notebook: fixes until nothing changes, as edits of the text that is there.

use std::ops::Range;
use std::sync::Arc;

use serde_json::json;
use similar::{DiffTag, TextDiff};
use tower_lsp_server::jsonrpc::Result;

use super::compute::compute;
use super::open::{Open, OpenNotebook};
use super::session::Session;
use crate::embedded::Format;
use crate::engine::{Cancel, Engine};
use crate::notebook::{self, Joined, Notebook};
use crate::rules::apply;
use crate::rules::finding::Edit;
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};

/// The edits that leave no safe fix of an open document, or its notebook, to be made, in the analysed text.
/// Worked out off the loop: each round checks a whole text.
pub async fn fix_all(session: &Arc<Session>, open: &Open) -> Result<Vec<Edit>> {
    let (engine, open) = (Arc::clone(&session.engine), open.clone());
    compute(session, move |cancel| {
        let document = open.analysed();
        let check = |joined: &Joined| {
            let path = document.path().map(Into::into);
            let cells = Document::joined(document.uri().to_owned(), path, joined.clone());
            engine.check(&cells, cancel)
        };
        match open.notebook() {
            Some(notebook) => cells(notebook, check, cancel),
            None if document.language() == Language::Notebook => {
                let fixed = notebook::fix_all(document.text(), false, check);
                difference(document.text(), &fixed.text, cancel)
            }
            None => lines(&*engine, document, cancel),
        }
    })
    .await
}

fn lines(engine: &dyn Engine, document: &Document, cancel: &Cancel<'_>) -> Vec<Edit> {
    let check = |text: &str| {
        let document = with_text(document, text);
        let found = engine.check(&document, cancel);
        engine.compare(&document, found, cancel).findings
    };
    let format = match document.language() {
        Language::Embedded(format) => format,
        _ => Format::Python,
    };
    let fixed = apply::fix_all(format, document.text(), false, check);
    difference(document.text(), &fixed.text, cancel)
}

/// The edits of the joined cells of an open notebook: fixed as the file of a notebook with these cells is.
fn cells(
    notebook: &OpenNotebook,
    check: impl Fn(&Joined) -> Vec<crate::rules::finding::Finding>,
    cancel: &Cancel<'_>,
) -> Vec<Edit> {
    let python: Vec<(usize, &str)> = notebook.python().map(|(at, it)| (at, it.text())).collect();
    let cells = python
        .iter()
        .map(|(_, source)| json!({"cell_type": "code", "source": source}));
    let file = json!({"cells": cells.collect::<Vec<_>>()}).to_string();
    let fixed = notebook::fix_all(&file, false, check);
    let Ok(fixed) = Notebook::parse(&fixed.text) else {
        return Vec::new();
    };
    let joined = notebook.analysed().cells();
    let mut edits = Vec::new();
    for ((number, old), (_, new)) in python.iter().zip(fixed.python()) {
        let start = joined
            .and_then(|it| it.cell(*number))
            .map_or(0, |it| it.start);
        edits.extend(difference(old, &new, cancel).into_iter().map(|edit| Edit {
            range: TextRange::new(edit.range.start + start, edit.range.end + start),
            ..edit
        }));
    }
    edits
}

/// The same document with another text.
fn with_text(document: &Document, text: &str) -> Document {
    Document::new(
        document.uri().to_owned(),
        document.path().map(Into::into),
        document.language(),
        document.version(),
        text.to_owned(),
    )
}

/// The edits that make `new` of `old`, one for each run of changed lines and no longer than needed;
/// worth nothing once `cancel` is true.
fn difference(old: &str, new: &str, cancel: &Cancel<'_>) -> Vec<Edit> {
    if cancel() {
        return Vec::new();
    }
    let diff = TextDiff::from_lines(old, new);
    let old_starts = starts(diff.iter_old_slices());
    let new_starts = starts(diff.iter_new_slices());
    let changes = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    changes
        .map(|op| {
            let bytes =
                |starts: &[usize], lines: Range<usize>| starts[lines.start]..starts[lines.end];
            let old_bytes = bytes(&old_starts, op.old_range());
            let new_bytes = bytes(&new_starts, op.new_range());
            replacement(&old[old_bytes.clone()], &new[new_bytes], old_bytes.start)
        })
        .collect()
}

/// Where each piece of a text begins, and where the last one ends.
fn starts<'a>(pieces: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let ends = pieces.scan(0, |end, piece| {
        *end += piece.len();
        Some(*end)
    });
    std::iter::once(0).chain(ends).collect()
}

/// The edit that makes `new` of the lines `old`, which begin at the byte `start`, without what both begin
/// and end with. No client has a position between `\r` and `\n`, so an edit neither begins nor ends
/// there.
fn replacement(old: &str, new: &str, start: usize) -> Edit {
    let pairs = old.chars().zip(new.chars());
    let same = pairs.take_while(|(old, new)| old == new);
    let mut prefix: usize = same.map(|(character, _)| character.len_utf8()).sum();
    if old[..prefix].ends_with('\r') {
        prefix -= 1;
    }
    let pairs = old[prefix..].chars().rev().zip(new[prefix..].chars().rev());
    let same = pairs.take_while(|(old, new)| old == new);
    let mut suffix: usize = same.map(|(character, _)| character.len_utf8()).sum();
    if old[old.len() - suffix..].starts_with('\n') {
        suffix -= 1;
    }
    Edit {
        range: TextRange::from_usize(start + prefix, start + old.len() - suffix),
        content: new[prefix..new.len() - suffix].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::apply::apply_edits;

    fn edits(old: &str, new: &str) -> Vec<(u32, u32, String)> {
        let edits = difference(old, new, &|| false);
        let parts = |edit: Edit| (edit.range.start, edit.range.end, edit.content);
        edits.into_iter().map(parts).collect()
    }

    #[test]
    fn only_what_differs_is_replaced() {
        for (old, new, expected) in [
            ("same\n", "same\n", vec![]),
            (
                "f(ab=1)\nkept\ng(cd=1)\n",
                "f(b=1)\nkept\ng(cde=1)\n",
                vec![(2, 3, ""), (17, 17, "e")],
            ),
            ("a\ngone\nb\n", "a\nb\n", vec![(2, 7, "")]),
            ("a\nb", "a\nnew\nb", vec![(2, 2, "new\n")]),
            ("'🤗'\n", "'🤖'\n", vec![(1, 5, "🤖")]),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(start, end, content)| (start, end, content.to_owned()))
                .collect();
            assert_eq!(edits(old, new), expected, "{old:?} -> {new:?}");
        }
    }

    proptest! {
        #[test]
        fn the_edits_make_the_new_text(old in "[ab\r\n🤗é]{0,30}", new in "[ab\r\n🤗é]{0,30}") {
            let edits = difference(&old, &new, &|| false);
            prop_assert_eq!(apply_edits(&old, &edits), new);
            for edit in edits {
                for end in [edit.range.start as usize, edit.range.end as usize] {
                    let between = old[..end].ends_with('\r') && old[end..].starts_with('\n');
                    prop_assert!(!between, "{:?} parts a line end", edit);
                }
            }
        }
    }
}
