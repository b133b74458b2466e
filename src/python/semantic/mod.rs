//! From syntax to [`Facts`] in one walk.
//!
//! Statements are walked in the order in which they run; the bodies of functions wait until the scope
//! around them is known as a whole. What cannot be followed is unknown, never guessed.

mod annotation;
mod arguments;
mod call;
mod class;
mod comment;
mod compound;
mod constant;
mod export;
mod expression;
mod finish;
mod function;
mod guard;
mod import;
mod insertion;
mod mapping;
mod metadata;
mod names;
mod prescan;
mod scope;
mod statement;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use memchr::memmem;
use rustc_hash::{FxHashMap, FxHashSet};

use self::class::ClassInfo;
use self::function::{Deferred, Returns};
use self::guard::Tested;
use self::mapping::{Dict, Spread};
use self::scope::{Entry, Frame, FrameKind, Known, Slots};
use super::ast::{Ident, Name, Stmt};
use super::facts::{ClassId, Facts, Guard, Import, Origin};
use super::pieces::{Syntax, moved};
use crate::text::TextRange;

pub use self::comment::suppressions;
pub use self::export::exported;
pub use self::metadata::inline_metadata;

/// Longer paths of attributes and calls are not followed: no such path means anything to a rule, and
/// the work of copying them would grow with the square of their length.
const MAX_STEPS: usize = 32;

/// What `text`, whose syntax this is, does with the names it imports.
pub fn facts(syntax: &Syntax, text: &str) -> Facts {
    let mut walker = Walker::new(syntax, text);
    walker.run();
    let mut facts = finish::finish(walker);
    facts.errors = syntax.errors();
    facts.import_insertion = insertion::import_insertion(syntax, text);
    facts.suppressions = suppressions(syntax.comments(), text);
    facts
}

/// The statements of each piece.
fn bodies(syntax: &Syntax) -> impl Iterator<Item = &[Stmt]> {
    syntax.pieces().iter().map(|piece| piece.body())
}

/// A scope that has been left, or one that is still being walked (then without names).
#[derive(Debug, Default)]
struct Scope<'a> {
    slots: Slots<'a>,
    parent: Option<usize>,
}

struct Walker<'a> {
    syntax: &'a Syntax,
    text: &'a str,
    /// What the ranges of the syntax that is being walked lack: see [`Walker::at`].
    shift: u32,
    facts: Facts,
    /// The code that is being walked: a module or function, and classes and comprehensions in it.
    frames: Vec<Frame<'a>>,
    scopes: Vec<Scope<'a>>,
    /// The scope around the function that is being walked.
    outer: Option<usize>,
    deferred: VecDeque<Deferred<'a>>,
    classes: Vec<ClassInfo<'a>>,
    returns: Vec<Returns>,
    /// Where the functions of `returns` stand.
    functions: Vec<TextRange>,
    dicts: Vec<Dict>,
    spreads: Vec<Spread>,
    /// Names in `global` and `nonlocal` statements.
    shared: FxHashSet<&'a str>,
    /// Names bound by `:=` anywhere.
    walruses: FxHashSet<&'a str>,
    /// The one star import with the names that the file binds itself.
    star: Option<Star<'a>>,
    /// The class whose method is being walked.
    class: Option<ClassId>,
    /// Index into `returns` of the function that is being walked.
    returning: usize,
    guard: bool,
    /// How many loops and comprehensions of the same function are around.
    loops: u32,
    /// What the expression that is being walked asks about.
    tested: Tested,
    /// What mentioning a name asks about.
    words: FxHashMap<Name, Tested>,
    /// The statement that is being walked.
    statement: TextRange,
    /// Changes with each branch, loop and function: two places with the same number run together.
    context: u32,
    contexts: u32,
}

#[derive(Debug)]
struct Star<'a> {
    import: u32,
    module: Origin,
    bound: FxHashSet<&'a str>,
}

