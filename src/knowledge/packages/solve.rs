//! The newest releases that can be installed together.

use pep440_rs::Version;

use super::net::{Net, Node};
use super::{Conflict, Packages, Pin};

/// Why there is no solution.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsolved {
    /// The pins contradict each other.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Conflicts(Vec<Conflict>),
    /// All combinations were tried.
    #[error("no known releases can be installed together")]
    Nothing,
    /// The search took too many steps.
    #[error("the search for releases that can be installed together was given up")]
    GivenUp,
}

/// See [`Packages::solve`].
pub(super) fn solve(
    packages: &Packages,
    pins: &[Pin],
    python: Option<&Version>,
    steps: usize,
) -> Result<Vec<(String, Version)>, Unsolved> {
    let numbers: Vec<usize> = (0..pins.len()).collect();
    let net = Net::new(packages, pins, &numbers, python).strict();
    let mut search = Search { steps };
    match search.go(net) {
        Ok(Some(net)) => Ok(chosen(&net, pins)),
        Ok(None) => {
            let conflicts = packages.conflicts(pins, python);
            Err(match conflicts.is_empty() {
                true => Unsolved::Nothing,
                false => Unsolved::Conflicts(conflicts),
            })
        }
        Err(GaveUp) => Err(Unsolved::GivenUp),
    }
}

struct GaveUp;

struct Search {
    steps: usize,
}

impl Search {
    /// Decides on one distribution after the other, newest release first, and comes back where that fails.
    fn go<'p>(&mut self, mut net: Net<'p>) -> Result<Option<Net<'p>>, GaveUp> {
        self.steps = self.steps.checked_sub(1).ok_or(GaveUp)?;
        if net.run().is_some() {
            return Ok(None);
        }
        let open = net
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| is_open(node));
        let open: Vec<(usize, Vec<Version>)> = open
            .map(|(index, node)| (index, candidates(node)))
            .collect();
        // The pins in their order; then what has the least choice, which may be none.
        let place = |index: usize, choice: usize| match choice {
            0 => (0, 0),
            _ if net.nodes[index].is_pinned() => (1, index),
            _ => (2, choice),
        };
        let next = open
            .into_iter()
            .min_by_key(|(index, versions)| place(*index, versions.len()));
        let Some((index, versions)) = next else {
            return Ok(Some(net));
        };
        for version in versions {
            let mut next = net.clone();
            next.choose(index, &version);
            if let Some(found) = self.go(next)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// Whether a release of a known distribution is still to be chosen.
fn is_open(node: &Node<'_>) -> bool {
    node.required.is_some() && node.package.is_some() && !node.is_elsewhere && !node.is_chosen
}

/// The remaining releases, newest first. Those that were not read come last; withdrawn ones and pre-releases
/// count only where nothing else remains.
fn candidates(node: &Node<'_>) -> Vec<Version> {
    let Some(package) = node.package else {
        return Vec::new();
    };
    let all = package.all();
    let known: Vec<usize> = node.left().filter(|it| *it < all.len()).collect();
    let usual = |it: &usize| !package.is_withdrawn(*it) && !all[*it].any_prerelease();
    let mut usable: Vec<usize> = known.iter().copied().filter(usual).collect();
    if usable.is_empty() {
        usable = known;
    }
    let (read, unread): (Vec<usize>, Vec<usize>) =
        usable.iter().rev().partition(|it| package.is_read(**it));
    let ordered = read.into_iter().chain(unread);
    ordered.map(|release| all[release].clone()).collect()
}

/// What was decided for the pins.
fn chosen(net: &Net<'_>, pins: &[Pin]) -> Vec<(String, Version)> {
    let of = |pin: &Pin| {
        let node = net
            .nodes
            .iter()
            .find(|node| node.name == pin.name && node.is_chosen)?;
        let release = node.known_in(&node.domain).next()?;
        Some((pin.name.clone(), node.package?.all()[release].clone()))
    };
    let mut out: Vec<(String, Version)> = Vec::new();
    for pair in pins.iter().filter_map(of) {
        if !out.contains(&pair) {
            out.push(pair);
        }
    }
    out
}
