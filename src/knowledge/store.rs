//! The store that is built into the program: every library's facts, read where it is asked for.

use std::sync::OnceLock;

use super::library::{Embedded, Error, Library, Packed};
use crate::environment::Version;

/// A library in the program; `build.rs` lists them.
struct Source {
    name: &'static str,
    packages: &'static [&'static str],
    releases: &'static [&'static str],
    embedded: Embedded,
}

include!(concat!(env!("OUT_DIR"), "/store.rs"));

/// All libraries that are known.
#[derive(Debug)]
pub struct Store {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    packages: Vec<String>,
    source: Option<&'static Source>,
    library: OnceLock<Result<Library, Error>>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.name)
    }
}

/// The store built into the program.
pub fn store() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(Store::built_in)
}

/// The day of the newest facts, `2026-11-22`; empty where the store is.
pub const fn date() -> &'static str {
    DATE
}

impl Store {
    /// The libraries in the program, none of them read yet.
    pub fn built_in() -> Self {
        let owned = |text: &&str| (*text).to_owned();
        let entries = SOURCES.iter().map(|source| Entry {
            name: source.name.to_owned(),
            packages: source.packages.iter().map(owned).collect(),
            source: Some(source),
            library: OnceLock::new(),
        });
        Self {
            entries: entries.collect(),
        }
    }

    /// A store of libraries that are at hand, for tests and for packages read live.
    pub fn of(libraries: impl IntoIterator<Item = Library>) -> Self {
        let entries = libraries.into_iter().map(|library| Entry {
            name: library.name().to_owned(),
            packages: library.packages().to_vec(),
            source: None,
            library: OnceLock::from(Ok(library)),
        });
        Self {
            entries: entries.collect(),
        }
    }

    /// The names of the distributions, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// The names of the distributions with the packages that they install, sorted. Decodes nothing.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.entries
            .iter()
            .map(|entry| (entry.name.as_str(), entry.packages.as_slice()))
    }

    /// The known releases of a distribution, oldest first. Decodes nothing that is built in.
    pub fn releases(&self, name: &str) -> Vec<Version> {
        let Some(entry) = self.entries.iter().find(|entry| entry.name == name) else {
            return Vec::new();
        };
        match entry.source {
            Some(source) => source
                .releases
                .iter()
                .filter_map(|version| version.parse().ok())
                .collect(),
            None => self
                .library(name)
                .map_or_else(Vec::new, |library| library.releases().to_vec()),
        }
    }

    /// A library by the name of its distribution (in any spelling) or of a package that it installs.
    /// Data that cannot be decoded is logged once and counts as unknown.
    pub fn library(&self, name: &str) -> Option<&Library> {
        self.try_library(name)?.ok()
    }

    /// As [`Self::library`], with the reason why the data cannot be decoded.
    pub fn try_library(&self, name: &str) -> Option<Result<&Library, &Error>> {
        let normalised = normalise(name);
        let entry = self.entries.iter().find(|entry| {
            entry.name == normalised || entry.packages.iter().any(|package| package == name)
        })?;
        Some(entry.library.get_or_init(|| entry.decode()).as_ref())
    }
}

impl Entry {
    fn decode(&self) -> Result<Library, Error> {
        let Some(source) = self.source else {
            return Err(broken("no data"));
        };
        let library = Library::from_packed(source.name, &source.embedded);
        if let Err(error) = &library {
            tracing::error!(library = self.name, %error, "the knowledge cannot be decoded");
        }
        library
    }
}

fn broken(reason: &str) -> Error {
    Error {
        line: 0,
        reason: reason.to_owned(),
    }
}

/// A distribution's name as registries compare it: lower case, runs of `-`, `_` and `.` as one `-`.
pub fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            if !out.ends_with('-') {
                out.push('-');
            }
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_line_can_be_read() {
        let store = store();
        assert!(store.names().count() > 10);
        for name in store.names() {
            let library = store.try_library(name).expect("it is listed");
            let library = library.expect("it can be decoded");
            library.check().expect("every line can be read");
            assert!(
                library
                    .packages()
                    .iter()
                    .all(|package| store.library(package).is_some())
            );
        }
    }
}
