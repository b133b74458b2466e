//! The lines of the owners: found by path, and taken apart.

use memchr::memmem;

use super::{Library, Owner};
use crate::knowledge::fact::OwnerKind;
use crate::knowledge::pack::{self, FIELDS, NOTICES};
use crate::knowledge::presence::Presence;

/// An owner's line: see [`pack::Parts::index`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'l> {
    /// Its absolute dotted path.
    pub path: &'l str,
    /// What it is.
    pub kind: OwnerKind,
    presence: &'l str,
    summary: &'l str,
}

impl<'l> Line<'l> {
    /// `class a.b.C⇥4.30..⇥Base`
    pub fn parse(line: &'l str) -> Option<Self> {
        let (kind, path) = split_kind(line)?;
        let (path, rest) = split_at_tab(path)?;
        let (presence, summary) = split_at_tab(rest)?;
        Some(Self {
            path,
            kind,
            presence,
            summary,
        })
    }

    /// The releases that have the owner.
    pub fn presence(&self, library: &Library) -> Option<Presence> {
        library.parse_presence(self.presence)
    }

    pub fn owner(&self, library: &Library) -> Option<Owner<'l>> {
        Some(Owner {
            path: self.path,
            kind: self.kind,
            presence: self.presence(library)?,
        })
    }

    /// See [`Library::has_notice`].
    pub fn has_notice(&self) -> bool {
        self.summary.split(',').any(|part| part == NOTICES)
    }

    /// The last names of a class's bases.
    pub fn bases(&self) -> impl Iterator<Item = &'l str> {
        let parts = self.summary.split(',');
        parts.filter(|part| !part.is_empty() && *part != NOTICES)
    }
}

/// The kind of an owner, and its line behind that.
fn split_kind(line: &str) -> Option<(OwnerKind, &str)> {
    let kind = match line.as_bytes().get(..2)? {
        b"li" => OwnerKind::Library,
        b"mo" => OwnerKind::Module,
        b"cl" => OwnerKind::Class,
        b"co" => OwnerKind::Command,
        _ => OwnerKind::Function,
    };
    let path = line.strip_prefix(kind.keyword())?.strip_prefix(' ')?;
    Some((kind, path))
}

fn split_at_tab(text: &str) -> Option<(&str, &str)> {
    let tab = memchr::memchr(b'\t', text.as_bytes())?;
    Some((&text[..tab], &text[tab + 1..]))
}

impl Library {
    /// How many owners there are.
    pub(super) fn count(&self) -> usize {
        self.owners.len() / (4 * FIELDS)
    }

    fn field(&self, owner: usize, field: usize) -> usize {
        pack::number(&self.owners, FIELDS * owner + field)
    }

    /// The text of an owner's line.
    pub(super) fn line_text(&self, owner: usize) -> &str {
        let start = self.field(owner, 0);
        let end = if owner + 1 < self.count() {
            self.field(owner + 1, 0)
        } else {
            self.index.len()
        };
        self.index[start..end].trim_end_matches('\n')
    }

    /// An owner's line; absent behind the last one.
    pub(super) fn line(&self, owner: usize) -> Option<Line<'_>> {
        if owner >= self.count() {
            return None;
        }
        Line::parse(self.line_text(owner))
    }

    /// The facts of an owner, a line each.
    pub(super) fn facts_text(&self, owner: usize) -> &str {
        let facts = self.facts.at(self.field(owner, 1), &self.name);
        let range = self.field(owner, 2)..self.field(owner, 3);
        facts.get(range).unwrap_or_default()
    }

    /// The owners from that number on.
    pub(super) fn lines_from(&self, owner: usize) -> impl Iterator<Item = (usize, Line<'_>)> {
        let owners = owner..self.count();
        owners.filter_map(|owner| Some((owner, self.line(owner)?)))
    }

    /// The owners whose path ends with `tail`, in order.
    pub(super) fn ending(&self, tail: String) -> impl Iterator<Item = Line<'_>> {
        let text = self.index.as_bytes();
        let found = memmem::Finder::new(&format!("{tail}\t")).into_owned();
        let mut start = 0;
        let places = std::iter::from_fn(move || {
            let at = start + found.find(&text[start..])?;
            start = at + 1;
            Some(at)
        });
        let lines =
            places.filter_map(|at| self.line(self.first(|line| line <= at).checked_sub(1)?));
        lines.filter(move |line| line.path.ends_with(&tail))
    }

    /// The number of the first owner that does not begin at an offset that is `before`.
    fn first(&self, before: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let middle = low.midpoint(high);
            if before(self.field(middle, 0)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The number of the first owner whose path is not less.
    pub(super) fn position(&self, path: &str) -> usize {
        self.first(|line| {
            let line = Line::parse(&self.index[line..]);
            line.is_some_and(|line| line.path < path)
        })
    }

    /// The number of the first owner of that path.
    pub(super) fn first_of(&self, path: &str) -> Option<usize> {
        pack::find(&self.slots, path, |owner| {
            let line = split_kind(&self.index[self.field(owner, 0)..]);
            let rest = line.and_then(|(_, line)| line.strip_prefix(path));
            rest.is_some_and(|rest| rest.starts_with('\t'))
        })
    }

    /// The owners of that path, with their numbers.
    pub(super) fn of_path(&self, path: &str) -> impl Iterator<Item = (usize, Line<'_>)> {
        let first = self.first_of(path).unwrap_or(usize::MAX);
        self.lines_from(first)
            .take_while(move |(_, line)| line.path == path)
    }

    /// The number of the owner of that path and kind.
    pub(super) fn number(&self, path: &str, kind: OwnerKind) -> Option<usize> {
        let mut same = self.of_path(path);
        same.find(|(_, line)| line.kind == kind)
            .map(|(owner, _)| owner)
    }
}
