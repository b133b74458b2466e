//! One library's facts over its releases, read from the text form on demand.

use std::hash::BuildHasher;
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::extract::Extract;
use super::fact::{Fact, OwnerKind};
use super::history::{FORMAT, History, label};
use super::pack;
use super::presence::Presence;
use crate::environment::Version;

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
    /// See [`pack::Parts::index`].
    index: String,
    /// Sorted by path, then kind.
    owners: Vec<Line>,
    blocks: Vec<Block>,
    /// The classes that name a class of that name as a base.
    heirs: OnceLock<FxHashMap<Box<str>, Vec<u32>>>,
    cache: DashMap<u32, Arc<OwnerHistory>, FxBuildHasher>,
    /// By module: where the names stand that it binds. A package binds thousands, of which a script
    /// needs a few.
    bound: DashMap<u32, Arc<Names>, FxBuildHasher>,
}

/// Hashes of names with the offsets of the facts that bind them, sorted.
type Names = Vec<(u32, u32)>;

/// Where the line of an owner stands in the index, in bytes.
#[derive(Clone, Copy, Debug)]
struct Line {
    path: u32,
    path_end: u32,
    presence_end: u32,
    kind: OwnerKind,
}

/// Facts, decompressed when first asked for.
#[derive(Debug)]
struct Block {
    /// The number of the first owner in it.
    first: u32,
    packed: Option<Packed>,
    facts: OnceLock<Facts>,
}

/// A compressed block of the store in the program.
#[derive(Clone, Copy, Debug)]
pub struct Packed {
    /// The number of the first owner in it.
    pub first: u32,
    /// Compressed.
    pub bytes: &'static [u8],
    /// Length before, in bytes.
    pub length: usize,
}

#[derive(Debug)]
struct Facts {
    text: String,
    /// Where the facts of each owner begin.
    starts: Vec<u32>,
}

