//! What a function gets from the one that it hands its arguments on to: keywords and notices.

use crate::knowledge::extract::forward::Forward;
use crate::knowledge::fact::{Acceptance, Deprecation, Fact, Param};
use crate::python::ast::ParamKind;

/// The facts of the function behind `forward`, `theirs`, that hold for the one with `own` facts as well.
pub fn inherited(forward: &Forward, own: &[Fact], theirs: &[Fact]) -> Vec<Fact> {
    let mut found = Vec::new();
    if forward.rest {
        found.extend(keywords(forward, own, theirs));
    }
    let notices = theirs.iter().filter_map(|fact| match fact {
        Fact::Deprecated(notice) => Some((notice.name.as_deref()?, notice)),
        _ => None,
    });
    let arriving = notices.filter(|(name, _)| arrives(forward, own, theirs, name));
    let fresh = arriving.filter(|(name, _)| !own.iter().any(|fact| is_notice(fact, name)));
    found.extend(fresh.map(|(_, notice)| Fact::Deprecated(handed_on(notice, forward, own))));
    found
}

/// What `**kwargs` may hold for them: parameters that the call does not fill, and further keywords.
fn keywords(forward: &Forward, own: &[Fact], theirs: &[Fact]) -> Vec<Fact> {
    let params = theirs.iter().filter_map(as_param);
    let behind_self = params.filter(|param| !matches!(param.name.as_str(), "self" | "cls"));
    let free = behind_self
        .skip(forward.positional)
        .filter(|param| matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly))
        .map(|param| (param.name.clone(), Acceptance::Popped));
    let taken = theirs.iter().filter_map(|fact| match fact {
        Fact::Accepts { name, how } => Some((name.clone(), *how)),
        _ => None,
    });
    let is_new = |name: &String| {
        let accepted = |fact: &Fact| matches!(fact, Fact::Accepts { name: own, .. } if own == name);
        param(own, name).is_none() && !forward.keywords.contains(name) && !own.iter().any(accepted)
    };
    free.chain(taken)
        .filter(|(name, _)| is_new(name))
        .map(|(name, how)| Fact::Accepts { name, how })
        .collect()
}

/// Whether a value passed here reaches them, and none does where none is passed.
fn arrives(forward: &Forward, own: &[Fact], theirs: &[Fact], name: &str) -> bool {
    match param(own, name) {
        Some(here) => {
            let there = param(theirs, name).and_then(|there| there.default.as_ref());
            let handed = forward.keywords.iter().any(|keyword| keyword == name);
            handed && here.default.is_some() && here.default.as_ref() == there
        }
        None => forward.rest && !forward.keywords.iter().any(|keyword| keyword == name),
    }
}

/// The notice, its replacement where that can be passed here too.
fn handed_on(notice: &Deprecation, forward: &Forward, own: &[Fact]) -> Deprecation {
    let replacement = notice.replacement.clone();
    Deprecation {
        replacement: replacement.filter(|new| forward.rest || param(own, new).is_some()),
        ..notice.clone()
    }
}

fn is_notice(fact: &Fact, name: &str) -> bool {
    matches!(fact, Fact::Deprecated(known) if known.name.as_deref() == Some(name))
}

fn as_param(fact: &Fact) -> Option<&Param> {
    match fact {
        Fact::Param(param) => Some(param),
        _ => None,
    }
}

fn param<'f>(facts: &'f [Fact], name: &str) -> Option<&'f Param> {
    facts
        .iter()
        .filter_map(as_param)
        .find(|param| param.name == name)
}
