//! Calls between functions: only those stay whose callee may raise.

use rustc_hash::FxHashSet;

use super::Modules;
use crate::knowledge::extract::{BASE, Extract};
use crate::knowledge::fact::{Fact, OwnerKind};

/// Takes away what says nothing: calls of functions that never raise, and what functions of a module's own
/// raise that nothing calls.
pub fn prune(modules: &Modules<'_>, extract: &mut Extract) {
    resolve(modules, extract);
    let raising = raising(extract);
    let mut called: FxHashSet<String> = FxHashSet::default();
    for facts in functions(extract) {
        facts.retain(|fact| match fact {
            Fact::Runs { callee, .. } => callee == BASE || raising.contains(callee),
            _ => true,
        });
        called.extend(facts.iter().filter_map(callee).map(ToOwned::to_owned));
    }
    let idle: Vec<_> = extract
        .owners
        .keys()
        .filter(|(path, kind)| {
            *kind == OwnerKind::Function && is_private(path) && !called.contains(path)
        })
        .cloned()
        .collect();
    for key in idle {
        if let Some(facts) = extract.owners.get_mut(&key) {
            facts.retain(|fact| !matches!(fact, Fact::Raises { .. } | Fact::Runs { .. }));
        }
    }
}

fn functions(extract: &mut Extract) -> impl Iterator<Item = &mut Vec<Fact>> {
    let owners = extract.owners.iter_mut();
    owners.filter_map(|((_, kind), facts)| (*kind == OwnerKind::Function).then_some(facts))
}

fn callee(fact: &Fact) -> Option<&str> {
    match fact {
        Fact::Runs { callee, .. } => Some(callee),
        _ => None,
    }
}

/// Whether a path is that of a function for the module alone.
fn is_private(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or_default();
    name.starts_with('_') && !name.starts_with("__")
}

/// Lets each call name the definition, not the way to it.
fn resolve(modules: &Modules<'_>, extract: &mut Extract) {
    for facts in functions(extract) {
        for fact in facts {
            if let Fact::Runs { callee, .. } = fact
                && let Some(definition) = modules.definition(callee)
            {
                *callee = definition;
            }
        }
    }
}

/// The functions that raise, or call one that does.
fn raising(extract: &Extract) -> FxHashSet<String> {
    let raises = |facts: &[Fact]| facts.iter().any(|fact| matches!(fact, Fact::Raises { .. }));
    let functions = || {
        let owners = extract.owners.iter();
        owners.filter(|((_, kind), _)| *kind == OwnerKind::Function)
    };
    let mut raising: FxHashSet<String> = functions()
        .filter(|(_, facts)| raises(facts))
        .map(|((path, _), _)| path.clone())
        .collect();
    loop {
        let before = raising.len();
        for ((path, _), facts) in functions() {
            if facts
                .iter()
                .filter_map(callee)
                .any(|callee| raising.contains(callee))
            {
                raising.insert(path.clone());
            }
        }
        if raising.len() == before {
            return raising;
        }
    }
}
