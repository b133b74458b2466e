//! Makes a text whole around a place where somebody is typing, so that it can be analysed.
//!
//! The analysis concludes nothing from a statement with a syntax error. What is missing around the cursor
//! is put in: a value behind `name=`, a name behind a dot, a second quote, closing brackets. Only the
//! statement at the cursor is mended, and nothing is taken away.

use super::cursor::scan::{Piece, close, column, line_end, piece, skip_blanks};
use super::cursor::{Bracket, Cursor, starts_statement};
use crate::text::TextRange;

/// What stands for a name that is not typed yet.
const NAME: &str = "_";

/// A text with what was missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The text.
    pub text: String,
    /// What was put in: where in the original text, and how many bytes; in order.
    inserted: Vec<(u32, u32)>,
}

impl Whole {
    /// The text with what is missing at the cursor, which lies in `region`.
    pub fn new(text: &str, region: TextRange, cursor: &Cursor) -> Self {
        let mut mender = Mender {
            text,
            end: region.end as usize,
            cursor,
            pieces: Vec::new(),
        };
        mender.mend_word();
        mender.mend_statement();
        mender.pieces.sort_by_key(|(at, _)| *at);
        Self::of(text, &mender.pieces)
    }

    /// The text with one piece put in.
    pub fn with(text: &str, at: u32, piece: String) -> Self {
        let pieces = (!piece.is_empty()).then_some((at as usize, piece));
        Self::of(text, pieces.as_slice())
    }

    fn of(text: &str, pieces: &[(usize, String)]) -> Self {
        let added: usize = pieces.iter().map(|(_, piece)| piece.len()).sum();
        let mut whole = String::with_capacity(text.len() + added);
        let mut inserted = Vec::with_capacity(pieces.len());
        let mut done = 0;
        for (at, piece) in pieces {
            whole.push_str(&text[done..*at]);
            whole.push_str(piece);
            done = *at;
            let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
            inserted.push((number(*at), number(piece.len())));
        }
        whole.push_str(&text[done..]);
        Self {
            text: whole,
            inserted,
        }
    }

    /// Where a byte of the original text is now; what was put in at that very place comes behind it.
    pub fn forth(&self, offset: u32) -> u32 {
        let before = self.inserted.iter().filter(|(at, _)| *at < offset);
        offset + before.map(|(_, length)| length).sum::<u32>()
    }

    /// Whether something was put in at a byte of the original text.
    pub fn is_put_in_at(&self, offset: u32) -> bool {
        self.inserted.iter().any(|(at, _)| *at == offset)
    }

    /// Where a byte of this text is in the original one.
    pub fn back(&self, offset: u32) -> u32 {
        let mut added = 0;
        for (at, length) in &self.inserted {
            let start = at + added;
            if offset <= start {
                break;
            }
            if offset < start + length {
                return *at;
            }
            added += length;
        }
        offset - added
    }

    /// The same for a range.
    pub fn back_range(&self, range: TextRange) -> TextRange {
        TextRange::new(self.back(range.start), self.back(range.end))
    }
}

struct Mender<'t> {
    text: &'t str,
    end: usize,
    cursor: &'t Cursor,
    pieces: Vec<(usize, String)>,
}

