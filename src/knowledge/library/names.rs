//! The names that a module binds, and what a distribution requires, found without reading all facts: a
//! package binds thousands of names, of which a script needs a few.

use super::Library;
use crate::knowledge::fact::{Deprecation, Fact, OwnerKind};

/// The facts that bind names, `⇥name` behind each; in the order of the text.
const BINDING: [&str; 2] = ["attr", "name"];

impl Library {
    /// The first binding or attribute of that name in a module of a release; reads no other facts.
    pub fn bound(&self, module: &str, name: &str, release: usize) -> Option<Fact> {
        let owner = self.number(module, OwnerKind::Module)?;
        let text = self.facts_text(owner);
        let found = BINDING.iter().flat_map(|keyword| {
            // A tab comes before whatever a name is made of.
            lines_with(text, &format!("{keyword}\t{name}\t"))
        });
        self.that_hold(owner, found, release).next()
    }

    /// The names that a module of a release binds, sorted by kind.
    pub fn bound_names(&self, module: &str, release: usize) -> impl Iterator<Item = &str> {
        let owner = self.number(module, OwnerKind::Module);
        let presence = owner.and_then(|owner| self.line(owner)?.presence(self));
        let presence = presence.unwrap_or_default();
        let text = owner.map_or("", |owner| self.facts_text(owner));
        let lines = BINDING
            .iter()
            .flat_map(move |keyword| lines_with(text, &format!("{keyword}\t")));
        lines.filter_map(move |line| {
            let (_, presence) = self.split_fact(line, &presence)?;
            let holds = presence.contains(release);
            line.split('\t').nth(1).filter(|_| holds)
        })
    }

    /// What a release of the distribution requires wherever it is installed; reads no other facts.
    pub fn requirements(&self, release: usize) -> Vec<String> {
        let Some(owner) = self.number(&self.name, OwnerKind::Library) else {
            return Vec::new();
        };
        let lines = lines_with(self.facts_text(owner), "requires\t");
        // Most have a marker, which stands behind a semicolon.
        let lines = lines.filter(|line| memchr::memchr(b';', line.as_bytes()).is_none());
        self.that_hold(owner, lines, release)
            .filter_map(|fact| match fact {
                Fact::Requires(requirement) => Some(requirement),
                _ => None,
            })
            .collect()
    }

    /// The notice of a module of a release about a name of it, or about itself; reads no other facts.
    pub fn notice(&self, module: &str, name: Option<&str>, release: usize) -> Option<Deprecation> {
        let owner = self.number(module, OwnerKind::Module)?;
        if !self.line(owner)?.has_notice() {
            return None;
        }
        let notices = lines_with(self.facts_text(owner), "deprecated\t");
        self.that_hold(owner, notices, release)
            .find_map(|fact| match fact {
                Fact::Deprecated(notice) if notice.name.as_deref() == name => Some(notice),
                _ => None,
            })
    }

    /// The star imports and flags of a module of a release; reads no other facts.
    pub fn nature(&self, module: &str, release: usize) -> Vec<Fact> {
        let Some(owner) = self.number(module, OwnerKind::Module) else {
            return Vec::new();
        };
        let text = self.facts_text(owner);
        let nature = lines_with(text, "flag\t").chain(lines_with(text, "star\t"));
        self.that_hold(owner, nature, release).collect()
    }

    /// Those facts of an owner that hold in a release.
    fn that_hold<'l>(
        &'l self,
        owner: usize,
        lines: impl Iterator<Item = &'l str>,
        release: usize,
    ) -> impl Iterator<Item = Fact> {
        let presence = self.line(owner).and_then(|line| line.presence(self));
        let presence = presence.unwrap_or_default();
        lines.filter_map(move |line| {
            let (fact, presence) = self.split_fact(line, &presence)?;
            presence.contains(release).then(|| fact.parse().ok())?
        })
    }
}

/// The lines of the facts of a module or distribution that begin with `prefix`: these lines are sorted.
/// (Parameters, bases and decorators are not, but they have none.)
fn lines_with<'t>(text: &'t str, prefix: &str) -> impl Iterator<Item = &'t str> + use<'t> {
    let mut rest = &text[first_line(text, |line| line < prefix)..];
    let prefix = prefix.to_owned();
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest.as_bytes())?;
        let line = rest[..end].starts_with(&prefix).then_some(&rest[..end])?;
        rest = &rest[end + 1..];
        Some(line)
    })
}

/// The offset of the first line that is not `before`; those that are come first.
fn first_line(text: &str, before: impl Fn(&str) -> bool) -> usize {
    let bytes = text.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = (low + high) / 2;
        let start = memchr::memrchr(b'\n', &bytes[low..middle]).map_or(low, |at| low + at + 1);
        let end = memchr::memchr(b'\n', &bytes[middle..]).map_or(bytes.len(), |at| middle + at);
        if before(&text[start..end]) {
            low = (end + 1).min(bytes.len());
        } else {
            high = start;
        }
    }
    low
}
