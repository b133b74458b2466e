//! What one file says about versions, and how its entries come together to one claim.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

use crate::environment::Source;
use crate::workspace::requirements::{Group, Marker};

/// One lock or requirement file, with the files that it takes in.
#[derive(Clone, Debug, Default)]
pub(super) struct Statement {
    /// Whether it is a lock file.
    pub lock: bool,
    /// By normalised library name, only known libraries.
    pub entries: BTreeMap<String, Vec<Entry>>,
}

/// One mention of a library.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub specifiers: VersionSpecifiers,
    pub written: String,
    /// It applies where one of these does; everywhere where there is none.
    pub markers: Vec<Marker>,
    pub group: Group,
    pub by_url: bool,
    /// The file's name for messages.
    pub place: String,
    pub path: PathBuf,
    pub line: u32,
}

/// What a file says about one library.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub versions: Versions,
    pub source: Source,
    pub path: PathBuf,
    pub line: u32,
}

#[derive(Clone, Debug)]
pub(super) enum Versions {
    Exact(Version),
    Range(VersionSpecifiers),
}

impl Statement {
    /// The claim about a library under a Python version, where that is known.
    pub fn claim(&self, library: &str, python: Option<&Version>) -> Option<Claim> {
        let entries = asked(self.entries.get(library)?, python);
        if entries.iter().any(|entry| entry.by_url) {
            return None;
        }
        let pins = entries
            .iter()
            .filter_map(|entry| Some((exact(entry)?, *entry)));
        if let Some((version, entry)) = pins.max_by_key(|(version, _)| *version) {
            let source = match self.lock {
                true => Source::Locked(entry.place.clone()),
                false => Source::Pinned(entry.place.clone()),
            };
            return Some(entry.claim(Versions::Exact(version.clone()), source));
        }
        range(&entries)
    }
}

impl Entry {
    fn claim(&self, versions: Versions, source: Source) -> Claim {
        Claim {
            versions,
            source,
            path: self.path.clone(),
            line: self.line,
        }
    }
}

/// The entries that count together: those always installed, or else the first optional group's; constraints
/// with either.
fn asked<'a>(entries: &'a [Entry], python: Option<&Version>) -> Vec<&'a Entry> {
    let applies = |entry: &&Entry| {
        let markers = &entry.markers;
        markers.is_empty()
            || markers
                .iter()
                .any(|marker| marker.applies(python) != Some(false))
    };
    let entries: Vec<&Entry> = entries.iter().filter(applies).collect();
    let groups = || entries.iter().map(|entry| &entry.group);
    let chosen = groups()
        .find(|group| **group == Group::Main)
        .or_else(|| groups().find(|group| matches!(group, Group::Optional(_))))
        .cloned();
    let counts =
        |group: &Group| !matches!(group, Group::Optional(_)) || Some(group) == chosen.as_ref();
    entries
        .into_iter()
        .filter(|entry| counts(&entry.group))
        .collect()
}

/// The version of a single `==`.
fn exact(entry: &Entry) -> Option<&Version> {
    let [only] = &entry.specifiers[..] else {
        return None;
    };
    let pins = matches!(only.operator(), Operator::Equal | Operator::ExactEqual);
    pins.then(|| only.version())
}

/// All ranges together; nothing where none limits anything.
fn range(entries: &[&Entry]) -> Option<Claim> {
    let limiting: Vec<&&Entry> = entries
        .iter()
        .filter(|entry| !entry.specifiers.is_empty())
        .collect();
    let first = limiting.first()?;
    let all = limiting
        .iter()
        .flat_map(|entry| entry.specifiers.iter().cloned());
    let specifiers = all.collect::<Vec<VersionSpecifier>>().into_iter().collect();
    let written: Vec<&str> = limiting
        .iter()
        .map(|entry| entry.written.as_str())
        .collect();
    let source = Source::Range(first.place.clone(), written.join(","));
    Some(first.claim(Versions::Range(specifiers), source))
}
