//! Reading the text form and the store's form.

use std::sync::OnceLock;

use dashmap::DashMap;

use super::block::{Block, Packed};
use super::{Error, Library, Line};
use crate::environment::Version;
use crate::knowledge::extract::Extract;
use crate::knowledge::fact::OwnerKind;
use crate::knowledge::history::{FORMAT, History, label};
use crate::knowledge::pack;

/// Bytes of a short owner's line: few libraries have shorter ones on average.
const OWNER: usize = 64;

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
        let blocks = parts.blocks.into_iter();
        let blocks = blocks.map(|block| Block::ready(block.first, block.text));
        let library = Self::new(parts.index, blocks.collect())?;
        library.check_order()?;
        Ok(library)
    }

    /// Reads the store's form: the index at once, facts when asked for.
    pub fn from_packed(index: String, blocks: &[Packed]) -> Result<Self, Error> {
        let blocks = blocks.iter().map(|packed| Block::packed(*packed));
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
            presences: DashMap::default(),
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
        self.owners.reserve(bytes.len() / OWNER);
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

/// `class a.b.C⇥4.30..` as path, kind and releases.
fn split_owner(line: &str) -> Option<(&str, OwnerKind, &str)> {
    let bytes = line.as_bytes();
    let tab = memchr::memchr(b'\t', bytes)?;
    let blank = memchr::memchr(b' ', &bytes[..tab])?;
    let kind = OwnerKind::from_keyword(&line[..blank])?;
    Some((&line[blank + 1..tab], kind, &line[tab + 1..]))
}

fn error(line: usize, reason: String) -> Error {
    Error { line, reason }
}
