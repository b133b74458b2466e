//! The words above the lines of a plan, and of the code that it speaks of.

use serde_json::Value;

use super::surroundings::Surroundings;
use crate::text::TextRange;

/// Some words above a line, with what they do when they are clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The line: a range in it.
    pub range: TextRange,
    /// The words.
    pub title: String,
    /// What a click does; nothing where there is nothing to do.
    pub press: Option<Press>,
}

/// What a click does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Makes a change: the command's name and its arguments.
    Command(&'static str, Vec<Value>),
    /// Puts a text into the clipboard.
    Copy(String),
    /// Types a command into a terminal in the project's folder; nobody runs it here.
    Terminal(String),
    /// Shows a place of a file, relative to the project's folder.
    Show(String, TextRange),
}

/// What stands above the lines of a document; `problems` is how many findings it has.
pub fn lenses(_: &Surroundings<'_>, _: usize) -> Vec<Lens> {
    Vec::new()
}
