//! A YAML or JSON text as a tree of values that know where they are written.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::budget;
use crate::python::facts::Value;
use crate::text::TextRange;

/// Deeper nesting than this is refused: whoever walks a tree may descend once for each level.
pub const MAX_DEPTH: usize = 100;

/// Texts with more values than this are refused.
pub const MAX_NODES: usize = 250_000;

/// No more values than this are looked at in one mapping with all that it merges, or in one value with
/// all that its aliases stand for: a few lines of aliases may stand for billions.
const MAX_VISITS: usize = 10_000;

/// Why a text cannot be read, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte offset.
    pub at: usize,
    /// What is wrong there, for the end of a sentence.
    pub what: String,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it is written: quotes and brackets included, anchors and tags not. For a block scalar the lines
    /// of its text, from the first character of the first to the last of the last. Empty for a value that
    /// is left out.
    pub range: TextRange,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of values. What an anchor names is shared by its aliases, never copied, and never contains
/// itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A string, number, boolean or nothing.
    Scalar(Scalar),
    /// A list.
    List(Vec<Arc<Node>>),
    /// A mapping: its entries as they are written, merge keys and doubled keys included.
    Map(Vec<Entry>),
    /// `*name`; the value that stands at the anchor.
    Alias(Arc<Node>),
}

/// One key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Arc<Node>,
    /// The value.
    pub value: Arc<Node>,
}

/// A value that is neither list nor mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text without quotes, escapes and indentation.
    pub text: String,
    /// How it is written.
    pub style: Style,
    /// What Python's usual reader makes of it; [`Value::Unknown`] where readers disagree (`1e-5`) or a tag
    /// decides.
    pub value: Value,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'...'`
    Single,
    /// `"..."`
    Double,
    /// `|`: line ends stay.
    Literal,
    /// `>`: line ends become blanks.
    Folded,
}

/// An entry of a mapping with all that it merges.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'t> {
    /// The key's text.
    pub name: &'t str,
    /// The key.
    pub key: &'t Node,
    /// The value; may be an alias.
    pub value: &'t Node,
    /// Whether it stands in another mapping that is merged into this one (`<<: *defaults`).
    pub merged: bool,
}

impl Scalar {
    /// Whether quotes stand around it.
    pub const fn is_quoted(&self) -> bool {
        matches!(self.style, Style::Single | Style::Double)
    }

    /// Whether it is written over lines of its own, behind `|` or `>`.
    pub const fn is_block(&self) -> bool {
        matches!(self.style, Style::Literal | Style::Folded)
    }
}

impl Node {
    /// The value itself, behind an alias.
    pub fn resolved(&self) -> &Self {
        match &self.kind {
            Kind::Alias(node) => node,
            _ => self,
        }
    }

    /// The scalar, also behind an alias.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.resolved().kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text, where it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.scalar()?.value {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list; of anything else none.
    pub fn items(&self) -> &[Arc<Self>] {
        match &self.resolved().kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping as they are written; of anything else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.resolved().kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Whether it is a mapping.
    pub fn is_map(&self) -> bool {
        matches!(self.resolved().kind, Kind::Map(_))
    }

    /// The value of a key of this mapping itself; the last one counts.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let mut entries = self.entries().iter().rev();
        let entry = entries.find(|entry| entry.key.scalar().is_some_and(|key| key.text == name))?;
        Some(&entry.value)
    }

    /// Where the text of a scalar is written, without quotes: what takes its place when it is changed.
    /// `None` where the bytes are not the text: escapes, several lines.
    pub fn plain_range(&self, text: &str) -> Option<TextRange> {
        let Kind::Scalar(scalar) = &self.kind else {
            return None;
        };
        let quote = u32::from(scalar.is_quoted());
        let inner = TextRange::new(
            self.range.start + quote,
            self.range.end.saturating_sub(quote),
        );
        (inner.slice(text) == scalar.text).then_some(inner)
    }

    /// The entries of a mapping with all that it merges, in the order of their writing, each name once: an
    /// own entry hides a merged one, the last of several the others. `None` where it merges too much, or
    /// keys are no plain names.
    pub fn pairs(&self) -> Option<Vec<Pair<'_>>> {
        let mut pairs = Vec::new();
        let mut visits = MAX_VISITS;
        collect(self, false, &mut pairs, &mut visits)?;
        Some(pairs)
    }

    /// The constant; [`Value::Unknown`] where it is not sure or too large.
    pub fn value(&self) -> Value {
        let mut visits = MAX_VISITS;
        self.value_within(&mut visits)
    }

    /// The same for one of many values that may take so many visits together: one for each value, and more
    /// for long texts.
    pub fn value_within(&self, visits: &mut usize) -> Value {
        let found = value(self, visits);
        if found.is_none() {
            *visits = 0;
        }
        found.unwrap_or_default()
    }
}

/// Adds the entries of `map` that no name in `pairs` hides yet.
fn collect<'t>(
    map: &'t Node,
    merged: bool,
    pairs: &mut Vec<Pair<'t>>,
    visits: &mut usize,
) -> Option<()> {
    let map = map.resolved();
    let known: FxHashSet<&str> = pairs.iter().map(|pair| pair.name).collect();
    let mut own: FxHashMap<&str, usize> = FxHashMap::default();
    for Entry { key, value } in map.entries() {
        budget::tick();
        *visits = visits.checked_sub(1)?;
        let name = key.scalar()?.text.as_str();
        if name == "<<" || known.contains(name) {
            continue;
        }
        let pair = Pair {
            name,
            key,
            value,
            merged,
        };
        match own.get(name) {
            Some(index) => pairs[*index] = pair,
            None => {
                own.insert(name, pairs.len());
                pairs.push(pair);
            }
        }
    }
    let merges = map.entries().iter().rev();
    let merges = merges.filter(|entry| entry.key.scalar().is_some_and(|key| key.text == "<<"));
    for merge in merges {
        let target = merge.value.resolved();
        match &target.kind {
            Kind::Map(_) => collect(target, true, pairs, visits)?,
            Kind::List(maps) => {
                for map in maps {
                    *visits = visits.checked_sub(1)?;
                    collect(map, true, pairs, visits)?;
                }
            }
            _ => return None,
        }
    }
    Some(())
}

fn value(node: &Node, visits: &mut usize) -> Option<Value> {
    budget::tick();
    let node = node.resolved();
    let length = node.scalar().map_or(0, |scalar| scalar.text.len());
    *visits = visits.checked_sub(1 + length / 64)?;
    Some(match &node.kind {
        Kind::Scalar(scalar) => scalar.value.clone(),
        Kind::List(items) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| value(item, visits)).collect();
            Value::List(items?)
        }
        Kind::Map(_) => {
            let mut pairs = Vec::new();
            collect(node, false, &mut pairs, visits)?;
            let entry = |pair: Pair<'_>| Some((pair.name.to_owned(), value(pair.value, visits)?));
            let entries: Option<Vec<(String, Value)>> = pairs.into_iter().map(entry).collect();
            Value::Dict(entries?)
        }
        Kind::Alias(_) => return None,
    })
}
