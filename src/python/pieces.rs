//! The syntax of a text in pieces of whole statements, which serve the next version of the text too.
//!
//! A text is cut only between two statements at its top level in which the parser did not stumble. There
//! the parser remembers nothing, so what follows means the same whatever stands before. After an edit
//! the piece around it is parsed anew, together with the piece behind: where that one turns out as it was,
//! everything behind it is as it was.

mod method;

use std::ops::Range;
use std::sync::Arc;

use ruff_python_ast::{ModModule, Stmt as ParsedStmt};
use ruff_python_parser::{LexicalErrorType, ParseError, ParseErrorType, Parsed};
use ruff_text_size::Ranged;

use super::ast::{Module, Stmt};
use super::facts::Facts;
use super::parse::{comments, is_unreadable, with_tree};
use super::{lower, semantic};
use crate::text::TextRange;

/// Bytes of a piece from which on it is not lengthened.
const PIECE: u32 = 1024;

/// How many pieces behind an edit are parsed to find one that is as it was, before all are.
const TRIES: [usize; 2] = [0, 4];

/// The syntax of one text.
#[derive(Clone, Debug, Default)]
pub struct Syntax {
    /// In order; the first begins at 0, and each ends where the next one begins.
    pieces: Vec<Piece>,
}

/// Some statements of a text.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    start: u32,
    /// What the ranges in `tree` lack, modulo 2^32.
    shift: u32,
    tree: Arc<Tree>,
}

/// What lies in a piece. Its ranges are those of the text in which it was parsed.
#[derive(Debug)]
struct Tree {
    module: Module,
    /// From `#` to the end of the line, in order.
    comments: Vec<TextRange>,
    /// The end of the furthest place where the parser stumbled: see [`stumbles`].
    stumbled: Option<u32>,
}

impl Piece {
    /// Its statements; their ranges lack [`Piece::place`].
    pub fn body(&self) -> &[Stmt] {
        &self.tree.module.body
    }

    /// Where a range of its statements lies in the text.
    pub const fn place(&self, range: TextRange) -> TextRange {
        moved(range, self.shift)
    }

    /// The number that [`moved`] wants for its ranges.
    pub const fn shift(&self) -> u32 {
        self.shift
    }

    fn by(&self, delta: u32) -> Self {
        Self {
            start: self.start.wrapping_add(delta),
            shift: self.shift.wrapping_add(delta),
            tree: Arc::clone(&self.tree),
        }
    }
}

/// The range so many bytes further on, modulo 2^32.
pub(super) const fn moved(range: TextRange, shift: u32) -> TextRange {
    TextRange::new(
        range.start.wrapping_add(shift),
        range.end.wrapping_add(shift),
    )
}

impl Syntax {
    /// Parses `text`. Never fails: what cannot be read is in [`Syntax::errors`].
    pub fn parse(text: &str) -> Self {
        Self::default().parse_after("", text)
    }

    /// The syntax of `text`, made from this one of the text `before` and what changed since.
    pub fn parse_after(&self, before: &str, text: &str) -> Self {
        if is_unreadable(text) {
            return Self::unreadable(text);
        }
        let change = Change::between(before, text);
        if let Some(next) = self.after_method(before, text, &change) {
            return next;
        }
        let first = self.first_changed(before, &change);
        let start = self.pieces.get(first).map_or(0, |piece| piece.start);
        let behind = self
            .pieces
            .partition_point(|piece| piece.start < change.end);
        for more in TRIES {
            let kept = behind.max(first + 1) + more;
            if let Some(middle) = self.middle(text, start, kept, change.delta) {
                return self.with_middle(first, middle, kept, change.delta);
            }
        }
        let rest = window(text, start, text.len() as u32);
        let middle = with_tree(rest, |parsed| {
            pieces(parsed, rest, start, parsed.suite().len())
        });
        self.with_middle(first, middle, self.pieces.len(), 0)
    }

    fn unreadable(text: &str) -> Self {
        let module = Module {
            body: Vec::new(),
            errors: vec![TextRange::from_usize(0, text.len())],
        };
        let tree = Arc::new(Tree {
            module,
            comments: Vec::new(),
            stumbled: Some(u32::MAX),
        });
        Self {
            pieces: vec![Piece {
                start: 0,
                shift: 0,
                tree,
            }],
        }
    }

