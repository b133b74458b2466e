//! The only door to the parser: text in, tree out, incrementally where an older tree is at hand.

use std::cell::RefCell;
use std::ops::ControlFlow;

use tree_sitter::{InputEdit, ParseOptions, ParseState, Parser, Point, Tree};

use super::ast::Module;
use super::facts::Facts;
use super::{lower, semantic};
use crate::budget;

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(new_parser());
}

fn new_parser() -> Parser {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_python::LANGUAGE.into())
        .expect("the grammar is compiled for this version of the parser library");
    parser
}

/// The parser's tree of one version of a text.
#[derive(Clone, Debug)]
pub struct SyntaxTree(Tree);

/// A point of a text: line, and bytes from the line's start.
pub type LineColumn = (usize, usize);

/// One replaced piece of text, in bytes and lines of the text before and after.
#[derive(Clone, Copy, Debug)]
pub struct TreeEdit {
    /// First changed byte.
    pub start: usize,
    /// End of the replaced bytes in the old text.
    pub old_end: usize,
    /// End of the new bytes in the new text.
    pub new_end: usize,
    /// Line and column of `start`.
    pub start_point: LineColumn,
    /// Line and column of `old_end` in the old text.
    pub old_end_point: LineColumn,
    /// Line and column of `new_end` in the new text.
    pub new_end_point: LineColumn,
}

impl TreeEdit {
    /// The edit that puts `inserted` in the place of `replaced`, which stands behind `before`. The old
    /// text comes in pieces, cut anywhere between two characters.
    pub fn between<'a>(
        before: impl IntoIterator<Item = &'a str>,
        replaced: impl IntoIterator<Item = &'a str>,
        inserted: &str,
    ) -> Self {
        let start = before.into_iter().fold(Place::default(), Place::behind);
        let old_end = replaced.into_iter().fold(start, Place::behind);
        let new_end = start.behind(inserted);
        Self {
            start: start.byte,
            old_end: old_end.byte,
            new_end: new_end.byte,
            start_point: start.point,
            old_end_point: old_end.point,
            new_end_point: new_end.point,
        }
    }
}

/// A place of a text as the parser counts it.
#[derive(Clone, Copy, Default)]
struct Place {
    byte: usize,
    point: LineColumn,
}

impl Place {
    /// The place behind `text`, which begins here. Only `\n` ends a line, as in the parser.
    fn behind(self, text: &str) -> Self {
        let (line, column) = self.point;
        let bytes = text.as_bytes();
        let point = match memchr::memrchr(b'\n', bytes) {
            Some(last) => (
                line + memchr::memchr_iter(b'\n', bytes).count(),
                bytes.len() - last - 1,
            ),
            None => (line, column + bytes.len()),
        };
        Self {
            byte: self.byte + bytes.len(),
            point,
        }
    }
}

impl SyntaxTree {
    /// Parses `text`; with the edited tree of the version before, only what changed is parsed again.
    /// Does not return when the time is over.
    pub fn parse(text: &str, old: Option<&Self>) -> Self {
        let parsed = PARSER.with_borrow_mut(|parser| {
            let tree = parse_in_time(parser, text.as_bytes(), old.map(|tree| &tree.0));
            if tree.is_none() {
                // It would go on with this text when it is given the next.
                parser.reset();
            }
            tree
        });
        if parsed.is_none() {
            budget::check();
        }
        Self(parsed.expect("a parser that has a language and is not stopped gives a tree"))
    }

    /// Tells the tree what was replaced, so that it can serve as the old tree of the next parse.
    pub fn edit(&mut self, edit: &TreeEdit) {
        let point = |(row, column): LineColumn| Point { row, column };
        self.0.edit(&InputEdit {
            start_byte: edit.start,
            old_end_byte: edit.old_end,
            new_end_byte: edit.new_end,
            start_position: point(edit.start_point),
            old_end_position: point(edit.old_end_point),
            new_end_position: point(edit.new_end_point),
        });
    }

