//! The releases that knowledge covers, as far as resolution needs them.

use std::collections::BTreeMap;

use pep440_rs::{Operator, Version, VersionSpecifiers};

/// Which libraries and releases are known.
pub trait KnownReleases {
    /// Normalised distribution names.
    fn libraries(&self) -> Vec<String>;
    /// The known releases of a library, in any order.
    fn releases(&self, library: &str) -> Vec<Version>;
}

/// The known releases, oldest first, by library.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    libraries: BTreeMap<String, Vec<Version>>,
}

impl Catalog {
    /// Takes over what is known; libraries without a release are left out.
    pub fn new(known: &dyn KnownReleases) -> Self {
        let with_releases = |library: String| {
            let mut releases = known.releases(&library);
            releases.sort_unstable();
            (!releases.is_empty()).then_some((library, releases))
        };
        let libraries = known.libraries().into_iter().filter_map(with_releases);
        Self {
            libraries: libraries.collect(),
        }
    }

    /// The libraries' names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.libraries.keys().map(String::as_str)
    }

    /// Whether a normalised name is a known library.
    pub fn knows(&self, library: &str) -> bool {
        self.libraries.contains_key(library)
    }

    /// All known releases, oldest first.
    pub fn releases(&self, library: &str) -> &[Version] {
        self.libraries.get(library).map_or(&[], Vec::as_slice)
    }

    /// The newest release that is no pre-release, or else the newest.
    pub fn newest(&self, library: &str) -> Option<&Version> {
        let releases = self.releases(library);
        let stable = releases.iter().rfind(|release| release.is_stable());
        stable.or_else(|| releases.last())
    }

    /// Whether facts for this release, or for another patch of its minor, are known.
    pub fn covers(&self, library: &str, version: &Version) -> bool {
        let releases = self.releases(library);
        releases
            .iter()
            .any(|release| minor(release) == minor(version))
    }

    /// The oldest and the newest release that a range admits. Releases that the range itself names count
    /// too: any patch of a known minor can be answered.
    pub fn admitted(&self, library: &str, range: &VersionSpecifiers) -> Option<(Version, Version)> {
        let named = range
            .iter()
            .filter(|specifier| names_a_release(*specifier.operator()))
            .map(|specifier| specifier.version())
            .filter(|version| self.covers(library, version));
        let releases = self.releases(library).iter().chain(named);
        let mut admitted: Vec<&Version> = releases.filter(|v| range.contains(v)).collect();
        // Installers take pre-releases only where nothing else fits.
        if admitted.iter().any(|version| version.is_stable()) {
            admitted.retain(|version| version.is_stable());
        }
        let oldest = admitted.iter().min()?;
        let newest = admitted.iter().max()?;
        Some(((*oldest).clone(), (*newest).clone()))
    }
}

const fn names_a_release(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Equal
            | Operator::TildeEqual
            | Operator::GreaterThanEqual
            | Operator::LessThanEqual
    )
}

/// Epoch, major and minor: all patches of a minor share their facts.
fn minor(version: &Version) -> (u64, u64, u64) {
    let number = |at| version.release().get(at).copied().unwrap_or_default();
    (version.epoch(), number(0), number(1))
}
