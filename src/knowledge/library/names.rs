//! The names that a module binds, found without reading all its facts: a package binds thousands, of
//! which a script needs a few.

use std::hash::BuildHasher;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;

use super::Library;
use crate::knowledge::fact::{Deprecation, Fact, OwnerKind};

/// Where facts of a module stand in its text.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Hashes of names with the offsets of the facts that bind them, sorted.
    bound: Vec<(u32, u32)>,
    /// Offsets of the notices.
    notices: Vec<u32>,
    /// Offsets of the star imports and flags.
    nature: Vec<u32>,
}

impl Library {
    /// The first binding or attribute of that name in a module of a release; reads no other facts.
    pub fn bound(&self, module: &str, name: &str, release: usize) -> Option<Fact> {
        let owner = self.module(module)?;
        let names = self.names(owner);
        let hash = name_hash(name);
        let first = names.bound.partition_point(|(known, _)| *known < hash);
        let found = names.bound[first..].iter();
        let found = found.take_while(|(known, _)| *known == hash);
        self.facts_at(owner, found.map(|(_, at)| *at), release)
            .find(|fact| match fact {
                Fact::Binding { name: bound, .. } | Fact::Attr { name: bound, .. } => bound == name,
                _ => false,
            })
    }

    /// The notice of a module of a release about a name of it, or about itself; reads no other facts.
    pub fn notice(&self, module: &str, name: Option<&str>, release: usize) -> Option<Deprecation> {
        if !self.has_notice(module, OwnerKind::Module) {
            return None;
        }
        let owner = self.module(module)?;
        let names = self.names(owner);
        let notices = names.notices.iter().copied();
        self.facts_at(owner, notices, release)
            .find_map(|fact| match fact {
                Fact::Deprecated(notice) if notice.name.as_deref() == name => Some(notice),
                _ => None,
            })
    }

    /// The star imports and flags of a module of a release; reads no other facts.
    pub fn nature(&self, module: &str, release: usize) -> Vec<Fact> {
        let Some(owner) = self.module(module) else {
            return Vec::new();
        };
        let names = self.names(owner);
        let nature = names.nature.iter().copied();
        self.facts_at(owner, nature, release).collect()
    }

    /// The number of the module at `path`.
    fn module(&self, path: &str) -> Option<usize> {
        self.number(path, OwnerKind::Module)
    }

    /// Those facts of an owner, given by their offsets, that hold in a release.
    fn facts_at(
        &self,
        owner: usize,
        offsets: impl Iterator<Item = u32>,
        release: usize,
    ) -> impl Iterator<Item = Fact> {
        let text = self.facts_text(owner);
        let presence = self.presence(&self.owners[owner]).unwrap_or_default();
        offsets
            .filter_map(move |at| text[at as usize..].lines().next())
            .filter_map(move |fact| self.fact(fact, &presence))
            .filter(move |(_, presence)| presence.contains(release))
            .map(|(fact, _)| fact)
    }

    fn names(&self, module: usize) -> Arc<Names> {
        let key = module as u32;
        if let Some(known) = self.bound.get(&key) {
            return Arc::clone(&known);
        }
        let mut names = Names::default();
        let mut start = 0;
        for line in self.facts_text(module).split_inclusive('\n') {
            let bound = bound_name(line);
            names
                .bound
                .extend(bound.map(|name| (name_hash(name), start)));
            match line.split('\t').next() {
                Some("deprecated") => names.notices.push(start),
                Some("star" | "flag") => names.nature.push(start),
                _ => {}
            }
            start += line.len() as u32;
        }
        names.bound.sort_unstable();
        let names = Arc::new(names);
        self.bound.insert(key, Arc::clone(&names));
        names
    }
}

/// The name that a binding or an attribute is about.
fn bound_name(fact: &str) -> Option<&str> {
    let rest = fact
        .strip_prefix("name\t")
        .or_else(|| fact.strip_prefix("attr\t"))?;
    rest.split('\t').next()
}

fn name_hash(name: &str) -> u32 {
    (FxBuildHasher.hash_one(name) >> 32) as u32
}
