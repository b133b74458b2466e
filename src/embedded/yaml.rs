//! A reader of YAML that knows where everything stands.
//!
//! Scanning is the crate's work; the tree is put together from its events without descending, so that
//! neither depth nor aliases can exhaust anything.

mod scalar;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::tree::{Entry, Fault, Kind, MAX_DEPTH, MAX_NODES, Node, Scalar, Style};
use crate::budget;
use crate::python::facts::Value;
use crate::text::TextRange;

/// The documents of a YAML text, in order.
///
/// # Errors
/// What is wrong, and where: the text is no YAML, is nested too deeply, has too many values, or an anchor
/// stands for itself.
pub fn read(text: &str) -> Result<Vec<Arc<Node>>, Fault> {
    let mut reader = Reader {
        text,
        offsets: Offsets::new(text),
        open: Vec::new(),
        anchors: FxHashMap::default(),
        documents: Vec::new(),
        nodes: 0,
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        budget::tick();
        let (event, span) = event.map_err(|error| Fault {
            at: reader.offsets.byte(error.marker().index()),
            what: error.info().to_owned(),
        })?;
        reader.take(event, span)?;
    }
    Ok(reader.documents)
}

/// Whether a text is the same without quotes, wherever it stands.
pub fn is_plain(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "_-./".contains(letter);
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(is_letter)
        && matches!(scalar::value(text, Style::Plain, None), Value::Str(_))
}

struct Reader<'t> {
    text: &'t str,
    offsets: Offsets<'t>,
    open: Vec<Open>,
    /// What each anchor stands for; `None` while that is being read.
    anchors: FxHashMap<usize, Option<Arc<Node>>>,
    documents: Vec<Arc<Node>>,
    nodes: usize,
}

/// A list or mapping whose end has not come yet.
struct Open {
    start: usize,
    anchor: usize,
    is_map: bool,
    /// Keys and values by turns in a mapping.
    children: Vec<Arc<Node>>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let mut range = self.offsets.range(span);
                if anchor != 0 || tag.is_some() {
                    range.start = self.behind_properties(range);
                    range.start += block_header(style, range.slice(self.text));
                }
                let node = self.scalar(value.into_owned(), style, tag.as_deref(), range);
                self.close(node, anchor)
            }
            Event::SequenceStart(anchor, tag) => self.open(anchor, false, tag.is_some(), span),
            Event::MappingStart(anchor, tag) => self.open(anchor, true, tag.is_some(), span),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::DocumentStart(_) => {
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn fault<T>(&self, at: usize, what: &str) -> Result<T, Fault> {
        let what = what.to_owned();
        Err(Fault { at, what })
    }

    /// Where a value begins that has an anchor or a tag in front of it.
    fn behind_properties(&self, range: TextRange) -> u32 {
        let text = &self.text[range.start as usize..];
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let end = match first {
                '&' | '!' => rest.find(char::is_whitespace),
                '#' => rest.find(['\n', '\r']),
                _ => break,
            };
            rest = rest[end.unwrap_or(rest.len())..].trim_start();
        }
        let skipped = u32::try_from(text.len() - rest.len()).unwrap_or(u32::MAX);
        range.start + skipped.min(range.len())
    }

    fn open(&mut self, anchor: usize, is_map: bool, tagged: bool, span: Span) -> Result<(), Fault> {
        let mut start = self.offsets.byte(span.start.index());
        if anchor != 0 || tagged {
            let rest = TextRange::from_usize(start, self.text.len());
            start = self.behind_properties(rest) as usize;
        }
        if self.open.len() >= MAX_DEPTH {
            return self.fault(start, "it is nested too deeply");
        }
        self.anchors.insert(anchor, None);
        self.open.push(Open {
            start,
            anchor,
            is_map,
            children: Vec::new(),
        });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Fault> {
        let end = self.offsets.byte(span.end.index());
        let Some(open) = self.open.pop() else {
            return self.fault(end, "a list or mapping ends that never began");
        };
        // Without brackets the end is told when the next thing comes: behind blanks and comments.
        let written = self.text.get(open.start..end).unwrap_or_default();
        let is_flow = written.starts_with(['[', '{']);
        let last = open.children.last().map(|last| last.range.end as usize);
        let end = last.filter(|_| !is_flow).unwrap_or(end).max(open.start);
        let kind = if open.is_map {
            Kind::Map(entries(open.children))
        } else {
            Kind::List(open.children)
        };
        let range = TextRange::from_usize(open.start, end);
        self.close(Node { range, kind }, open.anchor)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Fault> {
        let range = self.offsets.range(span);
        match self.anchors.get(&anchor).cloned().flatten() {
            Some(node) => {
                let kind = Kind::Alias(node);
                self.close(Node { range, kind }, 0)
            }
            None => self.fault(range.start as usize, "this anchor stands for itself"),
        }
    }

    /// A value is complete.
    fn close(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return self.fault(node.range.start as usize, "it has too many values");
        }
        let node = Arc::new(node);
        if anchor != 0 {
            self.anchors.insert(anchor, Some(Arc::clone(&node)));
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None => self.documents.push(node),
        }
        Ok(())
    }

    fn scalar(
        &self,
        text: String,
        style: ScalarStyle,
        tag: Option<&Tag>,
        range: TextRange,
    ) -> Node {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let value = scalar::value(&text, style, tag);
        let written = range.slice(self.text);
        let kept = match style {
            Style::Plain if text.is_empty() => 0,
            Style::Literal | Style::Folded if text.trim().is_empty() => 0,
            // Of quotes over several lines the reader counts what follows: blanks, comments.
            Style::Single | Style::Double => closed(written),
            Style::Plain | Style::Literal | Style::Folded => written.trim_end().len(),
        };
        let start = range.start as usize;
        Node {
            range: TextRange::from_usize(start, start + kept),
            kind: Kind::Scalar(Scalar { text, style, value }),
        }
    }
}