impl Facts {
    fn new(text: String) -> Self {
        let mut starts = vec![0];
        let mut line = 0;
        for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
            if end == line {
                starts.push(u32::try_from(end + 1).unwrap_or(u32::MAX));
            }
            line = end + 1;
        }
        Self { text, starts }
    }

    /// The lines of the owner of that number in the block.
    fn of(&self, owner: usize) -> &str {
        let start = self.starts.get(owner).copied().unwrap_or_default() as usize;
        let end = self.starts.get(owner + 1).copied();
        let end = end.map_or(self.text.len(), |end| end as usize);
        &self.text[start..end]
    }
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
    /// Reads the text form. Owners are checked here; facts are read when asked for, and [`Self::check`]
    /// reads them all.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        if let Some(line) = text
            .lines()
            .nth(pack::HEADER)
            .filter(|line| line.starts_with('\t'))
        {
            let reason = format!("a fact without an owner: {line:?}");
            return Err(error(pack::HEADER + 1, reason));
        }
        let parts = pack::split(text);
        let blocks = parts.blocks.into_iter().map(|block| Block {
            first: block.first,
            packed: None,
            facts: OnceLock::from(Facts::new(block.text)),
        });
        let library = Self::new(parts.index, blocks.collect())?;
        library.check_order()?;
        Ok(library)
    }

    /// Reads the store's form: the index at once, facts when asked for.
    pub fn from_packed(index: String, blocks: &[Packed]) -> Result<Self, Error> {
        let blocks = blocks.iter().map(|packed| Block {
            first: packed.first,
            packed: Some(*packed),
            facts: OnceLock::new(),
        });
        Self::new(index, blocks.collect())
    }

    fn new(index: String, blocks: Vec<Block>) -> Result<Self, Error> {
        let mut library = Self {
            name: String::new(),
            packages: Vec::new(),
            releases: Vec::new(),
            labels: Vec::new(),
            index: String::new(),
            owners: Vec::new(),
            blocks,
            heirs: OnceLock::new(),
            cache: DashMap::default(),
            bound: DashMap::default(),
        };
        let body = library.read_header(&index)?;
        library.read_owners(&index, body)?;
        library.index = index;
        Ok(library)
    }

    /// One release, as read from an installed package.
    pub fn from_extract(name: &str, version: Version, extract: Extract) -> Result<Self, Error> {
        let mut history = History::new(name);
        history.push(version, extract);
        Self::from_text(&history.to_text())
    }

    /// Reads the four header lines; gives the offset behind them.
    fn read_header(&mut self, text: &str) -> Result<usize, Error> {
        let mut offset = 0;
        for (index, keyword) in ["format", "distribution", "packages", "releases"]
            .into_iter()
            .enumerate()
        {
            let line = text[offset..].lines().next().unwrap_or_default();
            let mut fields = line.split('\t');
            if fields.next() != Some(keyword) {
                return Err(error(index + 1, format!("`{keyword}` is missing")));
            }
            self.header_line(index + 1, keyword, fields)?;
            offset = (offset + line.len() + 1).min(text.len());
        }
        Ok(offset)
    }

    fn header_line<'t>(
        &mut self,
        line: usize,
        keyword: &str,
        mut fields: impl Iterator<Item = &'t str>,
    ) -> Result<(), Error> {
        match keyword {
            "format" => match fields.next() {
                Some(FORMAT) => {}
                other => return Err(error(line, format!("unknown format {other:?}"))),
            },
            "distribution" => self.name = fields.next().unwrap_or_default().to_owned(),
            "packages" => self.packages = fields.map(ToOwned::to_owned).collect(),
            _ => {
                for field in fields {
                    let version = field
                        .parse()
                        .map_err(|_| error(line, format!("{field:?} is not a version")))?;
                    self.labels.push(label(&version));
                    self.releases.push(version);
                }
                if self.releases.is_empty() {
                    return Err(error(line, "no release".to_owned()));
                }
            }
        }
        Ok(())
    }

    /// Notes where each owner's line stands.
    fn read_owners(&mut self, index: &str, body: usize) -> Result<(), Error> {
        let offset = |at: usize| u32::try_from(at).map_err(|_| error(0, "too long".to_owned()));
        let bytes = index.as_bytes();
        let mut start = body;
        while start < bytes.len() {
            let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
            let line = &index[start..end];
            let owner = split_owner(line);
            let (path, kind, presence) = owner.ok_or_else(|| {
                // Facts lie between the owners: counted only where something is wrong.
                let number = self.line_number(self.owners.len());
                error(number, format!("not an owner: {line:?}"))
            })?;
            let path_end = start + line.len() - presence.len() - 1;
            let presence_end = memchr::memchr(b'\t', presence.as_bytes());
            self.owners.push(Line {
                path: offset(path_end - path.len())?,
                path_end: offset(path_end)?,
                presence_end: offset(presence_end.map_or(end, |at| path_end + 1 + at))?,
                kind,
            });
            start = end + 1;
        }
        Ok(())
    }

    fn check_order(&self) -> Result<(), Error> {
        let key = |owner: &Line| (self.path_at(owner), owner.kind);
        let wrong = self
            .owners
            .windows(2)
            .position(|two| key(&two[0]) >= key(&two[1]));
        match wrong {
            Some(before) => {
                let path = self.path_at(&self.owners[before + 1]);
                Err(error(
                    self.line_number(before + 1),
                    format!("`{path}` is out of order"),
                ))
            }
            None => Ok(()),
        }
    }

    /// The line of the text form, counted from 1, on which the owner of that number stands.
    fn line_number(&self, owner: usize) -> usize {
        let facts = (0..owner).map(|before| 1 + self.facts_text(before).lines().count());
        pack::HEADER + 1 + facts.sum::<usize>()
    }

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

    /// The index of a release: the same one, else that of the same minor. Absent for an unknown minor.
    pub fn release(&self, version: &Version) -> Option<usize> {
        let exact = self.releases.iter().position(|known| known == version);
        exact.or_else(|| {
            let wanted = label(version);
            self.labels.iter().position(|known| *known == wanted)
        })
    }

    /// All owners of that path (a module and a class may share one) with their facts.
    pub fn histories(&self, path: &str) -> Vec<Arc<OwnerHistory>> {
        (self.position(path)..self.owners.len())
            .take_while(|owner| self.path_at(&self.owners[*owner]) == path)
            .map(|owner| self.history(owner))
            .collect()
    }

    /// What has that path in a release, without its facts.
    pub fn kinds(&self, path: &str, release: usize) -> impl Iterator<Item = OwnerKind> {
        let lines = self.owners[self.position(path)..].iter();
        lines
            .take_while(move |line| self.path_at(line) == path)
            .filter(move |line| self.presence(line).is_some_and(|it| it.contains(release)))
            .map(|line| line.kind)
    }

    /// The first binding or attribute of that name in a module of a release; reads no other facts.
    pub fn bound(&self, module: &str, name: &str, release: usize) -> Option<Fact> {
        let first = self.position(module);
        let mut owners = self.owners[first..].iter();
        let at = owners
            .by_ref()
            .take_while(|line| self.path_at(line) == module)
            .position(|line| line.kind == OwnerKind::Module)?;
        let text = self.facts_text(first + at);
        let names = self.names(first + at, text);
        let hash = name_hash(name);
        let found = names.partition_point(|(known, _)| *known < hash);
        let facts = names[found..]
            .iter()
            .take_while(|(known, _)| *known == hash);
        let presence = self.presence(&self.owners[first + at])?;
        facts
            .filter_map(|(_, at)| text[*at as usize..].lines().next())
            .filter(|fact| bound_name(fact) == Some(name))
            .filter_map(|fact| self.fact(fact, &presence))
            .find(|(_, presence)| presence.contains(release))
            .map(|(fact, _)| fact)
    }

    fn names(&self, module: usize, text: &str) -> Arc<Names> {
        let key = module as u32;
        if let Some(known) = self.bound.get(&key) {
            return Arc::clone(&known);
        }
        let mut names = Names::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            names.extend(bound_name(line).map(|name| (name_hash(name), start)));
            start += line.len() as u32;
        }
        names.sort_unstable();
        let names = Arc::new(names);
        self.bound.insert(key, Arc::clone(&names));
        names
    }

    /// The owner of that path and kind.
    pub fn history_of(&self, path: &str, kind: OwnerKind) -> Option<Arc<OwnerHistory>> {
        self.histories(path)
            .into_iter()
            .find(|history| history.kind == kind)
    }

    /// Whether anything has that path in any release; reads no facts.
    pub fn contains(&self, path: &str) -> bool {
        let owner = self.owners.get(self.position(path));
        owner.is_some_and(|owner| self.path_at(owner) == path)
    }

    /// The owners directly below a path, sorted: members of a module, methods of a class.
    pub fn children(&self, path: &str) -> Vec<Owner<'_>> {
        let prefix = format!("{path}.");
        let mut children = Vec::new();
        let mut index = self.position(&prefix);
        while let Some(owner) = self.owners.get(index).and_then(|line| self.owner(line)) {
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
        self.owners[self.position(&prefix)..]
            .iter()
            .take_while(|line| self.path_at(line).starts_with(&prefix))
            .filter_map(|line| self.owner(line))
            .any(|owner| owner.presence.contains(release))
    }

    /// All owners, sorted by path.
    pub fn owners(&self) -> impl Iterator<Item = Owner<'_>> {
        self.owners.iter().filter_map(|line| self.owner(line))
    }

    /// The owners of that kind whose path ends with `.` and `name`, sorted.
    pub fn named(&self, name: &str, kind: OwnerKind) -> impl Iterator<Item = Owner<'_>> {
        let is_named = move |line: &&Line| {
            let rest = self.path_at(line).strip_suffix(name);
            line.kind == kind && rest.is_some_and(|rest| rest.ends_with('.'))
        };
        let found = self.owners.iter().filter(is_named);
        found.filter_map(|line| self.owner(line))
    }

    /// The classes that name a class called `name` among their bases, whichever class of that name.
    pub fn heirs(&self, name: &str) -> impl Iterator<Item = Owner<'_>> {
        let heirs = self.heirs.get_or_init(|| self.all_heirs()).get(name);
        let heirs = heirs.into_iter().flatten();
        heirs.filter_map(|owner| self.owner(&self.owners[*owner as usize]))
    }

    fn all_heirs(&self) -> FxHashMap<Box<str>, Vec<u32>> {
        let mut heirs: FxHashMap<Box<str>, Vec<u32>> = FxHashMap::default();
        for (number, line) in (0..).zip(&self.owners) {
            let rest = &self.index[line.presence_end as usize..];
            let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let bases = rest[..end].trim_start_matches('\t').split(',');
            for base in bases.filter(|base| !base.is_empty()) {
                heirs.entry(base.into()).or_default().push(number);
            }
        }
        heirs
    }

    fn position(&self, path: &str) -> usize {
        self.owners
            .partition_point(|line| self.path_at(line) < path)
    }

    fn path_at(&self, line: &Line) -> &str {
        &self.index[line.path as usize..line.path_end as usize]
    }

    fn owner(&self, line: &Line) -> Option<Owner<'_>> {
        Some(Owner {
            path: self.path_at(line),
            kind: line.kind,
            presence: self.presence(line)?,
        })
    }

    fn presence(&self, line: &Line) -> Option<Presence> {
        let text = &self.index[line.path_end as usize + 1..line.presence_end as usize];
        Presence::parse(text, &self.labels)
    }

    /// The facts of the owner of that number, a line each.
    fn facts_text(&self, owner: usize) -> &str {
        let behind = self
            .blocks
            .partition_point(|block| block.first as usize <= owner);
        let Some(block) = behind.checked_sub(1).map(|block| &self.blocks[block]) else {
            return "";
        };
        let facts = block.facts.get_or_init(|| {
            let text = block
                .packed
                .as_ref()
                .and_then(|packed| packed.unpack(&self.name));
            Facts::new(text.unwrap_or_default())
        });
        facts
            .of(owner - block.first as usize)
            .trim_end_matches('\n')
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
        let line = &self.owners[owner];
        let presence = self.presence(line).unwrap_or_default();
        let facts = self.facts_text(owner).lines();
        OwnerHistory {
            path: self.path_at(line).to_owned(),
            kind: line.kind,
            facts: facts
                .filter_map(|fact| self.fact(fact, &presence))
                .collect(),
            presence,
        }
    }

    /// A fact's line; its releases are the last field where they are given.
    fn fact(&self, line: &str, owner: &Presence) -> Option<(Fact, Presence)> {
        let fields = Fact::field_count(line)?;
        let given = memchr::memchr_iter(b'\t', line.as_bytes())
            .nth(fields)
            .map(|at| line.split_at(at));
        match given {
            Some((fact, presence)) => Some((
                fact.parse().ok()?,
                Presence::parse(&presence[1..], &self.labels)?,
            )),
            None => Some((line.parse().ok()?, owner.clone())),
        }
    }

    /// Reads every line; names the first that makes no sense.
    pub fn check(&self) -> Result<(), Error> {
        let mut number = pack::HEADER;
        let unreadable = |number, line| error(number, format!("cannot be read: {line:?}"));
        for (owner, line) in self.owners.iter().enumerate() {
            number += 1;
            let presence = self.presence(line);
            let presence = presence.ok_or_else(|| unreadable(number, self.path_at(line)))?;
            for fact in self.facts_text(owner).lines() {
                number += 1;
                if self.fact(fact, &presence).is_none() {
                    return Err(unreadable(number, fact));
                }
            }
        }
        Ok(())
    }
}

