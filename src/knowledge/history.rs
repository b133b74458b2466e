//! Many releases' facts laid over each other, and their text form.
//!
//! ```text
//! format⇥1
//! distribution⇥transformers
//! packages⇥transformers
//! releases⇥4.30.2⇥4.31.0⇥...
//! class transformers.training_args.TrainingArguments⇥4.30..
//! ⇥param⇥output_dir⇥arg⇥-⇥str⇥4.30..4.53
//! ```
//! An owner's line carries its releases; a fact's line carries them where they are not the owner's own.
//! Parameters, bases and decorators keep their order, the other facts are sorted.
//! Releases are written by their minor version, `4.30` for 4.30.2.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::extract::{Extract, OwnerKey};
use super::fact::{Fact, OwnerKind};
use super::library::Library;
use super::presence::Presence;
use crate::environment::Version;

/// The version of the text form.
pub const FORMAT: &str = "1";

/// The facts of one library over its releases.
#[derive(Debug)]
pub struct History {
    name: String,
    releases: Vec<Version>,
    owners: BTreeMap<OwnerKey, Owner>,
}

/// The lines of an owner over all releases.
#[derive(Debug, Default)]
struct Owner {
    presence: Presence,
    /// Lines whose order counts, in an order that is right for each release.
    lines: Vec<(String, Presence)>,
    /// Lines whose order says nothing.
    others: BTreeMap<String, Presence>,
}

impl History {
    /// An empty history of the distribution `name`.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            releases: Vec::new(),
            owners: BTreeMap::new(),
        }
    }

    /// The history that a library holds, to go on with.
    pub fn resume(library: &Library) -> Self {
        let mut history = Self::new(library.name());
        history.releases = library.releases().to_vec();
        for owner in library.owners() {
            let Some(known) = library.history_of(owner.path, owner.kind) else {
                continue;
            };
            let mut lines = Owner {
                presence: owner.presence,
                ..Owner::default()
            };
            for (fact, presence) in &known.facts {
                if is_ordered(fact) {
                    lines.lines.push((fact.to_string(), presence.clone()));
                } else {
                    lines.others.insert(fact.to_string(), presence.clone());
                }
            }
            let key = (owner.path.to_owned(), owner.kind);
            history.owners.insert(key, lines);
        }
        history
    }

    /// Adds a release, newer than those before.
    pub fn push(&mut self, version: Version, extract: Extract) {
        let release = self.releases.len();
        self.releases.push(version);
        for (key, facts) in extract.owners {
            let owner = self.owners.entry(key).or_default();
            let (ordered, others): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(is_ordered);
            for fact in others {
                let presence = owner.others.entry(fact.to_string()).or_default();
                presence.push(release);
            }
            owner.push(release, ordered.iter().map(ToString::to_string).collect());
        }
    }

    /// The text form; the same releases and facts give the same bytes.
    pub fn to_text(&self) -> String {
        let labels: Vec<String> = self.releases.iter().map(label).collect();
        let mut out = format!("format\t{FORMAT}\ndistribution\t{}\npackages", self.name);
        for package in self.packages() {
            out.push('\t');
            out.push_str(package);
        }
        out.push_str("\nreleases");
        for version in &self.releases {
            write!(out, "\t{version}").expect("writing to a string does not fail");
        }
        out.push('\n');
        for ((path, kind), owner) in &self.owners {
            owner.write(&mut out, path, *kind, &labels);
        }
        out
    }

    /// The names that users import. A namespace package has no module of its own, only others below it.
    fn packages(&self) -> impl Iterator<Item = &str> {
        let modules = self
            .owners
            .keys()
            .filter(|(_, kind)| *kind == OwnerKind::Module);
        let names: BTreeSet<&str> = modules
            .filter_map(|(path, _)| path.split('.').next())
            .collect();
        names.into_iter()
    }
}

impl Owner {
    fn push(&mut self, release: usize, lines: Vec<String>) {
        let before = release
            .checked_sub(1)
            .filter(|before| self.presence.contains(*before));
        self.presence.push(release);
        let unchanged = before.is_some_and(|before| {
            self.lines
                .iter()
                .filter(|(_, presence)| presence.contains(before))
                .map(|(line, _)| line)
                .eq(&lines)
        });
        if let (true, Some(before)) = (unchanged, before) {
            for (_, presence) in &mut self.lines {
                if presence.contains(before) {
                    presence.push(release);
                }
            }
        } else {
            self.merge(release, lines);
        }
    }