    /// The first piece that may be another one now. The parser looks at the first line of a statement to
    /// see where the one before it ends.
    fn first_changed(&self, before: &str, change: &Change) -> usize {
        let behind = self
            .pieces
            .partition_point(|piece| piece.start <= change.start);
        let Some(around) = behind.checked_sub(1) else {
            return 0;
        };
        let piece = &self.pieces[around];
        let line = memchr::memchr2(b'\n', b'\r', &before.as_bytes()[piece.start as usize..]);
        let line = line.map(|end| piece.start + end as u32);
        if !piece.body().is_empty() && line.is_some_and(|end| change.start > end) {
            return around;
        }
        let holds_code = |piece: &Piece| !piece.body().is_empty();
        self.pieces[..around]
            .iter()
            .rposition(holds_code)
            .unwrap_or(0)
    }

    /// The pieces of `text` from `start` up to the piece `kept` of the text before, where that one and so
    /// all behind it are found to be as they were.
    fn middle(&self, text: &str, start: u32, kept: usize, delta: u32) -> Option<Vec<Piece>> {
        let (old, next) = (self.pieces.get(kept)?, self.pieces.get(kept + 1)?);
        let end = next.start.wrapping_add(delta);
        let part = window(text, start, end);
        with_tree(part, |parsed| {
            let kept_start = old.start.wrapping_add(delta) - start;
            let is_new = |stmt: &ParsedStmt| stmt.start().to_u32() < kept_start;
            let count = parsed.suite().partition_point(is_new);
            let as_before = parsed.suite()[count..].iter().map(lower::range);
            let expected = old
                .body()
                .iter()
                .map(|stmt| moved(old.place(stmt.range), delta.wrapping_sub(start)));
            let is_clean = stumbles(parsed).iter().all(|error| error.end < kept_start);
            (is_clean && old.tree.module.errors.is_empty() && as_before.eq(expected))
                .then(|| pieces(parsed, part, start, count))
        })
    }

    fn with_middle(&self, first: usize, middle: Vec<Piece>, kept: usize, delta: u32) -> Self {
        let before = self.pieces.iter().take(first).cloned();
        let behind = self.pieces.iter().skip(kept).map(|piece| piece.by(delta));
        Self {
            pieces: before.chain(middle).chain(behind).collect(),
        }
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The statements at the top level with their places.
    pub(super) fn statements(&self) -> impl Iterator<Item = (TextRange, &Stmt)> {
        let of_piece = |piece: &'_ Piece| piece.shift;
        self.pieces.iter().flat_map(move |piece| {
            let shift = of_piece(piece);
            let body = piece.body().iter();
            body.map(move |stmt| (moved(stmt.range, shift), stmt))
        })
    }

    /// The comments, in order.
    pub(super) fn comments(&self) -> impl Iterator<Item = TextRange> {
        self.pieces.iter().flat_map(|piece| {
            let comments = piece.tree.comments.iter();
            comments.map(|comment| piece.place(*comment))
        })
    }

    /// Places that the parser could not read, in order.
    pub fn errors(&self) -> Vec<TextRange> {
        let errors = self.pieces.iter().flat_map(|piece| {
            let errors = piece.tree.module.errors.iter();
            errors.map(|error| piece.place(*error))
        });
        errors.collect()
    }

    /// What `text`, whose syntax this is, does with the names it imports.
    pub fn facts(&self, text: &str) -> Facts {
        semantic::facts(self, text)
    }
}

/// Where two texts differ.
struct Change {
    /// Where the first difference begins, in both.
    start: u32,
    /// Where the last one ends, in the text before.
    end: u32,
    /// How much longer the text is now, modulo 2^32.
    delta: u32,
}

impl Change {
    fn between(before: &str, after: &str) -> Self {
        let (before, after) = (before.as_bytes(), after.as_bytes());
        let start = common(before.chunks(BLOCK), after.chunks(BLOCK), |(a, b)| {
            a.iter().zip(b).take_while(|(a, b)| a == b).count()
        });
        let (a, b) = (&before[start..], &after[start..]);
        let same = common(a.rchunks(BLOCK), b.rchunks(BLOCK), |(a, b)| {
            let pairs = a.iter().rev().zip(b.iter().rev());
            pairs.take_while(|(a, b)| a == b).count()
        });
        Self {
            start: start as u32,
            end: (before.len() - same) as u32,
            delta: (after.len() as u32).wrapping_sub(before.len() as u32),
        }
    }
}

/// Bytes that are compared at once.
const BLOCK: usize = 256;

/// How many bytes two texts have in common, taken block by block; `count` says how many of two blocks.
fn common<'t>(
    a: impl Iterator<Item = &'t [u8]>,
    b: impl Iterator<Item = &'t [u8]>,
    count: impl Fn((&'t [u8], &'t [u8])) -> usize,
) -> usize {
    let mut same = 0;
    for (a, b) in a.zip(b) {
        if a != b {
            return same + count((a, b));
        }
        same += a.len();
    }
    same
}

