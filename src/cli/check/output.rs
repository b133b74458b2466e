//! Findings as text for people and data for programs.

pub mod concise;
pub mod full;
pub mod github;
pub mod json;
pub mod sarif;

use crate::rules::finding::Finding;
use crate::text::TextRange;

/// The findings of one file.
pub struct FileFindings {
    /// As it was given, or relative to the working directory, with `/`.
    pub path: String,
    /// The text that the ranges refer to.
    pub text: String,
    /// In order of their places.
    pub findings: Vec<Finding>,
}

/// A 1-based place; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub row: usize,
    /// Character in the line.
    pub column: usize,
}

/// Finds the places of offsets in one text.
pub struct Places<'t> {
    text: &'t str,
    lines: Vec<usize>,
}

impl<'t> Places<'t> {
    /// Indexes the lines of a text.
    pub fn new(text: &'t str) -> Self {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
        Self {
            text,
            lines: std::iter::once(0).chain(starts).collect(),
        }
    }

    /// The place of a byte offset. A byte order mark is no character of the first line.
    pub fn place(&self, offset: u32) -> Place {
        let offset = (offset as usize).min(self.text.len());
        let row = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines[row - 1];
        let line = self.text.get(start..offset).unwrap_or_default();
        Place {
            row,
            column: line.trim_start_matches('\u{feff}').chars().count() + 1,
        }
    }

    /// The whole lines that a range touches: the number of the first, and their bytes.
    pub fn lines_of(&self, range: TextRange) -> (usize, TextRange) {
        let first = self.place(range.start).row;
        let last = self.place(range.end).row;
        let end = self
            .lines
            .get(last)
            .map_or(self.text.len(), |next| next - 1);
        (first, TextRange::from_usize(self.lines[first - 1], end))
    }
}

/// "transformers 5.23.0, from uv.lock"
pub fn based_on(finding: &Finding) -> Option<String> {
    let library = finding.library.as_deref()?;
    let version = finding.version.as_deref()?;
    Some(match finding.version_source.as_deref() {
        Some(source) => format!("{library} {version}, from {source}"),
        None => format!("{library} {version}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let places = Places::new("a\n\u{1f917}é x\r\nend");
        assert_eq!(places.place(0), Place { row: 1, column: 1 });
        assert_eq!(places.place(9), Place { row: 2, column: 4 });
        assert_eq!(places.place(99), Place { row: 3, column: 4 });
    }
}
