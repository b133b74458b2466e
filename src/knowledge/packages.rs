//! Which releases of distributions exist, and which can be installed together.
//!
//! For about a hundred distributions that Hugging Face projects pin, [`packages`] knows every final release: whether
//! it was withdrawn, the Pythons that it asks for, and, since 2023, its requirements. [`Packages::conflicts`] proves
//! that pins cannot be installed together and says why; [`Packages::solve`] finds releases that can.
//! What is not known never counts against anybody: see [`net`].

mod explain;
pub mod history;
mod net;
mod package;
mod range;
mod solve;

use std::sync::OnceLock;

use pep440_rs::{Operator, Version, VersionSpecifiers};
use rustc_hash::FxHashMap;

pub use self::explain::{Conflict, Link};
pub use self::package::{Needed, Package};
pub use self::solve::Unsolved;
use super::library::Packed;
use super::memo::Memo;
use crate::workspace::requirements::Requirement;

/// The version of the text form.
const FORMAT: &str = "1";

/// A distribution in the program; `build.rs` lists them.
struct Source {
    name: &'static str,
    packed: Packed,
}

include!(concat!(env!("OUT_DIR"), "/packages.rs"));

/// The distributions that are known, each read when it is asked for.
#[derive(Debug, Default)]
pub struct Packages {
    date: String,
    entries: FxHashMap<String, Entry>,
    /// Proofs without an interpreter: a plan asks for the same at every edit.
    proved: Memo<Vec<Pin>, Vec<Conflict>>,
}

#[derive(Debug)]
struct Entry {
    text: Text,
    package: OnceLock<Option<Package>>,
}

#[derive(Debug)]
enum Text {
    Packed(Packed),
    Plain(String),
}

/// What an environment shall have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pin {
    /// Normalised distribution name.
    pub name: String,
    /// Normalised.
    pub extras: Vec<String>,
    /// In which versions.
    pub wanted: Wanted,
}

/// The versions that are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// One that these admit; `==` for a pin.
    Versions(VersionSpecifiers),
    /// As before, where something else has it installed (a constraint file).
    Limit(VersionSpecifiers),
    /// One from an address or a folder, of which nothing is known.
    Elsewhere,
}

/// What there is to say of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existence {
    /// It can be installed.
    Known,
    /// It was withdrawn; it can be installed where it is pinned.
    Yanked,
    /// There was no such release when the store was made.
    Missing,
    /// It is newer than all known releases, or no release but a build of somebody's own: nothing can be said.
    Unsure,
}

/// The packages built into the program.
pub fn packages() -> &'static Packages {
    static PACKAGES: OnceLock<Packages> = OnceLock::new();
    PACKAGES.get_or_init(Packages::built_in)
}

impl Packages {
    fn built_in() -> Self {
        let entry = |source: &Source| {
            let text = Text::Packed(source.packed);
            (source.name.to_owned(), Entry::new(text))
        };
        Self {
            date: DATE.to_owned(),
            entries: SOURCES.iter().map(entry).collect(),
            proved: Memo::default(),
        }
    }

    /// Reads the text that [`history::to_text`] writes, without looking into packages.
    pub fn of(text: &str) -> Self {
        let mut parts = text.split("\npackage ");
        let head = parts.next().unwrap_or_default();
        let date = head.lines().find_map(|line| line.strip_prefix("date\t"));
        let entries = parts.filter_map(|part| {
            let (name, lines) = part.split_once('\n')?;
            Some((name.to_owned(), Entry::new(Text::Plain(lines.to_owned()))))
        });
        Self {
            date: date.unwrap_or_default().to_owned(),
            entries: entries.collect(),
            proved: Memo::default(),
        }
    }

    /// The day on which the releases were looked for, `2026-11-23`.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The distributions that are known, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.entries.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// What is known of a distribution, by its normalised name. Data that cannot be read is logged once and
    /// counts as unknown.
    pub fn package(&self, name: &str) -> Option<&Package> {
        let entry = self.entries.get(name)?;
        entry.package.get_or_init(|| entry.text.read(name)).as_ref()
    }

    /// What there is to say of a release; absent for an unknown distribution.
    pub fn existence(&self, name: &str, version: &Version) -> Option<Existence> {
        let package = self.package(name)?;
        if package.is_yanked(version) {
            return Some(Existence::Yanked);
        }
        if package.index(version).is_some() {
            return Some(Existence::Known);
        }
        let newer = package.releases().last().is_none_or(|last| version > last);
        let unsure = newer || version.is_dev() || version.is_local();
        Some(if unsure {
            Existence::Unsure
        } else {
            Existence::Missing
        })
    }

    /// Proofs that pins cannot be installed together, each for other pins; none where it cannot be proved.
    /// With `python`, markers count and releases that do not run there are left out.
    pub fn conflicts(&self, pins: &[Pin], python: Option<&Version>) -> Vec<Conflict> {
        let prove = || explain::conflicts(self, pins, python);
        match python {
            None => self.proved.get(pins, prove),
            Some(_) => prove(),
        }
    }

    /// The newest releases of the pins' distributions that can be installed together, those of pins further
    /// ahead first; in the order of the pins, unknown distributions left out. Nothing that was withdrawn, and
    /// nothing that needs a release of which nothing is known. `steps` limits the search, which takes about
    /// one for each distribution that is installed.
    ///
    /// # Errors
    /// Why there are none, or that the search was given up.
    pub fn solve(
        &self,
        pins: &[Pin],
        python: Option<&Version>,
        steps: usize,
    ) -> Result<Vec<(String, Version)>, Unsolved> {
        solve::solve(self, pins, python, steps)
    }
}

impl Entry {
    const fn new(text: Text) -> Self {
        Self {
            text,
            package: OnceLock::new(),
        }
    }
}

impl Text {
    fn read(&self, name: &str) -> Option<Package> {
        let read = |text: &str| {
            let package = Package::parse(name, text);
            package
                .map_err(|line| tracing::error!(name, line, "the releases cannot be read"))
                .ok()
        };
        match self {
            Self::Packed(packed) => read(&packed.unpack_text(name)?),
            Self::Plain(text) => read(text),
        }
    }
}

impl From<Requirement> for Pin {
    fn from(requirement: Requirement) -> Self {
        Self {
            name: requirement.name,
            extras: requirement.extras,
            wanted: match requirement.by_url {
                true => Wanted::Elsewhere,
                false => Wanted::Versions(requirement.specifiers),
            },
        }
    }
}

impl Pin {
    /// The version of a single `==`.
    pub fn exact(&self) -> Option<&Version> {
        let (Wanted::Versions(specifiers) | Wanted::Limit(specifiers)) = &self.wanted else {
            return None;
        };
        match &specifiers[..] {
            [only] if matches!(only.operator(), Operator::Equal | Operator::ExactEqual) => {
                Some(only.version())
            }
            _ => None,
        }
    }
}

/// Specifiers without spaces.
fn shown(specifiers: &VersionSpecifiers) -> String {
    let all: Vec<String> = specifiers.iter().map(ToString::to_string).collect();
    all.join(",")
}

#[cfg(test)]
mod tests;
