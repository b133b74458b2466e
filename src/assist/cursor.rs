//! What stands around a place in half-typed Python, found by its letters alone.
//!
//! No parser helps here: a statement that somebody is typing has a syntax error more often than not. So
//! strings, comments and brackets are told apart from the start of the text on, and where a bracket seems
//! to be left open, the layout says where the statement ends.

pub(super) mod scan;

use self::scan::{Scan, Stop, scan};
use crate::text::TextRange;

pub use self::scan::{Bracket, starts_statement};

/// What is at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The place.
    pub offset: u32,
    /// The name that the place touches; empty where there is none.
    pub word: TextRange,
    /// The string that the place is inside of.
    pub quoted: Option<Quoted>,
    /// The brackets that are open there, outermost first.
    pub brackets: Vec<Bracket>,
    /// Where the logical line begins, behind its indent.
    pub statement: u32,
}

/// A plain string on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// What is between the quotes.
    pub content: TextRange,
    /// The quote.
    pub quote: char,
    /// Whether the second one is there.
    pub is_closed: bool,
}

impl Cursor {
    /// What is at `offset` of the Python in `region`; `None` in comments, in strings that say nothing to a
    /// library (several lines, bytes, templates), and outside of the region.
    pub fn new(text: &str, region: TextRange, offset: u32) -> Option<Self> {
        let (start, end) = (region.start as usize, region.end as usize);
        if !region.touches(offset) || !text.is_char_boundary(offset as usize) {
            return None;
        }
        let Scan {
            brackets,
            statement,
            stop,
        } = scan(text.get(..end)?, start, offset as usize);
        let quoted = match stop {
            Stop::Code => None,
            Stop::Quoted(open) => Some(quoted(text, end, open, offset as usize)?),
            Stop::Elsewhere => return None,
        };
        let word = match &quoted {
            Some(quoted) => quoted.content,
            None => word(text, region, offset),
        };
        Some(Self {
            offset,
            word,
            quoted,
            brackets,
            statement: u32::try_from(statement).ok()?,
        })
    }

    /// What is typed of the word before the place.
    pub fn prefix<'t>(&self, text: &'t str) -> &'t str {
        TextRange::new(self.word.start, self.offset).slice(text)
    }

    /// The bytes that a proposal replaces: what is typed of the word so far. What follows stays: it may be
    /// something else that the new word is typed in front of.
    /// In quotes all is replaced: it is one value.
    pub const fn typed(&self) -> TextRange {
        match self.quoted {
            Some(quoted) => quoted.content,
            None => TextRange::new(self.word.start, self.offset),
        }
    }

    /// Where the word begins, with the quote of a string.
    pub const fn start(&self) -> u32 {
        match &self.quoted {
            Some(quoted) => quoted.content.start.saturating_sub(1),
            None => self.word.start,
        }
    }

    /// Where the word ends, with the second quote of a string.
    pub const fn end(&self) -> u32 {
        match &self.quoted {
            Some(quoted) if quoted.is_closed => quoted.content.end + 1,
            Some(quoted) => quoted.content.end,
            None => self.word.end,
        }
    }

    /// The code of the statement before the word.
    pub fn before<'t>(&self, text: &'t str) -> &'t str {
        TextRange::new(self.statement, self.start()).slice(text)
    }

    /// The innermost call around, by its bracket; lists and dicts in its arguments are no hindrance.
    pub fn call(&self) -> Option<&Bracket> {
        let mut outwards = self.brackets.iter().rev();
        let trailer = outwards.find(|bracket| bracket.is_trailer)?;
        trailer.is_call().then_some(trailer)
    }

    /// Whether the place is among the arguments of the innermost call, or in a list there.
    pub fn is_value(&self) -> bool {
        let mut outwards = self.brackets.iter().rev();
        let first = outwards.find(|bracket| bracket.is_trailer || bracket.kind == b'{');
        first.is_some_and(Bracket::is_call)
    }
}

/// The name around `offset`. A number is none, and neither is what follows one.
fn word(text: &str, region: TextRange, offset: u32) -> TextRange {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let before = TextRange::new(region.start, offset).slice(text);
    let behind = TextRange::new(offset, region.end).slice(text);
    let typed = before.len() - before.trim_end_matches(is_part).len();
    let rest = behind.len() - behind.trim_start_matches(is_part).len();
    let range = TextRange::from_usize(offset as usize - typed, offset as usize + rest);
    let is_number = range.slice(text).starts_with(|c: char| c.is_ascii_digit());
    if is_number {
        TextRange::at(offset)
    } else {
        range
    }
}

/// The string that opens at `open` and holds `offset`. Whether a quote further on its line is its own is
/// told from their number: those of other strings come in pairs.
fn quoted(text: &str, end: usize, open: usize, offset: usize) -> Option<Quoted> {
    let quote = text[open..].chars().next()?;
    let start = open + quote.len_utf8();
    if text[start..offset].contains(['\n', '\r']) {
        return None;
    }
    let line_end = memchr::memchr2(b'\n', b'\r', &text.as_bytes()[offset..end])
        .map_or(end, |length| offset + length);
    let rest = &text[offset..line_end];
    let is_closed = count(rest, quote) % 2 == 1;
    let content = match is_closed {
        true => rest.find(quote)?,
        false => {
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
            rest.len() - rest.trim_start_matches(is_part).len()
        }
    };
    Some(Quoted {
        content: TextRange::from_usize(start, offset + content),
        quote,
        is_closed,
    })
}

/// How often a quote stands in a part of a line, but for those behind a backslash and in comments.
fn count(line: &str, quote: char) -> usize {
    let mut count = 0;
    let mut is_escaped = false;
    for c in line.chars() {
        count += usize::from(c == quote && !is_escaped);
        is_escaped = c == '\\' && !is_escaped;
    }
    count
}

#[cfg(test)]
mod tests;
