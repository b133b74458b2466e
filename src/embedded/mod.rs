//! Hugging Face code in files that are not Python: commands, configuration, Python in Markdown.
//!
//! Pure. Whatever a file is written in, it becomes [`Facts`], and the same rules run on them: see
//! [`analyse`].

pub mod command;
mod comment;
mod format;
mod places;
pub mod programs;
pub mod shell;

pub use self::format::Format;

use crate::python;
use crate::python::facts::Facts;

/// What `text` does, as the rules ask it. Never fails: what cannot be read is left out.
pub fn analyse(format: Format, text: &str) -> Facts {
    match format {
        Format::Python => python::analyse(text),
        _ => Facts {
            format,
            commands: commands(format, text),
            suppressions: comment::suppressions(format, text),
            ..Facts::default()
        },
    }
}

/// The commands in a text that may run a program of a known library; all others are left out.
pub fn commands(format: Format, text: &str) -> Vec<command::Command> {
    if !programs::are_mentioned(text) {
        return Vec::new();
    }
    places::all(format, text)
}