    /// Lowers the tree of `text` to the syntax that the rest of the crate knows.
    pub fn module(&self, text: &str) -> Module {
        lower::module(self.0.root_node(), text)
    }

    /// What `text`, whose tree this is, does with the names it imports.
    pub fn facts(&self, text: &str) -> Facts {
        semantic::facts(&self.module(text), text, self)
    }

    /// Whether the byte `offset` lies inside a string, where no comment can begin.
    pub fn in_string(&self, offset: usize) -> bool {
        let smallest = self.0.root_node().descendant_for_byte_range(offset, offset);
        std::iter::successors(smallest, |node| node.parent())
            .filter(|node| node.kind() == "string")
            .any(|string| string.start_byte() < offset && offset < string.end_byte())
    }

    /// The parser's root node, for the tree-sitter queries of this module's siblings.
    pub(super) fn root(&self) -> tree_sitter::Node<'_> {
        self.0.root_node()
    }

    /// The tree as an s-expression, to compare an incremental tree with a full one.
    pub fn to_sexp(&self) -> String {
        self.0.root_node().to_sexp()
    }
}

/// `None` when the time is over. The parser is not unwound: it is no Rust.
fn parse_in_time(parser: &mut Parser, text: &[u8], old: Option<&Tree>) -> Option<Tree> {
    let mut go_on = |_: &ParseState| match budget::is_over() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let options = ParseOptions::new().progress_callback(&mut go_on);
    let mut rest = |at: usize, _| text.get(at..).unwrap_or_default();
    parser.parse_with_options(&mut rest, old, Some(options))
}

/// Parses and lowers a whole text at once.
pub fn parse_module(text: &str) -> Module {
    SyntaxTree::parse(text, None).module(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = include_str!("tests/training.py");

    /// The nearest character boundary at or before `offset`.
    fn boundary(text: &str, offset: usize) -> usize {
        let offset = offset.min(text.len());
        (0..=offset)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0)
    }

    #[test]
    fn points_count_lines_and_bytes() {
        let edit = TreeEdit::between(["a"], ["b\nc", "dé"], "x\ny");
        assert_eq!((edit.start, edit.old_end, edit.new_end), (1, 7, 4));
        assert_eq!(edit.start_point, (0, 1));
        assert_eq!(edit.old_end_point, (1, 4));
        assert_eq!(edit.new_end_point, (1, 1));
    }

    #[test]
    fn only_a_line_feed_ends_a_line_for_the_parser() {
        let edit = TreeEdit::between(["a\r\nb\r", "c\u{2028}"], ["\r"], "\r\n\r");
        assert_eq!((edit.start, edit.old_end, edit.new_end), (9, 10, 12));
        assert_eq!(edit.start_point, (1, 6));
        assert_eq!(edit.old_end_point, (1, 7));
        assert_eq!(edit.new_end_point, (2, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// After any number of edits, the tree is the one that a full parse gives.
        #[test]
        fn incremental_is_full(
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, edit_text()), 1..8)
        ) {
            let mut text = TEXT.to_owned();
            let mut tree = SyntaxTree::parse(&text, None);
            for (place, length, inserted) in edits {
                let start = boundary(&text, place.index(text.len() + 1));
                let end = boundary(&text, start + length);
                tree.edit(&TreeEdit::between([&text[..start]], [&text[start..end]], &inserted));
                text.replace_range(start..end, &inserted);
                tree = SyntaxTree::parse(&text, Some(&tree));
                let full = SyntaxTree::parse(&text, None);
                prop_assert_eq!(tree.to_sexp(), full.to_sexp(), "{}", text);
            }
        }
    }

    fn edit_text() -> impl Strategy<Value = String> {
        prop_oneof![
            Just(String::new()),
            "[a-z(){}\\[\\]:,=.\"' \n\té#]{0,12}",
            Just("\n    trainer.train()\n".to_owned()),
            Just("\"\"\"".to_owned()),
            Just("\r\n".to_owned()),
            Just("\r".to_owned()),
        ]
    }
}
