//! Sets of versions, as ranges that can be intersected and united.
//!
//! Specifiers are answers for one version at a time; that two of them have no version in common is a statement
//! about all versions, known or not, and needs the sets themselves.

use std::cmp::Ordering;
use std::fmt;

use pep440_rs::{Operator, Prerelease, Version, VersionSpecifier, VersionSpecifiers};

/// A place between versions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    /// Below all versions.
    Start,
    /// Directly below (`false`) or above (`true`) a version.
    At(Version, bool),
    /// Above all versions.
    End,
}

impl Cut {
    /// Whether the version lies above this place.
    fn is_below(&self, version: &Version) -> bool {
        match self {
            Self::Start => true,
            Self::At(place, false) => place <= version,
            Self::At(place, true) => place < version,
            Self::End => false,
        }
    }
}

/// A set of versions: ranges between two places, ascending, apart from each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range(Vec<(Cut, Cut)>);

impl Range {
    /// All versions.
    pub fn full() -> Self {
        Self(vec![(Cut::Start, Cut::End)])
    }

    /// Nothing but one version.
    pub fn only(version: &Version) -> Self {
        Self::between(below(version), above(version))
    }

    /// What is newer than a version.
    pub fn newer_than(version: &Version) -> Self {
        Self::between(above(version), Cut::End)
    }

    fn between(low: Cut, high: Cut) -> Self {
        Self(if low < high {
            vec![(low, high)]
        } else {
            Vec::new()
        })
    }

    /// Whether it holds no version.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it holds every version.
    pub fn is_full(&self) -> bool {
        self.0 == [(Cut::Start, Cut::End)]
    }

    /// Whether it holds a version; what stands behind a `+` does not count.
    pub fn contains(&self, version: &Version) -> bool {
        if version.is_local() {
            return self.contains(&version.clone().without_local());
        }
        let is_in = |(low, high): &(Cut, Cut)| low.is_below(version) && !high.is_below(version);
        self.0.iter().any(is_in)
    }

    /// The versions in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some((a, b)), Some((c, d))) = (left.peek(), right.peek()) {
            let (low, high) = (a.max(c), b.min(d));
            if low < high {
                out.push((low.clone(), high.clone()));
            }
            match b.cmp(d) {
                Ordering::Less => left.next(),
                _ => right.next(),
            };
        }
        Self(out)
    }

    /// The versions in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut all: Vec<(Cut, Cut)> = self.0.iter().chain(&other.0).cloned().collect();
        all.sort();
        let mut out: Vec<(Cut, Cut)> = Vec::new();
        for (low, high) in all {
            match out.last_mut() {
                Some((_, end)) if low <= *end => {
                    if high > *end {
                        *end = high;
                    }
                }
                _ => out.push((low, high)),
            }
        }
        Self(out)
    }

    /// All that is not older than its oldest.
    #[must_use]
    pub fn upwards(&self) -> Self {
        match self.0.first() {
            Some((low, _)) => Self::between(low.clone(), Cut::End),
            None => Self(Vec::new()),
        }
    }

    /// The versions that specifiers admit.
    pub fn of(specifiers: &VersionSpecifiers) -> Self {
        let ranges = specifiers.iter().map(Self::of_one);
        ranges.fold(Self::full(), |all, one| all.and(&one))
    }

    /// The versions that a specifier admits, as PEP 440 says it: `<5` excludes pre-releases of 5, `>5` excludes
    /// post-releases of 5.
    fn of_one(specifier: &VersionSpecifier) -> Self {
        let version = specifier.version().clone().without_local();
        let (low, high) = match specifier.operator() {
            Operator::Equal | Operator::ExactEqual => (below(&version), above(&version)),
            Operator::NotEqual => return Self::only(&version).complement(),
            Operator::LessThan if version.any_prerelease() || version.is_post() => {
                (Cut::Start, below(&version))
            }
            Operator::LessThan => (Cut::Start, Cut::At(version.with_min(Some(0)), false)),
            Operator::LessThanEqual => (Cut::Start, above(&version)),
            Operator::GreaterThan if version.is_dev() || version.is_post() => {
                (above(&version), Cut::End)
            }
            Operator::GreaterThan => (Cut::At(version.with_max(Some(0)), true), Cut::End),
            Operator::GreaterThanEqual => (below(&version), Cut::End),
            Operator::TildeEqual => {
                let kept = version.release().len().saturating_sub(1).max(1);
                let end =
                    behind(&Version::new(&version.release()[..kept]).with_epoch(version.epoch()));
                (below(&version), below(&end))
            }
            Operator::EqualStar => (
                below(&version.clone().with_dev(Some(0))),
                below(&behind(&version)),
            ),
            Operator::NotEqualStar => {
                let low = below(&version.clone().with_dev(Some(0)));
                return Self::between(low, below(&behind(&version))).complement();
            }
        };
        Self::between(low, high)
    }

    fn complement(&self) -> Self {
        let mut out = Vec::new();
        let mut start = Cut::Start;
        for (low, high) in &self.0 {
            if start < *low {
                out.push((start, low.clone()));
            }
            start = high.clone();
        }
        if start < Cut::End {
            out.push((start, Cut::End));
        }
        Self(out)
    }
}

