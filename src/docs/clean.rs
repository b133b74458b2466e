//! Hugging Face's dialect of Markdown -> short and safe Markdown for editors.
//!
//! The text of a docstring or page is data of somebody else: images, HTML, links to unknown places, control and
//! bidirectional characters do not come through. What is left is bounded, cut at a sentence where it can be.

mod block;
mod inline;

use block::Block;
use inline::Inline;

/// What the text may become.
#[derive(Clone, Copy)]
pub struct Style<'a> {
    /// The most bytes of the result.
    pub limit: usize,
    /// The address of a symbol's documentation, for cross references; they become names in back ticks without one.
    pub symbol: &'a dyn Fn(&str) -> Option<String>,
    /// Where paths like `/docs/transformers/...` lead: `https://huggingface.co`.
    pub host: &'a str,
}

impl Style<'static> {
    /// Cross references become names; links lead to the Hub.
    pub fn plain(limit: usize) -> Self {
        Self {
            limit,
            symbol: &|_| None,
            host: super::address::HOST,
        }
    }
}

impl std::fmt::Debug for Style<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Style({} bytes, {})", self.limit, self.host)
    }
}

/// Behind what was cut off.
const ELLIPSIS: &str = " …";

/// A paragraph is cut between words only where so many bytes of it are left.
const WORTH_CUTTING: usize = 80;

/// Texts are cleaned up to so many bytes: what comes behind would not be shown anyway.
const LONGEST: usize = 256 * 1024;

/// The whole text, cleaned, at most as long as the style says.
pub fn clean(text: &str, style: &Style<'_>) -> String {
    let text = shown(&text[..floor(text, LONGEST)]);
    let room = style.limit.saturating_sub(ELLIPSIS.len() + 2);
    let mut out = String::new();
    let mut before: Option<&Block> = None;
    let blocks = block::blocks(&text);
    for block in &blocks {
        let inline = rendered(block, style);
        if inline.text.is_empty() {
            continue;
        }
        let gap = before.map_or("", |before| gap(before, block));
        let left = room.saturating_sub(out.len() + gap.len());
        if inline.text.len() > left {
            let cut = inline.cut(left, before.is_none());
            let cut = if block.is_code() { 0 } else { cut };
            if cut > 0 {
                out.push_str(gap);
                out.push_str(inline.text[..cut].trim_end());
            }
            if !out.is_empty() {
                let after_code = cut == 0 && before.is_some_and(Block::is_code);
                out.push_str(if after_code { "\n…" } else { ELLIPSIS });
            }
            break;
        }
        out.push_str(gap);
        out.push_str(&inline.text);
        before = Some(block);
    }
    disarm(out, style.limit)
}

/// One paragraph's worth of inline text in one line: for titles, types and the like.
pub fn clean_line(text: &str, limit: usize) -> String {
    let text = shown(&text[..floor(text, LONGEST)]);
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let inline = inline::clean(&joined, &Style::plain(limit));
    let room = limit.saturating_sub(ELLIPSIS.len());
    if inline.text.len() <= room {
        return disarm(inline.text, limit);
    }
    let cut = inline.cut(room, true);
    disarm(
        format!("{}{ELLIPSIS}", inline.text[..cut].trim_end()),
        limit,
    )
}

fn rendered(block: &Block, style: &Style<'_>) -> Inline {
    match block {
        Block::Paragraph(text) => begin_safely(inline::clean(text, style), 0),
        Block::Item {
            depth,
            marker,
            text,
        } => {
            let lead = format!("{}{marker} ", "  ".repeat(*depth));
            let text = begin_safely(inline::clean(text, style), 0);
            if text.text.is_empty() {
                text
            } else {
                text.behind(&lead)
            }
        }
        Block::Table(rows) => {
            let rows: Vec<String> = rows
                .iter()
                .map(|row| inline::clean(row, style).text)
                .collect();
            Inline::whole(rows.join("\n"))
        }
        Block::Code { language, code } => Inline::whole(block::fenced(language, code)),
    }
}

/// `[name]: address` defines a link wherever it begins a block.
fn begin_safely(mut inline: Inline, at: usize) -> Inline {
    if inline.text[at..].starts_with('[')
        && let Some(end) = inline.text.find("]:")
    {
        inline.insert(end + 1, '\\');
    }
    inline
}

/// What stands between two blocks.
const fn gap(before: &Block, block: &Block) -> &'static str {
    match (before, block) {
        (Block::Item { .. } | Block::Paragraph(_), Block::Item { .. }) => "\n",
        _ => "\n\n",
    }
}

/// The last net: what must never appear, inside of code neither.
fn disarm(text: String, limit: usize) -> String {
    let mut text = text;
    for (bad, good) in [("![", "! ["), ("<script", "< script")] {
        let mut at = 0;
        while let Some(found) = find_ignoring_case(&text[at..], bad) {
            let start = at + found;
            text.replace_range(start..start + bad.len(), good);
            at = start + good.len();
        }
    }
    let end = floor(&text, limit);
    text.truncate(end);
    text
}

/// Offset of an ASCII word, whatever its case.
fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    let windows = text.as_bytes().windows(word.len());
    windows
        .into_iter()
        .position(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// The largest offset up to `limit` at which a character begins.
fn floor(text: &str, limit: usize) -> usize {
    text.floor_char_boundary(limit)
}

/// The text without what may not be shown: nothing invisible stands between two parts of anything.
fn shown(text: &str) -> String {
    text.chars().filter(|c| is_shown(*c)).collect()
}

/// Whether a character may be shown: no control, no bidirectional override, nothing invisible.
const fn is_shown(c: char) -> bool {
    !matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests;
