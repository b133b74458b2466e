//! Strings, comments and brackets, from the start of a text to a place in it.

/// An open bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// Where it stands.
    pub at: u32,
    /// The bracket.
    pub kind: u8,
    /// Whether it stands behind a value: it opens the arguments of a call, or an index.
    pub is_trailer: bool,
}

impl Bracket {
    /// Whether it opens the arguments of a call.
    pub const fn is_call(&self) -> bool {
        self.is_trailer && self.kind == b'('
    }

    /// What closes it.
    pub const fn closing(&self) -> char {
        match self.kind {
            b'(' => ')',
            b'[' => ']',
            _ => '}',
        }
    }
}

/// What is at the end of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Code.
    Code,
    /// A plain string that opens there.
    Quoted(usize),
    /// A comment, or a string of another kind.
    Elsewhere,
}

/// What a scan found.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The open brackets.
    pub brackets: Vec<Bracket>,
    /// Where the logical line begins, behind its indent.
    pub statement: usize,
    /// What is at the end.
    pub stop: Stop,
}

/// Reads `text` from `start` to `offset`.
pub fn scan(text: &str, start: usize, offset: usize) -> Scan {
    let mut scan = Scan {
        brackets: Vec::new(),
        statement: skip_blanks(text, start),
        stop: Stop::Code,
    };
    let mut at = start;
    while at < offset {
        match piece(text, at) {
            Piece::Comment(end) => {
                if offset <= end {
                    scan.stop = Stop::Elsewhere;
                    return scan;
                }
                at = end;
            }
            Piece::Quoted(string) => {
                // What is not closed goes on to the end of its line.
                if offset < string.end || (offset == string.end && !string.is_closed) {
                    scan.stop = match string.is_plain {
                        true => Stop::Quoted(at),
                        false => Stop::Elsewhere,
                    };
                    return scan;
                }
                at = string.end;
            }
            Piece::Byte(byte) => {
                scan.take(text, at, byte);
                at += 1;
            }
        }
    }
    scan
}

impl Scan {
    fn take(&mut self, text: &str, at: usize, byte: u8) {
        match byte {
            b'(' | b'[' | b'{' => self.brackets.push(Bracket {
                at: u32::try_from(at).unwrap_or(u32::MAX),
                kind: byte,
                is_trailer: byte != b'{' && is_behind_value(&text[self.statement.min(at)..at]),
            }),
            b')' | b']' | b'}' => {
                close(&mut self.brackets, byte);
            }
            b'\n' | b'\r' => {
                let is_continued = text[..at].trim_end_matches('\r').ends_with('\\');
                let next = skip_blanks(text, at + 1);
                if self.brackets.is_empty() && !is_continued {
                    self.statement = next;
                } else if starts_statement(text, self.statement, next) {
                    self.brackets.clear();
                    self.statement = next;
                }
            }
            b';' if self.brackets.is_empty() => self.statement = skip_blanks(text, at + 1),
            _ => {}
        }
    }
}

/// No deeper than this a bracket is looked for that another one closes: nobody nests like that.
const MAX_OPEN: usize = 64;

/// Takes away the innermost bracket that `byte` closes, with those inside of it, and gives what would have
/// closed those.
pub fn close(brackets: &mut Vec<Bracket>, byte: u8) -> String {
    let from = brackets.len().saturating_sub(MAX_OPEN);
    let same = |bracket: &Bracket| bracket.closing() == byte as char;
    let Some(found) = brackets[from..].iter().rposition(same) else {
        return String::new();
    };
    let inside = brackets.split_off(from + found + 1);
    brackets.pop();
    inside.iter().rev().map(Bracket::closing).collect()
}

/// A part of a text that is not looked into, or one byte.
pub enum Piece {
    /// Up to the end of its line.
    Comment(usize),
    /// A string.
    Quoted(Quoted),
    /// Anything else.
    Byte(u8),
}

/// A string of a text.
#[derive(Clone, Copy, Debug)]
pub struct Quoted {
    /// Behind its second quote; without one, the end of its line, or of the text.
    pub end: usize,
    /// Whether it has a second quote.
    pub is_closed: bool,
    /// Whether it is neither of several lines, nor bytes, nor a template.
    pub is_plain: bool,
}

