//! HF701: requirements that cannot be installed together.

use std::collections::BTreeSet;

use pep440_rs::Version;

use super::{is_sure, optional_groups, pinned};
use crate::embedded::Format;
use crate::knowledge::packages::{Conflict, Link, Packages, Pin, Wanted};
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::workspace::requirements::{Declared, Group};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF701",
    name: "conflicting-requirements",
    severity: Severity::Error,
    summary: "requirements that no installer can satisfy together",
    explanation: "By the metadata of their releases, one requirement asks for versions of a package that another \
one excludes, itself or through what it requires in turn. The message names the chain. It is told only where it \
is proved: every known release that is admitted leads to it, and conditions on the platform or the Python are \
left out unless they surely hold. It is found in requirement files, `pyproject.toml`, `setup.cfg`, the list for pip in \
`environment.yml`, and script blocks, and in Python files only through such a block. Requirements of different \
optional groups are not compared, and packages that the project overrides are left alone.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &[],
        baseline: &[],
        code: "# /// script\n# dependencies = [\"optimum-onnx==0.1.0\", \"sentence-transformers==6.2.0\"]\n# ///\n",
    },
    good: Example {
        format: Format::Python,
        targets: &[],
        baseline: &[],
        code: "# /// script\n# dependencies = [\"transformers==5.23.0\", \"huggingface-hub==2.4.0\"]\n# ///\n",
    },
    check: Check::Requirements,
};

/// One finding for each proof.
pub fn check(packages: &Packages, declared: &[Declared], python: Option<&Version>) -> Vec<Finding> {
    let overridden = declared.iter().filter(|one| one.group == Group::Override);
    let overridden: BTreeSet<&str> = overridden.map(|one| &*one.name).collect();
    let mut told = BTreeSet::new();
    let mut findings = Vec::new();
    let mut groups: Vec<Option<&Group>> = vec![None];
    groups.extend(optional_groups(declared).into_iter().map(Some));
    for group in groups {
        let goes_along = |one: &&Declared| match &one.group {
            Group::Optional(_) => Some(&one.group) == group,
            Group::Main | Group::Constraint | Group::Override => true,
        };
        let together: Vec<&Declared> = declared.iter().filter(goes_along).collect();
        let pins: Vec<(&Declared, Pin)> = together
            .into_iter()
            .filter_map(|one| Some((one, pin(one, python)?)))
            .collect();
        let (ones, pins): (Vec<&Declared>, Vec<Pin>) = pins.into_iter().unzip();
        for conflict in packages.conflicts(&pins, python) {
            let ranges: Vec<_> = conflict.pins.iter().map(|pin| ones[*pin].range).collect();
            if !touches(&conflict, &overridden) && told.insert(ranges) {
                findings.push(finding(&conflict, &ones));
            }
        }
    }
    findings
}

/// What a requirement asks; nothing where it may not apply, or is not pip's.
fn pin(declared: &Declared, python: Option<&Version>) -> Option<Pin> {
    let wanted = match &declared.group {
        _ if declared.by_url => Wanted::Elsewhere,
        _ if !is_sure(declared, python) => return None,
        Group::Override => return None,
        Group::Constraint => Wanted::Limit(declared.specifiers.clone()),
        Group::Main | Group::Optional(_) => Wanted::Versions(declared.specifiers.clone()),
    };
    Some(Pin {
        name: declared.name.clone(),
        extras: declared.extras.clone(),
        wanted,
    })
}

/// Whether a proof has to do with one of these packages.
fn touches(conflict: &Conflict, names: &BTreeSet<&str>) -> bool {
    let bare = |name: &str| names.contains(name.split('[').next().unwrap_or_default());
    let of_link = |link: &Link| match link {
        Link::Pinned { name, .. } => bare(name),
        Link::Requires { name, on, .. } => bare(name) || bare(on),
    };
    bare(&conflict.on) || conflict.sides.iter().flatten().any(of_link)
}

fn finding(conflict: &Conflict, declared: &[&Declared]) -> Finding {
    let blamed = declared[conflict.blamed()];
    let others = conflict
        .pins
        .iter()
        .filter(|pin| **pin != conflict.blamed());
    let related = others.map(|pin| Related {
        range: declared[*pin].range,
        message: format!("`{}` is asked for here", declared[*pin].name),
    });
    let mut finding = RULE.plain_finding(blamed.range, conflict.to_string());
    finding.related = related.collect();
    finding.library = Some(blamed.name.clone());
    finding.version = pinned(blamed).map(ToString::to_string);
    finding.version_source = blamed
        .file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    finding
}
