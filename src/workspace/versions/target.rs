//! `--target PKG==VER`: versions to check against instead of those in use.

use std::collections::BTreeMap;
use std::str::FromStr;

use pep440_rs::Version;

use super::Catalog;
use crate::environment::{Environment, Resolved, Source};
use crate::workspace::requirements::normalise;

/// Targets that are known to exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets(BTreeMap<String, Version>);

/// Why a target cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Not `PKG==VER`.
    #[error("`{0}` is not a target, which looks like `transformers==4.57.1`")]
    Form(String),
    /// Not a version.
    #[error("`{version}` in target `{written}` is not a version")]
    Version {
        /// The whole target.
        written: String,
        /// The part that is wrong.
        version: String,
    },
    /// A library that is not covered.
    #[error("target `{name}` is not a library that is checked; {advice}")]
    Library {
        /// Its name as written.
        name: String,
        /// The nearest known library, or all of them.
        advice: String,
    },
    /// A release that is not covered.
    #[error("`{library}` {version} is not known; known are {oldest} to {newest}")]
    Release {
        /// Normalised name.
        library: String,
        /// The target.
        version: Version,
        /// The oldest known release.
        oldest: Version,
        /// The newest known release.
        newest: Version,
    },
}

impl Targets {
    /// Reads targets; of two for one library the last counts.
    pub fn parse<'a>(
        written: impl IntoIterator<Item = &'a str>,
        catalog: &Catalog,
    ) -> Result<Self, TargetError> {
        let targets = written.into_iter().map(|target| parse_one(target, catalog));
        Ok(Self(targets.collect::<Result<_, _>>()?))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These targets, and those of `other` where both name a library.
    #[must_use]
    pub fn overridden_by(mut self, other: &Self) -> Self {
        let others = other
            .0
            .iter()
            .map(|(name, version)| (name.clone(), version.clone()));
        self.0.extend(others);
        self
    }

    /// The environment with these targets in place where no other target stands yet.
    pub fn below(&self, environment: &mut Environment) {
        let is_free = |library: &String| {
            let known = environment.libraries.get(library);
            known.is_none_or(|known| known.source != Source::Target)
        };
        let free = self.0.iter().filter(|(library, _)| is_free(library));
        let free = Self(
            free.map(|(name, version)| (name.clone(), version.clone()))
                .collect(),
        );
        free.apply(environment);
    }

    /// The environment with the targets in place; what applied before becomes the baseline.
    pub fn apply(&self, environment: &mut Environment) {
        for (library, version) in &self.0 {
            let before = environment.libraries.remove(library);
            let same = before.as_ref().filter(|old| old.version == *version);
            let target = Resolved {
                version: version.clone(),
                source: Source::Target,
                oldest: None,
                sources: same.and_then(|old| old.sources.clone()),
                baseline: before.map(Box::new),
            };
            environment.libraries.insert(library.clone(), target);
        }
    }
}

fn parse_one(written: &str, catalog: &Catalog) -> Result<(String, Version), TargetError> {
    let form = || TargetError::Form(written.to_owned());
    let (name, version) = written.split_once("==").ok_or_else(form)?;
    let (name, version) = (name.trim(), version.trim());
    if name.is_empty()
        || version.is_empty()
        || version.starts_with('=')
        || name.contains(['<', '>', '!', '~', '='])
    {
        return Err(form());
    }
    let library = normalise(name);
    let (Some(newest), Some(oldest)) =
        (catalog.newest(&library), catalog.releases(&library).first())
    else {
        return Err(unknown_library(name, &library, catalog));
    };
    let bad_version = |_| TargetError::Version {
        written: written.to_owned(),
        version: version.to_owned(),
    };
    let version = Version::from_str(version).map_err(bad_version)?;
    if catalog.covers(&library, &version) {
        return Ok((library, version));
    }
    Err(TargetError::Release {
        version,
        oldest: oldest.clone(),
        newest: newest.clone(),
        library,
    })
}

fn unknown_library(name: &str, library: &str, catalog: &Catalog) -> TargetError {
    let near = catalog
        .names()
        // What is longer than any name by far is near to none, and long to compare.
        .filter(|known| known.len().abs_diff(library.len()) <= 8)
        .map(|known| (strsim::damerau_levenshtein(known, library), known))
        .filter(|(distance, _)| *distance <= 2)
        .min();
    let advice = match near {
        Some((_, known)) => format!("did you mean `{known}`?"),
        None => format!(
            "known are {}",
            catalog.names().collect::<Vec<_>>().join(", ")
        ),
    };
    TargetError::Library {
        name: name.to_owned(),
        advice,
    }
}
