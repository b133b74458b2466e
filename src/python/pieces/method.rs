//! A class is one statement, however long it is. After an edit inside of one of its methods, that method is
//! parsed alone, together with the one behind it: where that one turns out as it was, so does everything
//! behind it.

use std::sync::Arc;

use ruff_python_ast::{ModModule, Stmt as ParsedStmt};
use ruff_python_parser::Parsed;

use super::{Change, Piece, Syntax, Tree, moved, stumbles, window};
use crate::python::ast::{ClassDef, Module, Stmt, StmtKind};
use crate::python::lower::{self, Lower};
use crate::python::parse::{comments, with_tree};
use crate::text::TextRange;

/// What stands in for the head of the class.
const HEAD: &str = "class _:\n";

/// A method that was edited. Ranges are of the version before, and lack the shift of the piece.
struct Edited<'s> {
    piece: &'s Piece,
    class: &'s ClassDef,
    /// The number of its statement in the class.
    number: usize,
    /// The number of the first statement behind the edit.
    kept: usize,
    /// Where its first line begins.
    start: u32,
    /// Where that ends.
    first_line_end: u32,
    /// Where the statement behind the one that is kept begins, or the text behind the class.
    end: u32,
}

impl Syntax {
    /// The syntax of `text`, made from this one of the text `before`, where a single method of a class at the
    /// top level has changed.
    pub(super) fn after_method(&self, before: &str, text: &str, change: &Change) -> Option<Self> {
        let behind = self
            .pieces
            .partition_point(|piece| piece.start <= change.start);
        let number = behind.checked_sub(1)?;
        let piece = &self.pieces[number];
        let end = self
            .pieces
            .get(behind)
            .map_or(before.len() as u32, |next| next.start);
        let edited = Edited::find(piece, end, before, change)?;
        let tree = Arc::new(edited.parse(text, change.delta)?);
        let changed = Piece {
            tree,
            ..piece.clone()
        };
        Some(self.with_middle(number, vec![changed], behind, change.delta))
    }
}

impl<'s> Edited<'s> {
    /// The edited method of the class that ends a piece; `end` is where the piece ends in the text.
    fn find(piece: &'s Piece, end: u32, before: &str, change: &Change) -> Option<Self> {
        let StmtKind::ClassDef(class) = &piece.body().last()?.kind else {
            return None;
        };
        let start_of = |stmt: &Stmt| piece.place(stmt.range).start;
        let behind = class
            .body
            .partition_point(|stmt| start_of(stmt) <= change.start);
        let number = behind.checked_sub(1)?;
        let kept = class
            .body
            .partition_point(|stmt| start_of(stmt) < change.end)
            .max(behind);
        let is_method = |stmt: &Stmt| matches!(stmt.kind, StmtKind::FunctionDef(_));
        let is_placed = |stmt: &Stmt| is_method(stmt) || matches!(stmt.kind, StmtKind::Error);
        if !is_method(class.body.get(kept)?) || !class.body[number..].iter().all(is_placed) {
            return None;
        }
        let method = start_of(&class.body[number]);
        // The parser looks at the first line of a statement to see where the one before it ends.
        let line = memchr::memchr2(b'\n', b'\r', &before.as_bytes()[method as usize..])?;
        let first_line_end = method + line as u32;
        if change.start <= first_line_end {
            return None;
        }
        let next = class.body.get(kept + 1).map(start_of);
        let own = |place: u32| place.wrapping_sub(piece.shift);
        let edited = Self {
            piece,
            class,
            number,
            kept,
            start: own(line_start(before, method)?),
            first_line_end: own(first_line_end),
            end: own(match next {
                Some(next) => line_start(before, next)?,
                None => end,
            }),
        };
        edited.is_alone().then_some(edited)
    }

    fn kept_start(&self) -> u32 {
        self.class.body[self.kept].range.start
    }

    /// Whether the parser stumbled nowhere else. What it says on the first line may be about the statement
    /// before.
    fn is_alone(&self) -> bool {
        let tree = &self.piece.tree;
        let mut errors = tree.module.errors.iter();
        tree.stumbled.is_none_or(|end| end < self.kept_start())
            && errors.all(|it| self.first_line_end < it.start && it.end < self.kept_start())
    }

