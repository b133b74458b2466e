//! The differences that are explained, `known.toml`.

use serde::Deserialize;

use super::compare::Difference;

/// Differences of one cause.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "the reasons are for people")]
pub struct Known {
    /// The class of difference, as the report names it.
    pub class: String,
    pub library: String,
    /// Paths, `*` for any text.
    pub paths: Vec<String>,
    /// Releases, all where it is not given.
    #[serde(default)]
    pub releases: Vec<String>,
    /// Why we say otherwise.
    pub reason: String,
    /// Why no error-level finding can come of it; needed where one could by the form of the difference.
    #[serde(default)]
    pub harmless: String,
}

#[derive(Deserialize)]
struct Table {
    #[serde(default)]
    known: Vec<Known>,
}

/// The list.
pub fn list() -> Vec<Known> {
    let table: Table = toml_edit::de::from_str(include_str!("known.toml")).unwrap();
    table.known
}

impl Known {
    /// Whether it explains that difference.
    pub fn explains(&self, difference: &Difference) -> bool {
        self.class == difference.class
            && (!difference.is_dangerous || !self.harmless.is_empty())
            && self.speaks_of(&difference.library, &difference.release, &difference.path)
    }

    /// Whether an error about what stands at that path is a true one.
    pub fn excuses(&self, library: &str, release: &str, path: &str) -> bool {
        !self.harmless.is_empty() && self.speaks_of(library, release, path)
    }

    fn speaks_of(&self, library: &str, release: &str, path: &str) -> bool {
        (self.library == "*" || self.library == library)
            && (self.releases.is_empty() || self.releases.iter().any(|one| one == release))
            && self.paths.iter().any(|pattern| matches(pattern, path))
    }
}

/// Whether `text` is `pattern` with any text in place of each `*`.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|behind| {
            (0..=behind.len())
                .filter(|at| behind.is_char_boundary(*at))
                .any(|at| matches(rest, &behind[at..]))
        }),
    }
}