/// How long the `|` line of a block scalar is, with the indentation of its first line: it is part of the
/// span where an anchor or a tag stands in front of it, and otherwise not.
fn block_header(style: ScalarStyle, written: &str) -> u32 {
    if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
        return 0;
    }
    let line = written.find('\n').map_or(written.len(), |at| at + 1);
    let blank = written[line..].len() - written[line..].trim_start().len();
    u32::try_from(line + blank).unwrap_or(u32::MAX)
}

fn entries(children: Vec<Arc<Node>>) -> Vec<Entry> {
    let mut children = children.into_iter();
    let mut entries = Vec::with_capacity(children.len() / 2);
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        entries.push(Entry { key, value });
    }
    entries
}

/// Characters to bytes: the scanner counts in characters.
struct Offsets<'t> {
    text: &'t str,
    /// The byte of every [`STEP`]th character; empty where every character is one byte.
    marks: Vec<usize>,
}

const STEP: usize = 64;

impl<'t> Offsets<'t> {
    fn new(text: &'t str) -> Self {
        let marks = match text.is_ascii() {
            true => Vec::new(),
            false => text
                .char_indices()
                .step_by(STEP)
                .map(|(at, _)| at)
                .collect(),
        };
        Self { text, marks }
    }

    fn byte(&self, character: usize) -> usize {
        if self.marks.is_empty() {
            return character.min(self.text.len());
        }
        let Some(mark) = self.marks.get(character / STEP) else {
            return self.text.len();
        };
        let rest = &self.text[*mark..];
        let offset = rest.char_indices().nth(character % STEP);
        mark + offset.map_or(rest.len(), |(offset, _)| offset)
    }

    fn range(&self, span: Span) -> TextRange {
        let (start, end) = (span.start.index(), span.end.index());
        let start = self.byte(start);
        TextRange::from_usize(start, self.byte(end).max(start))
    }
}

/// The length of the quoted text that `written` begins with; all of it where it does not end.
fn closed(written: &str) -> usize {
    let bytes = written.as_bytes();
    let Some(quote) = bytes.first().copied() else {
        return 0;
    };
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 1,
            byte if *byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    written.len()
}

#[cfg(test)]
mod tests;