    /// The tree of the piece in `text`, which is `delta` bytes longer.
    fn parse(&self, text: &str, delta: u32) -> Option<Tree> {
        let place = |own: u32| own.wrapping_add(self.piece.shift);
        let part = window(text, place(self.start), place(self.end).wrapping_add(delta));
        let part = format!("{HEAD}{part}");
        // What the ranges of the part lack.
        let shift = self.start.wrapping_sub(HEAD.len() as u32);
        with_tree(&part, |parsed| {
            let kept = moved(self.class.body[self.kept].range, delta.wrapping_sub(shift));
            let methods = self.methods(parsed, &part, kept)?;
            Some(self.spliced(&methods, parsed, shift, delta))
        })
    }

    /// The methods in front of the one at `kept`, with the errors in them, where that one is as it was.
    fn methods(&self, parsed: &Parsed<ModModule>, part: &str, kept: TextRange) -> Option<Module> {
        let [ParsedStmt::ClassDef(class)] = &parsed.suite()[..] else {
            return None;
        };
        let is_known = class.body.last().map(lower::range) == Some(kept);
        let is_clean = stumbles(parsed).iter().all(|error| error.end < kept.start);
        if !is_known || !is_clean {
            return None;
        }
        let Module { mut body, errors } = Lower::new(parsed, part).part(parsed.suite(), u32::MAX);
        let StmtKind::ClassDef(class) = body.pop()?.kind else {
            return None;
        };
        let mut body = class.body;
        let is_method = |stmt: &Stmt| matches!(stmt.kind, StmtKind::FunctionDef(_));
        let last = body.pop()?;
        let fits = is_method(&last) && is_method(body.first()?) && body.iter().all(is_method);
        fits.then_some(Module { body, errors })
    }

    /// The tree of the piece with `methods` in the place of the edited one.
    fn spliced(
        &self,
        methods: &Module,
        parsed: &Parsed<ModModule>,
        shift: u32,
        delta: u32,
    ) -> Tree {
        let old = &self.piece.tree;
        let kept = self.kept_start();
        let body = &self.class.body;
        let new_body = body[..self.number].iter().cloned();
        let new_body = new_body.chain(methods.body.iter().map(|stmt| by(stmt, shift)));
        let new_body = new_body.chain(body[self.kept..].iter().map(|stmt| by(stmt, delta)));
        let class = ClassDef {
            body: new_body.collect(),
            ..head(self.class)
        };
        let (last, others) = old.module.body.split_last().expect("the class is in it");
        let class = Stmt {
            range: TextRange::new(last.range.start, last.range.end.wrapping_add(delta)),
            kind: StmtKind::ClassDef(Box::new(class)),
        };
        let here = |range: &TextRange| moved(*range, shift);
        let new_kept = kept.wrapping_add(delta);
        let new_comments = comments(parsed);
        let new_comments = new_comments.iter().map(here);
        let before = old.comments.iter().copied();
        let behind = old.comments.iter().filter(|comment| comment.start >= kept);
        Tree {
            module: Module {
                body: others.iter().cloned().chain([class]).collect(),
                errors: methods.errors.iter().map(here).collect(),
            },
            comments: before
                .take_while(|comment| comment.start < self.start)
                .chain(new_comments.take_while(|comment| comment.start < new_kept))
                .chain(behind.map(|comment| moved(*comment, delta)))
                .collect(),
            stumbled: stumbles(parsed).iter().map(|place| here(place).end).max(),
        }
    }
}

/// A method, or one that cannot be read, so many bytes further on.
fn by(stmt: &Stmt, delta: u32) -> Stmt {
    Stmt {
        range: moved(stmt.range, delta),
        kind: match &stmt.kind {
            StmtKind::FunctionDef(function) => StmtKind::FunctionDef(function.by(delta)),
            _ => StmtKind::Error,
        },
    }
}

/// A class without its body.
fn head(class: &ClassDef) -> ClassDef {
    ClassDef {
        name: class.name.clone(),
        bases: class.bases.clone(),
        keywords: class.keywords.clone(),
        decorators: class.decorators.clone(),
        body: Vec::new(),
    }
}

/// Where the line begins on which a statement stands at `offset`, where it is the first one there.
fn line_start(text: &str, offset: u32) -> Option<u32> {
    let before = &text.as_bytes()[..offset as usize];
    let start = memchr::memrchr2(b'\n', b'\r', before)? + 1;
    let is_indent = |byte: &u8| matches!(byte, b' ' | b'\t');
    before[start..]
        .iter()
        .all(is_indent)
        .then_some(start as u32)
}
