//! `_versions.yml`: which versions of a documentation there are.

use std::str::FromStr;

use crate::environment::Version;

/// So many versions are read.
const MOST: usize = 5_000;

/// The versions that a documentation has, without `main`. The file is a list of `- version: v5.23.0`; whatever else it
/// holds is left out.
pub fn parse(text: &str) -> Vec<Version> {
    let written = text.lines().filter_map(|line| {
        let line = line.trim().trim_start_matches('-').trim_start();
        let value = line
            .strip_prefix("version:")?
            .trim()
            .trim_matches(['"', '\'']);
        Version::from_str(value.strip_prefix('v').unwrap_or(value)).ok()
    });
    written.take(MOST).collect()
}

/// The version whose documentation fits best: the very one, or another patch of its minor, or the newest before it, or
/// the oldest of all. Pre-releases count only where they are wanted.
pub fn nearest<'v>(versions: &'v [Version], wanted: &Version) -> Option<&'v Version> {
    let minor = |version: &Version| {
        let part = |at: usize| version.release().get(at).copied().unwrap_or_default();
        (part(0), part(1))
    };
    let fits = |version: &&Version| version.is_stable() || *version == wanted;
    let known = || versions.iter().filter(fits);
    let same = || {
        known()
            .filter(|version| minor(version) == minor(wanted))
            .max()
    };
    let before = || known().filter(|version| *version < wanted).max();
    known()
        .find(|version| *version == wanted)
        .or_else(same)
        .or_else(before)
        .or_else(|| known().min())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_version_is_chosen() {
        let versions = parse(
            "- version: main\n- version: v5.22.2\n- version: v5.21.0\n- version: \"v4.57.6\"\n- title: x\n- version: v5.23.0rc1\n",
        );
        assert_eq!(versions.len(), 4);
        let near = |wanted: &str| {
            nearest(&versions, &wanted.parse().unwrap())
                .unwrap()
                .to_string()
        };
        assert_eq!(near("5.22.2"), "5.22.2");
        assert_eq!(near("5.22.0"), "5.22.2");
        assert_eq!(near("5.23.0"), "5.22.2");
        assert_eq!(near("4.30.0"), "4.57.6");
        assert_eq!(near("5.23.0rc1"), "5.23.0rc1");
        assert_eq!(nearest(&[], &"1.0".parse().unwrap()), None);
    }
}
