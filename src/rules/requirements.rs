//! HF701, HF702 and HF704: requirements that cannot be installed.

mod old_python;
mod unknown_release;

use pep440_rs::{Version, VersionSpecifiers};

use super::finding::{Finding, Related, Severity};
use super::rule::{Check, Example, FixKind, Rule};
use crate::embedded::Format;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::library::Library;
use crate::workspace::requirements::{Declared, Group, Requirement};

/// The rules of the family before and behind the one about missing packages, by code.
pub const RULES: [&Rule; 3] = [&RULE, &unknown_release::RULE, &old_python::RULE];

/// See [`Rule`].
const RULE: Rule = Rule {
    code: "HF701",
    name: "conflicting-requirements",
    severity: Severity::Error,
    summary: "two requirements that no installer can satisfy together",
    explanation: "The metadata of every known release that one requirement admits asks for versions of \
another library that the other requirement excludes. It is found in requirement files, `pyproject.toml`, \
`environment.yml` and script blocks, and in Python files only through such a block. Requirements \
of different optional groups are not compared.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &[],
        baseline: &[],
        code: "# /// script\n# dependencies = [\"transformers==4.57.6\", \"huggingface-hub==2.4.0\"]\n# ///\n",
    },
    good: Example {
        format: Format::Python,
        targets: &[],
        baseline: &[],
        code: "# /// script\n# dependencies = [\"transformers==5.23.0\", \"huggingface-hub==2.4.0\"]\n# ///\n",
    },
    check: Check::Requirements,
};

/// Compares each requirement on a known library with its releases, and with the other requirements.
pub fn check(
    knowledge: &Knowledge,
    declared: &[Declared],
    python: Option<&Version>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in declared.iter().filter(|one| is_sure(one, python)) {
        let Some(library) = knowledge.store().library(&one.name) else {
            continue;
        };
        findings.extend(unknown_release::check(library, one));
        findings.extend(python.and_then(|python| old_python::check(library, one, python)));
        for other in declared.iter().filter(|other| is_sure(other, python)) {
            if other.name != one.name && go_together(&one.group, &other.group) {
                findings.extend(conflict(knowledge, library, one, other));
            }
        }
    }
    findings.sort_by_key(|finding| finding.range);
    findings
}

/// Whether a requirement surely applies, and its versions are told.
fn is_sure(declared: &Declared, python: Option<&Version>) -> bool {
    let applies = declared
        .marker
        .as_ref()
        .is_none_or(|marker| marker.applies(python) == Some(true));
    applies && !declared.by_url
}

/// Whether two requirements are installed into one environment.
fn go_together(one: &Group, other: &Group) -> bool {
    one == other
        || matches!(one, Group::Main | Group::Constraint)
        || matches!(other, Group::Main | Group::Constraint)
}

/// A finding where every admitted release of `one` asks for what `other` excludes.
fn conflict(
    knowledge: &Knowledge,
    library: &Library,
    one: &Declared,
    other: &Declared,
) -> Option<Finding> {
    let releases = admitted(library, one);
    let mut asked = None;
    for release in &releases {
        let wanted = requirement_on(library, *release, &other.name)?;
        if can_meet(knowledge, other, &wanted)? {
            return None;
        }
        asked.get_or_insert((*release, wanted));
    }
    let (release, wanted) = asked?;
    let version = &library.releases()[release];
    let message = format!(
        "`{}` {version} requires `{}{wanted}`, which `{}{}` excludes",
        one.name, other.name, other.name, other.written
    );
    Some(Finding {
        code: RULE.code,
        name: RULE.name,
        severity: RULE.severity,
        message,
        help: None,
        notes: Vec::new(),
        range: one.range,
        related: vec![Related {
            range: other.range,
            message: format!("`{}` is limited here", other.name),
        }],
        elsewhere: Vec::new(),
        fix: None,
        library: Some(one.name.clone()),
        symbol: None,
        argument: None,
        replacement: None,
        deprecated_in: None,
        removed_in: None,
        version: Some(version.to_string()),
        version_source: one
            .file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned()),
        deprecated: false,
    })
}

/// The known releases that a requirement admits. A pinned patch is answered from its minor, which has
/// the same requirements nearly always; so exact pins count only where that very release is known.
fn admitted(library: &Library, declared: &Declared) -> Vec<usize> {
    let releases = library.releases().iter().enumerate();
    releases
        .filter(|(_, version)| declared.specifiers.contains(version))
        .map(|(index, _)| index)
        .collect()
}

/// What a release asks of another library; `None` where it asks nothing for sure.
fn requirement_on(library: &Library, release: usize, name: &str) -> Option<VersionSpecifiers> {
    let texts = library.requirements(release);
    texts
        .iter()
        .filter_map(|text| Requirement::parse(text).ok())
        .find(|requirement| requirement.name == name && !requirement.by_url)
        .map(|requirement| requirement.specifiers)
}

/// Whether a version exists that both admit. For an exact pin the pin itself decides; for a range every
/// known release, and one that is newer than all of them where the range is open.
fn can_meet(
    knowledge: &Knowledge,
    declared: &Declared,
    wanted: &VersionSpecifiers,
) -> Option<bool> {
    let exact = declared
        .specifiers
        .iter()
        .find(|specifier| matches!(specifier.operator(), pep440_rs::Operator::Equal));
    if let Some(exact) = exact {
        return Some(wanted.contains(exact.version()));
    }
    let library = knowledge.store().library(&declared.name)?;
    let both =
        |version: &Version| declared.specifiers.contains(version) && wanted.contains(version);
    let far = Version::new([9999, 0, 0]);
    Some(
        library.releases().iter().any(both)
            || both(&far)
            || boundaries(&declared.specifiers).any(|v| both(&v))
            || boundaries(wanted).any(|v| both(&v)),
    )
}

/// The versions named in specifiers: a range that overlaps another one does so at one of these, or
/// between known releases.
fn boundaries(specifiers: &VersionSpecifiers) -> impl Iterator<Item = Version> {
    specifiers
        .iter()
        .map(|specifier| specifier.version().clone())
        .collect::<Vec<_>>()
        .into_iter()
}
