//! The only door to the parser: text in, syntax out.
//!
//! The parser is the one of ruff and ty. A whole parse takes about a tenth of the time of one with
//! tree-sitter's Python grammar. What is kept of it for the next version of a text: see [`super::pieces`].

use std::borrow::Cow;

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::Ranged;

use super::ast::Module;
use super::lower;
use crate::text::TextRange;

/// A text that opens more brackets than this at a time is not parsed: nobody writes one, and the
/// parser's time grows with the square of some kinds of nesting.
const MAX_OPEN: usize = 2_000;

/// Stack for taking the parser's tree apart, per token of the longest logical line: the deepest trees
/// are chains of operators.
const STACK_PER_TOKEN: usize = 256;

/// The same per block in a block. Where the parser stumbles over indents, blocks may lie in each other as
/// deep as the text is long.
const STACK_PER_BLOCK: usize = 512;

/// What is always needed of the stack.
const STACK: usize = 128 * 1024;

/// Parses a whole text.
pub fn parse_module(text: &str) -> Module {
    if is_unreadable(text) {
        return Module {
            body: Vec::new(),
            errors: vec![TextRange::from_usize(0, text.len())],
        };
    }
    with_tree(text, |parsed| lower::module(parsed, text))
}

/// The strings of `text` with their quotes, in order; of one that interpolates, each piece.
pub fn strings(text: &str) -> Vec<TextRange> {
    let is_string = |kind: TokenKind| {
        use TokenKind as T;
        matches!(
            kind,
            T::String
                | T::FStringStart
                | T::FStringMiddle
                | T::FStringEnd
                | T::TStringStart
                | T::TStringMiddle
                | T::TStringEnd
        )
    };
    if is_unreadable(text) {
        return Vec::new();
    }
    with_tree(text, |parsed| tokens(parsed, is_string))
}

pub(super) fn comments(parsed: &Parsed<ModModule>) -> Vec<TextRange> {
    tokens(parsed, |kind| kind == TokenKind::Comment)
}

/// A piece of IPython's own syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// A statement: `%magic`, `!command`, `?name`.
    Line(TextRange),
    /// What is assigned: `files = !ls`.
    Value(TextRange),
    /// The logical line of a question, `name?`.
    Help(TextRange),
}

/// The same with `%` for each other character that begins a line of IPython's own syntax. Where it misses
/// an expression behind an open bracket, the parser takes such a line for one, and panics at the others
/// (ruff_python_parser 0.0.10, `parse_ipython_escape_command_expression`).
fn with_plain_escapes(text: &str) -> Cow<'_, str> {
    let mut bytes = Cow::Borrowed(text.as_bytes());
    let mut is_start = true;
    for (at, byte) in text.bytes().enumerate() {
        if is_start && matches!(byte, b'?' | b'/' | b';' | b',') {
            bytes.to_mut()[at] = b'%';
        }
        is_start = match byte {
            b'\n' | b'\r' => true,
            b'_' | b'"' | b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'@' | b'#' | b'+'
            | b'-' | b'*' | b'<' | b'>' | b'=' | b'&' | b'|' | b'^' | b'~' | b'.' | b':' => false,
            // Blanks, and what is no Python: the lexer goes on as if it were at the beginning of the line.
            _ => is_start && !byte.is_ascii_alphanumeric(),
        };
    }
    match bytes {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).expect("ASCII for ASCII")),
    }
}

/// IPython's own syntax in the source of a cell, in order; never inside of strings, brackets and comments.
pub fn escapes(text: &str) -> Vec<Escape> {
    if is_unreadable(text) {
        return Vec::new();
    }
    with_tree_of(&with_plain_escapes(text), Mode::Ipython, |parsed| {
        let mut found = Vec::new();
        let mut line: Option<u32> = None;
        for token in parsed.tokens() {
            let range = TextRange::new(token.start().to_u32(), token.end().to_u32());
            match token.kind() {
                TokenKind::IpyEscapeCommand => found.push(match line {
                    None => Escape::Line(range),
                    Some(_) => Escape::Value(range),
                }),
                TokenKind::Question => {
                    let start = line.unwrap_or(range.start);
                    found.pop_if(
                        |last| matches!(last, Escape::Help(before) if before.start == start),
                    );
                    found.push(Escape::Help(TextRange::new(start, range.end)));
                }
                _ => {}
            }
            line = match token.kind() {
                TokenKind::Newline => None,
                TokenKind::Indent
                | TokenKind::Dedent
                | TokenKind::Comment
                | TokenKind::NonLogicalNewline => line,
                _ => line.or(Some(range.start)),
            };
        }
        found
    })
}