impl Packed {
    /// The facts; a block that cannot be decompressed is logged and counts as empty.
    fn unpack(&self, library: &str) -> Option<String> {
        let bytes =
            zstd::bulk::decompress(self.bytes, self.length).map_err(|error| error.to_string());
        let text = bytes.and_then(|it| String::from_utf8(it).map_err(|error| error.to_string()));
        text.inspect_err(|error| {
            tracing::error!(library, first = self.first, %error, "a block of knowledge cannot be decoded");
        })
        .ok()
    }
}

/// `class a.b.C⇥4.30..` as path, kind and releases.
fn split_owner(line: &str) -> Option<(&str, OwnerKind, &str)> {
    let (head, presence) = line.split_once('\t')?;
    let (keyword, path) = head.split_once(' ')?;
    Some((path, OwnerKind::from_keyword(keyword)?, presence))
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

fn error(line: usize, reason: String) -> Error {
    Error { line, reason }
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
\tname\tLoad\thugging.load.Load\t0.9..1.0
\tattr\tVERSION\t\"1\\t2\"
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
        assert_eq!(broken("0.9..1.0", "0.7..1.0"), 6);
        assert_eq!(broken("attr", "attribute"), 7);
        assert_eq!(broken("def hugging.loader", "def hugging.a"), 13);
        assert_eq!(
            Library::from_text("").expect_err("there is no header").line,
            1
        );
    }
}