    /// Lays the lines of a release over those of the releases before: what is alike is the same line,
    /// what is new is put where it stands in the new release. No line changes its place.
    fn merge(&mut self, release: usize, lines: Vec<String>) {
        let old: Vec<&str> = self.lines.iter().map(|(line, _)| line.as_str()).collect();
        let new: Vec<&str> = lines.iter().map(String::as_str).collect();
        let same = common_subsequence(&old, &new);
        let mut merged = Vec::with_capacity(self.lines.len() + lines.len() - same.len());
        let mut old_lines = std::mem::take(&mut self.lines).into_iter();
        let mut new_lines = lines.into_iter();
        let (mut old_at, mut new_at) = (0, 0);
        for (old_index, new_index) in same {
            merged.extend(old_lines.by_ref().take(old_index - old_at));
            merged.extend(
                new_lines
                    .by_ref()
                    .take(new_index - new_at)
                    .map(|line| (line, Presence::range(release, release))),
            );
            new_lines.next();
            merged.extend(old_lines.next().map(|(line, mut presence)| {
                presence.push(release);
                (line, presence)
            }));
            (old_at, new_at) = (old_index + 1, new_index + 1);
        }
        merged.extend(old_lines);
        merged.extend(new_lines.map(|line| (line, Presence::range(release, release))));
        self.lines = merged;
    }

    fn write(&self, out: &mut String, path: &str, kind: OwnerKind, labels: &[String]) {
        let owner = self.presence.to_text(labels);
        writeln!(out, "{} {path}\t{owner}", kind.keyword())
            .expect("writing to a string does not fail");
        let ordered = self.lines.iter().map(|(line, presence)| (line, presence));
        for (line, presence) in ordered.chain(&self.others) {
            out.push('\t');
            out.push_str(line);
            if *presence != self.presence {
                out.push('\t');
                out.push_str(&presence.to_text(labels));
            }
            out.push('\n');
        }
    }
}

/// Whether the order of such facts means something: parameters, positionals, bases, decorators.
fn is_ordered(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Param(_) | Fact::Base(_) | Fact::Decorator(_) | Fact::Positional { .. }
    )
}

/// Index pairs of a long common subsequence of two lists, both ascending.
fn common_subsequence(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    similar::capture_diff_slices(similar::Algorithm::Myers, old, new)
        .into_iter()
        .filter_map(|op| match op {
            similar::DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => Some((0..len).map(move |step| (old_index + step, new_index + step))),
            _ => None,
        })
        .flatten()
        .collect()
}

/// The name of a release in ranges: its first two numbers.
pub fn label(version: &Version) -> String {
    let number = |index: usize| version.release().get(index).copied().unwrap_or(0);
    format!("{}.{}", number(0), number(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::knowledge::library::Library;

    /// A release that has one class with these bases; `None` where it lacks the class.
    fn release(lines: Option<&[u8]>) -> Extract {
        let mut extract = Extract::default();
        if let Some(lines) = lines {
            let facts = lines
                .iter()
                .map(|line| Fact::Base(line.to_string()))
                .collect();
            extract
                .owners
                .insert(("package".to_owned(), OwnerKind::Class), facts);
        }
        extract
    }

    fn history(releases: &[Option<Vec<u8>>]) -> Library {
        let mut history = History::new("package");
        for (minor, lines) in releases.iter().enumerate() {
            let version = Version::new([1, minor as u64]);
            history.push(version, release(lines.as_deref()));
        }
        let library = Library::from_text(&history.to_text()).expect("the text form is right");
        library.check().expect("every line can be read");
        library
    }

    #[test]
    fn a_line_is_put_where_the_new_release_has_it() {
        let library = history(&[
            Some(vec![1, 2, 3]),
            Some(vec![1, 9, 3]),
            Some(vec![1, 2, 3]),
        ]);
        let owner = &library.histories("package")[0];
        let lines: Vec<String> = owner
            .facts
            .iter()
            .map(|(fact, presence)| format!("{fact} {:?}", presence.releases().collect::<Vec<_>>()))
            .collect();
        assert_eq!(
            lines,
            [
                "base\t1 [0, 1, 2]",
                "base\t2 [0, 2]",
                "base\t9 [1]",
                "base\t3 [0, 1, 2]"
            ]
        );
    }

    proptest! {
        /// Whatever the releases hold, each one's lines come back, in order.
        #[test]
        fn every_release_comes_back(
            releases in prop::collection::vec(
                prop::option::weighted(0.9, prop::collection::vec(0u8..6, 0..8)),
                1..8,
            )
        ) {
            let library = history(&releases);
            for (index, lines) in releases.iter().enumerate() {
                let owners = library.histories("package");
                let there = owners.iter().find(|owner| owner.presence.contains(index));
                let read: Option<Vec<String>> =
                    there.map(|owner| owner.at(index).map(ToString::to_string).collect());
                let written: Option<Vec<String>> = lines
                    .as_ref()
                    .map(|lines| lines.iter().map(|line| format!("base\t{line}")).collect());
                prop_assert_eq!(read, written);
            }
        }
    }
}
