//! One library's facts over its releases, read from the text form on demand.

mod facts;
mod line;
mod names;
mod read;

use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use self::facts::Facts;
pub use self::facts::Packed;
pub use self::read::Embedded;
use super::fact::{Fact, OwnerKind};
use super::history::label;
use super::presence::Presence;
use crate::environment::Version;

/// A patch release further away than this from the known one of its minor may hold anything.
const MAX_PATCHES: u64 = 16;

/// Why a text is no library.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("knowledge store, line {line}: {reason}")]
pub struct Error {
    /// 1-based line.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

/// The facts of one library.
#[derive(Debug)]
pub struct Library {
    name: String,
    packages: Vec<String>,
    releases: Vec<Version>,
    labels: Vec<String>,
    /// See [`super::pack::Parts`]. Owners are sorted by path, then kind.
    index: String,
    owners: Vec<u8>,
    slots: Vec<u8>,
    facts: Facts,
    /// The classes that name a class of that name as a base.
    heirs: OnceLock<FxHashMap<Box<str>, Vec<u32>>>,
    /// By their text: a library has some hundreds, for tens of thousands of facts.
    presences: DashMap<Box<str>, Presence, FxBuildHasher>,
    cache: DashMap<u32, Arc<OwnerHistory>, FxBuildHasher>,
}

/// An owner over the releases.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnerHistory {
    /// Its absolute dotted path.
    pub path: String,
    /// What it is.
    pub kind: OwnerKind,
    /// The releases that have it.
    pub presence: Presence,
    /// Its facts with their releases, in an order that is the source order of every release.
    pub facts: Vec<(Fact, Presence)>,
}

/// An owner's first line.
#[derive(Clone, Debug, PartialEq)]
pub struct Owner<'l> {
    /// Its absolute dotted path.
    pub path: &'l str,
    /// What it is.
    pub kind: OwnerKind,
    /// The releases that have it.
    pub presence: Presence,
}

impl OwnerHistory {
    /// The facts that hold in a release, in source order.
    pub fn at(&self, release: usize) -> impl Iterator<Item = &Fact> {
        self.facts
            .iter()
            .filter(move |(_, presence)| presence.contains(release))
            .map(|(fact, _)| fact)
    }
}

impl Library {
    /// The distribution's normalised name (`huggingface-hub`).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The packages that users import from it.
    pub fn packages(&self) -> &[String] {
        &self.packages
    }

    /// The releases known, oldest first.
    pub fn releases(&self) -> &[Version] {
        &self.releases
    }

    /// The minor version of a release, `4.30` for 4.30.2.
    pub fn label(&self, release: usize) -> &str {
        self.labels.get(release).map_or("?", String::as_str)
    }

    /// The index of the newest release.
    pub fn newest(&self) -> usize {
        self.releases.len() - 1
    }

    /// The index of a release: the same one, else that of the same minor. Absent for an unknown minor, and
    /// where so many patch releases lie in between that they are no patches.
    pub fn release(&self, version: &Version) -> Option<usize> {
        let exact = self.releases.iter().position(|known| known == version);
        exact.or_else(|| {
            let wanted = label(version);
            let known = self.labels.iter().position(|known| *known == wanted)?;
            let patch = |version: &Version| version.release().get(2).copied().unwrap_or(0);
            let between = patch(&self.releases[known]).abs_diff(patch(version));
            (between <= MAX_PATCHES).then_some(known)
        })
    }

    /// All owners of that path (a module and a class may share one) with their facts.
    pub fn histories(&self, path: &str) -> Vec<Arc<OwnerHistory>> {
        let same = self.of_path(path).map(|(owner, _)| self.history(owner));
        same.collect()
    }

    /// What has that path in a release, without its facts.
    pub fn kinds(&self, path: &str, release: usize) -> impl Iterator<Item = OwnerKind> {
        self.of_path(path)
            .filter(move |(_, line)| line.presence(self).is_some_and(|it| it.contains(release)))
            .map(|(_, line)| line.kind)
    }

