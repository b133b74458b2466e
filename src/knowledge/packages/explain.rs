//! Why pins cannot be installed together: the fewest pins that prove it, and how they come to contradict.

use std::collections::BTreeSet;
use std::fmt;

use pep440_rs::Version;

use super::net::{Ask, By, Net, Node};
use super::range::Range;
use super::{Packages, Pin, Wanted, shown};

/// More than anybody reads.
const MAX_CONFLICTS: usize = 20;
/// Longer chains are cut.
const MAX_LINKS: usize = 12;

/// A proof that some pins cannot be installed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The pins that it needs, by their place in the list; without any of them it would not hold. Ascending.
    pub pins: Vec<usize>,
    /// The distribution of which no release is left.
    pub on: String,
    /// The contradicting sides, each a chain that begins with a pin and ends with what is asked of `on`.
    pub sides: Vec<Vec<Link>>,
}

/// A step of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// A pin.
    Pinned {
        /// Its place in the list.
        pin: usize,
        /// With its extras: `trl[vllm]`.
        name: String,
        /// The version of an exact pin.
        version: Option<Version>,
        /// As specifiers: `==1.16.0`.
        wanted: String,
    },
    /// What every remaining release of a distribution requires.
    Requires {
        /// The exact pin of that distribution, where there is one, by its place in the list.
        pin: Option<usize>,
        /// With the extras because of which it does.
        name: String,
        /// The oldest and the newest remaining release that is known.
        releases: (Version, Version),
        /// The distribution that it requires.
        on: String,
        /// As specifiers; empty for any version.
        wanted: String,
    },
}

/// All conflicts, each with other pins.
pub(super) fn conflicts(
    packages: &Packages,
    pins: &[Pin],
    python: Option<&Version>,
) -> Vec<Conflict> {
    let mut numbers: Vec<usize> = (0..pins.len()).collect();
    let mut found = Vec::new();
    while found.len() < MAX_CONFLICTS {
        let proof = Proof {
            packages,
            pins,
            python,
        };
        let Some(core) = proof.core(&numbers) else {
            break;
        };
        let conflict = proof.explain(&core);
        let dropped = conflict.blamed();
        numbers.retain(|number| *number != dropped);
        found.push(conflict);
    }
    found
}

struct Proof<'a> {
    packages: &'a Packages,
    pins: &'a [Pin],
    python: Option<&'a Version>,
}

impl<'a> Proof<'a> {
    fn run(&self, numbers: &[usize]) -> (Net<'a>, Option<usize>) {
        let mut net = Net::new(self.packages, self.pins, numbers, self.python);
        let failed = net.run();
        (net, failed)
    }

    /// The fewest of these pins that contradict each other, ascending; absent where none do.
    fn core(&self, numbers: &[usize]) -> Option<Vec<usize>> {
        let (net, failed) = self.run(numbers);
        let mut involved = BTreeSet::new();
        involve(&net, failed?, &mut BTreeSet::new(), &mut involved);
        let mut core: Vec<usize> = involved.into_iter().collect();
        if self.run(&core).1.is_none() {
            core = numbers.to_vec();
        }
        // Again until none can go: with fewer pins less may be unknown.
        while let Some(fewer) = self.without_one(&core) {
            core = fewer;
        }
        Some(core)
    }

    /// The pins without one that is not needed for the contradiction.
    fn without_one(&self, core: &[usize]) -> Option<Vec<usize>> {
        let without = |left_out: &usize| -> Vec<usize> {
            core.iter().copied().filter(|it| it != left_out).collect()
        };
        let contradicts = |fewer: &Vec<usize>| self.run(fewer).1.is_some();
        core.iter().map(without).find(contradicts)
    }

    fn explain(&self, core: &[usize]) -> Conflict {
        let (net, failed) = self.run(core);
        let failed = failed.expect("the core contradicts itself");
        let node = &net.nodes[failed];
        let mut sides = Vec::new();
        let mut on = failed;
        if node.domain.is_empty() {
            sides.extend(self.sides(&net, failed));
        }
        // Or its releases were removed because of others.
        for blamed in node.blamed.iter().filter(|_| !node.domain.is_empty()) {
            let Some((releases, ask)) = net.refused(failed, *blamed) else {
                continue;
            };
            let mut links = Vec::new();
            let pin = self.lead(&net, failed, &mut links, &mut BTreeSet::from([failed]));
            links.extend(requires(
                node,
                pin,
                &releases,
                &ask,
                &net.nodes[*blamed].name,
            ));
            sides.push(links);
            if *blamed != failed {
                sides.extend(self.sides(&net, *blamed));
            }
            on = *blamed;
        }
        sides.sort_by_key(|side| matches!(side[..], [Link::Pinned { .. }]));
        sides.dedup();
        Conflict {
            pins: core.to_vec(),
            on: net.nodes[on].name.clone(),
            sides,
        }
    }

