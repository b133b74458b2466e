//! The releases of one distribution, read from the text form.
//!
//! ```text
//! package trl
//! ⇥releases⇥0.21.0
//! ⇥releases⇥0.22.0 0.22.1 0.22.2
//! ⇥yanked⇥0.22.0
//! ⇥unread⇥0.21.0
//! ⇥python⇥>=3.9⇥0.21.0..
//! ⇥requires⇥vllm>=0.22.0,<=0.31.0; extra == 'vllm'⇥0.22.1..
//! ```
//! The last field says in which releases it holds. Of `unread` ones only their existence is known.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use super::range::Range;
use crate::knowledge::presence::Presence;
use crate::workspace::requirements::{Marker, Requirement};

/// What is known of a distribution.
#[derive(Debug, Default)]
pub struct Package {
    name: String,
    releases: Vec<Version>,
    yanked: Presence,
    unread: Presence,
    pythons: Vec<(VersionSpecifiers, Presence)>,
    pub(super) requires: Vec<(Needed, Presence)>,
}

/// A requirement of releases.
#[derive(Clone, Debug)]
pub struct Needed {
    /// The distribution that is required, normalised.
    pub name: String,
    /// Its extras.
    pub extras: Vec<String>,
    /// The versions as specifiers: `>=0.22.0,<=0.31.0`.
    pub written: String,
    /// Where it applies; everywhere where there is none.
    pub marker: Option<Marker>,
    pub(super) range: Range,
}

impl Needed {
    /// Whether it applies with one of these extras, or without any, on every usual platform.
    pub(super) fn applies(&self, extras: &[String], python: Option<&Version>) -> bool {
        let holds = |marker: &Marker| marker.holds_everywhere(python, extras);
        self.marker.as_ref().is_none_or(holds)
    }
}

impl From<Requirement> for Needed {
    fn from(requirement: Requirement) -> Self {
        Self {
            range: Range::of(&requirement.specifiers),
            name: requirement.name,
            extras: requirement.extras,
            written: requirement.written,
            marker: requirement.marker,
        }
    }
}

impl Package {
    /// Reads the lines below `package NAME`; the error is the line that is wrong.
    pub(super) fn parse<'t>(name: &str, text: &'t str) -> Result<Self, &'t str> {
        let mut package = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        let mut labels = Vec::new();
        for line in text.lines() {
            package.line(line, &mut labels).ok_or(line)?;
        }
        Ok(package)
    }

    fn line(&mut self, line: &str, labels: &mut Vec<String>) -> Option<()> {
        let (keyword, rest) = line.strip_prefix('\t')?.split_once('\t')?;
        if keyword == "releases" {
            for label in rest.split(' ') {
                let version = Version::from_str(label).ok()?;
                if self.releases.last().is_some_and(|last| *last >= version) {
                    return None;
                }
                self.releases.push(version);
                labels.push(label.to_owned());
            }
            return Some(());
        }
        let (fact, releases) = rest.rsplit_once('\t').unwrap_or(("", rest));
        let presence = Presence::parse(releases, labels)?;
        match keyword {
            "yanked" => self.yanked = presence,
            "unread" => self.unread = presence,
            "python" => self
                .pythons
                .push((VersionSpecifiers::from_str(fact).ok()?, presence)),
            "requires" => self
                .requires
                .push((Requirement::parse(fact).ok()?.into(), presence)),
            _ => return None,
        }
        Some(())
    }

    /// The normalised name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All final releases, oldest first, the withdrawn ones too.
    pub fn releases(&self) -> impl DoubleEndedIterator<Item = &Version> + Clone {
        self.releases
            .iter()
            .filter(|version| !version.any_prerelease())
    }

    /// All releases, oldest first, the pre-releases too: some installers take them where they must.
    pub(super) fn all(&self) -> &[Version] {
        &self.releases
    }

    /// The place of the newest final release, or else of the newest one.
    pub(super) fn newest_index(&self) -> Option<usize> {
        let last = self
            .releases
            .iter()
            .rposition(|version| !version.any_prerelease());
        last.or_else(|| self.releases.len().checked_sub(1))
    }

    /// The newest final release that was not withdrawn.
    pub fn newest(&self) -> Option<&Version> {
        self.releases()
            .rev()
            .find(|version| !self.is_yanked(version))
    }

    /// Whether a release was withdrawn ("yanked"): installers take it only where it is pinned.
    pub fn is_yanked(&self, version: &Version) -> bool {
        self.index(version)
            .is_some_and(|index| self.yanked.contains(index))
    }

    /// The Pythons that a release asks for; absent where it asks for none, or is not known.
    pub fn requires_python(&self, version: &Version) -> Option<&VersionSpecifiers> {
        self.python_at(self.index(version)?)
    }

    /// What a release surely requires with those extras, whatever the platform and, where `python` is absent,
    /// the Python; absent where that was not read.
    pub fn requirements(
        &self,
        version: &Version,
        extras: &[String],
        python: Option<&Version>,
    ) -> Option<Vec<&Needed>> {
        let index = self.index(version).filter(|index| self.is_read(*index))?;
        let holds = |(needed, presence): &&(Needed, Presence)| {
            presence.contains(index) && needed.applies(extras, python)
        };
        Some(
            self.requires
                .iter()
                .filter(holds)
                .map(|(needed, _)| needed)
                .collect(),
        )
    }

    /// The place of a release; what stands behind a `+` in its version does not count.
    pub(super) fn index(&self, version: &Version) -> Option<usize> {
        self.releases
            .binary_search(&version.clone().without_local())
            .ok()
    }

    pub(super) fn is_read(&self, release: usize) -> bool {
        !self.unread.contains(release)
    }

    pub(super) fn is_withdrawn(&self, release: usize) -> bool {
        self.yanked.contains(release)
    }

    /// Whether a release can be used with a Python version.
    pub(super) fn runs_on(&self, release: usize, python: &Version) -> bool {
        self.python_at(release)
            .is_none_or(|wanted| wanted.contains(python))
    }

    fn python_at(&self, release: usize) -> Option<&VersionSpecifiers> {
        let mut of_release = self
            .pythons
            .iter()
            .filter(|(_, presence)| presence.contains(release));
        of_release.next().map(|(specifiers, _)| specifiers)
    }
}