fn window(text: &str, start: u32, end: u32) -> &str {
    &text[start as usize..end as usize]
}

/// The first `count` statements of `text`, which begins at `start` of the whole text, in pieces.
fn pieces(parsed: &Parsed<ModModule>, text: &str, start: u32, count: usize) -> Vec<Piece> {
    let suite = &parsed.suite()[..count];
    let cuts = cuts(parsed, text, suite);
    let end = parsed
        .suite()
        .get(count)
        .map_or(u32::MAX, |stmt| stmt.start().to_u32());
    let mut comments = comments(parsed).into_iter().peekable();
    let mut lower = lower::Lower::new(parsed, text);
    let mut stumbles = stumbles(parsed).into_iter().peekable();
    let mut pieces = Vec::with_capacity(cuts.len());
    for (index, statements) in cuts.iter().enumerate() {
        let from = suite.get(statements.start).filter(|_| index > 0);
        let from = from.map_or(0, |stmt| stmt.start().to_u32());
        let next = cuts
            .get(index + 1)
            .map(|next| suite[next.start].start().to_u32());
        let to = next.unwrap_or(end);
        let within = |comment: &TextRange| comment.start < to;
        let tree = Tree {
            module: lower.part(&suite[statements.clone()], to),
            comments: std::iter::from_fn(|| comments.next_if(within)).collect(),
            stumbled: std::iter::from_fn(|| stumbles.next_if(within))
                .map(|place| place.end)
                .max(),
        };
        pieces.push(Piece {
            start: start + from,
            shift: start,
            tree: Arc::new(tree),
        });
    }
    pieces
}

/// Where the parser stumbled, in order, up to where it may still remember that. It counts indents that it did
/// not expect, and expects as many dedents.
fn stumbles(parsed: &Parsed<ModModule>) -> Vec<TextRange> {
    use ParseErrorType::{Lexical, UnexpectedIndentation};
    let place = |error: &ParseError| match error.error {
        UnexpectedIndentation | Lexical(LexicalErrorType::IndentationError) => {
            TextRange::new(lower::range(error).start, u32::MAX)
        }
        _ => lower::range(error),
    };
    let mut places: Vec<TextRange> = parsed.errors().iter().map(place).collect();
    places.sort_unstable();
    places
}

/// The statements of each piece; there is at least one piece.
fn cuts(parsed: &Parsed<ModModule>, text: &str, suite: &[ParsedStmt]) -> Vec<Range<usize>> {
    let mut errors = stumbles(parsed).into_iter().peekable();
    // The furthest end of an error up to a statement, and of one up to the statement before.
    let mut stumbled = None;
    let mut cuts = Vec::new();
    cuts.push(0..0);
    let mut start = 0;
    for (index, stmt) in suite.iter().enumerate() {
        let range = lower::range(stmt);
        while let Some(error) = errors.next_if(|error| error.start <= range.end) {
            stumbled = stumbled.max(Some(error.end));
        }
        let clean_since = index
            .checked_sub(1)
            .map(|before| lower::range(&suite[before]).start);
        let is_clean = clean_since.is_some_and(|since| stumbled.is_none_or(|end| end < since));
        let begins_line = text[..range.start as usize].ends_with(['\n', '\r']);
        if is_clean && begins_line && range.start - start >= PIECE {
            start = range.start;
            cuts.push(index..index);
        }
        if let Some(last) = cuts.last_mut() {
            last.end = index + 1;
        }
    }
    cuts
}

#[cfg(test)]
mod tests;
