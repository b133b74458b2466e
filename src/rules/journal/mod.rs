//! Rules about the dev-journal: HFP1xx to HFP8xx.
//!
//! They compare documents of the journal with each other, with the code and with what is known of the releases. What
//! they look at is [`Surroundings`]; they find nothing in documents that are no part of a journal.

mod code;
mod dependencies;
mod environment;
mod facts;
pub mod prose;
mod records;
mod safety;
mod structure;
mod translate;
mod wording;

pub use translate::translated;

use super::finding::Finding;
use super::is_suppressed;
use super::rule::{Check, Rule};
use crate::journal::surroundings::Surroundings;

/// The families, by code.
const FAMILIES: &[&[&Rule]] = &[
    structure::RULES,
    dependencies::RULES,
    code::RULES,
    environment::RULES,
    facts::RULES,
    safety::RULES,
    records::RULES,
    wording::RULES,
];

/// All of them, by code.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// The files of an example, each behind a line `==> path <==`; without such a line, all of it is the plan.
pub fn example_files(code: &str) -> Vec<(&str, String)> {
    let mut files: Vec<(&str, String)> = Vec::new();
    for line in code.split_inclusive('\n') {
        let path = line.trim_end().strip_prefix("==> ");
        match path.and_then(|path| path.strip_suffix(" <==")) {
            Some(path) => files.push((path, String::new())),
            None if files.is_empty() => files.push(("dev-journal/OUR-PLAN.md", line.to_owned())),
            None => files.last_mut().expect("one was pushed").1.push_str(line),
        }
    }
    files
}

/// The findings of one rule.
pub fn findings(rule: &Rule, surroundings: &Surroundings<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Check::Journal(check) = rule.check {
        check(surroundings, &mut findings);
    }
    findings
}

/// The findings of a document of the journal, or of one that the journal speaks of, in order of their places; the
/// work of each rule is done by `run`. `others` are what the rules about code found in it.
pub fn check(
    surroundings: &Surroundings<'_>,
    others: Vec<Finding>,
    run: impl FnMut(&'static Rule) -> Vec<Finding>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = rules().flat_map(run).collect();
    let others = others.into_iter().map(|finding| match surroundings.role {
        Some(role) => translated(role, finding),
        None => finding,
    });
    findings.extend(others);
    findings.retain(|finding| !surroundings.is_ignored(finding));
    findings.sort_by(|a, b| (a.range, a.code, &a.message).cmp(&(b.range, b.code, &b.message)));
    findings.dedup_by(|a, b| (a.range, a.code, &a.message) == (b.range, b.code, &b.message));
    findings
}
