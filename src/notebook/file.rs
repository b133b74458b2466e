//! The file of a notebook (nbformat 3 and 4), read as leniently as can be.

use std::borrow::Cow;
use std::ops::Range;

use super::join::{Joined, Place};
use super::json::{Cursor, Fault, decode, raw_offset};
use crate::text::TextRange;
use crate::workspace::files::without_bom;

/// A notebook, and where its cells stand in the text of its file.
#[derive(Clone, Debug)]
pub struct Notebook<'t> {
    pub(super) text: &'t str,
    /// All cells in their order.
    pub cells: Vec<Cell<'t>>,
    language: Option<Cow<'t, str>>,
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellKind {
    /// Code in the notebook's language.
    Code,
    /// Markdown.
    Markdown,
    /// Anything else.
    #[default]
    Other,
}

/// One cell.
#[derive(Clone, Debug, Default)]
pub struct Cell<'t> {
    /// What it holds.
    pub kind: CellKind,
    /// Its identifier, where it has one, as it is written in the file.
    pub id: Option<&'t str>,
    language: Option<&'t str>,
    pub(super) source: Source,
}

/// Where the source of a cell stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    /// The strings, without quotes, escapes as they are written.
    pub strings: Vec<Range<usize>>,
    /// Where they stand in brackets: the byte behind the opening one.
    pub list: Option<usize>,
}

/// Why a text is no notebook; reads well behind "`NAME` ".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotANotebook {
    /// It is no JSON.
    #[error("is not a notebook: line {line} is not valid JSON, {what}")]
    Json {
        /// 1-based.
        line: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// Its cells are missing.
    #[error("is not a notebook: it has no list of cells")]
    NoCells,
}

impl<'t> Notebook<'t> {
    /// Reads the text of a file. An empty one is a notebook without cells: that is how editors create them.
    ///
    /// # Errors
    /// Where it is no JSON, or has no cells. A cell of which something is of a wrong type has no source.
    pub fn parse(text: &'t str) -> Result<Self, NotANotebook> {
        let mut notebook = Self {
            text,
            cells: Vec::new(),
            language: None,
        };
        if without_bom(text).0.trim().is_empty() {
            return Ok(notebook);
        }
        let mut reader = Reader::default();
        reader.file(text).map_err(|fault| NotANotebook::Json {
            line: 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..fault.at]).count(),
            what: fault.what,
        })?;
        notebook.cells = reader.cells.ok_or(NotANotebook::NoCells)?;
        notebook.language = reader.info.or(reader.kernel);
        Ok(notebook)
    }

    /// Whether its language is Python, which it is unless the notebook says otherwise.
    pub fn is_python(&self) -> bool {
        self.language.as_deref().is_none_or(is_python)
    }

    /// The source of a cell.
    pub fn source(&self, cell: &Cell<'_>) -> String {
        let strings = cell.source.strings.iter();
        strings.map(|raw| decode(&self.text[raw.clone()])).collect()
    }

    /// The numbers and sources of the cells of Python.
    pub fn python(&self) -> Vec<(usize, String)> {
        if !self.is_python() {
            return Vec::new();
        }
        let cells = self.cells.iter().enumerate();
        cells
            .filter(|(_, cell)| cell.kind == CellKind::Code)
            .filter(|(_, cell)| cell.language.is_none_or(is_python))
            .map(|(number, cell)| (number, self.source(cell)))
            .collect()
    }

    /// The cells of Python in one text.
    pub fn join(&self) -> Joined {
        let cells = self.python();
        Joined::new(cells.iter().map(|(number, source)| (*number, &**source)))
    }

    /// Where a place in a cell stands in the file: inside of the strings that hold its source.
    pub fn file_range(&self, place: Place) -> TextRange {
        let start = self.file_offset(place.cell, place.range.start as usize, false);
        let end = self.file_offset(place.cell, place.range.end as usize, true);
        TextRange::from_usize(start, end.max(start))
    }

    /// The byte of the file for one of a cell's source. Between two strings it is the end of the first one
    /// for `end`, or else the start of the second one.
    fn file_offset(&self, cell: usize, offset: usize, end: bool) -> usize {
        let mut start = 0;
        let mut last = 0;
        for raw in self
            .cells
            .get(cell)
            .map_or(&[][..], |cell| &cell.source.strings)
        {
            let string = &self.text[raw.clone()];
            let length = decode(string).len();
            if offset < start + length || end && offset == start + length && offset > 0 {
                return raw.start + raw_offset(string, offset - start);
            }
            start += length;
            last = raw.end;
        }
        last
    }
}

fn is_python(language: &str) -> bool {
    let language = language.to_ascii_lowercase();
    language.starts_with("python") || language == "ipython" || language.starts_with("ipython")
}

