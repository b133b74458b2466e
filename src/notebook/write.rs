//! Edits of cells as edits of the file: only what changes in a source is written anew.

use std::ops::Range;

use super::file::{Cell, Notebook};
use super::join::Joined;
use super::json::{decode, encode, raw_offset, unit};
use crate::rules::finding::{Edit, Finding};
use crate::text::TextRange;

impl Notebook<'_> {
    /// Edits of the joined text, which belong together, as edits of the file: sorted, never overlapping.
    /// `None` where one of them cannot be made.
    pub fn file_edits(&self, joined: &Joined, edits: &[Edit]) -> Option<Vec<Edit>> {
        let mut in_cells: Vec<(usize, Edit)> = Vec::new();
        for edit in edits {
            in_cells.push(joined.edit(edit)?);
        }
        in_cells.sort();
        let of_cells = in_cells.chunk_by(|(one, _), (other, _)| one == other);
        let mut out: Vec<Edit> = Vec::new();
        for of_cell in of_cells {
            let cell = self.cells.get(of_cell[0].0)?;
            if cell.source.strings.is_empty() {
                return None;
            }
            let edits: Vec<&Edit> = of_cell.iter().map(|(_, edit)| edit).collect();
            out.extend(self.cell_edits(cell, &edits));
        }
        out.sort();
        Some(out)
    }

    /// Findings in the joined text as findings in the file.
    pub fn in_file(&self, joined: &Joined, findings: Vec<Finding>) -> Vec<Finding> {
        let range = |range| Some(self.file_range(joined.place(range)?));
        let moved = |mut finding: Finding| {
            finding.range = range(finding.range)?;
            let related = finding.related.into_iter().filter_map(|mut related| {
                related.range = range(related.range)?;
                Some(related)
            });
            finding.related = related.collect();
            finding.fix = finding.fix.and_then(|mut fix| {
                fix.edits = self.file_edits(joined, &fix.edits)?;
                Some(fix)
            });
            Some(finding)
        };
        findings.into_iter().filter_map(moved).collect()
    }

    fn cell_edits(&self, cell: &Cell<'_>, edits: &[&Edit]) -> Vec<Edit> {
        let lines = Lines::new(self.text, cell);
        let mut groups: Vec<(Range<usize>, Vec<&Edit>)> = Vec::new();
        for edit in edits {
            let touched = lines.touched(edit);
            match groups.last_mut() {
                Some((range, group)) if touched.start < range.end => {
                    range.end = range.end.max(touched.end);
                    group.push(edit);
                }
                _ => groups.push((touched, vec![edit])),
            }
        }
        let write = |(range, group): (Range<usize>, Vec<&Edit>)| lines.write(range, &group);
        groups.into_iter().flat_map(write).collect()
    }
}

