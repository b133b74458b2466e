//! TOML with positions.

use std::path::Path;

use toml_edit::{Array, Document, Item, TableLike, Value};

use crate::text::TextRange;
use crate::workspace::problem::Problem;

/// Parses TOML; the problem names the line and what is used instead of the file.
pub(crate) fn parse<'a>(path: &Path, text: &'a str) -> Result<Document<&'a str>, Problem> {
    Document::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let reason = error.message().lines().next().unwrap_or("syntax error");
        let message = format!("not valid TOML, so it is ignored: {reason}");
        Problem::at(path, text, offset, message)
    })
}

/// Follows keys through tables of every notation.
pub(crate) fn table<'a>(root: &'a dyn TableLike, keys: &[&str]) -> Option<&'a dyn TableLike> {
    let mut table = root;
    for key in keys {
        table = table.get(key)?.as_table_like()?;
    }
    Some(table)
}

/// The value at the end of a chain of keys.
pub(crate) fn item<'a>(root: &'a dyn TableLike, keys: &[&str]) -> Option<&'a Item> {
    let (last, keys) = keys.split_last()?;
    table(root, keys)?.get(last)
}

/// The strings of an array with the ranges of their contents, other values left out.
pub(crate) fn strings<'a>(
    text: &'a str,
    array: &'a Array,
) -> impl Iterator<Item = (&'a str, TextRange)> {
    array.iter().filter_map(move |value| string(text, value))
}

/// A string with the range of its content.
pub(crate) fn string<'a>(text: &str, value: &'a Value) -> Option<(&'a str, TextRange)> {
    let content = value.as_str()?;
    let span = value.span()?;
    let written = text.get(span.clone())?;
    let quotes = match written {
        _ if written.starts_with("\"\"\"") || written.starts_with("'''") => 3,
        _ => 1,
    };
    let start = span.start + quotes;
    Some((
        content,
        TextRange::from_usize(start, start.max(span.end.saturating_sub(quotes))),
    ))
}
