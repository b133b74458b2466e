//! Three versions of a text made one: what was made, what somebody made of it, and what is made now.
//!
//! Of the first only the keys of its lines are needed, which is what [`super::origin`] keeps.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The text.
    pub text: String,
    /// Lines of the text, from 0, at which both sides had changed the same: theirs were kept.
    pub kept: Vec<usize>,
}

/// What tells a line from others: blanks at its end and the tick in its box are nobody's change.
pub fn key(line: &str) -> String {
    let line = line.trim_end();
    let body = line.trim_start();
    match body
        .strip_prefix("- [x] ")
        .or_else(|| body.strip_prefix("- [X] "))
    {
        Some(rest) => format!("{}- [ ] {rest}", &line[..line.len() - body.len()]),
        None => line.to_owned(),
    }
}

/// Merges. `base` are hashes of the keys of the lines that were made, `hash` makes them.
pub fn merge(base: &[u64], theirs: &str, fresh: &str, hash: impl Fn(&str) -> u64) -> Merged {
    let theirs: Vec<&str> = theirs.split_inclusive('\n').collect();
    let fresh: Vec<&str> = fresh.split_inclusive('\n').collect();
    let hashed = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| hash(&key(line)))
            .collect::<Vec<u64>>()
    };
    let (of_theirs, of_fresh) = (hashed(&theirs), hashed(&fresh));
    let in_theirs = places(base, &of_theirs);
    let in_fresh = places(base, &of_fresh);
    let mut merged = Merged {
        text: String::new(),
        kept: Vec::new(),
    };
    let (mut at, mut mine, mut new) = (0, 0, 0);
    while at <= base.len() {
        // The next line that both still have; behind the last line stands one that all have.
        let next =
            (at..base.len()).find(|line| in_theirs[*line].is_some() && in_fresh[*line].is_some());
        let (end, their_end, fresh_end) = match next {
            Some(line) => (
                line,
                in_theirs[line].unwrap_or(mine),
                in_fresh[line].unwrap_or(new),
            ),
            None => (base.len(), theirs.len(), fresh.len()),
        };
        let (ours, made) = (mine..their_end, new..fresh_end);
        let is_theirs_as_made = of_theirs[ours.clone()] == base[at..end];
        let is_fresh_as_made = of_fresh[made.clone()] == base[at..end];
        let is_same = of_theirs[ours.clone()] == of_fresh[made.clone()];
        let taken = match is_theirs_as_made && !is_same {
            true => &fresh[made],
            false => &theirs[ours],
        };
        if !is_theirs_as_made && !is_fresh_as_made && !is_same {
            merged.kept.push(merged.text.matches('\n').count());
        }
        merged.text.extend(taken.iter().copied());
        let Some(line) = next else { break };
        merged.text.push_str(theirs[their_end]);
        (at, mine, new) = (line + 1, their_end + 1, fresh_end + 1);
    }
    merged
}

/// For each line of `base`, where the other text has it.
fn places(base: &[u64], other: &[u64]) -> Vec<Option<usize>> {
    let mut places = vec![None; base.len()];
    for op in capture_diff_slices(Algorithm::Patience, base, other) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            for step in 0..len {
                places[old_index + step] = Some(new_index + step);
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::planner::origin::hash;

    fn merged(base: &str, theirs: &str, fresh: &str) -> String {
        let base: Vec<u64> = base
            .split_inclusive('\n')
            .map(|line| hash(&key(line)))
            .collect();
        merge(&base, theirs, fresh, hash).text
    }

    #[test]
    fn each_side_gets_what_it_changed() {
        let base = "a\nb\nc\nd\ne\n";
        assert_eq!(
            merged(base, "a\nmine\nb\nc\nd\ne\n", "a\nb\nc\nD\ne\n"),
            "a\nmine\nb\nc\nD\ne\n"
        );
        assert_eq!(
            merged(base, "a\nb\nd\ne\n", "a\nb\nc\nd\ne\nf\n"),
            "a\nb\nd\ne\nf\n"
        );
    }

    #[test]
    fn what_both_changed_stays_as_somebody_wrote_it() {
        let hashes: Vec<u64> = ["a", "b", "c"].iter().map(|line| hash(line)).collect();
        let merged = merge(&hashes, "a\nmine\nc\n", "a\nnew\nc\n", hash);
        assert_eq!(
            (merged.text.as_str(), &merged.kept[..]),
            ("a\nmine\nc\n", &[1][..])
        );
    }

    #[test]
    fn a_tick_is_no_change_and_is_not_lost() {
        let base = "- [ ] 1.1 A\n  - Run: `old`\n";
        let ticked = "- [x] 1.1 A\n  - Run: `old`\n";
        assert_eq!(
            merged(base, ticked, "- [ ] 1.1 A\n  - Run: `new`\n"),
            "- [x] 1.1 A\n  - Run: `new`\n"
        );
    }

    fn text() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            prop_oneof!["[abc]{1}", Just(String::new()), Just("- [x] a".to_owned())],
            0..12,
        )
        .prop_map(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
    }

    proptest! {
        #[test]
        fn who_changed_nothing_gets_the_other(base in text(), other in text()) {
            prop_assert_eq!(merged(&base, &other, &base), other.clone());
            let fresh = merged(&base, &base, &other);
            let keys = |text: &str| text.lines().map(key).collect::<Vec<_>>();
            prop_assert_eq!(keys(&fresh), keys(&other));
            prop_assert_eq!(merged(&base, &other, &other), other);
        }

        #[test]
        fn no_line_of_theirs_that_is_their_own_is_lost(base in text(), theirs in text(), fresh in text()) {
            let with = theirs.clone() + "my own line\n";
            let merged = merged(&base, &with, &fresh);
            prop_assert!(merged.contains("my own line\n"));
        }
    }
}