fn below(version: &Version) -> Cut {
    Cut::At(version.clone().without_local(), false)
}

fn above(version: &Version) -> Cut {
    Cut::At(version.clone().without_local(), true)
}

/// The first version that no longer begins like `version`: 2.2.dev0 for 2.1.
fn behind(version: &Version) -> Version {
    if let Some(post) = version.post() {
        return version.clone().with_post(Some(post.saturating_add(1)));
    }
    if let Some(pre) = version.pre() {
        let number = pre.number.saturating_add(1);
        return version.clone().with_pre(Some(Prerelease { number, ..pre }));
    }
    let mut release = version.release().to_vec();
    if let Some(last) = release.last_mut() {
        *last = last.saturating_add(1);
    }
    Version::new(release)
        .with_epoch(version.epoch())
        .with_dev(Some(0))
}

impl fmt::Display for Range {
    /// As specifiers; parts that lie apart are joined with "or", and of many those in the middle left out.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = self.0.len() > 4;
        for (index, (low, high)) in self.0.iter().enumerate() {
            if many && (2..self.0.len() - 1).contains(&index) {
                out.write_str(if index == 2 { " or …" } else { "" })?;
                continue;
            }
            if index > 0 {
                out.write_str(" or ")?;
            }
            match (low, high) {
                (Cut::At(low, false), Cut::At(high, true)) if low == high => {
                    write!(out, "=={low}")?
                }
                _ => {
                    let lower = end(low, [">=", ">"]);
                    let upper = end(high, ["<", "<="]);
                    let comma = if lower.is_empty() || upper.is_empty() {
                        ""
                    } else {
                        ","
                    };
                    write!(out, "{lower}{comma}{upper}")?;
                }
            }
        }
        Ok(())
    }
}

