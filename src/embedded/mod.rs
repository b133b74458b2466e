//! Hugging Face code in files that are not Python: commands, configuration, Python in Markdown.
//!
//! Pure. Whatever a file is written in, it becomes [`Facts`], and the same rules run on them: see
//! [`analyse`].

pub mod command;
mod comment;
pub mod config;
mod format;
pub mod json;
pub mod launched;
pub mod markdown;
mod places;
pub mod programs;
pub mod shell;
pub mod tree;
pub mod yaml;

pub use self::comment::suppressions;
pub use self::format::Format;

use std::borrow::Cow;

use crate::python;
use crate::python::facts::Facts;

/// The text in which to look for a script block: what a document installs, written as one, or the text.
pub fn declares(format: Format, text: &str) -> Cow<'_, str> {
    let declared = match format {
        Format::Markdown => markdown::declared(text),
        _ => None,
    };
    declared.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// What `text` does, as the rules ask it. Never fails: what cannot be read is left out.
pub fn analyse(format: Format, text: &str) -> Facts {
    let mut facts = match format {
        Format::Python => return python::analyse(text),
        Format::Markdown => markdown::analyse(text),
        _ => {
            let mut facts = Facts {
                format,
                suppressions: comment::suppressions(format, text),
                ..Facts::default()
            };
            if matches!(format, Format::Yaml | Format::Json) {
                config::add(format, text, &mut facts);
            }
            facts
        }
    };
    facts.commands = commands(format, text);
    facts
}

/// The commands in a text that may run a program of a known library or a script; all others are left out.
pub fn commands(format: Format, text: &str) -> Vec<command::Command> {
    if !programs::may_start(text) {
        return Vec::new();
    }
    let all = places::all(format, text);
    let runs = |it| programs::started(it).is_some() || launched::launched(it).is_some();
    match programs::are_mentioned(text) || all.iter().any(runs) {
        true => all,
        false => Vec::new(),
    }
}