/// The strings of one cell's source.
struct Lines<'t> {
    text: &'t str,
    strings: &'t [Range<usize>],
    /// Where each begins in the source, and the end of the last.
    starts: Vec<usize>,
    list: Option<usize>,
    ascii: bool,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str, cell: &'t Cell<'_>) -> Self {
        let strings = &cell.source.strings[..];
        let ends = strings.iter().scan(0, |end, raw| {
            *end += decode(&text[raw.clone()]).len();
            Some(*end)
        });
        Self {
            text,
            strings,
            starts: std::iter::once(0).chain(ends).collect(),
            list: cell.source.list,
            ascii: text.is_ascii(),
        }
    }

    /// The strings that an edit changes. One that takes a line's end away joins the next line to it.
    fn touched(&self, edit: &Edit) -> Range<usize> {
        let last = self.strings.len().saturating_sub(1);
        let of = |offset: u32| {
            let behind = self
                .starts
                .partition_point(|start| *start <= offset as usize);
            behind.saturating_sub(1).min(last)
        };
        let first = of(edit.range.start);
        let end = match edit.range.is_empty() {
            true => first,
            false => of(edit.range.end - 1),
        };
        let to_the_end = edit.range.end as usize == self.starts[(end + 1).min(last + 1)];
        let whole = edit.range.start as usize == self.starts[first] && edit.content.is_empty();
        let joins = to_the_end && !edit.range.is_empty() && !whole && !edit.content.ends_with('\n');
        first..(if joins { (end + 1).min(last) } else { end }) + 1
    }

    fn write(&self, touched: Range<usize>, edits: &[&Edit]) -> Vec<Edit> {
        let one = touched.len() == 1;
        let breaks = edits.iter().any(|edit| edit.content.contains('\n'));
        let deletes = |edit: &&Edit| {
            let gone = edit.range.len() as usize;
            gone > 0 && gone == self.starts[touched.end] - self.starts[touched.start]
        };
        if one && (self.list.is_none() || !breaks && !edits.iter().any(deletes)) {
            return edits
                .iter()
                .map(|edit| self.inside(touched.start, edit))
                .collect();
        }
        vec![self.anew(touched, edits)]
    }

    /// The byte of the file for one of the source that lies in that string.
    fn at(&self, string: usize, offset: u32) -> usize {
        let raw = &self.strings[string];
        let inside = (offset as usize).saturating_sub(self.starts[string]);
        raw.start + raw_offset(&self.text[raw.clone()], inside)
    }

    /// An edit inside of one string.
    fn inside(&self, string: usize, edit: &Edit) -> Edit {
        let (start, end) = (
            self.at(string, edit.range.start),
            self.at(string, edit.range.end),
        );
        Edit {
            range: TextRange::from_usize(start, end),
            content: encode(&edit.content, self.ascii),
        }
    }

    /// Strings written anew, one for each line; what no edit changes keeps the form that it has.
    fn anew(&self, touched: Range<usize>, edits: &[&Edit]) -> Edit {
        let mut raw = String::new();
        for string in touched.clone() {
            let range = self.strings[string].clone();
            let (start, end) = (self.starts[string] as u32, self.starts[string + 1] as u32);
            let mut at = range.start;
            for edit in edits {
                let begins = start <= edit.range.start && edit.range.start < end
                    || edit.range.start == end && string + 1 == touched.end;
                if edit.range.end < start || edit.range.start > end {
                    continue;
                }
                let (from, to) = (edit.range.start.max(start), edit.range.end.min(end));
                if begins {
                    raw.push_str(&self.text[at..self.at(string, from).max(at)]);
                    raw.push_str(&encode(&edit.content, self.ascii));
                }
                at = at.max(self.at(string, to));
            }
            raw.push_str(&self.text[at..range.end]);
        }
        self.lines(touched, &raw)
    }

    /// Replaces strings by the lines of what is written as `raw`; by none where there is none.
    fn lines(&self, touched: Range<usize>, raw: &str) -> Edit {
        let (first, last) = (touched.start, touched.end - 1);
        // With the quotes.
        let mut start = self.strings[first].start - 1;
        let mut end = self.strings[last].end + 1;
        let lines = split_lines(raw);
        if lines.is_empty() {
            if let Some(next) = self.strings.get(touched.end) {
                end = next.start - 1;
            } else if let Some(before) = first.checked_sub(1) {
                start = self.strings[before].end + 1;
            }
        }
        let only = lines.is_empty() && first == 0 && touched.end == self.strings.len();
        let content = match only {
            true => "\"\"".to_owned(),
            false => {
                let quoted: Vec<String> = lines.iter().map(|line| format!("\"{line}\"")).collect();
                quoted.join(&self.separator())
            }
        };
        Edit {
            range: TextRange::from_usize(start, end),
            content,
        }
    }

    /// What stands between two strings of this list, or would.
    fn separator(&self) -> String {
        match (self.strings, self.list) {
            ([one, other, ..], _) => self.text[one.end + 1..other.start - 1].to_owned(),
            ([one], Some(open)) => format!(",{}", &self.text[open..one.start - 1]),
            _ => ", ".to_owned(),
        }
    }
}

/// Parts a string as it is written behind each of its line feeds.
fn split_lines(raw: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < raw.len() {
        let (character, length) = unit(&raw[at..]);
        at += length;
        if character == '\n' {
            lines.push(&raw[start..at]);
            start = at;
        }
    }
    if start < raw.len() {
        lines.push(&raw[start..]);
    }
    lines
}
