//! What must be left alone because somebody is typing there.

use ruff_python_ast::ModModule;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

use super::range;
use crate::text::TextRange;

/// The places where the parser stumbled. It goes on behind each, with a guess: what shares a line with
/// such a place is not to be trusted, and neither is what opens a bracket that is never closed, of which
/// the parser complains only where the next statement begins.
pub(super) struct Broken<'t> {
    text: &'t str,
    tokens: &'t Tokens,
    /// Sorted by start, each lengthened to the furthest end so far.
    places: Vec<TextRange>,
}

impl<'t> Broken<'t> {
    pub fn new(text: &'t str, parsed: &'t Parsed<ModModule>) -> Self {
        let mut places: Vec<TextRange> = parsed
            .errors()
            .iter()
            .map(|error| range(&error.location))
            .collect();
        places.sort_unstable_by_key(|place| place.start);
        let mut furthest = 0;
        for place in &mut places {
            furthest = place.end.max(furthest);
            place.end = furthest;
        }
        Self {
            text,
            tokens: parsed.tokens(),
            places,
        }
    }

    /// Whether a simple statement cannot be trusted.
    pub fn statement(&self, statement: TextRange) -> bool {
        !self.places.is_empty()
            && (self.touches(self.lines_of(statement)) || self.is_open(statement))
    }

    /// Whether an expression of a compound statement's head cannot be trusted.
    pub fn expression(&self, expression: TextRange) -> bool {
        !self.places.is_empty() && (self.touches(expression) || self.is_open(expression))
    }

    /// Whether the parser stumbled in `range` or at one of its ends. A place that ends where `range`
    /// begins is the line end before it.
    fn touches(&self, range: TextRange) -> bool {
        let behind = self
            .places
            .partition_point(|place| place.start <= range.end);
        let last = behind.checked_sub(1).map(|last| self.places[last]);
        last.is_some_and(|place| place.start >= range.start || place.end > range.start)
    }

    /// From the start of the first line to the end of the last.
    fn lines_of(&self, range: TextRange) -> TextRange {
        let bytes = self.text.as_bytes();
        let (start, end) = (range.start as usize, range.end as usize);
        let start = memchr::memrchr2(b'\n', b'\r', &bytes[..start]).map_or(0, |at| at + 1);
        let end = memchr::memchr2(b'\n', b'\r', &bytes[end..]).map_or(bytes.len(), |at| end + at);
        TextRange::from_usize(start, end)
    }

    /// Whether brackets are opened in `range` that are not closed there, or the other way round.
    fn is_open(&self, range: TextRange) -> bool {
        let start = self
            .tokens
            .partition_point(|token| token.start().to_u32() < range.start);
        let mut open = 0_i64;
        for token in &self.tokens[start..] {
            if token.start().to_u32() >= range.end {
                break;
            }
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open += 1,
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => open -= 1,
                _ => {}
            }
        }
        open != 0
    }
}