/// Whether a text has syntax errors, found out without building our own tree.
pub fn is_broken(text: &str) -> bool {
    is_unreadable(text) || with_tree(text, |parsed| !parsed.errors().is_empty())
}

fn tokens(parsed: &Parsed<ModModule>, wanted: impl Fn(TokenKind) -> bool) -> Vec<TextRange> {
    let tokens = parsed.tokens().iter();
    let tokens = tokens.filter(|token| wanted(token.kind()));
    tokens
        .map(|token| TextRange::new(token.start().to_u32(), token.end().to_u32()))
        .collect()
}

/// Whether a text is not given to the parser.
pub(super) fn is_unreadable(text: &str) -> bool {
    opens_too_much(text) || u32::try_from(text.len()).is_err()
}

/// Parses a text, or whole statements of one, that can be read, and hands the tree to `read`.
pub(super) fn with_tree<T>(text: &str, read: impl FnOnce(&Parsed<ModModule>) -> T) -> T {
    with_tree_of(text, Mode::Module, read)
}

fn with_tree_of<T>(text: &str, mode: Mode, read: impl FnOnce(&Parsed<ModModule>) -> T) -> T {
    let parsed = parse_unchecked(text, ParseOptions::from(mode));
    let tree = Tree(parsed.try_into_module());
    read(tree.0.as_ref().expect("what is parsed as a module is one"))
}

/// The parser guards its own recursion, but a tree is dropped by recursion too.
struct Tree(Option<Parsed<ModModule>>);

impl Drop for Tree {
    fn drop(&mut self) {
        if let Some(parsed) = self.0.take() {
            let (line, blocks) = extent(&parsed);
            let stack = STACK + STACK_PER_TOKEN * line + STACK_PER_BLOCK * blocks;
            stacker::maybe_grow(stack, stack, || drop(parsed));
        }
    }
}

/// Tokens of the longest logical line, and blocks around the deepest statement.
fn extent(parsed: &Parsed<ModModule>) -> (usize, usize) {
    let (mut longest, mut deepest) = (0, 0);
    let (mut start, mut depth) = (0, 0_usize);
    for (at, token) in parsed.tokens().iter().enumerate() {
        match token.kind() {
            TokenKind::Newline => {
                longest = longest.max(at - start);
                start = at + 1;
            }
            TokenKind::Indent => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            TokenKind::Dedent => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (longest.max(parsed.tokens().len() - start), deepest)
}

/// Brackets count in strings and comments too: that is cheap and close enough.
fn opens_too_much(text: &str) -> bool {
    /// Bytes that are looked at together: their number fits a byte, so that many are counted at once.
    const BLOCK: usize = 240;
    // No less than are open: of what a block opens and closes, all may be opened behind what it closes.
    let mut open = 0;
    for block in text.as_bytes().chunks(BLOCK) {
        let opened = count(block, |byte| matches!(byte, b'(' | b'[' | b'{'));
        let closed = count(block, |byte| matches!(byte, b')' | b']' | b'}'));
        if open + opened > MAX_OPEN {
            return opens_too_much_exactly(text);
        }
        open = (open + opened).saturating_sub(closed).max(opened);
    }
    false
}

fn count(block: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    let count: u8 = block.iter().map(|byte| u8::from(wanted(*byte))).sum();
    usize::from(count)
}

fn opens_too_much_exactly(text: &str) -> bool {
    let mut open = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                open += 1;
                if open > MAX_OPEN {
                    return true;
                }
            }
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_told_apart() {
        let text = "a = '# no'  # yes\nb = f'#{c}'  #\n";
        let shown = |ranges: Vec<TextRange>| -> Vec<&str> {
            ranges.into_iter().map(|range| range.slice(text)).collect()
        };
        assert_eq!(shown(with_tree(text, comments)), ["# yes", "#"]);
        assert_eq!(shown(strings(text)), ["'# no'", "f'", "#", "'"]);
    }

    /// Long chains and deep nesting neither overflow the stack nor take long.
    #[test]
    fn hostile_nesting_is_survived() {
        let times = 20_000;
        let chains = [
            "-",
            "not ",
            "lambda: ",
            "a.",
            "a+",
            "1 if a else ",
            "a**",
            "[",
            "(",
            "f'{",
            "f(",
            "x[",
            "{a:",
            "a and ",
        ];
        for chain in chains {
            let text = format!("x = {}1\n", chain.repeat(times));
            assert!(parse_module(&text).body.len() <= 2, "{chain}");
        }
        let unindented = "if a:\n    b\n  c\n".repeat(times);
        assert!(!parse_module(&unindented).errors.is_empty());
        let closed = format!("x = {}{}\n", "[".repeat(times), "]".repeat(times));
        assert!(!parse_module(&closed).errors.is_empty());
    }
}
