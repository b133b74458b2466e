//! The only door to the parser: text in, tree out, incrementally where an older tree is at hand.

use std::cell::RefCell;

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

/// The facts of a whole text at once.
pub fn analyse(text: &str) -> Facts {
    SyntaxTree::parse(text, None).facts(text)
}
