//! What documents show on purpose: the old way beside the new one, changes, faults. And the comments that
//! silence a fence.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::fence::Fence;
use crate::python::{self, facts::Suppression};
use crate::text::TextRange;

/// In the text in front of a fence, in its first line or in the heading above it, these say that the code is
/// not to be copied.
const WORDS: [&str; 36] = [
    "before",
    "previous",
    "old ",
    "older",
    "legacy",
    "deprecat",
    "instead of",
    "no longer",
    "not work",
    "n't",
    "do not",
    "wrong",
    "bad ",
    "incorrect",
    "fail",
    "error",
    "raise",
    "remov",
    "renam",
    "replac",
    "migrat",
    "upgrad",
    "breaking",
    "changelog",
    "release notes",
    "what's new",
    "earlier",
    "was:",
    "pseudo",
    "todo",
    "invalid",
    "unsupported",
    "❌",
    "used to",
    "prior to",
    "up to version",
];

/// Whether a fence shows on purpose what is not to be copied.
pub fn is_silent(text: &str, fence: &Fence) -> bool {
    let first = fence
        .lines
        .iter()
        .map(|line| line.slice(text))
        .find(|line| !line.trim().is_empty());
    let comment = first
        .filter(|line| line.trim_start().starts_with('#'))
        .unwrap_or_default();
    let before = &text[..fence.opening.start as usize];
    is_told(comment)
        || is_told(paragraph(before))
        || heading(before).is_some_and(is_told)
        || is_change(text, fence)
}

fn is_told(text: &str) -> bool {
    static WORDS_FOUND: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let mut builder = AhoCorasick::builder();
        let builder = builder.ascii_case_insensitive(true);
        builder.build(WORDS).expect("words are few and short")
    });
    WORDS_FOUND.is_match(text)
}

/// The last lines in front of a fence that stand together.
fn paragraph(before: &str) -> &str {
    const MOST: usize = 600;
    let end = before.trim_end().len();
    let mut from = end.saturating_sub(MOST);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let near = &before[from..end];
    let start = near.rfind("\n\n").or_else(|| near.rfind("\n\r\n"));
    &near[start.map_or(0, |at| at + 1)..]
}

/// The heading that a fence stands under.
fn heading(before: &str) -> Option<&str> {
    let at = before.rfind("\n#")? + 1;
    before[at..].lines().next()
}

/// Whether lines are marked as added and taken away.
fn is_change(text: &str, fence: &Fence) -> bool {
    let mut lines = fence.lines.iter().map(|line| line.slice(text));
    lines.any(|line| line.starts_with("- ") || line.starts_with("+ ") || line.starts_with("@@"))
}

/// `<!-- hf-lsp: ignore[HF103] -->` in front of a fence covers it; `ignore-file` covers the document.
pub fn suppressions(text: &str, fences: &[Fence]) -> Vec<Suppression> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("<!--") {
        let inner = at + "<!--".len();
        let end = text[inner..]
            .find("-->")
            .map_or(text.len(), |end| inner + end);
        let start = inner + text[inner..end].len() - text[inner..end].trim_start().len();
        if !text[start..end].to_ascii_lowercase().starts_with("hf-lsp") {
            continue;
        }
        let comment = TextRange::from_usize(start, end);
        let whole = TextRange::from_usize(0, text.len());
        for mut suppression in python::suppressions(std::iter::once(comment), text) {
            if suppression.covers != whole {
                let next = fences
                    .iter()
                    .find(|fence| fence.opening.start as usize >= end);
                let near = next.filter(|fence| {
                    let between = text[end..fence.opening.start as usize].trim_start_matches("-->");
                    between
                        .trim_matches([' ', '\t', '\r', '\n', '>', '-', '*'])
                        .is_empty()
                });
                let Some(fence) = near else { continue };
                suppression.covers = fence.opening.cover(fence.body());
            }
            found.push(suppression);
        }
    }
    found
}