    /// All that limits a node.
    fn sides(&self, net: &Net<'_>, of: usize) -> Vec<Vec<Link>> {
        let side = |ask: &Ask| {
            let mut links = Vec::new();
            self.chain(net, of, ask, &mut links, &mut BTreeSet::new());
            links
        };
        needed_asks(&net.nodes[of]).into_iter().map(side).collect()
    }

    /// The steps that lead to what is asked of a node.
    fn chain(
        &self,
        net: &Net<'_>,
        of: usize,
        ask: &Ask,
        links: &mut Vec<Link>,
        seen: &mut BTreeSet<usize>,
    ) {
        let by = match ask.by {
            By::Pin(pin) => return links.push(self.pinned(pin)),
            By::Choice => return,
            By::Node(by) => by,
        };
        if !seen.insert(by) || links.len() > MAX_LINKS {
            return;
        }
        let pin = self.lead(net, by, links, seen);
        let node = &net.nodes[by];
        let left: Vec<usize> = node.left().collect();
        links.extend(requires(node, pin, &left, ask, &net.nodes[of].name));
    }

    /// The steps because of which a node is installed in the releases that it has left; none but the pin
    /// where one names the release.
    fn lead(
        &self,
        net: &Net<'_>,
        index: usize,
        links: &mut Vec<Link>,
        seen: &mut BTreeSet<usize>,
    ) -> Option<usize> {
        let node = &net.nodes[index];
        let exact = |ask: &Ask| match ask.by {
            By::Pin(pin) => self.pins[pin].exact().map(|_| pin),
            By::Node(_) | By::Choice => None,
        };
        let pin = node.asks.iter().find_map(exact);
        if pin.is_none() {
            let mut asks = needed_asks(node);
            if asks.is_empty() {
                asks.extend(node.asks.iter().find(|ask| node.required == Some(ask.by)));
            }
            let of = |ask| self.chain(net, index, ask, links, seen);
            asks.into_iter().for_each(of);
        }
        pin
    }

    fn pinned(&self, pin: usize) -> Link {
        let (Wanted::Versions(specifiers) | Wanted::Limit(specifiers)) = &self.pins[pin].wanted
        else {
            unreachable!("what comes from elsewhere asks for no versions");
        };
        Link::Pinned {
            pin,
            name: with_extras(&self.pins[pin].name, &self.pins[pin].extras),
            version: self.pins[pin].exact().cloned(),
            wanted: shown(specifiers),
        }
    }
}

/// Notes the pins from which what is known of a node may come.
fn involve(net: &Net<'_>, index: usize, seen: &mut BTreeSet<usize>, pins: &mut BTreeSet<usize>) {
    if !seen.insert(index) {
        return;
    }
    let node = &net.nodes[index];
    let by = node.asks.iter().map(|ask| ask.by).chain(node.required);
    for by in by {
        match by {
            By::Pin(pin) => _ = pins.insert(pin),
            By::Node(other) => involve(net, other, seen, pins),
            By::Choice => {}
        }
    }
    node.blamed
        .iter()
        .for_each(|other| involve(net, *other, seen, pins));
}

/// The fewest asks that leave the node what it has left.
fn needed_asks<'n>(node: &'n Node<'_>) -> Vec<&'n Ask> {
    let domain = |asks: &[&Ask]| {
        asks.iter()
            .fold(Range::full(), |all, ask| all.and(&ask.range))
    };
    let left = |range: &Range| -> Vec<usize> { node.known_in(range).collect() };
    let mut asks: Vec<&Ask> = node.asks.iter().collect();
    // Those of other nodes are left out first: what a pin says is simpler.
    for ask in node.asks.iter().rev() {
        let fewer: Vec<&Ask> = asks.iter().copied().filter(|it| it.by != ask.by).collect();
        let range = domain(&fewer);
        let same = range.is_empty() == node.domain.is_empty();
        if same && (range.is_empty() || left(&range) == left(&node.domain)) {
            asks = fewer;
        }
    }
    asks
}