impl Mender<'_> {
    fn put(&mut self, at: usize, piece: impl Into<String>) {
        self.pieces.push((at, piece.into()));
    }

    /// What the word itself needs to be read as what it will become.
    fn mend_word(&mut self) {
        let end = self.cursor.end() as usize;
        if let Some(quoted) = &self.cursor.quoted
            && !quoted.is_closed
        {
            self.put(end, quoted.quote);
        }
        let is_empty = self.cursor.quoted.is_none() && self.cursor.word.is_empty();
        let before = self.cursor.before(self.text).trim_end();
        let next = self.next(end);
        if before.ends_with('.') && is_empty {
            self.put(end, NAME);
        } else if is_import(before) {
            if is_empty && self.is_name_missing(before, next) {
                self.put(end, NAME);
            }
            return;
        } else if self.cursor.brackets.is_empty() {
            return;
        } else if is_behind_equals(before) {
            if is_empty {
                self.mend_value(end);
            }
        } else if self.cursor.quoted.is_none() && self.is_name_of_argument(before) {
            self.mend_name(is_empty, end, next);
        }
        self.separate(end, next);
    }

    /// Whether an import lacks a name at the cursor.
    fn is_name_missing(&self, before: &str, next: Option<(usize, bool)>) -> bool {
        let is_end = |(at, is_new_line): (usize, bool)| match self.cursor.brackets.is_empty() {
            true => is_new_line,
            false => {
                let starts = starts_statement(self.text, self.cursor.statement as usize, at);
                starts || self.text[at..].starts_with(')')
            }
        };
        let is_optional = !self.cursor.brackets.is_empty() && before.ends_with(',');
        !is_optional && next.is_none_or(is_end)
    }

    /// A name without a value cannot follow arguments with names.
    fn mend_name(&mut self, is_empty: bool, end: usize, next: Option<(usize, bool)>) {
        if let Some((at, _)) = next.filter(|(at, _)| self.text[*at..].starts_with('=')) {
            return self.mend_value(at + 1);
        }
        let byte = next.map_or(b')', |(at, _)| self.text.as_bytes()[at]);
        let is_new_line = next.is_none_or(|(_, is_new_line)| is_new_line);
        if is_empty {
            if byte == b',' {
                self.put(end, format!("{NAME}=None"));
            }
        } else if (is_new_line || matches!(byte, b',' | b')' | b'#')) && self.follows_names() {
            self.put(end, "=None");
        }
    }

    /// Behind `name=` stands a value.
    fn mend_value(&mut self, at: usize) {
        let is_missing = |(next, is_new_line): (usize, bool)| {
            is_new_line || self.text[next..].starts_with([',', ')', ']', '}'])
        };
        if self.next(at).is_none_or(is_missing) {
            self.put(at, "None");
        }
    }

    /// Whether an argument before the cursor has a name.
    fn follows_names(&self) -> bool {
        let Some(call) = self.cursor.call() else {
            return false;
        };
        let before = TextRange::new(call.at + 1, self.cursor.start()).slice(self.text);
        before.contains('=') || before.contains("**")
    }

    /// A comma between the word and an argument on a later line.
    fn separate(&mut self, end: usize, next: Option<(usize, bool)>) {
        let Some((at, true)) = next else { return };
        let is_blank = self.cursor.word.is_empty() && self.cursor.quoted.is_none();
        if is_blank && self.pieces.is_empty() {
            return;
        }
        let rest = &self.text[at..self.end];
        let name = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        let is_argument = name.len() < rest.len() && {
            let behind = name.trim_start_matches([' ', '\t']);
            behind.starts_with('=') && !behind.starts_with("==")
        };
        if is_argument && !starts_statement(self.text, self.cursor.statement as usize, at) {
            self.put(end, ",");
        }
    }

    /// Where the next letter of code is, and whether it is on a later line.
    fn next(&self, from: usize) -> Option<(usize, bool)> {
        let bytes = self.text.as_bytes();
        let (mut at, mut is_new_line) = (from, false);
        while at < self.end {
            match bytes[at] {
                b' ' | b'\t' => at += 1,
                b'\n' | b'\r' => {
                    is_new_line = true;
                    at += 1;
                }
                b'#' => at = line_end(bytes, at),
                _ => return Some((at, is_new_line)),
            }
        }
        None
    }

    /// Whether the place is where the name of an argument may stand.
    fn is_name_of_argument(&self, before: &str) -> bool {
        let is_call = self.cursor.brackets.last().is_some_and(Bracket::is_call);
        is_call && before.ends_with(['(', ','])
    }

    /// Closes what the statement leaves open.
    fn mend_statement(&mut self) {
        let mut open: Vec<Bracket> = self.cursor.brackets.clone();
        let statement = self.cursor.statement as usize;
        let mut at = self.cursor.end() as usize;
        let mut last = at;
        // Further on in the call an argument may lack its value too.
        let mut lacks_value = false;
        while at < self.end {
            match piece(&self.text[..self.end], at) {
                Piece::Comment(end) => at = end,
                Piece::Quoted(string) => {
                    at = string.end;
                    last = at;
                    lacks_value = false;
                }
                Piece::Byte(byte @ (b'\n' | b'\r')) => {
                    let next = skip_blanks(self.text, at + 1);
                    let is_continued = byte == b'\n' && self.text[..at].ends_with('\\');
                    if (open.is_empty() && !is_continued) || self.ends_before(statement, next) {
                        break;
                    }
                    at += 1;
                }
                Piece::Byte(b' ' | b'\t') => at += 1,
                Piece::Byte(byte) => {
                    if lacks_value && matches!(byte, b',' | b')') {
                        self.put_value(last);
                    }
                    lacks_value = byte == b'=' && !open.is_empty();
                    self.bracket(&mut open, at, byte);
                    at += 1;
                    last = at;
                }
            }
        }
        if lacks_value {
            self.put_value(last);
        }
        let mut missing: String = open.iter().rev().map(Bracket::closing).collect();
        let head = TextRange::from_usize(statement, last).slice(self.text);
        if is_head(head) && !head.trim_end().ends_with(':') {
            missing.push_str(": pass");
        }
        if !missing.is_empty() {
            self.put(last, missing);
        }
    }

    /// A value, where none was put already.
    fn put_value(&mut self, at: usize) {
        // What was put in at the cursor came first.
        let mut at_cursor = self.pieces.iter().take(4);
        if !at_cursor.any(|(known, _)| *known == at) {
            self.put(at, "None");
        }
    }

    /// Opens or closes a bracket; where it closes an outer one, those inside of it are closed before.
    fn bracket(&mut self, open: &mut Vec<Bracket>, at: usize, byte: u8) {
        match byte {
            b'(' | b'[' | b'{' => open.push(Bracket {
                at: u32::try_from(at).unwrap_or(u32::MAX),
                kind: byte,
                is_trailer: false,
            }),
            b')' | b']' | b'}' => {
                let missing = close(open, byte);
                if !missing.is_empty() {
                    self.put(at, missing);
                }
            }
            _ => {}
        }
    }

    /// Whether a new statement begins at `next`, although a bracket is open. Who writes arguments below a
    /// call writes them deeper than the call.
    fn ends_before(&self, statement: usize, next: usize) -> bool {
        let Some(first) = self.text[next..self.end].chars().next() else {
            return false;
        };
        if matches!(first, '\n' | '\r' | '#') {
            return false;
        }
        let is_word = first.is_alphabetic() || matches!(first, '_' | '@');
        column(self.text, next) <= column(self.text, statement) && is_word
    }
}

/// Whether code ends in `name=`.
pub fn is_behind_equals(before: &str) -> bool {
    let Some(name) = before.strip_suffix('=') else {
        return false;
    };
    name.trim_end()
        .ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Whether code begins an import of names: `from trl import`.
pub fn is_import(before: &str) -> bool {
    let Some(rest) = before.strip_prefix("from") else {
        return false;
    };
    rest.starts_with([' ', '\t', '.']) && {
        let mut words = rest.split([' ', '\t', '(', '\n', '\r']);
        words.any(|word| word == "import")
    }
}

/// Whether code is the head of a block.
fn is_head(statement: &str) -> bool {
    let end = statement
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(statement.len());
    matches!(
        &statement[..end],
        "if" | "while" | "for" | "with" | "elif" | "def" | "class"
    )
}

#[cfg(test)]
mod tests;
