//! What a tech stack says of a version.

use pep440_rs::{Version, VersionSpecifiers};

use crate::journal::span::place_of;
use crate::text::TextRange;

/// A version as somebody wrote it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// What stands for the version, with signs of comparison, without what decorates it.
    pub range: TextRange,
    wanted: Wanted,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// That version, and those that it is the beginning of: `5.23` of `5.23.1`.
    Series(Version),
    Limits(VersionSpecifiers),
}

impl Stated {
    /// Reads what stands at a place; `None` where it is no version, or more than one.
    pub fn read(text: &str, place: TextRange) -> Option<Self> {
        let said = place.slice(text);
        let bare = said.trim_matches(|c: char| c.is_whitespace() || "`*_".contains(c));
        if bare.starts_with(['=', '<', '>', '!', '~', '^']) {
            let range = place_of(text, place, bare);
            let wanted = Wanted::Limits(limits(bare)?);
            return Some(Self { range, wanted });
        }
        let word = bare.strip_prefix(['v', 'V']).unwrap_or(bare);
        let end = word
            .find(|c: char| !(c.is_ascii_alphanumeric() || ".*+!".contains(c)))
            .unwrap_or(word.len());
        let (word, rest) = word.split_at(end);
        let goes_on = |c: char| c.is_whitespace() || "(,;`*".contains(c);
        let is_alone = !rest.contains(|c: char| c.is_ascii_digit()) || rest.trim().starts_with('(');
        if !(rest.is_empty() || rest.starts_with(goes_on)) || !is_alone {
            return None;
        }
        let range = place_of(text, place, word);
        let wanted = wanted(word)?;
        Some(Self { range, wanted })
    }

    /// Whether a release is what it says.
    pub fn admits(&self, version: &Version) -> bool {
        // A build is a build of the release: `2.9.0+cu128`.
        let version = version.clone().without_local();
        match &self.wanted {
            Wanted::Series(series) => {
                let begins = version.release().starts_with(series.release());
                *series == version || begins && !series.any_prerelease()
            }
            Wanted::Limits(limits) => limits.contains(&version),
        }
    }

    /// The version, where it names one and no limits.
    pub const fn version(&self) -> Option<&Version> {
        match &self.wanted {
            Wanted::Series(version) => Some(version),
            Wanted::Limits(_) => None,
        }
    }
}

/// `5.23.0`, `5.x`, `5.*`, `5.23+`
fn wanted(word: &str) -> Option<Wanted> {
    if let Some(least) = word.strip_suffix('+') {
        return limits(&format!(">={least}")).map(Wanted::Limits);
    }
    let series = [".x", ".X", ".*"]
        .iter()
        .find_map(|end| word.strip_suffix(end));
    let version: Version = series.unwrap_or(word).parse().ok()?;
    Some(Wanted::Series(version.without_local()))
}

/// Limits as packaging tools write them, and `^1.2`, `~1.2` of others.
fn limits(said: &str) -> Option<VersionSpecifiers> {
    let by_hand = said.strip_prefix('^').map(|rest| (rest, true));
    let by_hand = by_hand.or_else(|| {
        let rest = said.strip_prefix('~')?;
        (!rest.starts_with('=')).then_some((rest, false))
    });
    let Some((rest, is_caret)) = by_hand else {
        return said.parse().ok();
    };
    let version: Version = rest.trim().parse().ok()?;
    let parts = version.release();
    let at = |index: usize| parts.get(index).copied().unwrap_or_default();
    let next = match (is_caret, at(0)) {
        (true, 0) | (false, _) if parts.len() > 1 => format!("{}.{}", at(0), at(1) + 1),
        (_, first) => (first + 1).to_string(),
    };
    format!(">={version},<{next}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(said: &str, version: &str) -> Option<bool> {
        let stated = Stated::read(said, TextRange::from_usize(0, said.len()))?;
        Some(stated.admits(&version.parse().unwrap()))
    }

    #[test]
    fn what_is_written_admits_releases() {
        for (said, version) in [
            ("5.23.0", "5.23"),
            ("`5.23`", "5.23.1"),
            ("v5", "5.23.1"),
            ("5.x", "5.1.0"),
            ("5.23+", "5.24.0"),
            (">=5.20, <6", "5.23.0"),
            ("^5.20", "5.23.0"),
            ("^0.21.1", "0.21.2"),
            ("~=5.20", "5.23.0"),
            ("~5.23", "5.23.4"),
            ("2.9 (CUDA 12.8)", "2.9.0+cu128"),
            ("==2.9.0", "2.9.0+cu128"),
            ("5.23.0 or newer", "5.23.0"),
        ] {
            assert_eq!(admits(said, version), Some(true), "{said} {version}");
        }
        for (said, version) in [
            ("5.23.0", "5.22.0"),
            ("5.2", "5.23.0"),
            ("^5.20", "6.0.0"),
            ("^0.21", "0.22.0"),
            ("~5.23", "5.24.0"),
            ("==5.23.0", "5.23.1"),
        ] {
            assert_eq!(admits(said, version), Some(false), "{said} {version}");
        }
        for said in [
            "latest",
            "",
            "5.2 to 5.4",
            "2026-11-20",
            "-",
            "main",
            "5.2/5.3",
        ] {
            assert_eq!(admits(said, "5.2.0"), None, "{said}");
        }
    }
}
