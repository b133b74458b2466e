//! A key or value that is typed in a YAML file of configuration.

use super::cursor::Cursor;
use super::source::Typed;
use super::whole::Whole;
use crate::embedded::config::may_be_one;
use crate::embedded::{Format, analyse};
use crate::text::TextRange;

/// What stands for a key that is not typed yet.
const KEY: &str = "_hf_lsp";

/// What is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A key; whether its colon is there.
    Key {
        /// Whether it has a colon already.
        has_colon: bool,
    },
    /// A value without quotes.
    Plain,
    /// A value in quotes.
    Quoted,
}

/// The file as it will be when what is being typed is complete; `None` where it is no configuration that
/// is known, and where what is typed is neither a key nor a plain value.
pub fn typed(text: &str, offset: u32) -> Option<(Typed, Part)> {
    if !may_be_one(text) {
        return None;
    }
    let (cursor, part, missing) = read(text, offset)?;
    let whole = Whole::with(text, cursor.end(), missing);
    let facts = analyse(Format::Yaml, &whole.text);
    let typed = Typed {
        cursor,
        region: TextRange::from_usize(0, text.len()),
        code: whole.text.clone(),
        whole,
        facts,
    };
    Some((typed, part))
}

/// What stands at a place, and what is missing behind it.
fn read(text: &str, offset: u32) -> Option<(Cursor, Part, String)> {
    let at = offset as usize;
    let is_end = |c: char| matches!(c, '\n' | '\r');
    let start = text.get(..at)?.rfind(is_end).map_or(0, |end| end + 1);
    let end = text[at..]
        .find(is_end)
        .map_or(text.len(), |length| at + length);
    let line = &text[start..at];
    let code = line.trim_start_matches([' ', '-']);
    let indent = line.len() - code.len();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let typed_from = start + line.trim_end_matches(is_name).len().max(indent);
    let rest = &text[at..end];
    let word_end = at + (rest.len() - rest.trim_start_matches(is_name).len());
    let word = TextRange::from_usize(typed_from, word_end);
    let before = text[start + indent..typed_from].trim_end();
    let behind = text[word_end..end].trim();
    let cursor = Cursor {
        offset,
        word,
        quoted: None,
        brackets: Vec::new(),
        statement: u32::try_from(start).ok()?,
    };
    let name = |missing: &str| match word.is_empty() {
        true => format!("{KEY}{missing}"),
        false => missing.to_owned(),
    };
    if before.is_empty() {
        return match behind {
            "" => Some((cursor, Part::Key { has_colon: false }, name(": null"))),
            _ if behind.starts_with(':') => {
                Some((cursor, Part::Key { has_colon: true }, String::new()))
            }
            _ => None,
        };
    }
    let is_apart = text[..typed_from].ends_with([' ', '\t']);
    let (key, value) = before.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(is_name);
    match value.trim() {
        "" if is_key && is_apart && (behind.is_empty() || behind.starts_with('#')) => {
            let missing = if word.is_empty() { "null" } else { "" };
            Some((cursor, Part::Plain, missing.to_owned()))
        }
        quote @ ("\"" | "'") if is_key && behind == quote => {
            Some((cursor, Part::Quoted, String::new()))
        }
        _ => None,
    }
}
