//! The only door to the parser: text in, syntax out.
//!
//! The parser is the one of ruff and ty. A whole parse takes about a tenth of the time of one with
//! tree-sitter's Python grammar, less than that one's incremental parse of a long file, and a stray triple quote costs no
//! more than anything else; so nothing of a parse is kept for the next version of a text.

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::Ranged;

use super::ast::Module;
use super::facts::Facts;
use super::{lower, semantic};
use crate::text::TextRange;

/// A text that opens more brackets than this at a time is not parsed: nobody writes one, and the
/// parser's time grows with the square of some kinds of nesting.
const MAX_OPEN: usize = 2_000;

/// Stack for taking the parser's tree apart, per token of the longest logical line: the deepest trees
/// are chains of operators.
const STACK_PER_TOKEN: usize = 256;

/// What is always needed of the stack.
const STACK: usize = 128 * 1024;

/// The syntax of one text.
#[derive(Clone, Debug, Default)]
pub struct Syntax {
    /// Its statements.
    pub module: Module,
    /// Its comments, from `#` to the end of the line, in order.
    pub comments: Vec<TextRange>,
}

impl Syntax {
    /// Parses `text`. Never fails: what cannot be read is in [`Module::errors`].
    pub fn parse(text: &str) -> Self {
        with_tree(text, |parsed| Self {
            module: lower::module(parsed, text),
            comments: tokens(parsed, |kind| kind == TokenKind::Comment),
        })
        .unwrap_or_else(|| Self::unreadable(text))
    }

    fn unreadable(text: &str) -> Self {
        let module = Module {
            body: Vec::new(),
            errors: vec![TextRange::from_usize(0, text.len())],
        };
        Self {
            module,
            comments: Vec::new(),
        }
    }

    /// What `text`, whose syntax this is, does with the names it imports.
    pub fn facts(&self, text: &str) -> Facts {
        semantic::facts(self, text)
    }
}

/// Parses a whole text.
pub fn parse_module(text: &str) -> Module {
    Syntax::parse(text).module
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
    with_tree(text, |parsed| tokens(parsed, is_string)).unwrap_or_default()
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

/// IPython's own syntax in the source of a cell, in order; never inside of strings, brackets and comments.
pub fn escapes(text: &str) -> Vec<Escape> {
    with_tree_of(text, Mode::Ipython, |parsed| {
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
    .unwrap_or_default()
}

/// Whether a text has syntax errors, found out without building our own tree.
pub fn is_broken(text: &str) -> bool {
    with_tree(text, |parsed| !parsed.errors().is_empty()).unwrap_or(true)
}

fn tokens(parsed: &Parsed<ModModule>, wanted: impl Fn(TokenKind) -> bool) -> Vec<TextRange> {
    let tokens = parsed.tokens().iter();
    let tokens = tokens.filter(|token| wanted(token.kind()));
    tokens
        .map(|token| TextRange::new(token.start().to_u32(), token.end().to_u32()))
        .collect()
}

/// Parses `text` and hands the tree to `read`.
fn with_tree<T>(text: &str, read: impl FnOnce(&Parsed<ModModule>) -> T) -> Option<T> {
    with_tree_of(text, Mode::Module, read)
}

fn with_tree_of<T>(
    text: &str,
    mode: Mode,
    read: impl FnOnce(&Parsed<ModModule>) -> T,
) -> Option<T> {
    if opens_too_much(text) || u32::try_from(text.len()).is_err() {
        return None;
    }
    let parsed = parse_unchecked(text, ParseOptions::from(mode));
    let tree = Tree(parsed.try_into_module());
    tree.0.as_ref().map(read)
}

/// The parser guards its own recursion, but a tree is dropped by recursion too.
struct Tree(Option<Parsed<ModModule>>);

impl Drop for Tree {
    fn drop(&mut self) {
        if let Some(parsed) = self.0.take() {
            let stack = STACK + STACK_PER_TOKEN * longest_line(&parsed);
            stacker::maybe_grow(stack, stack, || drop(parsed));
        }
    }
}

/// Tokens of the longest logical line.
fn longest_line(parsed: &Parsed<ModModule>) -> usize {
    let lines = parsed
        .tokens()
        .split(|token| token.kind() == TokenKind::Newline);
    lines.map(<[_]>::len).max().unwrap_or_default()
}

/// Brackets count in strings and comments too: that is cheap and close enough.
fn opens_too_much(text: &str) -> bool {
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
        assert_eq!(shown(Syntax::parse(text).comments), ["# yes", "#"]);
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
        ];
        for chain in chains {
            let text = format!("x = {}1\n", chain.repeat(times));
            assert!(parse_module(&text).body.len() <= 2, "{chain}");
        }
        let closed = format!("x = {}{}\n", "[".repeat(times), "]".repeat(times));
        assert!(!parse_module(&closed).errors.is_empty());
    }
}