/// What begins at `at`.
pub fn piece(text: &str, at: usize) -> Piece {
    let bytes = text.as_bytes();
    match bytes[at] {
        b'#' => Piece::Comment(line_end(bytes, at)),
        quote @ (b'"' | b'\'') => Piece::Quoted(quoted(bytes, at, quote)),
        byte => Piece::Byte(byte),
    }
}

fn quoted(bytes: &[u8], at: usize, quote: u8) -> Quoted {
    let triple = [quote; 3];
    if bytes[at..].starts_with(&triple) {
        let length = memchr::memmem::find(&bytes[at + 3..], &triple);
        return Quoted {
            end: length.map_or(bytes.len(), |length| at + 3 + length + 3),
            is_closed: length.is_some(),
            is_plain: false,
        };
    }
    let (end, is_closed) = string_end(bytes, at, quote);
    Quoted {
        end,
        is_closed,
        is_plain: has_plain_prefix(bytes, at),
    }
}

/// Behind the second quote of a string that is no longer than its line, or the end of the line; and
/// whether there is one.
fn string_end(bytes: &[u8], at: usize, quote: u8) -> (usize, bool) {
    let mut end = at + 1;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => end += 1,
            b'\n' | b'\r' => return (end, false),
            byte if byte == quote => return (end + 1, true),
            _ => {}
        }
        end += 1;
    }
    (bytes.len(), false)
}

/// Whether no letter in front of a quote makes it one of bytes or of a template.
fn has_plain_prefix(bytes: &[u8], at: usize) -> bool {
    let start = bytes[..at]
        .iter()
        .rposition(|byte| !byte.is_ascii_alphabetic())
        .map_or(0, |before| before + 1);
    let is_marked = |byte: &u8| matches!(byte.to_ascii_lowercase(), b'b' | b'f' | b't');
    !bytes[start..at].iter().any(is_marked)
}

pub fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

pub fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + (rest.len() - rest.trim_start_matches([' ', '\t', '\u{feff}']).len())
}

/// Whether a bracket behind `before` belongs to the value there. `def` and `class` open others.
fn is_behind_value(before: &str) -> bool {
    let callee = before.trim_end_matches([' ', '\t']);
    let name = callee.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
    let word = &callee[name.len()..];
    if word.is_empty() {
        return callee.ends_with([')', ']']);
    }
    let is_defined = ["def", "class"]
        .iter()
        .any(|keyword| ends_with_word(name.trim_end(), keyword));
    !is_keyword(word) && !is_defined && !word.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether `text` ends with that word.
fn ends_with_word(text: &str, word: &str) -> bool {
    let before = text.strip_suffix(word);
    before.is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Whether a word is none of the names that a call may be made of.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "as"
            | "assert"
            | "await"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "for"
            | "from"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "not"
            | "or"
            | "raise"
            | "return"
            | "while"
            | "with"
            | "yield"
            | "case"
            | "match"
    )
}

/// Whether the line whose first letter is at `next` begins a statement, although a bracket of the one at
/// `statement` is open: it stands no deeper, and begins with a word that begins statements only, or
/// assigns.
pub fn starts_statement(text: &str, statement: usize, next: usize) -> bool {
    if column(text, next) > column(text, statement) {
        return false;
    }
    let rest = &text[next..];
    let line = &rest[..line_end(rest.as_bytes(), 0)];
    if line.starts_with('@') {
        return true;
    }
    let name_end = line
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(line.len());
    let (word, behind) = line.split_at(name_end);
    let is_head = || line.trim_end().ends_with(':');
    match word {
        "" => false,
        "import" | "from" | "def" | "class" | "return" | "raise" | "with" | "try" | "while"
        | "assert" | "del" | "global" | "pass" | "break" | "continue" => {
            behind.is_empty() || behind.starts_with([' ', ':'])
        }
        "if" | "for" | "elif" | "else" | "async" | "except" | "finally" => is_head(),
        _ => behind.starts_with(" = "),
    }
}

/// How far a place stands from the start of its line.
pub fn column(text: &str, at: usize) -> usize {
    let before = &text.as_bytes()[..at.min(text.len())];
    at - memchr::memrchr2(b'\n', b'\r', before).map_or(0, |end| end + 1)
}