    /// The owner of that path and kind.
    pub fn history_of(&self, path: &str, kind: OwnerKind) -> Option<Arc<OwnerHistory>> {
        self.number(path, kind).map(|owner| self.history(owner))
    }

    /// Whether in any release a notice says that the owner of that path and kind should not be used, or
    /// something in that module; reads no facts.
    pub fn has_notice(&self, path: &str, kind: OwnerKind) -> bool {
        let mut lines = self.of_path(path).map(|(_, line)| line);
        lines.any(|line| line.kind == kind && line.has_notice())
    }

    /// Whether anything has that path in any release; reads no facts.
    pub fn contains(&self, path: &str) -> bool {
        self.first_of(path).is_some()
    }

    /// The owners directly below a path, sorted: members of a module, methods of a class.
    pub fn children(&self, path: &str) -> Vec<Owner<'_>> {
        let prefix = format!("{path}.");
        let mut children = Vec::new();
        let mut index = self.position(&prefix);
        while let Some(owner) = self.line(index).and_then(|line| line.owner(self)) {
            let Some(rest) = owner.path.strip_prefix(&prefix) else {
                break;
            };
            index = match rest.split_once('.') {
                Some((child, _)) => {
                    // `/` is the character behind the dot: what lies deeper is jumped over.
                    let behind = format!("{prefix}{child}/");
                    self.position(&behind)
                }
                None => {
                    children.push(owner);
                    index + 1
                }
            };
        }
        children
    }

    /// Whether anything in that release has a path below `path`; reads no facts.
    pub fn holds_below(&self, path: &str, release: usize) -> bool {
        let prefix = format!("{path}.");
        self.lines_from(self.position(&prefix))
            .take_while(|(_, line)| line.path.starts_with(&prefix))
            .filter_map(|(_, line)| line.presence(self))
            .any(|presence| presence.contains(release))
    }

    /// All owners, sorted by path.
    pub fn owners(&self) -> impl Iterator<Item = Owner<'_>> {
        self.lines_from(0).filter_map(|(_, line)| line.owner(self))
    }

    /// The owners of that kind whose path ends with `.` and `name`, sorted.
    pub fn named(&self, name: &str, kind: OwnerKind) -> impl Iterator<Item = Owner<'_>> {
        let named = self.ending(format!(".{name}"));
        let named = named.filter(move |line| line.kind == kind);
        named.filter_map(|line| line.owner(self))
    }

    /// The classes that name a class called `name` among their bases, whichever class of that name.
    pub fn heirs(&self, name: &str) -> impl Iterator<Item = Owner<'_>> {
        let heirs = self.heirs.get_or_init(|| self.all_heirs()).get(name);
        let heirs = heirs.into_iter().flatten();
        heirs.filter_map(|owner| self.line(*owner as usize)?.owner(self))
    }

    fn all_heirs(&self) -> FxHashMap<Box<str>, Vec<u32>> {
        let mut heirs: FxHashMap<Box<str>, Vec<u32>> = FxHashMap::default();
        for (owner, line) in self.lines_from(0) {
            for base in line.bases() {
                heirs.entry(base.into()).or_default().push(owner as u32);
            }
        }
        heirs
    }

    fn parse_presence(&self, text: &str) -> Option<Presence> {
        if let Some(known) = self.presences.get(text) {
            return Some(known.clone());
        }
        let presence = Presence::parse(text, &self.labels)?;
        self.presences.insert(text.into(), presence.clone());
        Some(presence)
    }

    fn history(&self, owner: usize) -> Arc<OwnerHistory> {
        let key = owner as u32;
        if let Some(known) = self.cache.get(&key) {
            return known.clone();
        }
        let history = Arc::new(self.read(owner));
        self.cache.insert(key, history.clone());
        history
    }

    /// Reads an owner's lines; one that cannot be read is left out (`check` names it).
    fn read(&self, owner: usize) -> OwnerHistory {
        let line = self.line(owner);
        let presence = line
            .and_then(|line| line.presence(self))
            .unwrap_or_default();
        let facts = self.facts_text(owner).lines();
        OwnerHistory {
            path: line.map_or("", |line| line.path).to_owned(),
            kind: line.map_or(OwnerKind::Module, |line| line.kind),
            facts: facts
                .filter_map(|fact| self.fact(fact, &presence))
                .collect(),
            presence,
        }
    }

    /// A fact's line; its releases are the last field where they are given.
    fn fact(&self, line: &str, owner: &Presence) -> Option<(Fact, Presence)> {
        let (fact, presence) = self.split_fact(line, owner)?;
        Some((fact.parse().ok()?, presence))
    }

    /// A fact's line without its releases, and these.
    fn split_fact<'l>(&self, line: &'l str, owner: &Presence) -> Option<(&'l str, Presence)> {
        let fields = Fact::field_count(line)?;
        let given = memchr::memchr_iter(b'\t', line.as_bytes()).nth(fields);
        match given {
            Some(at) => Some((&line[..at], self.parse_presence(&line[at + 1..])?)),
            None => Some((line, owner.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
format\t1
distribution\thugging-face
packages\thugging\tface
releases\t0.9.1\t1.0.0\t1.1.2
module hugging\t0.9..
\tattr\tVERSION\t\"1\\t2\"
\tname\tLoad\thugging.load.Load\t0.9..1.0
class hugging.load.Load\t1.0..
def hugging.load.Load.run\t1.0..
\tparam\tself\targ\t-\t-
\tparam\tfast\tkw\tNone\t-\t1.1..
def hugging.load.load\t0.9
def hugging.loader.load\t0.9
";

    fn library() -> Library {
        Library::from_text(TEXT).expect("the text is right")
    }

    #[test]
    fn releases_are_found_by_minor() {
        let library = library();
        let find = |version: &str| library.release(&version.parse().expect("a version"));
        assert_eq!(find("1.1.2"), Some(2));
        assert_eq!(find("1.1.0"), Some(2));
        assert_eq!(find("1"), Some(1));
        assert_eq!(find("1.2"), None);
        assert_eq!(find("0.8"), None);
        assert_eq!(library.newest(), 2);
        assert_eq!(library.packages(), ["hugging", "face"]);
    }

    #[test]
    fn facts_know_their_releases() {
        let library = library();
        let [run] = &library.histories("hugging.load.Load.run")[..] else {
            panic!("one owner");
        };
        let releases: Vec<Vec<usize>> = run
            .facts
            .iter()
            .map(|(_, presence)| presence.releases().collect())
            .collect();
        assert_eq!(releases, [vec![1, 2], vec![2]]);
        assert_eq!(run.at(1).count(), 1);
        library.check().expect("every line can be read");
    }

    #[test]
    fn children_are_the_level_below() {
        let library = library();
        let paths = |path: &str| -> Vec<String> {
            let children = library.children(path);
            children.iter().map(|child| child.path.to_owned()).collect()
        };
        assert_eq!(paths("hugging"), [""; 0]);
        assert_eq!(
            paths("hugging.load"),
            ["hugging.load.Load", "hugging.load.load"]
        );
        assert_eq!(paths("hugging.load.Load"), ["hugging.load.Load.run"]);
    }

    #[test]
    fn corrupt_text_is_named_by_line() {
        let broken = |from: &str, to: &str| {
            Library::from_text(&TEXT.replacen(from, to, 1))
                .and_then(|library| library.check())
                .expect_err("it is broken")
                .line
        };
        assert_eq!(broken("format\t1", "format\t9"), 1);
        assert_eq!(broken("1.0.0", "one"), 4);
        assert_eq!(broken("module", "modul"), 5);
        assert_eq!(broken("attr", "attribute"), 6);
        assert_eq!(broken("0.9..1.0", "0.7..1.0"), 7);
        assert_eq!(broken("def hugging.loader", "def hugging.a"), 13);
        assert_eq!(
            Library::from_text("").expect_err("there is no header").line,
            1
        );
    }
}