/// What a file has said so far. Of a key that comes twice the last counts, as for Python.
#[derive(Default)]
struct Reader<'t> {
    cells: Option<Vec<Cell<'t>>>,
    /// The language of `language_info`, which the kernel wrote.
    info: Option<Cow<'t, str>>,
    /// The language of `kernelspec`, which the user chose.
    kernel: Option<Cow<'t, str>>,
}

type Read<T> = Result<T, Fault>;

impl<'t> Reader<'t> {
    fn file(&mut self, text: &'t str) -> Read<()> {
        let mut cursor = Cursor::new(text, without_bom(text).1 as usize);
        if cursor.peek() != Some(b'{') {
            cursor.skip()?;
            return cursor.end();
        }
        cursor.object(|cursor, key| match key {
            "cells" => self.read_cells(cursor, text),
            "worksheets" => self.worksheets(cursor, text),
            "metadata" => self.metadata(cursor, text),
            _ => cursor.skip(),
        })?;
        cursor.end()
    }

    /// nbformat 3 keeps the cells in sheets.
    fn worksheets(&mut self, cursor: &mut Cursor<'t>, text: &'t str) -> Read<()> {
        if cursor.peek() != Some(b'[') {
            return cursor.skip();
        }
        let mut cells = Vec::new();
        cursor.array(|cursor| {
            self.cells = None;
            fields(cursor, |cursor, key| match key {
                "cells" => self.read_cells(cursor, text),
                _ => cursor.skip(),
            })?;
            cells.extend(self.cells.take().unwrap_or_default());
            Ok(())
        })?;
        self.cells = Some(cells);
        Ok(())
    }

    fn read_cells(&mut self, cursor: &mut Cursor<'t>, text: &'t str) -> Read<()> {
        self.cells = None;
        if cursor.peek() != Some(b'[') {
            return cursor.skip();
        }
        let mut cells = Vec::new();
        cursor.array(|cursor| {
            cells.push(cell(cursor, text)?);
            Ok(())
        })?;
        self.cells = Some(cells);
        Ok(())
    }

    fn metadata(&mut self, cursor: &mut Cursor<'t>, text: &'t str) -> Read<()> {
        fields(cursor, |cursor, key| match key {
            "language_info" => fields(cursor, |cursor, key| match key {
                "name" => string(cursor, text, |name| self.info = Some(name)),
                _ => cursor.skip(),
            }),
            "kernelspec" => fields(cursor, |cursor, key| match key {
                "language" => string(cursor, text, |name| self.kernel = Some(name)),
                _ => cursor.skip(),
            }),
            _ => cursor.skip(),
        })
    }
}

/// The fields of a value; of one that is no object, none.
fn fields<'t>(
    cursor: &mut Cursor<'t>,
    each: impl FnMut(&mut Cursor<'t>, &'t str) -> Read<()>,
) -> Read<()> {
    match cursor.peek() {
        Some(b'{') => cursor.object(each),
        _ => cursor.skip(),
    }
}

/// Takes a value that is a string.
fn string<'t>(cursor: &mut Cursor<'t>, text: &'t str, take: impl FnOnce(Cow<'t, str>)) -> Read<()> {
    match cursor.peek() {
        Some(b'"') => {
            let raw = &text[cursor.string()?];
            take(match raw.contains('\\') {
                true => decode(raw).into(),
                false => raw.into(),
            });
            Ok(())
        }
        _ => cursor.skip(),
    }
}

fn cell<'t>(cursor: &mut Cursor<'t>, text: &'t str) -> Read<Cell<'t>> {
    let mut cell = Cell::default();
    fields(cursor, |cursor, key| match key {
        "cell_type" => string(cursor, text, |kind| {
            cell.kind = match &*kind {
                "code" => CellKind::Code,
                "markdown" => CellKind::Markdown,
                _ => CellKind::Other,
            };
        }),
        // nbformat 3 says `input` for code.
        "source" | "input" => {
            cell.source = source(cursor)?;
            Ok(())
        }
        "id" => written(cursor, text, &mut cell.id),
        "language" => written(cursor, text, &mut cell.language),
        "metadata" => fields(cursor, |cursor, key| match key {
            // VS Code's own: the language of this cell alone.
            "vscode" => fields(cursor, |cursor, key| match key {
                "languageId" => written(cursor, text, &mut cell.language),
                _ => cursor.skip(),
            }),
            _ => cursor.skip(),
        }),
        _ => cursor.skip(),
    })?;
    Ok(cell)
}

/// Takes a value that is a string, as it is written.
fn written<'t>(cursor: &mut Cursor<'t>, text: &'t str, out: &mut Option<&'t str>) -> Read<()> {
    if cursor.peek() != Some(b'"') {
        return cursor.skip();
    }
    *out = Some(&text[cursor.string()?]);
    Ok(())
}

