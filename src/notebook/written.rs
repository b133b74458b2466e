//! Files that cells write: `%%writefile train.py`.

use std::path::Path;

use crate::embedded::Format;
use crate::text::TextRange;

/// A file that a cell writes whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its path as the magic names it.
    pub path: String,
    /// What it is written in.
    pub format: Format,
    /// What goes into it.
    pub range: TextRange,
}

impl Written {
    /// The file that `%%NAME ARGUMENTS` writes out of the cell's text from `body` on; `None` for another magic, a
    /// file that something is added to, and one of which nothing is known.
    pub fn of(name: &str, arguments: &str, source: &str, body: usize) -> Option<Self> {
        if !matches!(name, "writefile" | "file") || arguments.starts_with('-') {
            return None;
        }
        let path = arguments.trim_matches(['"', '\'']);
        if path.is_empty() || path.contains(['{', '$', '"', '\'']) {
            return None;
        }
        let format = match Path::new(path).extension() {
            Some(ending) if ending == "py" => Format::Python,
            _ => Format::of(Path::new(path))?,
        };
        let line = source[body..].find('\n')? + 1;
        Some(Self {
            path: path.to_owned(),
            format,
            range: TextRange::from_usize(body + line, source.len()),
        })
    }

    /// The same in a text that holds the cell from `start` on.
    #[must_use]
    pub fn by(self, start: usize) -> Self {
        let moved = |offset: u32| start + offset as usize;
        let range = TextRange::from_usize(moved(self.range.start), moved(self.range.end));
        Self { range, ..self }
    }
}
