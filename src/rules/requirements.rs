//! HF701, HF702 and HF704: requirements that cannot be installed.

mod conflicting;
mod old_python;
mod unknown_release;

use std::collections::BTreeSet;

use pep440_rs::{Operator, Version};

use super::finding::Finding;
use super::rule::Rule;
use crate::knowledge::packages;
use crate::workspace::requirements::{Declared, Group};

/// The rules of the family before and behind the one about missing packages, by code.
pub const RULES: [&Rule; 3] = [
    &conflicting::RULE,
    &unknown_release::RULE,
    &old_python::RULE,
];

/// Compares each requirement with the releases that there are, and with the other requirements.
pub fn check(declared: &[Declared], python: Option<&Version>) -> Vec<Finding> {
    let packages = packages::packages();
    let mut findings = conflicting::check(packages, declared, python);
    for one in declared.iter().filter(|one| is_sure(one, python)) {
        findings.extend(unknown_release::check(packages, one));
        findings.extend(python.and_then(|python| old_python::check(packages, one, python)));
    }
    findings.sort_by_key(|finding| finding.range);
    findings
}

/// Whether a requirement surely applies, is pip's to install, and its versions are told.
fn is_sure(declared: &Declared, python: Option<&Version>) -> bool {
    let applies = declared
        .marker
        .as_ref()
        .is_none_or(|marker| marker.applies(python) == Some(true));
    applies && !declared.by_url && !declared.by_conda
}

/// The version that a requirement pins.
fn pinned(declared: &Declared) -> Option<&Version> {
    let exact = |it: &&pep440_rs::VersionSpecifier| *it.operator() == Operator::Equal;
    declared
        .specifiers
        .iter()
        .find(exact)
        .map(|it| it.version())
}

/// The groups beside those that are always installed.
fn optional_groups(declared: &[Declared]) -> BTreeSet<&Group> {
    let groups = declared.iter().map(|one| &one.group);
    groups
        .filter(|group| matches!(group, Group::Optional(_)))
        .collect()
}
