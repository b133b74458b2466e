//! A document in which somebody types, and the analysis of what it is about to become.

use super::cursor::Cursor;
use super::whole::Whole;
use crate::embedded::{self, Format, markdown};
use crate::knowledge::choose::Knowledge;
use crate::notebook::Joined;
use crate::python;
use crate::python::facts::Facts;
use crate::text::TextRange;

/// What is typed in.
#[derive(Clone, Copy, Debug)]
pub enum Source<'d> {
    /// Python.
    Python(&'d str),
    /// The cells of a notebook.
    Cells(&'d Joined),
    /// Something else.
    Embedded(Format, &'d str),
}

/// A text made whole around a cursor, analysed.
#[derive(Debug)]
pub struct Typed {
    /// What is at the cursor, in the original text.
    pub cursor: Cursor,
    /// The piece of Python around it, in the original text: the document, a cell, a block of Markdown.
    pub region: TextRange,
    /// The text with what was missing.
    pub whole: Whole,
    /// The Python in it, byte for byte as long.
    pub code: String,
    /// What it does.
    pub facts: Facts,
}

impl<'d> Source<'d> {
    /// The text that offsets are of.
    pub fn text(&self) -> &'d str {
        match self {
            Self::Python(text) | Self::Embedded(_, text) => text,
            Self::Cells(cells) => cells.source(),
        }
    }

    /// The piece of Python around a place.
    fn region(&self, offset: u32) -> Option<TextRange> {
        match self {
            Self::Python(text) => Some(TextRange::from_usize(0, text.len())),
            Self::Cells(cells) => {
                let mut ranges = cells.cells().map(|(_, range)| range);
                ranges.find(|range| range.touches(offset))
            }
            Self::Embedded(Format::Markdown, text) => {
                let fences = markdown::fences(text);
                let mut python = fences.iter().filter(|fence| fence.is_python());
                python.find_map(|fence| {
                    let inside = fence.lines.iter().any(|line| line.touches(offset));
                    inside.then(|| fence.body())
                })
            }
            Self::Embedded(..) => None,
        }
    }

    /// The document as it will be when what is being typed is complete; `None` where no Python is typed.
    pub fn typed(&self, offset: u32) -> Option<Typed> {
        let text = self.text();
        let region = self.region(offset)?;
        let cursor = Cursor::new(text, region, offset)?;
        let whole = Whole::new(text, region, &cursor);
        let (code, facts) = self.analyse(&whole, region);
        // Magics and commands are no Python.
        let head = TextRange::new(cursor.statement, cursor.start());
        if matches!(self, Self::Cells(_)) && head.slice(text) != head.slice(&code) {
            return None;
        }
        Some(Typed {
            cursor,
            region,
            whole,
            code,
            facts,
        })
    }

    fn analyse(&self, whole: &Whole, region: TextRange) -> (String, Facts) {
        match self {
            Self::Python(_) => (whole.text.clone(), python::analyse(&whole.text)),
            Self::Cells(cells) => {
                let added = whole.text.len() - self.text().len();
                let moved = |end: u32| end as usize + if end >= region.end { added } else { 0 };
                let sources = cells.cells().map(|(cell, range)| {
                    let start = match range.start > region.start {
                        true => range.start as usize + added,
                        false => range.start as usize,
                    };
                    (cell, &whole.text[start..moved(range.end)])
                });
                let joined = Joined::new(sources);
                let facts = python::analyse(joined.code());
                (joined.code().to_owned(), facts)
            }
            Self::Embedded(format, _) => {
                (whole.text.clone(), embedded::analyse(*format, &whole.text))
            }
        }
    }
}

impl Typed {
    /// The place where the word begins, in the text made whole.
    pub fn start(&self) -> u32 {
        self.whole.forth(self.cursor.start())
    }

    /// The code of the statement before the word.
    pub fn before(&self) -> &str {
        self.cursor.before(&self.whole.text)
    }

    /// What is typed of the word.
    pub fn prefix(&self) -> &str {
        self.cursor.prefix(&self.whole.text)
    }
}

/// Whether a text names a package of a library anywhere; most do not.
pub fn mentions_a_library(knowledge: &Knowledge, text: &str) -> bool {
    let mut packages = knowledge.store().packages();
    packages.any(|(_, packages)| {
        let mut packages = packages.iter();
        packages.any(|name| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some())
    })
}
