//! Classes: the order of their bases, their members, what calling their methods gives.

use std::sync::Arc;

use super::fact::{Fact, Flag, OwnerKind};
use super::view::{Entity, Function, Owner, View};

/// Deeper inheritance than this is taken for a loop.
const MAX_BASES: u32 = 24;

/// The method resolution order of a class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mro {
    /// Definition paths, the class itself first.
    pub classes: Vec<String>,
    /// The first bases that could not be resolved, each with the number of classes of `classes` that
    /// come before it for certain. Empty when everything is known.
    pub unknown: Vec<(usize, String)>,
}

impl Mro {
    /// Whether every base is known.
    pub fn is_closed(&self) -> bool {
        self.unknown.is_empty()
    }
}

/// Bases that add neither constructor arguments nor attributes.
fn is_harmless(base: &str) -> bool {
    let name = base.split('[').next().unwrap_or(base);
    matches!(
        name,
        "object"
            | "abc.ABC"
            | "typing.Generic"
            | "typing.Protocol"
            | "typing_extensions.Protocol"
            | "Generic"
            | "ABC"
            | "Protocol"
    )
}

impl View {
    /// The method resolution order of the class defined at `path`.
    pub fn mro(&self, path: &str) -> Arc<Mro> {
        self.mros
            .get(path, || Arc::new(self.linearise(path, MAX_BASES)))
    }

    /// Python's own order (C3) where it exists.
    fn linearise(&self, path: &str, depth: u32) -> Mro {
        let mut mro = Mro {
            classes: vec![path.to_owned()],
            unknown: Vec::new(),
        };
        let Some(owner) = self.owner(path, OwnerKind::Class).filter(|_| depth > 0) else {
            mro.unknown.push((1, path.to_owned()));
            return mro;
        };
        let mut sequences: Vec<Vec<String>> = Vec::new();
        let mut direct = Vec::new();
        for fact in owner.facts() {
            let Fact::Base(base) = fact else { continue };
            match self.resolve(base) {
                Entity::Class(class) if class != path => {
                    let inherited = self.linearise(&class, depth - 1);
                    let before = mro.classes.len();
                    for (_, unknown) in &inherited.unknown {
                        mro.unknown.push((before, unknown.clone()));
                    }
                    sequences.push(inherited.classes);
                    direct.push(class);
                }
                _ if is_harmless(base) => {}
                _ => mro.unknown.push((1, base.clone())),
            }
        }
        sequences.push(direct);
        mro.classes.extend(merge(sequences));
        mro
    }

    /// `class.name`, along the bases.
    pub(super) fn class_member(&self, class: &str, name: &str) -> Entity {
        let key = format!("{class}.{name}");
        self.members.get(&key, || self.find_member(class, name))
    }

    fn find_member(&self, class: &str, name: &str) -> Entity {
        let mro = self.mro(class);
        for base in &mro.classes {
            let path = format!("{base}.{name}");
            if self.has(&path, OwnerKind::Function) {
                return Entity::Function(Function {
                    path,
                    class: Some(class.to_owned()),
                });
            }
            if self.has(&path, OwnerKind::Class) {
                return Entity::Class(path);
            }
            if self.owns_attribute(base, name) {
                return Entity::Value;
            }
        }
        // Private attributes are not written down.
        if !mro.is_closed() || self.is_open(&mro) || name.starts_with('_') {
            return Entity::Unknown;
        }
        Entity::Missing {
            owner: class.to_owned(),
            name: name.to_owned(),
        }
    }

    fn owns_attribute(&self, class: &str, name: &str) -> bool {
        self.owner(class, OwnerKind::Class).is_some_and(|owner| {
            owner.facts().any(|fact| match fact {
                Fact::Attr { name: own, .. } => own == name,
                Fact::Param(param) => param.name == name,
                _ => false,
            })
        })
    }

    /// Whether calling a class runs a `__new__` that is written in the libraries.
    pub fn has_own_new(&self, class: &str) -> bool {
        self.mro(class).classes.iter().any(|base| {
            let path = format!("{base}.__new__");
            self.has(&path, OwnerKind::Function)
        })
    }