/// A string, or a list of nothing but strings; of anything else there is no source.
fn source(cursor: &mut Cursor<'_>) -> Read<Source> {
    let mut source = Source::default();
    match cursor.peek() {
        Some(b'"') => source.strings.push(cursor.string()?),
        Some(b'[') => {
            source.list = Some(cursor.at() + 1);
            let mut only_strings = true;
            cursor.array(|cursor| {
                if cursor.peek() != Some(b'"') {
                    only_strings = false;
                    return cursor.skip();
                }
                source.strings.push(cursor.string()?);
                Ok(())
            })?;
            if !only_strings {
                return Ok(Source::default());
            }
        }
        _ => cursor.skip()?,
    }
    Ok(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(text: &str) -> Vec<(usize, String)> {
        Notebook::parse(text).unwrap().python()
    }

    #[test]
    fn both_forms_of_both_formats_are_read() {
        let expected = vec![(1, "a\n🤗".to_owned())];
        for text in [
            r#"{"cells": [{"cell_type": "markdown", "source": "x"},
                {"source": ["a\n", "\ud83e\udd17"], "outputs": [{"data": "[{"}], "cell_type": "code"}]}"#,
            r#"{"nbformat": 4, "cells": [null, {"cell_type": "code", "source": "a\n🤗"}]}"#,
            r#"{"worksheets": [{"cells": [{}]}, {"cells": [
                {"cell_type": "code", "language": "python", "input": ["a\n", "🤗"]}]}]}"#,
        ] {
            assert_eq!(python(text), expected, "{text}");
        }
    }

    #[test]
    fn other_languages_are_left_alone() {
        for (metadata, cell, expected) in [
            (r#"{}"#, "{}", 1),
            (r#"{"language_info": {"name": "python"}}"#, "{}", 1),
            (r#"{"language_info": {"name": "R"}}"#, "{}", 0),
            (r#"{"kernelspec": {"language": "julia"}}"#, "{}", 0),
            (
                r#"{"kernelspec": {"language": "python"}, "language_info": 3}"#,
                "{}",
                1,
            ),
            (r#"7"#, r#"{"vscode": {"languageId": "sql"}}"#, 0),
            (r#"{}"#, r#"{"vscode": {"languageId": "python"}}"#, 1),
        ] {
            let cell = format!(r#"{{"cell_type": "code", "metadata": {cell}, "source": "a"}}"#);
            let text = format!(r#"{{"cells": [{cell}], "metadata": {metadata}}}"#);
            assert_eq!(python(&text).len(), expected, "{text}");
        }
    }

    #[test]
    fn wrong_types_have_no_source() {
        for source in ["3", "null", "{}", "[\"a\", 3]", "[[\"a\"]]"] {
            let text = format!(r#"{{"cells": [{{"cell_type": "code", "source": {source}}}]}}"#);
            assert_eq!(python(&text), [(0, String::new())], "{text}");
        }
        let twice =
            r#"{"cells": [], "cells": [{"cell_type": "code", "source": "a", "source": "b"}]}"#;
        assert_eq!(python(twice), [(0, "b".to_owned())]);
    }

    #[test]
    fn what_is_no_notebook_is_told() {
        for (text, message) in [
            ("{}", "is not a notebook: it has no list of cells"),
            ("[1]", "is not a notebook: it has no list of cells"),
            (
                r#"{"cells": {}}"#,
                "is not a notebook: it has no list of cells",
            ),
            (
                "{\n\"cells\": [\n<<<<<<< HEAD\n",
                "is not a notebook: line 3 is not valid JSON, expected a value",
            ),
            (
                "{\"cells\": [{\"source\": \"a",
                "is not a notebook: line 1 is not valid JSON, this string does not end",
            ),
            (
                "{\"cells\": []} x",
                "is not a notebook: line 1 is not valid JSON, something stands behind the end",
            ),
        ] {
            let error = Notebook::parse(text).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        assert!(Notebook::parse(" \n").unwrap().cells.is_empty());
    }

    #[test]
    fn places_are_found_in_the_file() {
        let text = r#"{"cells": [{"cell_type": "code", "source": ["\ta\n", "b = \"x\""]}]}"#;
        let notebook = Notebook::parse(text).unwrap();
        let at = |start, end| {
            let range = TextRange::new(start, end);
            notebook.file_range(Place { cell: 0, range }).slice(text)
        };
        assert_eq!(at(1, 2), "a");
        assert_eq!(at(1, 3), "a\\n");
        assert_eq!(at(3, 4), "b");
        assert_eq!(at(7, 10), "\\\"x\\\"");
        assert_eq!(at(10, 10), "");
    }
}
