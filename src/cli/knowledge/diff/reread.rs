//! What two stores say of the same releases: other words come from another way of reading them.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::library::Library;
use crate::knowledge::presence::Presence;

/// The symbols of which the second says something else for a release that both know, sorted.
pub fn reread(before: &Library, after: &Library) -> Vec<String> {
    let shared: Vec<(usize, usize)> = before
        .releases()
        .iter()
        .enumerate()
        .filter_map(|(old, release)| {
            let new = after.releases().iter().position(|it| it == release)?;
            Some((old, new))
        })
        .collect();
    let (old, new): (Vec<usize>, Vec<usize>) = shared.into_iter().unzip();
    let paths: BTreeSet<&str> = before
        .owners()
        .chain(after.owners())
        .map(|it| it.path)
        .collect();
    let other = |path: &&str| said(before, path, &old) != said(after, path, &new);
    paths
        .into_iter()
        .filter(other)
        .map(ToOwned::to_owned)
        .collect()
}

/// For each fact in which of the releases it holds, as places in `releases`.
fn said(library: &Library, path: &str, releases: &[usize]) -> BTreeMap<String, Vec<usize>> {
    let mut said = BTreeMap::new();
    for owner in library.histories(path) {
        let mut add = |fact: String, presence: &Presence| {
            let held: Vec<usize> = (0..releases.len())
                .filter(|place| presence.contains(releases[*place]))
                .collect();
            // What only other releases have is none of this.
            if !held.is_empty() {
                let known: &mut Vec<usize> = said.entry(fact).or_default();
                known.extend(held);
            }
        };
        add(format!("{:?}", owner.kind), &owner.presence);
        for (fact, presence) in &owner.facts {
            add(format!("{:?} {fact:?}", owner.kind), presence);
        }
    }
    said.values_mut()
        .for_each(|releases| releases.sort_unstable());
    said
}
