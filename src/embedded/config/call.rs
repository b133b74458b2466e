//! A mapping as the call that its reader makes of it.

use std::cell::Cell;
use std::sync::Arc;

use crate::embedded::tree::{Kind, Node, Pair};
use crate::embedded::yaml;
use crate::python::ast::{Ident, Name};
use crate::python::facts::{Call, Guard, Keyword, Origin, Site, Value};
use crate::text::TextRange;

/// The values of one file may take so many visits: aliases may let a few lines stand for billions.
const MAX_VISITS: usize = 200_000;

/// A file of configuration.
pub struct File<'t> {
    /// Its text.
    pub text: &'t str,
    visits: Cell<usize>,
}

impl<'t> File<'t> {
    /// A file of which no value has been looked at.
    pub const fn new(text: &'t str) -> Self {
        Self {
            text,
            visits: Cell::new(MAX_VISITS),
        }
    }

    fn value(&self, node: &Node) -> Value {
        let mut visits = self.visits.get();
        let value = node.value_within(&mut visits);
        self.visits.set(visits);
        value
    }
}

/// What a mapping is passed to.
pub struct Callee<'c> {
    /// The dotted path.
    pub path: &'c str,
    /// The key or value that tells it.
    pub range: TextRange,
    /// See [`Call::shared`].
    pub shared: bool,
}

/// The call of `callee` with the entries of `map` but for those that `is_other`. The command line and other
/// files may add arguments, so it is open.
pub fn call(
    file: &File<'_>,
    map: &Node,
    callee: &Callee<'_>,
    is_other: impl Fn(&str) -> bool,
) -> Option<Call> {
    let pairs = map.pairs()?;
    let pairs = pairs.into_iter().filter(|pair| !is_other(pair.name));
    Some(Call {
        callee: Arc::new(Origin::import(callee.path)),
        callee_range: callee.range,
        range: map.range,
        args_range: map.range,
        positional: Vec::new(),
        keywords: pairs.map(|pair| keyword(file, map, pair)).collect(),
        open: true,
        partial: false,
        shared: callee.shared,
        statement: map.range,
        assigned_to: None,
        in_loop: false,
        mappings: Vec::new(),
        guard: Guard::None,
    })
}

fn keyword(file: &File<'_>, map: &Node, pair: Pair<'_>) -> Keyword {
    let range = pair.key.range.cover(pair.value.range);
    let written = pair.key.plain_range(file.text).filter(|_| !pair.merged);
    let is_flow = map.range.slice(file.text).starts_with('{');
    Keyword {
        name: Ident {
            name: Name::new(pair.name),
            range: written.unwrap_or(TextRange::at(pair.key.range.start)),
        },
        range,
        value_range: pair.value.range,
        value: constant(file.value(pair.value)),
        origin: None,
        elements: Vec::new(),
        function: None,
        optional: false,
        site: if is_flow {
            Site::DictEntry(map.range)
        } else {
            Site::DictStore(range)
        },
    }
}

/// The value without what others replace before it is used: `${name}`, `{{ name }}`, `???`.
fn constant(value: Value) -> Value {
    let is_template = |text: &str| {
        ["${", "{{", "???", "$("]
            .iter()
            .any(|sign| text.contains(sign))
    };
    match value {
        Value::Str(text) if is_template(&text) => Value::Unknown,
        Value::List(items) => Value::List(items.into_iter().map(constant).collect()),
        Value::Dict(entries) => {
            let entries = entries
                .into_iter()
                .map(|(name, value)| (name, constant(value)));
            Value::Dict(entries.collect())
        }
        value => value,
    }
}

/// The names and the constants of the mapping that a file of configuration in YAML is; nothing where it is none.
pub fn entries(text: &str) -> Vec<(Name, Value)> {
    let Ok(documents) = yaml::read(text) else {
        return Vec::new();
    };
    let file = File::new(text);
    let pairs = documents.first().and_then(|document| document.pairs());
    let pairs = pairs.unwrap_or_default().into_iter();
    pairs
        .map(|pair| (Name::new(pair.name), constant(file.value(pair.value))))
        .collect()
}

/// The place of a key of the mapping itself.
pub fn key_range(map: &Node, name: &str) -> Option<TextRange> {
    let Kind::Map(entries) = &map.kind else {
        return None;
    };
    let key = entries
        .iter()
        .find(|entry| entry.key.scalar().is_some_and(|key| key.text == name))?;
    Some(key.key.range)
}
