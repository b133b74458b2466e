//! A Python file with its calls, and which of them a call of a plan means.

use rustc_hash::FxHashMap;

use super::params::PlanCall;
use super::{Held, definition};
use crate::python::ast::Name;
use crate::python::facts::{Call, CallId, Facts, Origin, Root, Step};
use crate::text::TextRange;

/// A Python file.
pub struct Script<'a> {
    /// Relative to the project's folder.
    pub path: String,
    /// What it says.
    pub document: Held<'a>,
    /// Its calls by the last part of what is called.
    calls: FxHashMap<Name, Vec<CallId>>,
}

impl<'a> Script<'a> {
    /// The script of a document.
    pub fn new(path: &str, document: Held<'a>) -> Self {
        let facts = document.facts();
        let mut calls: FxHashMap<Name, Vec<CallId>> = FxHashMap::default();
        for (call, id) in facts.calls.iter().zip((0..).map(CallId)) {
            if let Some(name) = last_part(facts, &call.callee) {
                calls.entry(name.clone()).or_default().push(id);
            }
        }
        Self {
            path: path.to_owned(),
            document,
            calls,
        }
    }

    /// Whether it calls something of that name at all.
    pub fn has(&self, name: &str) -> bool {
        self.calls.contains_key(name)
    }

    /// The calls that a call of a plan may mean; those in the definition of `symbol` alone where it has some.
    pub fn meant(&self, wanted: &PlanCall, symbol: Option<&str>) -> Vec<CallId> {
        let Some(ids) = self.calls.get(wanted.name()) else {
            return Vec::new();
        };
        let facts = self.document.facts();
        let text = self.document.code();
        let is_meant = |id: &&CallId| is_meant(wanted, text, facts, facts.call(**id));
        let all: Vec<CallId> = ids.iter().filter(is_meant).copied().collect();
        let place = symbol.and_then(|symbol| definition(&self.document, symbol));
        let within = |range: TextRange| {
            let inside = all.iter().copied();
            let inside = inside.filter(|id| range.contains_range(facts.call(*id).range));
            inside.collect::<Vec<_>>()
        };
        let inside = place.map(|it| within(it.range)).unwrap_or_default();
        if inside.is_empty() { all } else { inside }
    }
}

/// Whether a call of the code is of what a call of a plan names: `SFTConfig`, `trl.SFTConfig`,
/// `AutoModel.from_pretrained`, or by the same words.
fn is_meant(wanted: &PlanCall, text: &str, facts: &Facts, call: &Call) -> bool {
    let named: Vec<&str> = wanted.callee.split('.').collect();
    let path = parts(facts, &call.callee);
    let ends_with = |tail: &[&str]| {
        path.len() >= tail.len()
            && path[path.len() - tail.len()..]
                .iter()
                .zip(tail)
                .all(|(a, b)| a == b)
    };
    let is_deeper = || {
        named.len() > 1 && path.first().is_some_and(|it| *it == named[0]) && ends_with(&named[1..])
    };
    ends_with(&named) || is_deeper() || call.callee_range.slice(text) == wanted.callee
}

/// The last name of a path.
fn last_part<'f>(facts: &'f Facts, origin: &'f Origin) -> Option<&'f Name> {
    match (origin.steps.last(), &origin.root) {
        (Some(Step::Attr(name)), _) | (None, Root::Import(name)) => Some(name),
        (None, Root::Class(id)) => Some(&facts.class(*id).name.name),
        _ => None,
    }
}

/// The names of a path, calls left out: `trl`, `SFTTrainer`, `train` of `trl.SFTTrainer().train`.
fn parts<'f>(facts: &'f Facts, origin: &'f Origin) -> Vec<&'f str> {
    let mut names = match &origin.root {
        Root::Import(name) => vec![name.as_str()],
        Root::Class(id) | Root::SelfOf(id) => vec![facts.class(*id).name.name.as_str()],
        Root::InstanceOf(class) => parts(facts, class),
        Root::SuperOf(_) => Vec::new(),
    };
    names.extend(origin.steps.iter().filter_map(|step| match step {
        Step::Attr(name) => Some(name.as_str()),
        _ => None,
    }));
    names
}
