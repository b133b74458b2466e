//! What an index says of releases, as the text of the store.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};
use serde::Deserialize;

use super::FORMAT;
use crate::knowledge::presence::Presence;
use crate::workspace::requirements::Requirement;

/// What the index says of one release.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Release {
    /// Whether it was withdrawn.
    pub yanked: bool,
    /// The Pythons that it asks for, as specifiers.
    pub python: String,
    /// What it requires, as its metadata writes it; absent where that was not read.
    pub requires: Option<Vec<String>>,
}

/// The text of a store: packages with their releases, and the day on which the index was asked.
pub fn to_text(date: &str, packages: &BTreeMap<String, BTreeMap<Version, Release>>) -> String {
    let mut out = format!("format\t{FORMAT}\ndate\t{date}\n");
    for (name, releases) in packages {
        let all: Vec<(&Version, &Release)> = releases.iter().collect();
        if !all.is_empty() {
            write!(out, "package {name}\n{}", lines(&all))
                .expect("writing to a string does not fail");
        }
    }
    out
}

fn lines(releases: &[(&Version, &Release)]) -> String {
    let labels: Vec<String> = releases
        .iter()
        .map(|(version, _)| version.to_string())
        .collect();
    let mut facts: BTreeMap<(u8, String), BTreeSet<usize>> = BTreeMap::new();
    for (index, (_, release)) in releases.iter().enumerate() {
        for fact in facts_of(release) {
            facts.entry(fact).or_default().insert(index);
        }
    }
    let mut out = String::new();
    for series in releases.chunk_by(|(one, _), (other, _)| minor(one) == minor(other)) {
        let names: Vec<String> = series
            .iter()
            .map(|(version, _)| version.to_string())
            .collect();
        out.push_str(&format!("\treleases\t{}\n", names.join(" ")));
    }
    for ((_, fact), indexes) in facts {
        let presence: Presence = indexes.into_iter().collect();
        out.push_str(&format!("\t{fact}\t{}\n", presence.to_text(&labels)));
    }
    out
}

/// What is said of a release, each with a number that sorts it.
fn facts_of(release: &Release) -> BTreeSet<(u8, String)> {
    let mut facts = BTreeSet::new();
    if release.yanked {
        facts.insert((0, "yanked".to_owned()));
    }
    if release.requires.is_none() {
        facts.insert((1, "unread".to_owned()));
    }
    if let Some(python) = specifiers(&release.python).filter(|it| !it.is_empty()) {
        facts.insert((2, format!("python\t{python}")));
    }
    let requires = release.requires.iter().flatten();
    facts.extend(requires.filter_map(|text| Some((3, format!("requires\t{}", canonical(text)?)))));
    facts
}

fn minor(version: &Version) -> (u64, u64, u64) {
    let at = |index| version.release().get(index).copied().unwrap_or_default();
    (version.epoch(), at(0), at(1))
}

/// A requirement in the one form that the store has; absent for what is none, or is fetched from an address.
fn canonical(text: &str) -> Option<String> {
    let requirement = Requirement::parse(text).ok().filter(|it| !it.by_url)?;
    let mut out = requirement.name;
    if !requirement.extras.is_empty() {
        let mut extras = requirement.extras;
        extras.sort();
        out.push_str(&format!("[{}]", extras.join(",")));
    }
    out.push_str(&sorted(&requirement.specifiers));
    if let Some(marker) = requirement.marker {
        let words: Vec<&str> = marker.text().split_whitespace().collect();
        out.push_str(&format!("; {}", words.join(" ").replace('"', "'")));
    }
    Some(out)
}

fn specifiers(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare.trim_end_matches(',');
    bare.parse::<VersionSpecifiers>().ok().map(|it| sorted(&it))
}

/// Specifiers as people write them: from below to above, then what is left out.
fn sorted(specifiers: &VersionSpecifiers) -> String {
    let place = |specifier: &&VersionSpecifier| match specifier.operator() {
        Operator::Equal | Operator::EqualStar | Operator::ExactEqual | Operator::TildeEqual => 0,
        Operator::GreaterThan | Operator::GreaterThanEqual => 1,
        Operator::LessThan | Operator::LessThanEqual => 2,
        Operator::NotEqual | Operator::NotEqualStar => 3,
    };
    let mut all: Vec<&VersionSpecifier> = specifiers.iter().collect();
    all.sort_by_key(|it| (place(it), it.version().clone()));
    all.dedup();
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    all.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_become_ranges() {
        let release = |requires: Option<&[&str]>| Release {
            yanked: false,
            python: " >= 3.9, ".to_owned(),
            requires: requires.map(|it| it.iter().map(|text| (*text).to_owned()).collect()),
        };
        let old = release(Some(&["Tokenizers (!=0.20,<0.23,>=0.22)", "x @ file:///x"]));
        let new = release(Some(&[
            "tokenizers>=0.22,<0.23,!=0.20",
            "Foo_Bar[b,A] ; extra  == \"x\"",
        ]));
        let withdrawn = Release {
            yanked: true,
            ..new.clone()
        };
        let of = [
            ("1.10.0", new),
            ("1.9.1", old),
            ("1.9.0", release(None)),
            ("1.10.1", withdrawn),
            ("2.0rc1", release(None)),
        ];
        let of = of
            .into_iter()
            .map(|(version, it)| (version.parse().expect("a version"), it))
            .collect();
        let text = to_text("2026-01-02", &BTreeMap::from([("some".to_owned(), of)]));
        let expected = "format\t1\ndate\t2026-01-02\npackage some\n\
            \treleases\t1.9.0 1.9.1\n\treleases\t1.10.0 1.10.1\n\
            \treleases\t2.0rc1\n\
            \tyanked\t1.10.1\n\tunread\t1.9.0,2.0rc1..\n\tpython\t>=3.9\t1.9.0..\n\
            \trequires\tfoo-bar[a,b]; extra == 'x'\t1.10.0..1.10.1\n\
            \trequires\ttokenizers>=0.22,<0.23,!=0.20\t1.9.1..1.10.1\n";
        assert_eq!(text, expected);
    }
}
