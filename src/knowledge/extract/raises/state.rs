//! What the names of a function stand for while it is run.

use std::collections::BTreeMap;

use crate::knowledge::condition::Term;

/// Local names, `self.x`, and attributes of arguments, each with what it stands for.
#[derive(Clone, Debug)]
pub struct State {
    terms: BTreeMap<String, Term>,
    /// Under which condition any attribute of `self` that is not in the table may have been set.
    self_unknown: Term,
    /// Whether the constructor of the base has run.
    behind_base: bool,
    /// Attributes of `self` that nothing changes any more.
    fixed: BTreeMap<String, Term>,
}

/// The local names of a function that waits for a method that it calls.
pub type Locals = Vec<(String, Term)>;

impl Default for State {
    fn default() -> Self {
        Self {
            terms: BTreeMap::new(),
            self_unknown: Term::truth(false),
            behind_base: false,
            fixed: BTreeMap::new(),
        }
    }
}

fn is_attribute(name: &str) -> bool {
    name.starts_with("self.")
}

impl State {
    /// Lets a place stand for a term; what was known of its attributes is gone.
    pub fn set(&mut self, place: &str, term: Term) {
        let prefix = format!("{place}.");
        self.terms.retain(|known, _| !known.starts_with(&prefix));
        self.terms.insert(place.to_owned(), term);
    }

    /// What a place stands for.
    pub fn get(&self, place: &str) -> Option<&Term> {
        self.fixed.get(place).or_else(|| self.terms.get(place))
    }

    /// Lets an attribute of `self` stand for a term for good.
    pub fn fix(&mut self, place: String, term: Term) {
        self.fixed.insert(place, term);
    }

    /// What `self.name` stands for where `self.x` is the argument `x` (`is_fields`) or nothing is known.
    pub fn attribute(&self, name: &str, is_fields: bool) -> Term {
        match self.get(&format!("self.{name}")) {
            Some(term) => term.clone(),
            None if !is_fields => Term::Unknown,
            None => {
                let name = name.to_owned();
                let own = if self.behind_base {
                    Term::Base(name)
                } else {
                    Term::Arg(name)
                };
                Term::choice(self.self_unknown.clone(), Term::Unknown, own)
            }
        }
    }

    /// Any attribute of `self` may have changed.
    pub fn forget_self(&mut self) {
        self.terms.retain(|name, _| !is_attribute(name));
        self.self_unknown = Term::truth(true);
    }

    /// Nothing is known any more.
    pub fn forget_all(&mut self) {
        self.terms
            .values_mut()
            .for_each(|term| *term = Term::Unknown);
        self.forget_self();
    }

    /// Under which condition any attribute that is not in the table may have changed.
    pub fn self_unknown(&self) -> &Term {
        &self.self_unknown
    }

    /// The base's constructor ran.
    pub fn enter_base(&mut self) {
        self.terms.retain(|name, _| !is_attribute(name));
        self.self_unknown = Term::truth(false);
        self.behind_base = true;
    }

    /// The attributes of `self` that are in the table.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &Term)> {
        self.terms.iter().filter_map(|(name, term)| {
            let name = name.strip_prefix("self.")?;
            (!name.contains('.')).then_some((name, term))
        })
    }

    /// The attributes of an argument that were set, with what they stand for.
    pub fn attributes_of<'s>(&'s self, base: &'s str) -> impl Iterator<Item = (&'s str, &'s Term)> {
        self.terms.iter().filter_map(move |(name, term)| {
            let name = name.strip_prefix(base)?.strip_prefix('.')?;
            Some((name, term))
        })
    }

    /// Puts the local names away.
    pub fn take_locals(&mut self) -> Locals {
        let (locals, rest): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut self.terms)
            .into_iter()
            .partition(|(name, _)| !is_attribute(name));
        self.terms = rest;
        locals.into_iter().collect()
    }

    /// Takes them back.
    pub fn restore_locals(&mut self, locals: Locals) {
        self.terms.retain(|name, _| is_attribute(name));
        self.terms.extend(locals);
    }

    /// What is known behind an `if`: `then` where the test holds, `orelse` where it does not.
    pub fn merged(test: &Term, then: Self, orelse: Self) -> Self {
        let behind_base = then.behind_base;
        let fixed = then.fixed.clone();
        let self_unknown = Term::any([
            Term::in_order([test.clone(), then.self_unknown.clone()]),
            Term::in_order([test.clone().negated(), orelse.self_unknown.clone()]),
        ]);
        let self_unknown = if self_unknown.size() > super::MAX_TERM {
            Term::truth(true)
        } else {
            self_unknown
        };
        if then.behind_base != orelse.behind_base {
            let mut state = then;
            state.forget_all();
            return state;
        }
        let names: Vec<String> = then
            .terms
            .keys()
            .chain(orelse.terms.keys())
            .cloned()
            .collect();
        let mut terms = BTreeMap::new();
        for name in names {
            let (body, orelse) = (then.value(&name), orelse.value(&name));
            let (Some(body), Some(orelse)) = (body, orelse) else {
                terms.insert(name, Term::Unknown);
                continue;
            };
            let choice = Term::choice(test.clone(), body, orelse);
            let known = choice.size() <= super::MAX_TERM;
            terms.insert(name, if known { choice } else { Term::Unknown });
        }
        Self {
            terms,
            self_unknown,
            behind_base,
            fixed,
        }
    }

    fn value(&self, name: &str) -> Option<Term> {
        if let Some(term) = self.terms.get(name) {
            return Some(term.clone());
        }
        match name.split_once('.') {
            Some(("self", attribute)) if !attribute.contains('.') => {
                Some(self.attribute(attribute, true))
            }
            // An attribute of an argument that this branch left alone.
            Some(_) => Some(Term::Arg(name.to_owned())),
            None => None,
        }
    }
}
