//! The only door to the parser: text in, tree out, incrementally where an older tree is at hand.

use std::cell::RefCell;
use std::ops::Range;

use tree_sitter::{InputEdit, Parser, Point, Tree};

use super::ast::Module;
use super::facts::Facts;
use super::{lower, semantic};

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
    /// The edit that puts `inserted` in the place of the bytes `range` of `old`. Offsets that do not fit
    /// `old` are moved to its end.
    pub fn between(old: &str, range: Range<usize>, inserted: &str) -> Self {
        let start = range.start.min(old.len());
        let old_end = range.end.clamp(start, old.len());
        let start_point = advance((0, 0), &old.as_bytes()[..start]);
        Self {
            start,
            old_end,
            new_end: start + inserted.len(),
            start_point,
            old_end_point: advance(start_point, &old.as_bytes()[start..old_end]),
            new_end_point: advance(start_point, inserted.as_bytes()),
        }
    }
}

/// The point behind `text`, which begins at `start`. Only `\n` ends a line, as in the parser.
fn advance(start: LineColumn, text: &[u8]) -> LineColumn {
    match memchr::memrchr(b'\n', text) {
        Some(last) => (
            start.0 + memchr::memchr_iter(b'\n', text).count(),
            text.len() - last - 1,
        ),
        None => (start.0, start.1 + text.len()),
    }
}

impl SyntaxTree {
    /// Parses `text`; with the edited tree of the version before, only what changed is parsed again.
    pub fn parse(text: &str, old: Option<&Self>) -> Self {
        let tree = PARSER.with_borrow_mut(|parser| {
            parser
                .parse(text, old.map(|tree| &tree.0))
                .expect("a parser that has a language and no time limit always gives a tree")
        });
        Self(tree)
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
        let edit = TreeEdit::between("ab\ncdé\nf", 1..7, "x\ny");
        assert_eq!((edit.start, edit.old_end, edit.new_end), (1, 7, 4));
        assert_eq!(edit.start_point, (0, 1));
        assert_eq!(edit.old_end_point, (1, 4));
        assert_eq!(edit.new_end_point, (1, 1));
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
                tree.edit(&TreeEdit::between(&text, start..end, &inserted));
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
        ]
    }
}
