//! What can be said only when the whole file is known, and putting the facts in order.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Walker;
use super::mapping::{Dict, Spread, Taint};
use crate::budget;
use crate::python::ast::Name;
use crate::python::facts::{CallId, Facts, Origin, Root, Step};
use crate::text::TextRange;

/// The facts of a walk that has come to its end.
pub(super) fn finish(mut walker: Walker<'_>) -> Facts {
    for spread in std::mem::take(&mut walker.spreads) {
        settle(&mut walker, &spread);
    }
    let mut facts = walker.facts;
    sort_imports(&mut facts);
    sort_calls(&mut facts);
    facts.names.sort_by_key(|name| name.range);
    facts
        .attributes
        .sort_by_key(|attribute| attribute.attr.range);
    facts.handed.sort_by_key(|handed| handed.range);
    facts.measured.sort_by_key(|measured| measured.range);
    facts.variables.sort_by_key(|variable| variable.range);
    facts
}

/// Takes back what dicts were thought to hold, where code elsewhere may have changed them. Keys of dicts
/// that are used more than once cannot be renamed in place.
fn settle(walker: &mut Walker<'_>, spread: &Spread) {
    budget::tick();
    let taint = walker.dict(spread.dict).taint();
    let mut gone = Vec::new();
    for (index, owner) in &spread.keywords {
        let owner: &Dict = walker.dict(*owner);
        if owner.taint().max(taint) == Taint::Unknown {
            gone.push(*index);
        } else if owner.is_shared() || walker.dict(spread.dict).is_shared() {
            let name = &mut walker.facts.calls[spread.call].keywords[*index].name;
            name.range = TextRange::at(name.range.start);
        }
    }
    let call = &mut walker.facts.calls[spread.call];
    call.open |= taint > Taint::Clean || !gone.is_empty();
    for index in gone {
        call.keywords[index].name.name = Name::empty();
    }
}

/// Functions are walked late; their imports stand between the others.
fn sort_imports(facts: &mut Facts) {
    let order = order_by(&facts.imports, |import| import.range);
    let Some(places) = order else { return };
    facts.imports.sort_by_key(|import| import.range);
    for name in &mut facts.names {
        name.import = places[name.import as usize];
    }
}

fn sort_calls(facts: &mut Facts) {
    for call in &mut facts.calls {
        call.keywords
            .retain(|keyword| !keyword.name.name.is_empty());
    }
    // Inner calls end no later than outer ones and begin no earlier.
    let key = |range: TextRange| TextRange::new(range.end, u32::MAX - range.start);
    let order = order_by(&facts.calls, |call| key(call.range));
    let Some(places) = order else { return };
    facts.calls.sort_by_key(|call| key(call.range));
    let mut renumber = Renumber {
        places: &places,
        known: FxHashMap::default(),
    };
    for origin in origins(facts) {
        renumber.shared(origin);
    }
}

/// The new place of each item when sorted by `key`; nothing where they are in order already.
fn order_by<T>(items: &[T], key: impl Fn(&T) -> TextRange) -> Option<Vec<u32>> {
    if items.is_sorted_by_key(&key) {
        return None;
    }
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|index| key(&items[*index]));
    let mut places = vec![0; items.len()];
    for (place, index) in order.into_iter().enumerate() {
        places[index] = u32::try_from(place).unwrap_or(u32::MAX);
    }
    Some(places)
}

/// Every origin in the facts.
fn origins(facts: &mut Facts) -> impl Iterator<Item = &mut Arc<Origin>> {
    let calls = facts.calls.iter_mut().flat_map(|call| {
        let positional = call.positional.iter_mut();
        let keywords = call.keywords.iter_mut();
        std::iter::once(&mut call.callee)
            .chain(positional.flat_map(|argument| {
                let elements = argument.elements.iter_mut().flatten();
                argument.origin.iter_mut().chain(elements)
            }))
            .chain(keywords.flat_map(|argument| {
                let elements = argument.elements.iter_mut().flatten();
                argument.origin.iter_mut().chain(elements)
            }))
            .chain(call.mappings.iter_mut())
    });
    let classes = facts.classes.iter_mut().flat_map(|class| {
        let bases = class.bases.iter_mut();
        bases.chain(class.decorators.iter_mut()).flatten()
    });
    let attributes = facts.attributes.iter_mut();
    let handed = facts.handed.iter_mut();
    let measured = facts.measured.iter_mut();
    calls
        .chain(classes)
        .chain(attributes.map(|attribute| &mut attribute.receiver))
        .chain(handed.map(|handed| &mut handed.origin))
        .chain(measured.map(|measured| &mut measured.origin))
        .chain(facts.names.iter_mut().map(|name| &mut name.origin))
}

/// Gives the calls in origins their new places.
struct Renumber<'p> {
    places: &'p [u32],
    /// Origins with calls as they were, and as they are: facts that share one go on to do so.
    known: FxHashMap<*const Origin, (Arc<Origin>, Arc<Origin>)>,
}

impl Renumber<'_> {
    fn shared(&mut self, origin: &mut Arc<Origin>) {
        if !has_call(origin) {
            return;
        }
        let known = self.known.entry(Arc::as_ptr(origin)).or_insert_with(|| {
            let mut new = Origin::clone(origin);
            renumber(&mut new, self.places);
            (Arc::clone(origin), Arc::new(new))
        });
        *origin = Arc::clone(&known.1);
    }
}

fn has_call(origin: &Origin) -> bool {
    let is_call = |step: &Step| matches!(step, Step::Call(_));
    matches!(&origin.root, Root::InstanceOf(class) if has_call(class))
        || origin.steps.iter().any(is_call)
}

fn renumber(origin: &mut Origin, places: &[u32]) {
    if let Root::InstanceOf(class) = &mut origin.root {
        renumber(class, places);
    }
    for step in &mut origin.steps {
        if let Step::Call(CallId(id)) = step {
            *id = places[*id as usize];
        }
    }
}