    /// Whether an instance of a class of the same library that inherits from `class` may have a member
    /// that `class` lacks.
    pub fn may_be_in_a_subclass(&self, class: &str, name: &str) -> bool {
        self.subclasses(class)
            .iter()
            .any(|subclass| !matches!(self.class_member(subclass, name), Entity::Missing { .. }))
    }

    /// The classes of the same library that inherit from `class`. A base is named as the class is:
    /// no library imports one of its own classes under another name to inherit from it.
    fn subclasses(&self, class: &str) -> Arc<Vec<String>> {
        self.subclasses
            .get(class, || Arc::new(self.find_subclasses(class)))
    }

    fn find_subclasses(&self, class: &str) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(selected) = self.selected(class) {
            let mut names: Vec<String> = class.rsplit('.').take(1).map(str::to_owned).collect();
            let mut next = 0;
            while let Some(name) = names.get(next).cloned() {
                next += 1;
                for heir in selected.library.heirs(&name) {
                    let heir_name = heir.path.rsplit('.').next().unwrap_or_default();
                    if !names.iter().any(|known| known == heir_name) {
                        names.push(heir_name.to_owned());
                    }
                    let inherits = || self.mro(heir.path).classes.iter().any(|it| it == class);
                    if heir.presence.contains(selected.release) && inherits() {
                        found.push(heir.path.to_owned());
                    }
                }
            }
        }
        found
    }

    /// Whether a class of the order makes up attributes at run time, or a decorator may.
    fn is_open(&self, mro: &Mro) -> bool {
        let adds = |fact: &Fact| matches!(fact, Fact::Flag(Flag::Open) | Fact::Decorator(_));
        mro.classes
            .iter()
            .filter_map(|class| self.owner(class, OwnerKind::Class))
            .any(|owner| owner.facts().any(adds))
    }

    /// The class owners of `path` and of its bases, in order.
    pub fn class_owners(&self, path: &str) -> Vec<(String, Owner)> {
        self.mro(path)
            .classes
            .iter()
            .filter_map(|class| Some((class.clone(), self.owner(class, OwnerKind::Class)?)))
            .collect()
    }

    /// The class whose instance an annotation behind `->` names, where it names one.
    pub fn returned_class(&self, function: &Function) -> Option<String> {
        let owner = self.owner(&function.path, OwnerKind::Function)?;
        let annotation = owner.facts().find_map(|fact| match fact {
            Fact::Returns(annotation) => Some(annotation.as_str()),
            _ => None,
        })?;
        let name = annotation.trim_matches(['"', '\'']);
        if matches!(name, "Self" | "typing.Self" | "typing_extensions.Self") {
            return function.class.clone();
        }
        match self.resolve(name) {
            Entity::Class(class) => Some(class),
            _ => None,
        }
    }
}

/// The merge step of C3; where no order satisfies all sequences, first come first served.
fn merge(mut sequences: Vec<Vec<String>>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    loop {
        sequences.retain(|sequence| !sequence.is_empty());
        let Some(first) = sequences.first() else {
            return out;
        };
        let in_tail = |name: &String| {
            sequences
                .iter()
                .any(|sequence| sequence[1..].contains(name))
        };
        let next = sequences
            .iter()
            .map(|sequence| &sequence[0])
            .find(|head| !in_tail(head))
            .unwrap_or(&first[0])
            .clone();
        for sequence in &mut sequences {
            sequence.retain(|name| *name != next);
        }
        out.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::merge;

    fn names(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_shared_base_comes_behind_all_that_inherit_it() {
        let order = merge(vec![names("B A O"), names("C A O"), names("B C")]);
        assert_eq!(order, names("B C A O"));
    }

    #[test]
    fn an_impossible_order_still_ends() {
        let order = merge(vec![names("A B"), names("B A")]);
        assert_eq!(order, names("A B"));
    }
}
