//! The code cells of a notebook as one Python text, and the way back.

use super::magic::{Scan, scan};
use super::written::Written;
use super::{contain, pins};
use crate::embedded::command::Command;
use crate::embedded::programs;
use crate::embedded::shell::{self, Dialect};
use crate::rules::finding::{Edit, Finding};
use crate::text::TextRange;
use crate::workspace::document::ANALYSIS_LIMIT;
use crate::workspace::requirements::has_script_block;

/// Cells joined in their order, each on lines of its own. Names and imports of one are known in the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    source: String,
    code: String,
    spans: Vec<Span>,
    magics: Vec<TextRange>,
    commands: Vec<TextRange>,
    written: Vec<Written>,
    declared: Option<String>,
    lost: usize,
}

/// Where a cell lies in the joined text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    /// The cell's number, from 0.
    cell: usize,
    range: TextRange,
}

/// A place in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The cell's number, from 0.
    pub cell: usize,
    /// Bytes of its source.
    pub range: TextRange,
}

impl Joined {
    /// Joins cells, given with their numbers. A cell that cannot be read on its own harms no other.
    pub fn new<'s>(cells: impl IntoIterator<Item = (usize, &'s str)>) -> Self {
        let mut joined = Self::default();
        for (cell, source) in cells {
            joined.push(cell, source);
        }
        if joined.code.len() > ANALYSIS_LIMIT {
            return joined;
        }
        let contained = contain::contain(&joined.code, joined.spans.iter().map(|span| span.range));
        if let Some((code, lost)) = contained {
            joined.code = code;
            joined.lost = lost;
        }
        if !has_script_block(&joined.code) {
            joined.declared = pins::metadata(joined.commands());
        }
        joined
    }

    fn push(&mut self, cell: usize, source: &str) {
        let start = self.source.len();
        let scan = match start + source.len() {
            ..=ANALYSIS_LIMIT => scan(source),
            // Too much for anybody to analyse.
            _ => Scan::untouched(source),
        };
        let moved = |range: TextRange| {
            TextRange::from_usize(start + range.start as usize, start + range.end as usize)
        };
        self.magics.extend(scan.magics.into_iter().map(moved));
        self.commands.extend(scan.commands.into_iter().map(moved));
        self.written.extend(scan.written.map(|file| file.by(start)));
        self.source.push_str(source);
        self.code.push_str(&scan.code);
        let range = TextRange::from_usize(start, self.source.len());
        self.spans.push(Span { cell, range });
        self.source.push('\n');
        self.code.push('\n');
    }

    /// The cells as they are written, a line end behind each.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The same with the Python alone: byte for byte as long as [`Joined::source`].
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The shell commands of all cells (`!pip install trl`, `%pip ...`, `%%bash`), in order: their text,
    /// continued lines included, and their bytes in the joined text.
    pub fn commands(&self) -> impl Iterator<Item = (&str, TextRange)> {
        let commands = self.commands.iter();
        commands.map(|range| (range.slice(&self.source), *range))
    }

    /// The simple commands in [`Joined::commands`], where any of them may run a program of a library.
    pub fn shell(&self) -> Vec<Command> {
        let may_run = |(text, _): &(&str, TextRange)| programs::may_start(text);
        self.commands()
            .filter(may_run)
            .flat_map(|(_, range)| shell::commands(&self.source, range, Dialect::Cell))
            .collect()
    }

    /// The files that cells write (`%%writefile train.py`), in order; their ranges are those of the joined text.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// The text in which to look for a script block: what the notebook installs, written as one, or the code.
    pub fn declares(&self) -> &str {
        self.declared.as_deref().unwrap_or(&self.code)
    }

    /// What is not Python, in order: the text of each piece.
    pub fn magics(&self) -> impl Iterator<Item = &str> {
        self.magics.iter().map(|range| range.slice(&self.source))
    }

    /// How many pieces of code could not be read and are left out.
    pub const fn lost(&self) -> usize {
        self.lost
    }

    /// The cell of a range; `None` where it lies in no single one.
    pub fn place(&self, range: TextRange) -> Option<Place> {
        let behind = self
            .spans
            .partition_point(|span| span.range.start <= range.start);
        let span = self.spans[..behind].last()?;
        span.range.contains_range(range).then(|| Place {
            cell: span.cell,
            range: TextRange::new(range.start - span.range.start, range.end - span.range.start),
        })
    }

    /// The range of the joined text for one of a cell, cut off at the cell's end; `None` for a cell that is
    /// not among the joined ones.
    pub fn range(&self, place: Place) -> Option<TextRange> {
        let span = self.spans.iter().find(|span| span.cell == place.cell)?;
        let moved = |offset: u32| span.range.start.saturating_add(offset).min(span.range.end);
        Some(TextRange::new(
            moved(place.range.start),
            moved(place.range.end),
        ))
    }

    /// The cells in their order, each with its bytes in the joined text.
    pub fn cells(&self) -> impl Iterator<Item = (usize, TextRange)> {
        self.spans.iter().map(|span| (span.cell, span.range))
    }

    /// All of a cell's bytes in the joined text.
    pub fn cell(&self, cell: usize) -> Option<TextRange> {
        let span = self.spans.iter().find(|span| span.cell == cell)?;
        Some(span.range)
    }

    /// An edit of the joined text as one of a cell. `None` where it would reach into another cell or into
    /// what is not Python. The line end behind a cell is nobody's: an edit that ends there ends before it.
    pub fn edit(&self, edit: &Edit) -> Option<(usize, Edit)> {
        let mut edit = edit.clone();
        if self.place(edit.range).is_none() {
            if edit.range.is_empty() {
                return None;
            }
            let range = TextRange::new(edit.range.start, edit.range.end - 1);
            self.place(range)?;
            if !edit.content.is_empty() {
                edit.content = edit.content.strip_suffix('\n')?.to_owned();
            }
            edit.range = range;
        }
        let touched =
            |magic: &TextRange| magic.start <= edit.range.end && edit.range.start <= magic.end;
        // Words of a command may be written anew; what is around them says that it is one.
        let is_command = self.is_in_command(edit.range) && !edit.content.contains('\n');
        let is_written = self.is_in_magic(edit.range) && !self.is_in_command(edit.range);
        if !is_command && !is_written && self.magics.iter().any(touched) {
            return None;
        }
        let place = self.place(edit.range)?;
        edit.range = place.range;
        Some((place.cell, edit))
    }

    /// Whether a range lies in a shell command.
    pub fn is_in_command(&self, range: TextRange) -> bool {
        let mut commands = self.commands.iter();
        commands.any(|command| command.contains_range(range))
    }

    /// Whether a range lies in what is no Python of the notebook, but is read.
    pub fn is_in_magic(&self, range: TextRange) -> bool {
        let mut written = self.written.iter();
        self.is_in_command(range) || written.any(|file| file.range.contains_range(range))
    }

    /// The findings that lie in a cell, without the fixes that cannot be made in cells.
    pub fn fixable(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        findings.retain(|finding| self.place(finding.range).is_some());
        for finding in &mut findings {
            finding.fix = finding.fix.take().and_then(|mut fix| {
                for edit in &mut fix.edits {
                    let (cell, in_cell) = self.edit(edit)?;
                    let range = in_cell.range;
                    edit.range = self.range(Place { cell, range })?;
                    edit.content = in_cell.content;
                }
                Some(fix)
            });
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(cells: &[&str]) -> Joined {
        Joined::new(cells.iter().copied().enumerate())
    }

    fn edit(start: u32, end: u32, content: &str) -> Edit {
        Edit {
            range: TextRange::new(start, end),
            content: content.to_owned(),
        }
    }

    #[test]
    fn cells_lie_one_behind_the_other() {
        let joined = joined(&["a = 1", "", "%%bash\nls", "b = 2\n"]);
        assert_eq!(joined.source(), "a = 1\n\n%%bash\nls\nb = 2\n\n");
        assert_eq!(joined.code(), "a = 1\n\n      \n  \nb = 2\n\n");
        let commands: Vec<_> = joined.commands().collect();
        assert_eq!(commands, [("ls", TextRange::new(14, 16))]);
        let place = |start, end| joined.place(TextRange::new(start, end));
        let range = TextRange::new(0, 1);
        assert_eq!(place(17, 18), Some(Place { cell: 3, range }));
        assert_eq!(place(4, 7), None);
    }

    #[test]
    fn edits_stay_in_their_cell_and_out_of_magics() {
        let joined = joined(&["import a", "!ls\nx = b"]);
        assert_eq!(joined.edit(&edit(7, 8, "c")), Some((0, edit(7, 8, "c"))));
        // A whole line, and a line behind the last.
        assert_eq!(joined.edit(&edit(0, 9, "")), Some((0, edit(0, 8, ""))));
        assert_eq!(joined.edit(&edit(0, 9, "x\n")), Some((0, edit(0, 8, "x"))));
        assert_eq!(joined.edit(&edit(0, 9, "x")), None);
        assert_eq!(joined.edit(&edit(9, 9, "x\n")), None, "before a magic");
        assert_eq!(joined.edit(&edit(13, 14, "y")), Some((1, edit(4, 5, "y"))));
        assert_eq!(joined.edit(&edit(7, 14, "")), None);
    }

    #[test]
    fn what_cannot_be_read_harms_no_other_cell() {
        for broken in [
            "x = '''",
            "f(a,",
            "x = 1 +\\",
            "if a:",
            "  b",
            "{",
            "f'''{a",
        ] {
            let joined = joined(&["a = 1", broken, "b = 2", "c = 3"]);
            let clean = Joined::new([(0, "a = 1"), (2, "b = 2"), (3, "c = 3")]);
            let of = |joined: &Joined, cell| {
                let range = joined.cell(cell).unwrap();
                let facts = crate::python::parse::parse_module(joined.code());
                let inside = |stmt: &&crate::python::ast::Stmt| range.contains_range(stmt.range);
                facts.body.iter().filter(inside).count()
            };
            for cell in [0, 2, 3] {
                assert_eq!(of(&joined, cell), 1, "{broken}: {:?}", joined.code());
                assert_eq!(of(&clean, cell), 1);
            }
        }
    }

    const PIECES: &[&str] = &[
        "x = 1\n",
        "'''",
        "(",
        ")",
        "!ls\n",
        "%%bash\n",
        "ü🤗",
        "\n",
        "\r\n",
        "def f():\n",
        "  y\n",
        "\\",
    ];

    proptest! {
        /// Every byte of every cell goes into the joined text and back.
        #[test]
        fn places_go_there_and_back(
            cells in prop::collection::vec(
                prop::collection::vec(prop::sample::select(PIECES), 0..5), 0..6)
        ) {
            let cells: Vec<String> = cells.into_iter().map(|parts| parts.concat()).collect();
            let joined = Joined::new(cells.iter().map(String::as_str).enumerate());
            prop_assert_eq!(joined.code().len(), joined.source().len());
            for (cell, source) in cells.iter().enumerate() {
                let whole = joined.cell(cell).unwrap();
                prop_assert_eq!(whole.slice(joined.source()), source);
                for start in 0..=source.len() {
                    let place = Place { cell, range: TextRange::from_usize(start, source.len()) };
                    let range = joined.range(place).unwrap();
                    prop_assert_eq!(joined.place(range), Some(place));
                    let at = Place { cell, range: TextRange::from_usize(start, start) };
                    prop_assert_eq!(joined.place(joined.range(at).unwrap()), Some(at));
                }
            }
        }
    }
}
