//! Names and what is known of them: frames that run now, and joining where paths meet.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::mapping::DictId;
use crate::python::facts::{ClassId, Origin, Value};

/// What is known of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Known {
    #[default]
    Unknown,
    /// A constant that cannot change.
    Constant(Rc<Value>),
    /// It comes from an import, a class of the file, or an annotation.
    Origin(Arc<Origin>),
    /// A dict whose keys are followed.
    Dict(DictId),
    /// A function of this file, by its place in `Walker::returns`.
    Function(usize),
    /// A tuple with known elements.
    Items(Rc<[Known]>),
    /// The outcome of a test of versions or availability.
    Test,
}

impl Known {
    pub(super) fn from_origin(origin: Origin) -> Self {
        Self::Origin(Arc::new(origin))
    }

    pub(super) fn origin(&self) -> Option<&Arc<Origin>> {
        match self {
            Self::Origin(origin) => Some(origin),
            _ => None,
        }
    }

    fn is_none(&self) -> bool {
        matches!(self, Self::Constant(value) if **value == Value::None)
    }

    /// What is known where either may be the case. `None` gives way to an origin: whatever is done to
    /// the value fails on `None` anyway.
    pub(super) fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a.clone(),
            (Self::Test, _) | (_, Self::Test) => Self::Test,
            (Self::Origin(_), b) if b.is_none() => self.clone(),
            (a, Self::Origin(_)) if a.is_none() => other.clone(),
            _ => Self::Unknown,
        }
    }
}

/// What a name is bound to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    pub(super) known: Known,
    /// The import that bound it.
    pub(super) import: Option<u32>,
    /// Whether it is a parameter whose default is `None`.
    pub(super) optional: bool,
}

impl Entry {
    pub(super) fn of(known: Known) -> Self {
        Self {
            known,
            ..Self::default()
        }
    }

    pub(super) fn unknown() -> Self {
        Self::default()
    }

    fn join(&self, other: &Self) -> Self {
        let known = self.known.join(&other.known);
        let import = match known {
            Known::Origin(_) => self.import.or(other.import),
            _ => None,
        };
        Self {
            known,
            import,
            optional: self.optional && other.optional,
        }
    }
}

/// A name in one scope.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    /// At this point; absent where it is not bound yet.
    now: Option<Entry>,
    /// All its bindings in the scope joined: what functions inside of it see.
    all: Option<Entry>,
}

impl Slot {
    pub(super) fn all(&self) -> Option<&Entry> {
        self.all.as_ref()
    }
}

/// The names of one scope.
pub(super) type Slots<'a> = FxHashMap<&'a str, Slot>;

/// What kind of code a frame runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    Module,
    Function,
    Class(ClassId),
    Comprehension,
}

/// A name and what it was bound to before.
type Change<'a> = (&'a str, Option<Entry>);

/// A scope whose code is being walked.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) kind: FrameKind,
    /// Index into `Walker::scopes`.
    pub(super) scope: usize,
    pub(super) slots: Slots<'a>,
    /// Names that other functions rebind through `global` or `nonlocal`: never known.
    pub(super) shared: FxHashSet<&'a str>,
    log: Vec<Change<'a>>,
    branches: u32,
}

/// What one branch did to names.
#[derive(Debug, Default)]
pub(super) struct Delta<'a> {
    /// The last value of each changed name.
    last: FxHashMap<&'a str, Option<Entry>>,
    /// All the values in between as well, joined.
    every: FxHashMap<&'a str, Entry>,
    /// Whether the end of the branch is reached.
    pub(super) falls: bool,
}

impl<'a> Delta<'a> {
    /// The path on which nothing happens.
    pub(super) fn straight() -> Self {
        Self {
            falls: true,
            ..Self::default()
        }
    }

    /// The names that changed.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.last.keys().copied()
    }
}

impl<'a> Frame<'a> {
    pub(super) fn new(kind: FrameKind, scope: usize) -> Self {
        Self {
            kind,
            scope,
            slots: Slots::default(),
            shared: FxHashSet::default(),
            log: Vec::new(),
            branches: 0,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Entry> {
        self.slots.get(name)?.now.as_ref()
    }

    /// Binds `name`.
    pub(super) fn bind(&mut self, name: &'a str, entry: Entry) {
        let entry = if self.shared.contains(name) {
            Entry::unknown()
        } else {
            entry
        };
        let slot = self.slots.entry(name).or_default();
        slot.all = Some(match &slot.all {
            Some(all) => all.join(&entry),
            None => entry.clone(),
        });
        self.set(name, Some(entry));
    }

    /// Makes nothing known of `name` from here on, where it is bound at all.
    pub(super) fn forget(&mut self, name: &'a str) {
        self.set(name, Some(Entry::unknown()));
    }

    /// Binds `name` for this path alone.
    pub(super) fn set(&mut self, name: &'a str, entry: Option<Entry>) {
        let slot = self.slots.entry(name).or_default();
        let before = std::mem::replace(&mut slot.now, entry);
        if self.branches > 0 {
            self.log.push((name, before));
        }
    }

    /// Begins a branch; gives the mark that [`Frame::end_branch`] wants.
    pub(super) fn begin_branch(&mut self) -> usize {
        self.branches += 1;
        self.log.len()
    }

    /// Takes back what was done since `mark` and gives it.
    pub(super) fn end_branch(&mut self, mark: usize, falls: bool) -> Delta<'a> {
        let mut delta = Delta {
            falls,
            ..Delta::default()
        };
        while self.log.len() > mark {
            let Some((name, before)) = self.log.pop() else {
                break;
            };
            let slot = self.slots.entry(name).or_default();
            let after = std::mem::replace(&mut slot.now, before);
            if let Some(after) = &after {
                let joined = match delta.every.get(name) {
                    Some(every) => every.join(after),
                    None => after.clone(),
                };
                delta.every.insert(name, joined);
            }
            delta.last.entry(name).or_insert(after);
        }
        self.branches -= 1;
        delta
    }

    /// Goes on behind several branches of which exactly one has run.
    pub(super) fn join(&mut self, deltas: &[Delta<'a>]) {
        let arriving: Vec<_> = deltas.iter().filter(|delta| delta.falls).collect();
        let mut names: Vec<&'a str> = arriving
            .iter()
            .flat_map(|delta| delta.last.keys().copied())
            .collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let before = self.slots.get(name).and_then(|slot| slot.now.clone());
            let mut joined: Option<Entry> = None;
            for delta in &arriving {
                let after = match delta.last.get(name) {
                    Some(after) => after.as_ref(),
                    None => before.as_ref(),
                };
                // Where a path leaves the name unbound, using it fails there.
                joined = match (joined, after) {
                    (Some(joined), Some(after)) => Some(joined.join(after)),
                    (joined, after) => joined.or_else(|| after.cloned()),
                };
            }
            self.set(name, joined);
        }
    }

    /// Goes on where a branch may have stopped anywhere: what it bound is joined with what was there.
    pub(super) fn weaken(&mut self, delta: &Delta<'a>) {
        for (name, every) in &delta.every {
            let joined = match self.get(name) {
                Some(before) => before.join(every),
                None => every.clone(),
            };
            self.set(name, Some(joined));
        }
    }
}