fn requires(
    node: &Node<'_>,
    pin: Option<usize>,
    releases: &[usize],
    ask: &Ask,
    on: &str,
) -> Option<Link> {
    let all = node.package?.all();
    let (finals, early): (Vec<&Version>, Vec<&Version>) = releases
        .iter()
        .filter_map(|release| all.get(*release))
        .partition(|version| !version.any_prerelease());
    let shown = if finals.is_empty() { early } else { finals };
    let first = (*shown.first()?).clone();
    let last = (*shown.last()?).clone();
    Some(Link::Requires {
        pin,
        name: with_extras(&node.name, &ask.via),
        releases: (first, last),
        on: on.to_owned(),
        wanted: ask.written.clone(),
    })
}

fn with_extras(name: &str, extras: &[String]) -> String {
    match extras {
        [] => name.to_owned(),
        _ => format!("{name}[{}]", extras.join(",")),
    }
}

impl Conflict {
    /// The pin that comes first in the sentence: mostly the one whose requirements the others do not meet.
    pub fn blamed(&self) -> usize {
        let mut links = self.sides.iter().flatten();
        let pin = links.find_map(|link| match link {
            Link::Pinned { pin, .. } => Some(*pin),
            Link::Requires { pin, .. } => *pin,
        });
        pin.unwrap_or(self.pins[0])
    }
}

impl fmt::Display for Conflict {
    /// One sentence without an end.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.sides.len().saturating_sub(1);
        for (index, side) in self.sides.iter().enumerate() {
            match index {
                0 => {}
                _ if index == last => out.write_str(", but ")?,
                _ => out.write_str(", ")?,
            }
            let same = index > 0
                && subject(side).is_some_and(|it| subject(&self.sides[index - 1]) == Some(it));
            write_side(out, side, same)?;
        }
        Ok(())
    }
}

/// Which releases of what a side begins with.
fn subject(side: &[Link]) -> Option<(&str, &(Version, Version))> {
    match side.first()? {
        Link::Requires { name, releases, .. } => Some((name, releases)),
        Link::Pinned { .. } => None,
    }
}

/// Writes a side; `same` where it begins with what the one before began with.
fn write_side(out: &mut fmt::Formatter<'_>, side: &[Link], same: bool) -> fmt::Result {
    for (index, link) in side.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| side.get(index));
        match link {
            Link::Pinned {
                name,
                version,
                wanted,
                ..
            } => {
                out.write_str(if before.is_some() { " and " } else { "" })?;
                match version {
                    Some(version) => write!(out, "`{name}` {version} is pinned")?,
                    None if wanted.is_empty() => write!(out, "`{name}` is asked for")?,
                    None => write!(out, "`{name}` {wanted} is asked for")?,
                }
            }
            Link::Requires { on, wanted, .. } => {
                match (before, same) {
                    (None, true) => out.write_str("it also")?,
                    _ => write_subject(out, link, before)?,
                }
                write!(out, " requires `{on}`")?;
                if !wanted.is_empty() {
                    write!(out, " {wanted}")?;
                }
            }
        }
    }
    Ok(())
}

/// Writes which releases require something, behind the step before.
fn write_subject(out: &mut fmt::Formatter<'_>, link: &Link, before: Option<&Link>) -> fmt::Result {
    let Link::Requires {
        name,
        releases: (first, last),
        ..
    } = link
    else {
        return Ok(());
    };
    let bare = |name: &str| name.split('[').next().unwrap_or_default().to_owned();
    let (topic, wanted) = match before {
        Some(Link::Requires { on, wanted, .. }) => (Some(on.clone()), &**wanted),
        Some(Link::Pinned { name, wanted, .. }) => (Some(bare(name)), &**wanted),
        None => (None, ""),
    };
    let goes_on = topic.is_some_and(|topic| topic == bare(name));
    match (goes_on, first == last) {
        (true, true) if wanted == format!("=={first}") => out.write_str(", which"),
        (true, true) => write!(out, ", of which {first}"),
        (true, false) => write!(out, ", every release of which ({first} to {last})"),
        (false, single) => {
            out.write_str(if before.is_some() { ", and " } else { "" })?;
            match single {
                true => write!(out, "`{name}` {first}"),
                false => write!(out, "every release of `{name}` from {first} to {last}"),
            }
        }
    }
}
