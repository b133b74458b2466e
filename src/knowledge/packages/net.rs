//! What follows from pins: which releases of which distributions remain, and why.
//!
//! Every distribution that is surely installed is a node. Its domain is the intersection of what is asked of it: by
//! the pins, and by each other node, of which all remaining releases ask something of it (the union of what they
//! ask counts). A release that asks what nobody can give is removed. Nothing is guessed, so a node without a
//! release left proves that the pins cannot be installed together. Where knowledge ends (distributions and
//! versions that the store does not have, releases that were not read), everything is possible. A release newer than
//! all known ones is taken to ask for at least what the newest known one does, without upper limits.

use std::collections::{BTreeMap, BTreeSet};

use pep440_rs::Version;
use rustc_hash::FxHashMap;

use super::package::{Needed, Package};
use super::range::Range;
use super::{Packages, Pin, Wanted};

/// Far more than real sets of pins need.
const MAX_ROUNDS: usize = 200;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    Pin(usize),
    Node(usize),
    /// A choice of the search for a solution.
    Choice,
}

/// Something that is asked of a node.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub by: By,
    pub range: Range,
    /// As specifiers.
    pub written: String,
    /// The extras of the one who asks because of which it does.
    pub via: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Node<'p> {
    pub name: String,
    pub package: Option<&'p Package>,
    pub asks: Vec<Ask>,
    pub domain: Range,
    pub extras: Vec<String>,
    /// Who has it installed.
    pub required: Option<By>,
    /// Its own requirements are not known, whatever the version.
    pub opaque: bool,
    /// It comes from an address or a folder.
    pub is_elsewhere: bool,
    /// Whether the search has decided on it.
    pub is_chosen: bool,
    /// By release: whether it does not run on the Python version.
    unfit: Vec<bool>,
    /// By release; the last one stands for those newer than all known.
    removed: Vec<bool>,
    /// The nodes because of which releases were removed.
    pub blamed: BTreeSet<usize>,
    /// The lines that apply, by the distribution that they require.
    lines: BTreeMap<&'p str, Vec<usize>>,
    /// Those of `extras` that the pins ask for.
    pinned_extras: Vec<String>,
    /// Whether it asked others for something.
    asked: bool,
    changed: bool,
}

#[derive(Clone)]
pub(super) struct Net<'p> {
    packages: &'p Packages,
    python: Option<&'p Version>,
    /// Whether versions that are not known count as missing: for solutions, not for proofs.
    strict: bool,
    pub nodes: Vec<Node<'p>>,
    by_name: FxHashMap<String, usize>,
}

impl<'p> Net<'p> {
    /// The pins with these numbers, nothing concluded yet.
    pub fn new(
        packages: &'p Packages,
        pins: &[Pin],
        numbers: &[usize],
        python: Option<&'p Version>,
    ) -> Self {
        let mut net = Self {
            packages,
            python,
            strict: false,
            nodes: Vec::new(),
            by_name: FxHashMap::default(),
        };
        numbers
            .iter()
            .for_each(|number| net.pin(*number, &pins[*number]));
        net
    }

