//! In which of a library's releases a fact holds.

use std::fmt::Write as _;
use std::sync::Arc;

/// Inclusive ranges of release indexes, ascending, apart from each other by at least one release. Shared by
/// its copies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Presence(Arc<Vec<(u16, u16)>>);

impl Presence {
    /// From `first` to `last`, both included.
    pub fn range(first: usize, last: usize) -> Self {
        Self(Arc::new(vec![(clamp(first), clamp(last))]))
    }

    /// Adds a release that is not older than any that is already in.
    pub fn push(&mut self, release: usize) {
        let release = clamp(release);
        let ranges = Arc::make_mut(&mut self.0);
        match ranges.last_mut() {
            Some((_, last)) if *last >= release => {}
            Some((_, last)) if *last + 1 == release => *last = release,
            _ => ranges.push((release, release)),
        }
    }

    /// Whether the fact holds in the release of that index.
    pub fn contains(&self, release: usize) -> bool {
        let release = clamp(release);
        let next = self.0.partition_point(|(first, _)| *first <= release);
        next > 0 && release <= self.0[next - 1].1
    }

    /// The ranges, ascending.
    pub fn ranges(&self) -> impl DoubleEndedIterator<Item = (usize, usize)> + ExactSizeIterator {
        self.0
            .iter()
            .map(|(first, last)| (usize::from(*first), usize::from(*last)))
    }

    /// Every release in which it holds, ascending.
    pub fn releases(&self) -> impl Iterator<Item = usize> {
        self.ranges().flat_map(|(first, last)| first..=last)
    }

    /// The oldest release in which it holds.
    pub fn first(&self) -> Option<usize> {
        self.ranges().next().map(|(first, _)| first)
    }

    /// The newest release in which it holds.
    pub fn last(&self) -> Option<usize> {
        self.ranges().next_back().map(|(_, last)| last)
    }

    /// The first release after `release` in which it holds.
    pub fn next_after(&self, release: usize) -> Option<usize> {
        self.ranges()
            .find(|(_, last)| *last > release)
            .map(|(first, _)| first.max(release + 1))
    }

    /// The last release before `release` in which it holds.
    pub fn last_before(&self, release: usize) -> Option<usize> {
        self.ranges()
            .rev()
            .find(|(first, _)| *first < release)
            .map(|(_, last)| last.min(release.saturating_sub(1)))
    }

    /// Whether it holds in none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As text: `4.41..4.50,5.2..`, with the name of each release from `labels`. A range that lasts to
    /// the newest release has no end.
    pub fn to_text(&self, labels: &[String]) -> String {
        let mut out = String::new();
        for (first, last) in self.ranges() {
            if !out.is_empty() {
                out.push(',');
            }
            let label = |index: usize| labels.get(index).map_or("?", String::as_str);
            let written = if last + 1 >= labels.len() {
                write!(out, "{}..", label(first))
            } else if first == last {
                write!(out, "{}", label(first))
            } else {
                write!(out, "{}..{}", label(first), label(last))
            };
            debug_assert!(written.is_ok(), "writing to a string does not fail");
        }
        out
    }

    /// Reads what [`Self::to_text`] wrote; absent where a release is unknown or the order is wrong.
    pub fn parse(text: &str, labels: &[String]) -> Option<Self> {
        let index = |label: &str| labels.iter().position(|known| known == label);
        let mut ranges: Vec<(u16, u16)> = Vec::new();
        for range in text.split(',') {
            let (first, last) = match range.split_once("..") {
                Some((first, "")) => (index(first)?, labels.len() - 1),
                Some((first, last)) => (index(first)?, index(last)?),
                None => (index(range)?, index(range)?),
            };
            let before = ranges.last().map(|(_, last)| usize::from(*last));
            let ascending = before.is_none_or(|before| before + 1 < first);
            if first > last || !ascending {
                return None;
            }
            ranges.push((clamp(first), clamp(last)));
        }
        Some(Self(Arc::new(ranges)))
    }
}

impl FromIterator<usize> for Presence {
    /// The releases must come in ascending order.
    fn from_iter<I: IntoIterator<Item = usize>>(releases: I) -> Self {
        let mut presence = Self::default();
        for release in releases {
            presence.push(release);
        }
        presence
    }
}

/// No library comes near 65,535 releases; one that did would have its newest ones taken together.
fn clamp(release: usize) -> u16 {
    u16::try_from(release).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<String> {
        ["4.30", "4.31", "4.32", "4.33", "5.0"]
            .map(String::from)
            .to_vec()
    }

    #[test]
    fn text_comes_back() {
        for (releases, text) in [
            (vec![0, 1, 2, 3, 4], "4.30.."),
            (vec![4], "5.0.."),
            (vec![1], "4.31"),
            (vec![0, 1, 3], "4.30..4.31,4.33"),
            (vec![0, 2, 4], "4.30,4.32,5.0.."),
        ] {
            let presence: Presence = releases.iter().copied().collect();
            assert_eq!(presence.to_text(&labels()), text);
            assert_eq!(Presence::parse(text, &labels()), Some(presence.clone()));
            assert_eq!(presence.releases().collect::<Vec<_>>(), releases);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "4.29", "4.33..4.31", "4.32,4.30", "4.30..4.31,4.32"] {
            assert_eq!(Presence::parse(text, &labels()), None, "{text}");
        }
    }

    #[test]
    fn neighbours_are_found() {
        let presence: Presence = [0, 1, 3].into_iter().collect();
        assert!(presence.contains(1) && !presence.contains(2) && presence.contains(3));
        assert_eq!(presence.next_after(1), Some(3));
        assert_eq!(presence.next_after(0), Some(1));
        assert_eq!(presence.next_after(3), None);
        assert_eq!(presence.last_before(3), Some(1));
        assert_eq!(presence.last_before(4), Some(3));
        assert_eq!(presence.last_before(0), None);
    }
}
