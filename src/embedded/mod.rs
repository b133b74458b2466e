//! Hugging Face code in files that are not Python: commands, configuration, Python in Markdown.
//!
//! Pure. Whatever a file is written in, it becomes [`Facts`], and the same rules run on them: see
//! [`analyse`].

mod comment;
mod format;

pub use self::format::Format;

use crate::python;
use crate::python::facts::Facts;

/// What `text` does, as the rules ask it. Never fails: what cannot be read is left out.
pub fn analyse(format: Format, text: &str) -> Facts {
    match format {
        Format::Python => python::analyse(text),
        _ => Facts {
            format,
            suppressions: comment::suppressions(format, text),
            ..Facts::default()
        },
    }
}