    /// The same, with known releases of known distributions alone.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        for node in &mut self.nodes {
            node.forbid_newer();
        }
        self
    }

    fn pin(&mut self, number: usize, pin: &Pin) {
        let by = By::Pin(number);
        let index = self.node(&pin.name);
        let node = &mut self.nodes[index];
        if !matches!(pin.wanted, Wanted::Limit(_)) {
            node.required.get_or_insert(by);
        }
        let specifiers = match &pin.wanted {
            Wanted::Versions(specifiers) | Wanted::Limit(specifiers) => specifiers,
            Wanted::Elsewhere => {
                node.opaque = true;
                node.is_elsewhere = true;
                return;
            }
        };
        // Builds behind a `+` have requirements of their own.
        node.opaque |= specifiers.iter().any(|it| it.version().is_local());
        node.asks.push(Ask {
            by,
            range: Range::of(specifiers),
            written: super::shown(specifiers),
            via: Vec::new(),
        });
        node.narrow();
        node.pinned_extras.extend(pin.extras.iter().cloned());
        self.add_extras(index, &pin.extras);
    }

    /// Adds a choice of the search.
    pub fn choose(&mut self, index: usize, version: &Version) {
        self.nodes[index].asks.push(Ask {
            by: By::Choice,
            range: Range::only(version),
            written: format!("=={version}"),
            via: Vec::new(),
        });
        self.nodes[index].is_chosen = true;
        self.nodes[index].narrow();
    }

    /// Draws all conclusions; gives a node that cannot be installed.
    pub fn run(&mut self) -> Option<usize> {
        for _ in 0..MAX_ROUNDS {
            let mut changed = false;
            let mut index = 0;
            while index < self.nodes.len() {
                if std::mem::take(&mut self.nodes[index].changed) {
                    self.ask_others(index);
                    changed = true;
                }
                index += 1;
            }
            if self.forget() {
                continue;
            }
            if let Some(failed) = self.failed() {
                return Some(failed);
            }
            if !changed && !self.remove() {
                return None;
            }
        }
        None
    }

    /// Where a node asked for something, and then was left with versions alone of which nothing is known, all
    /// conclusions are drawn anew without its requirements.
    fn forget(&mut self) -> bool {
        if self.strict {
            return false;
        }
        let is_lost = |node: &Node<'_>| node.asked && !node.domain.is_empty() && !node.has_known();
        let mut any = false;
        for node in self.nodes.iter_mut().filter(|node| is_lost(node)) {
            node.opaque = true;
            any = true;
        }
        if any {
            self.nodes.iter_mut().for_each(Node::reset);
            (0..self.nodes.len()).for_each(|index| self.list_lines(index));
        }
        any
    }

    fn failed(&self) -> Option<usize> {
        self.nodes.iter().position(|node| {
            let is_sure = || node.has_known() || self.strict;
            let none_left = || !node.opaque && is_sure() && node.left().next().is_none();
            node.required.is_some() && (node.domain.is_empty() || none_left())
        })
    }

    fn node(&mut self, name: &str) -> usize {
        if let Some(known) = self.by_name.get(name) {
            return *known;
        }
        let package = self.packages.package(name);
        let mut node = Node::new(name, package, self.python);
        if self.strict {
            node.forbid_newer();
        }
        self.nodes.push(node);
        self.by_name.insert(name.to_owned(), self.nodes.len() - 1);
        let index = self.nodes.len() - 1;
        self.list_lines(index);
        index
    }

    fn add_extras(&mut self, index: usize, extras: &[String]) {
        let node = &mut self.nodes[index];
        let before = node.extras.len();
        for extra in extras {
            if !node.extras.contains(extra) {
                node.extras.push(extra.clone());
            }
        }
        if node.extras.len() > before {
            self.list_lines(index);
        }
    }

    fn list_lines(&mut self, index: usize) {
        let node = &mut self.nodes[index];
        let Some(package) = node.package else { return };
        node.lines.clear();
        node.changed = true;
        for (number, (needed, _)) in package.requires.iter().enumerate() {
            if needed.applies(&node.extras, self.python) {
                node.lines.entry(&needed.name).or_default().push(number);
            }
        }
    }

    /// Asks of others what all remaining releases of a node ask of them.
    fn ask_others(&mut self, index: usize) {
        let node = &self.nodes[index];
        if !counts(node) {
            return;
        }
        let left: Vec<usize> = node.left().collect();
        if left.is_empty() {
            return;
        }
        self.nodes[index].asked = true;
        let node = &self.nodes[index];
        let joint = |(name, lines): (&&'p str, &Vec<usize>)| {
            Some((*name, node.joint(index, lines, &left)?))
        };
        let asks: Vec<_> = node.lines.iter().filter_map(joint).collect();
        for (name, (ask, extras)) in asks {
            let target = self.node(name);
            if target != index {
                self.ask(target, ask);
            }
            self.add_extras(target, &extras);
        }
    }

    fn ask(&mut self, target: usize, ask: Ask) {
        let node = &mut self.nodes[target];
        if node.required.is_none() {
            node.required = Some(ask.by);
            node.changed = true;
        }
        match node.asks.iter_mut().find(|known| known.by == ask.by) {
            Some(known) if known.range == ask.range => {}
            Some(known) => *known = ask,
            None => node.asks.push(ask),
        }
        node.narrow();
    }

    /// Removes releases that ask what cannot be had; whether there was one.
    fn remove(&mut self) -> bool {
        let mut any = false;
        for index in 0..self.nodes.len() {
            let node = &self.nodes[index];
            if !counts(node) {
                continue;
            }
            let bad = self.impossible(node);
            any |= !bad.is_empty();
            for (release, blamed) in bad {
                let node = &mut self.nodes[index];
                node.removed[release] = true;
                node.blamed.insert(blamed);
                node.changed = true;
            }
        }
        any
    }

    /// The remaining releases of a node that ask what another one cannot give, with that one.
    fn impossible(&self, node: &Node<'_>) -> Vec<(usize, usize)> {
        let mut bad = Vec::new();
        let left: Vec<usize> = node.left().collect();
        for (name, lines) in &node.lines {
            let Some(target) = self.by_name.get(*name) else {
                continue;
            };
            let of_others = *name != node.name;
            let mut last: Option<(Vec<usize>, bool, bool)> = None;
            for release in &left {
                let (held, newer) = node.held(lines, *release);
                let same = |(before, was, _): &&(Vec<usize>, bool, bool)| {
                    of_others && *before == held && *was == newer
                };
                let possible = match last.as_ref().filter(same) {
                    Some((_, _, possible)) => *possible,
                    None => self.is_possible(node, *release, *target, &node.demand(&held, newer)),
                };
                if !possible {
                    bad.push((*release, *target));
                }
                last = Some((held, newer, possible));
            }
        }
        bad
    }

    /// Whether a release's demand on a target can be met.
    fn is_possible(&self, of: &Node<'_>, release: usize, target: usize, demand: &Range) -> bool {
        let node = &self.nodes[target];
        if node.name == of.name {
            let version = of.package.and_then(|it| it.all().get(release));
            return version.is_none_or(|version| demand.contains(version));
        }
        let range = node.domain.and(demand);
        if range.is_empty() {
            return false;
        }
        let unknown = || !self.strict && !node.is_covered(&range);
        node.required.is_none() || node.opaque || unknown() || node.left_in(&range).next().is_some()
    }

    /// The releases that were removed from a node because of a target, and what they ask of it.
    pub fn refused(&self, index: usize, target: usize) -> Option<(Vec<usize>, Ask)> {
        let node = &self.nodes[index];
        let lines = node.lines.get(&*self.nodes[target].name)?;
        let is_refused = |release: &usize| {
            let (held, newer) = node.held(lines, *release);
            !held.is_empty()
                && !self.is_possible(node, *release, target, &node.demand(&held, newer))
        };
        let refused: Vec<usize> = node.known_in(&node.domain).filter(is_refused).collect();
        let (ask, _) = node.joint(index, lines, &refused)?;
        Some((refused, ask))
    }
}

