//! One library's facts over its releases, read from the text form on demand.

use std::sync::Arc;

use dashmap::DashMap;

use super::extract::Extract;
use super::fact::{Fact, OwnerKind};
use super::history::{FORMAT, History, label};
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
    text: String,
    /// Offsets of the owners' lines in `text`, sorted by path, then kind.
    owners: Vec<u32>,
    cache: DashMap<u32, Arc<OwnerHistory>>,
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
        Self::from_string(text.to_owned())
    }

    /// As [`Self::from_text`], without a copy.
    pub fn from_string(text: String) -> Result<Self, Error> {
        let mut library = Self {
            name: String::new(),
            packages: Vec::new(),
            releases: Vec::new(),
            labels: Vec::new(),
            text: String::new(),
            owners: Vec::new(),
            cache: DashMap::new(),
        };
        let body = library.read_header(&text)?;
        library.index(&text, body)?;
        library.text = text;
        Ok(library)
    }

    /// One release, as read from an installed package.
    pub fn from_extract(name: &str, version: Version, extract: Extract) -> Result<Self, Error> {
        let mut history = History::new(name);
        history.push(version, extract);
        Self::from_string(history.to_text())
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

    /// Notes where each owner begins and checks that all lines can be read.
    fn index(&mut self, text: &str, body: usize) -> Result<(), Error> {
        let mut offset = body;
        let mut previous: Option<(&str, OwnerKind)> = None;
        for (index, line) in text[body..].lines().enumerate() {
            let number = index + 5;
            if line.starts_with('\t') {
                if previous.is_none() {
                    return Err(error(number, "a fact without an owner".to_owned()));
                }
            } else {
                let (path, kind, _) = split_owner(line)
                    .ok_or_else(|| error(number, format!("not an owner: {line:?}")))?;
                if previous.is_some_and(|previous| previous >= (path, kind)) {
                    return Err(error(number, format!("`{path}` is out of order")));
                }
                previous = Some((path, kind));
                let at = u32::try_from(offset)
                    .map_err(|_| error(number, "more than 4 GiB".to_owned()))?;
                self.owners.push(at);
            }
            offset += line.len() + 1;
        }
        Ok(())
    }

    /// The text form.
    pub fn text(&self) -> &str {
        &self.text
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
        let first = self.position(path);
        self.owners[first..]
            .iter()
            .take_while(|at| self.path_at(**at) == path)
            .map(|at| self.history(*at))
            .collect()
    }

    /// The owner of that path and kind.
    pub fn history_of(&self, path: &str, kind: OwnerKind) -> Option<Arc<OwnerHistory>> {
        self.histories(path)
            .into_iter()
            .find(|history| history.kind == kind)
    }

    /// Whether anything has that path in any release; reads no facts.
    pub fn contains(&self, path: &str) -> bool {
        let at = self.owners.get(self.position(path));
        at.is_some_and(|at| self.path_at(*at) == path)
    }

    /// The owners directly below a path, sorted: members of a module, methods of a class.
    pub fn children(&self, path: &str) -> Vec<Owner<'_>> {
        let prefix = format!("{path}.");
        let mut children = Vec::new();
        let mut index = self.position(&prefix);
        while let Some(owner) = self.owners.get(index).and_then(|at| self.owner(*at)) {
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
            .filter_map(|at| self.owner(*at))
            .take_while(|owner| owner.path.starts_with(&prefix))
            .any(|owner| owner.presence.contains(release))
    }

    /// All owners, sorted by path.
    pub fn owners(&self) -> impl Iterator<Item = Owner<'_>> {
        self.owners.iter().filter_map(|at| self.owner(*at))
    }

    fn position(&self, path: &str) -> usize {
        self.owners.partition_point(|at| self.path_at(*at) < path)
    }

    fn line_at(&self, at: u32) -> &str {
        let rest = &self.text[at as usize..];
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        &rest[..end]
    }

    fn path_at(&self, at: u32) -> &str {
        split_owner(self.line_at(at)).map_or("", |(path, ..)| path)
    }

    fn owner(&self, at: u32) -> Option<Owner<'_>> {
        let (path, kind, presence) = split_owner(self.line_at(at))?;
        let presence = Presence::parse(presence, &self.labels)?;
        Some(Owner {
            path,
            kind,
            presence,
        })
    }

    fn history(&self, at: u32) -> Arc<OwnerHistory> {
        if let Some(known) = self.cache.get(&at) {
            return known.clone();
        }
        let history = Arc::new(self.read(at));
        self.cache.insert(at, history.clone());
        history
    }

    /// Reads an owner's lines; one that cannot be read is left out (`check` names it).
    fn read(&self, at: u32) -> OwnerHistory {
        let (path, kind, presence) =
            split_owner(self.line_at(at)).unwrap_or(("", OwnerKind::Module, ""));
        let presence = Presence::parse(presence, &self.labels).unwrap_or_default();
        let facts = self.text[at as usize..]
            .lines()
            .skip(1)
            .map_while(|line| line.strip_prefix('\t'))
            .filter_map(|line| self.fact(line, &presence))
            .collect();
        OwnerHistory {
            path: path.to_owned(),
            kind,
            presence,
            facts,
        }
    }

    /// A fact's line without its indentation; its releases are the last field where they are given.
    fn fact(&self, line: &str, owner: &Presence) -> Option<(Fact, Presence)> {
        let fields = Fact::field_count(line)?;
        let given = line
            .match_indices('\t')
            .nth(fields)
            .map(|(index, _)| line.split_at(index));
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
        let mut owner = Presence::default();
        for (index, line) in self.text.lines().enumerate().skip(4) {
            let readable = match line.strip_prefix('\t') {
                Some(fact) => self.fact(fact, &owner).is_some(),
                None => match split_owner(line)
                    .and_then(|(_, _, presence)| Presence::parse(presence, &self.labels))
                {
                    Some(presence) => {
                        owner = presence;
                        true
                    }
                    None => false,
                },
            };
            if !readable {
                return Err(error(index + 1, format!("cannot be read: {line:?}")));
            }
        }
        Ok(())
    }
}

/// `class a.b.C⇥4.30..` as path, kind and releases.
fn split_owner(line: &str) -> Option<(&str, OwnerKind, &str)> {
    let (head, presence) = line.split_once('\t')?;
    let (keyword, path) = head.split_once(' ')?;
    Some((path, OwnerKind::from_keyword(keyword)?, presence))
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
