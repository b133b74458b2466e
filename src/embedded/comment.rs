//! `# hf-lsp: ignore` in files that are not Python.

use super::Format;
use crate::python::{self, facts::Suppression};
use crate::text::TextRange;

/// The suppressions in the comments of `text`, in order.
pub fn suppressions(format: Format, text: &str) -> Vec<Suppression> {
    let Some(sign) = format.comment() else {
        return Vec::new();
    };
    python::suppressions(comments(text, sign), text)
}

/// What may be a comment: from a sign at the beginning of a word to the end of its line. In a string it is
/// none, but who writes our directive there means it.
fn comments<'t>(text: &'t str, sign: &'t str) -> impl Iterator<Item = TextRange> + 't {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let from = start;
        start += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let begins = |at: &usize| {
            line[..*at]
                .chars()
                .next_back()
                .is_none_or(char::is_whitespace)
        };
        let at = line.match_indices(sign).map(|(at, _)| at).find(begins)?;
        Some(TextRange::from_usize(from + at, from + line.len()))
    })
}
