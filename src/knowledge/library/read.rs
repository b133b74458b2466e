//! Reading the text form and the store's form.

use std::sync::OnceLock;

use dashmap::DashMap;

use super::facts::{Facts, Packed};
use super::line::Line;
use super::{Error, Library};
use crate::environment::Version;
use crate::knowledge::extract::Extract;
use crate::knowledge::fact::OwnerKind;
use crate::knowledge::history::{FORMAT, History, label};
use crate::knowledge::pack;

/// A library as the program holds it, made by [`pack::split`]; each part is compressed.
#[derive(Debug)]
pub struct Embedded {
    /// See [`pack::Parts`].
    pub index: Packed,
    /// The same.
    pub owners: Packed,
    /// The same.
    pub slots: Packed,
    /// The same.
    pub plain: Packed,
    /// What blocks have in common, as zstd uses it; empty where there is nothing.
    pub dictionary: Packed,
    /// See [`pack::Parts`]; compressed with the dictionary.
    pub blocks: &'static [Packed],
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
        let parts = pack::split(text, 0);
        let mut library = Self::new(Facts::plain(parts.plain));
        library.index = parts.index;
        library.owners = parts.owners;
        library.slots = parts.slots;
        library.read_header()?;
        library.check_owners()?;
        Ok(library)
    }

    /// The store's form, of the library with that name: its tables are decompressed here, its facts when asked for.
    pub fn from_packed(name: &str, source: &Embedded) -> Result<Self, Error> {
        let broken = || error(0, "it cannot be decompressed".to_owned());
        let facts = Facts::packed(source.plain, source.blocks, source.dictionary);
        let mut library = Self::new(facts);
        library.index = source.index.unpack_text(name).ok_or_else(broken)?;
        library.owners = source.owners.unpack(name).ok_or_else(broken)?;
        library.slots = source.slots.unpack(name).ok_or_else(broken)?;
        library.read_header()?;
        Ok(library)
    }

    fn new(facts: Facts) -> Self {
        Self {
            name: String::new(),
            packages: Vec::new(),
            releases: Vec::new(),
            labels: Vec::new(),
            index: String::new(),
            owners: Vec::new(),
            slots: Vec::new(),
            facts,
            heirs: OnceLock::new(),
            presences: DashMap::default(),
            cache: DashMap::default(),
        }
    }

    /// One release, as read from an installed package.
    pub fn from_extract(name: &str, version: Version, extract: Extract) -> Result<Self, Error> {
        let mut history = History::new(name);
        history.push(version, extract);
        Self::from_text(&history.to_text())
    }

    /// Reads the four header lines.
    fn read_header(&mut self) -> Result<(), Error> {
        let header: Vec<&str> = self.index.lines().take(pack::HEADER).collect();
        let header = header.join("\n");
        let mut lines = header.lines();
        for (number, keyword) in (1..).zip(["format", "distribution", "packages", "releases"]) {
            let mut fields = lines.next().unwrap_or_default().split('\t');
            if fields.next() != Some(keyword) {
                return Err(error(number, format!("`{keyword}` is missing")));
            }
            self.header_line(number, keyword, fields)?;
        }
        Ok(())
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

    /// Each owner's line can be read and stands in its place.
    fn check_owners(&self) -> Result<(), Error> {
        let mut before = None;
        for owner in 0..self.count() {
            let wrong = |reason| error(self.line_number(owner), reason);
            let text = self.line_text(owner);
            let line = Line::parse(text).ok_or_else(|| wrong(format!("not an owner: {text:?}")))?;
            let key = Some((line.path, line.kind));
            if before >= key {
                return Err(wrong(format!("`{}` is out of order", line.path)));
            }
            before = key;
        }
        Ok(())
    }

    /// The line of the text form, counted from 1, on which the owner of that number stands.
    fn line_number(&self, owner: usize) -> usize {
        let facts = (0..owner).map(|before| 1 + self.facts_text(before).lines().count());
        pack::HEADER + 1 + facts.sum::<usize>()
    }

    /// Reads every line; names the first that makes no sense.
    pub fn check(&self) -> Result<(), Error> {
        self.check_owners()?;
        let mut number = pack::HEADER;
        let unreadable = |number, line| error(number, format!("cannot be read: {line:?}"));
        for (owner, line) in self.lines_from(0) {
            number += 1;
            let presence = line.presence(self);
            let presence = presence.ok_or_else(|| unreadable(number, line.path))?;
            let facts = self.facts_text(owner);
            let is_searched = matches!(line.kind, OwnerKind::Library | OwnerKind::Module);
            if is_searched && !facts.lines().is_sorted() {
                return Err(error(number, format!("`{}` is not sorted", line.path)));
            }
            for fact in facts.lines() {
                number += 1;
                if self.fact(fact, &presence).is_none() {
                    return Err(unreadable(number, fact));
                }
            }
        }
        Ok(())
    }
}

fn error(line: usize, reason: String) -> Error {
    Error { line, reason }
}