impl<'a> Walker<'a> {
    fn new(syntax: &'a Syntax, text: &'a str) -> Self {
        let mentions = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
        let shared = if mentions("global ") || mentions("nonlocal ") {
            bodies(syntax).flat_map(prescan::shared).collect()
        } else {
            FxHashSet::default()
        };
        Self {
            syntax,
            text,
            shift: 0,
            facts: Facts::default(),
            frames: Vec::new(),
            scopes: Vec::new(),
            outer: None,
            deferred: VecDeque::new(),
            classes: Vec::new(),
            returns: Vec::new(),
            functions: Vec::new(),
            dicts: Vec::new(),
            spreads: Vec::new(),
            shared,
            walruses: names::walrus_names(text),
            star: None,
            class: None,
            returning: usize::MAX,
            guard: false,
            loops: 0,
            tested: Tested::Nothing,
            words: FxHashMap::default(),
            statement: TextRange::default(),
            context: 0,
            contexts: 0,
        }
    }

    fn run(&mut self) {
        self.push_frame(FrameKind::Module);
        self.frame().shared = self.shared.clone();
        self.module();
        self.leave_scope();
        while let Some(deferred) = self.deferred.pop_front() {
            self.run_deferred(deferred);
        }
    }

    /// Walks the statements at the top level. As in [`Walker::block`], nothing runs behind one that leaves,
    /// and a test of versions that may leave guards the rest.
    fn module(&mut self) {
        for piece in self.syntax.pieces() {
            self.shift = piece.shift();
            if !self.statements(piece.body()) {
                break;
            }
        }
        self.guard = false;
    }

    /// Where a range of the syntax that is being walked lies in the text.
    const fn at(&self, range: TextRange) -> TextRange {
        moved(range, self.shift)
    }

    /// A name of the syntax that is being walked, at its place in the text.
    fn ident(&self, ident: &Ident) -> Ident {
        Ident {
            name: ident.name.clone(),
            range: self.at(ident.range),
        }
    }

    /// Opens a frame; classes and comprehensions share the scope number of what is around them.
    fn push_frame(&mut self, kind: FrameKind) {
        let scope = match (kind, self.frames.last()) {
            (FrameKind::Class(_) | FrameKind::Comprehension, Some(around)) => around.scope,
            _ => {
                self.scopes.push(Scope {
                    slots: Slots::default(),
                    parent: self.outer,
                });
                self.scopes.len() - 1
            }
        };
        self.frames.push(Frame::new(kind, scope));
    }

    /// Closes the frame of a module or function; its names stay for the functions inside of it.
    fn leave_scope(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.scopes[frame.scope].slots = frame.slots;
        }
    }

    fn frame(&mut self) -> &mut Frame<'a> {
        self.frames
            .last_mut()
            .expect("code is walked inside of a frame alone")
    }

    fn scope(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.scope)
    }

    fn guard(&self) -> Guard {
        if self.guard {
            Guard::Guarded
        } else {
            Guard::None
        }
    }

    /// Runs `walk` where the code is guarded if `guarded`, and as before otherwise.
    fn guarded<T>(&mut self, guarded: bool, walk: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.guard;
        self.guard |= guarded;
        let result = walk(self);
        self.guard = before;
        result
    }

    /// Runs `walk` as code that runs again and again.
    fn looping<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.loops += 1;
        let result = walk(self);
        self.loops -= 1;
        result
    }

    /// Runs `walk` and says what the expressions walked by it ask about.
    fn testing<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> (T, Tested) {
        let before = std::mem::take(&mut self.tested);
        let result = walk(self);
        let tested = self.tested;
        self.tested = tested.max(before);
        (result, tested)
    }

    /// Runs `walk` as code that may not run, or not together with what is around it.
    fn apart<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.context;
        self.contexts += 1;
        self.context = self.contexts;
        let result = walk(self);
        self.context = before;
        result
    }

    fn import_entry(&mut self, import: Import, origin: Origin) -> Entry {
        let index = u32::try_from(self.facts.imports.len()).unwrap_or(u32::MAX);
        self.facts.imports.push(import);
        Entry {
            known: Known::Origin(Arc::new(origin)),
            import: Some(index),
            optional: false,
        }
    }
}