/// A place as a specifier with one of two signs: for directly below and directly above a version.
fn end(cut: &Cut, signs: [&str; 2]) -> String {
    match cut {
        Cut::At(version, after) => {
            // Without the marks that place it.
            let shown = Version::new(version.release())
                .with_epoch(version.epoch())
                .with_pre(version.pre())
                .with_post(version.post())
                .with_dev(version.dev().filter(|dev| *dev > 0));
            format!("{}{shown}", signs[usize::from(*after)])
        }
        Cut::Start | Cut::End => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use proptest::prelude::*;

    use super::*;

    fn range(text: &str) -> Range {
        Range::of(&VersionSpecifiers::from_str(text).expect("specifiers"))
    }

    #[test]
    fn specifiers_without_common_version_are_empty() {
        for text in [
            "<5,>=5",
            "<5,>=5.0rc1",
            "==1.2.*,>=1.3",
            "~=2.1.0,>=2.2",
            ">1.0,<=1.0.post3",
            "!=1,==1",
            "<4.58,==5.*",
        ] {
            assert!(range(text).is_empty(), "{text}");
        }
        for text in [
            "<=5,>=5",
            "<5.1,>=5.1.dev0,!=5",
            "==1.2.*,>=1.2.9",
            "~=2.1,>=2.2",
            ">1.0,<1.0.1",
        ] {
            assert_eq!(range(text).is_empty(), text.contains("dev0"), "{text}");
        }
    }

    #[test]
    fn ranges_are_shown_as_specifiers() {
        for (text, shown) in [
            (">=0.22.0,<=0.31.0", ">=0.22.0,<=0.31.0"),
            ("<4.58", "<4.58"),
            ("~=2.1.0", ">=2.1.0,<2.2"),
            ("==1.0+cu121", "==1.0"),
            ("!=1.5,>=1", ">=1,<1.5 or >1.5"),
            ("!=1,!=2,!=3,!=4,!=5", "<1 or >1,<2 or … or >5"),
            (">3", ">3"),
        ] {
            assert_eq!(range(text).to_string(), shown);
        }
        assert!(range("").is_full());
    }

    fn specifier() -> impl Strategy<Value = String> {
        let sign = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">=", "~="]);
        let star = prop::sample::select(vec!["==", "!="]);
        let plain = (
            sign,
            0..3u8,
            0..3u8,
            prop::sample::select(vec!["", "rc1", ".dev0", ".post1", ".1"]),
        )
            .prop_map(|(sign, a, b, tail)| format!("{sign}{a}.{b}{tail}"));
        let starred = (star, 0..3u8, 0..3u8).prop_map(|(sign, a, b)| format!("{sign}{a}.{b}.*"));
        prop_oneof![3 => plain, 1 => starred]
    }

    fn version() -> impl Strategy<Value = Version> {
        let tail = prop::sample::select(vec![
            "", "rc1", "rc2", ".dev0", ".post1", ".post2", ".1", ".1.dev0",
        ]);
        (0..3u8, 0..4u8, tail)
            .prop_map(|(a, b, tail)| format!("{a}.{b}{tail}").parse().expect("a version"))
    }

    proptest! {
        /// A range holds what the specifiers admit, alone and combined; beside pre-releases and post-releases
        /// it may hold more, as these leave some out that lie in between.
        #[test]
        fn ranges_and_specifiers_agree(one in specifier(), two in specifier(), version in version()) {
            let admits = |text: &str| VersionSpecifiers::from_str(text).expect("specifiers").contains(&version);
            let is_plain = |text: &str| !text.starts_with(['<', '>']) || !text.contains(['r', 'd', 'p']);
            let (a, b) = (range(&one), range(&two));
            prop_assert!(a.contains(&version) || !admits(&one), "{} {}", one, version);
            prop_assert!(a.and(&b).contains(&version) || !admits(&one) || !admits(&two));
            if is_plain(&one) && is_plain(&two) {
                prop_assert_eq!(a.contains(&version), admits(&one), "{} {}", one, version);
                prop_assert_eq!(a.and(&b).contains(&version), admits(&one) && admits(&two));
                prop_assert_eq!(a.or(&b).contains(&version), admits(&one) || admits(&two));
                prop_assert_eq!(a.complement().contains(&version), !admits(&one));
            }
            prop_assert!(!a.upwards().is_empty() || a.is_empty());
        }

        #[test]
        fn any_specifier_has_a_range(text in "(==|!=|<|<=|>|>=|~=|===)([0-9]!)?[0-9]{1,20}(\\.[0-9]{1,20}){0,3}(a|rc)?[0-9]?(\\.post[0-9])?(\\.dev[0-9])?(\\+[a-z0-9]{1,3}|\\.\\*)?") {
            if let Ok(specifiers) = VersionSpecifiers::from_str(&text) {
                let range = Range::of(&specifiers);
                prop_assert_eq!(range.is_empty(), false, "{}", range);
            }
        }
    }
}