/// Whether what the releases of a node require counts.
fn counts(node: &Node<'_>) -> bool {
    node.required.is_some() && node.has_known()
}

impl<'p> Node<'p> {
    fn new(name: &str, package: Option<&'p Package>, python: Option<&Version>) -> Self {
        let releases = package.map_or(&[][..], Package::all);
        let unfit = |release| {
            package
                .zip(python)
                .is_some_and(|(it, python)| !it.runs_on(release, python))
        };
        Self {
            name: name.to_owned(),
            package,
            asks: Vec::new(),
            domain: Range::full(),
            extras: Vec::new(),
            required: None,
            opaque: package.is_none(),
            is_elsewhere: false,
            is_chosen: false,
            unfit: (0..releases.len()).map(unfit).collect(),
            removed: vec![false; releases.len() + 1],
            blamed: BTreeSet::new(),
            lines: BTreeMap::new(),
            pinned_extras: Vec::new(),
            asked: false,
            changed: true,
        }
    }

    fn forbid_newer(&mut self) {
        self.removed[self.unfit.len()] = true;
    }

    /// Whether a pin has it installed.
    pub fn is_pinned(&self) -> bool {
        matches!(self.required, Some(By::Pin(_)))
    }

    /// Back to what the pins and choices say.
    fn reset(&mut self) {
        self.asks.retain(|ask| !matches!(ask.by, By::Node(_)));
        self.required = self.required.filter(|by| !matches!(by, By::Node(_)));
        self.extras.clone_from(&self.pinned_extras);
        self.removed.fill(false);
        self.blamed.clear();
        self.asked = false;
        self.changed = true;
        self.narrow();
    }

    fn narrow(&mut self) {
        let all = self
            .asks
            .iter()
            .fold(Range::full(), |all, ask| all.and(&ask.range));
        if all != self.domain {
            self.domain = all;
            self.changed = true;
        }
    }

    /// Whether the domain has known releases whose requirements count.
    pub fn has_known(&self) -> bool {
        !self.opaque && self.is_covered(&self.domain)
    }

    /// Whether a range holds a known final release, or nothing but a known one.
    fn is_covered(&self, range: &Range) -> bool {
        let version = |release: usize| self.package.and_then(|it| it.all().get(release));
        let counts = |it: &Version| !it.any_prerelease() || *range == Range::only(it);
        self.known_in(range).filter_map(version).any(counts)
    }

