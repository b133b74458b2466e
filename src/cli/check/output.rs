//! Findings as text for people and data for programs.

pub mod concise;
pub mod full;
pub mod github;
pub mod json;
pub mod sarif;

use crate::notebook::{Joined, Notebook};
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
    /// The places in other files that take part, of each finding; empty where there are none at all.
    pub elsewhere: Vec<Vec<There>>,
    /// For a notebook, whose `text` are its joined cells.
    pub cells: Option<Cells>,
}

/// A place in another file that takes part in a finding.
pub struct There {
    /// As [`FileFindings::path`].
    pub path: String,
    /// Where it begins.
    pub start: Place,
    /// Where it ends.
    pub end: Place,
    /// What it has to do with it.
    pub message: String,
}

/// What there is to say about places in a notebook.
pub struct Cells {
    joined: Joined,
    /// Where each finding stands in the notebook's file, in their order.
    in_file: Vec<InFile>,
}

/// A place in the file of a notebook.
#[derive(Clone, Copy, Debug)]
pub struct InFile {
    /// Bytes.
    pub range: TextRange,
    /// Where it begins.
    pub start: Place,
    /// Where it ends.
    pub end: Place,
}

impl Cells {
    /// The places of `findings` in the cells and the file of `notebook`, whose text is `file`.
    pub fn new(notebook: &Notebook<'_>, file: &str, joined: Joined, findings: &[Finding]) -> Self {
        let places = (!findings.is_empty()).then(|| Places::new(file));
        let in_file = |places: &Places<'_>, finding: &Finding| {
            let place = joined.place(finding.range);
            let range = place.map_or_else(TextRange::default, |place| notebook.file_range(place));
            InFile {
                range,
                start: places.place(range.start),
                end: places.place(range.end),
            }
        };
        let in_file = places.iter().flat_map(|places| {
            let in_file = &in_file;
            findings.iter().map(move |finding| in_file(places, finding))
        });
        Self {
            in_file: in_file.collect(),
            joined,
        }
    }
}

impl FileFindings {
    /// The findings with their places in the file, where that is not the text.
    pub fn with_places(&self) -> impl Iterator<Item = (&Finding, Option<InFile>)> {
        let in_file = |at: usize| self.cells.as_ref()?.in_file.get(at).copied();
        let findings = self.findings.iter().enumerate();
        findings.map(move |(at, finding)| (finding, in_file(at)))
    }

    /// The places in other files that take part in the finding of that number.
    pub fn there(&self, finding: usize) -> &[There] {
        self.elsewhere.get(finding).map_or(&[], Vec::as_slice)
    }

    /// The path, and the cell where there is one: `nb.ipynb:cell 3`.
    pub fn place_name(&self, place: Place) -> String {
        match place.cell {
            Some(cell) => format!("{}:cell {cell}", self.path),
            None => self.path.clone(),
        }
    }
}

/// A 1-based place; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The cell of a notebook, in which lines are counted.
    pub cell: Option<usize>,
    /// Line.
    pub row: usize,
    /// Character in the line.
    pub column: usize,
}

/// Finds the places of offsets in one text.
pub struct Places<'t> {
    text: &'t str,
    lines: Vec<usize>,
    cells: Option<&'t Joined>,
}

impl<'t> Places<'t> {
    /// Indexes the lines of a text.
    pub fn new(text: &'t str) -> Self {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
        Self {
            text,
            lines: std::iter::once(0).chain(starts).collect(),
            cells: None,
        }
    }

    /// The places of the findings of a file; those of a notebook are places in cells.
    pub fn of(file: &'t FileFindings) -> Self {
        Self {
            cells: file.cells.as_ref().map(|cells| &cells.joined),
            ..Self::new(&file.text)
        }
    }

    /// The line of a byte offset, counted from 1 in the whole text.
    fn row(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset)
    }

    /// The place of a byte offset. A byte order mark is no character of the first line.
    pub fn place(&self, offset: u32) -> Place {
        let offset = (offset as usize).min(self.text.len());
        let row = self.row(offset);
        let start = self.lines[row - 1];
        let line = self.text.get(start..offset).unwrap_or_default();
        let at = TextRange::from_usize(offset, offset);
        let cell = self.cells.and_then(|cells| cells.place(at));
        let before = cell.map_or(1, |cell| self.row(offset - cell.range.start as usize));
        Place {
            cell: cell.map(|cell| cell.cell + 1),
            row: row + 1 - before,
            column: line.trim_start_matches('\u{feff}').chars().count() + 1,
        }
    }

    /// The whole lines that a range touches: the number of the first, and their bytes.
    pub fn lines_of(&self, range: TextRange) -> (usize, TextRange) {
        let first = self.row((range.start as usize).min(self.text.len()));
        let last = self.row((range.end as usize).min(self.text.len()));
        let end = self
            .lines
            .get(last)
            .map_or(self.text.len(), |next| next - 1);
        let lines = TextRange::from_usize(self.lines[first - 1], end);
        (self.place(range.start).row, lines)
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
        let at = |row, column| Place {
            cell: None,
            row,
            column,
        };
        assert_eq!(places.place(0), at(1, 1));
        assert_eq!(places.place(9), at(2, 4));
        assert_eq!(places.place(99), at(3, 4));
    }
}
