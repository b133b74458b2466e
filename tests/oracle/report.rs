//! The numbers, as text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::answer;
use super::compare::{Difference, Tally};
use super::known::Known;

/// What came out for one release of one library.
pub struct Pair {
    pub library: String,
    pub release: String,
    pub tally: Tally,
    pub differences: Vec<Difference>,
}

/// Writes `differences.tsv` and `report.txt`; gives the text of the latter.
pub fn write(pairs: &[Pair], known: &[Known]) -> String {
    let folder = answer::folder();
    let mut lines = String::new();
    for difference in pairs.iter().flat_map(|pair| &pair.differences) {
        let is_known = known.iter().any(|known| known.explains(difference));
        writeln!(
            lines,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            difference.class,
            difference.library,
            difference.release,
            difference.path,
            difference.ours,
            difference.theirs,
            if difference.is_dangerous {
                "could be an error"
            } else {
                "-"
            },
            if is_known { "known" } else { "-" },
        )
        .unwrap();
    }
    std::fs::write(folder.join("differences.tsv"), lines).unwrap();
    let text = format!("{}\n{}\n{}", by_pair(pairs), totals(pairs), by_class(pairs));
    std::fs::write(folder.join("report.txt"), &text).unwrap();
    text
}

fn by_pair(pairs: &[Pair]) -> String {
    let mut text = format!(
        "{:<34}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}\n",
        "pair", "modules", "names", "members", "calls", "params", "silent", "differ"
    );
    for pair in pairs {
        let count = |what: &str| pair.tally.get(what);
        writeln!(
            text,
            "{:<34}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}",
            format!("{} {}", pair.library, pair.release),
            count("modules imported") + count("modules read"),
            count("names"),
            count("members"),
            count("callables"),
            count("parameters"),
            count("callables of which nothing is said"),
            pair.differences.len(),
        )
        .unwrap();
    }
    text
}

fn totals(pairs: &[Pair]) -> String {
    let mut sum = Tally::default();
    for (what, count) in pairs.iter().flat_map(|pair| &pair.tally.0) {
        sum.add(what, *count);
    }
    let mut text = format!("{} pairs\n", pairs.len());
    for (what, count) in &sum.0 {
        writeln!(text, "{count:>9} {what}").unwrap();
    }
    text
}

fn by_class(pairs: &[Pair]) -> String {
    let mut classes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for difference in pairs.iter().flat_map(|pair| &pair.differences) {
        let entry = classes.entry(difference.class).or_default();
        entry.0 += 1;
        entry.1 += usize::from(difference.is_dangerous);
    }
    let mut text = "differences, and how many of them could be errors\n".to_owned();
    for (class, (count, dangerous)) in classes {
        writeln!(text, "{count:>9} {dangerous:>9} {class}").unwrap();
    }
    text
}