    /// The known releases in a range that run on the Python version, also the removed ones.
    pub fn known_in(&self, range: &Range) -> impl Iterator<Item = usize> {
        let releases = self
            .package
            .map_or(&[][..], Package::all)
            .iter()
            .enumerate();
        releases
            .filter(|(index, version)| !self.unfit[*index] && range.contains(version))
            .map(|(index, _)| index)
    }

    /// The releases that remain; the number behind the last one stands for newer ones.
    pub fn left(&self) -> impl Iterator<Item = usize> {
        self.left_in(&self.domain)
    }

    fn left_in(&self, range: &Range) -> impl Iterator<Item = usize> {
        let newest = self.package.and_then(|it| it.all().get(it.newest_index()?));
        let newer = newest.filter(|it| !range.and(&Range::newer_than(it)).is_empty());
        let newer = newer.map(|_| self.removed.len() - 1);
        let all = self.known_in(range).chain(newer);
        all.filter(|release| !self.removed[*release])
    }

    /// Those of `lines` that hold in a release, and whether it is newer than all known ones.
    fn held(&self, lines: &[usize], release: usize) -> (Vec<usize>, bool) {
        let Some(package) = self.package else {
            return (Vec::new(), false);
        };
        let newer = release == package.all().len();
        let newest = package.newest_index().unwrap_or_default();
        let release = if newer { newest } else { release };
        let holds = |line: &&usize| package.requires[**line].1.contains(release);
        (lines.iter().filter(holds).copied().collect(), newer)
    }

    /// What a release with these lines asks.
    fn demand(&self, held: &[usize], newer: bool) -> Range {
        let needed = held
            .iter()
            .filter_map(|line| Some(&self.package?.requires[*line].0));
        let range = needed.fold(Range::full(), |all, one| all.and(&one.range));
        if newer { range.upwards() } else { range }
    }

    /// What all of some releases of this node, which has that index, ask of one distribution: the versions
    /// that one of them admits, and the extras that all of them ask for. Absent where one asks nothing.
    fn joint(&self, index: usize, lines: &[usize], left: &[usize]) -> Option<(Ask, Vec<String>)> {
        let package = self.package?;
        let mut joint: Option<(Range, BTreeSet<&String>)> = None;
        let mut texts: BTreeSet<Vec<&str>> = BTreeSet::new();
        let mut all: BTreeSet<usize> = BTreeSet::new();
        let mut last = (Vec::new(), false);
        for release in left {
            let (held, newer) = self.held(lines, *release);
            if held.is_empty() {
                return None;
            }
            if last == (held.clone(), newer) {
                continue;
            }
            let needed = || held.iter().map(|line| &package.requires[*line].0);
            let demand = self.demand(&held, newer);
            let extras: BTreeSet<&String> = needed().flat_map(|it| &it.extras).collect();
            joint = Some(match joint {
                Some((range, known)) => (range.or(&demand), &known & &extras),
                None => (demand, extras),
            });
            let mut written: Vec<&str> = needed().map(|it| &*it.written).collect();
            written.retain(|it| !it.is_empty());
            written.dedup();
            texts.insert(written);
            all.extend(&held);
            last = (held, newer);
        }
        let (range, extras) = joint?;
        let written = match (texts.len(), texts.pop_first()) {
            (1, Some(same)) => same.join(","),
            _ => range.to_string(),
        };
        let ask = Ask {
            by: By::Node(index),
            range,
            written,
            via: self.via(all.iter().map(|line| &package.requires[*line].0)),
        };
        Some((ask, extras.into_iter().cloned().collect()))
    }

    /// The extras without which some of these would not apply.
    fn via<'n>(&self, needed: impl Iterator<Item = &'n Needed>) -> Vec<String> {
        let all: Vec<&Needed> = needed.collect();
        let is_limit = |it: &&&Needed| !it.range.is_full();
        let limits = all.iter().any(|it| is_limit(&it));
        let counts = all.iter().filter(|it| !limits || is_limit(it));
        let marked = counts.filter_map(|it| it.marker.as_ref());
        let texts: Vec<&str> = marked.map(|it| it.text()).collect();
        let named = |extra: &&String| {
            let quoted = format!("'{extra}'");
            texts.iter().any(|text| text.contains(&quoted))
        };
        self.extras.iter().filter(named).cloned().collect()
    }
}
