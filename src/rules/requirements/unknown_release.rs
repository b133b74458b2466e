//! HF702: pins of releases that do not exist.

use pep440_rs::{Operator, Version};

use crate::embedded::Format;
use crate::knowledge::library::Library;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::workspace::requirements::Declared;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF702",
    name: "unknown-release",
    severity: Severity::Warning,
    summary: "a pin of a release that is not known",
    explanation: "The pin lies behind the last known release of its series: a minor version behind the last \
one of a major version that another one has followed, or a patch behind the last one of a minor version that \
another one has followed. No installer finds it, unless it was published after this program was built. Holes \
within a series, and what is newer than everything known, are left alone.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &[],
        baseline: &[],
        code: "# /// script\n# dependencies = [\"transformers==4.61.0\"]\n# ///\n",
    },
    good: Example {
        format: Format::Python,
        targets: &[],
        baseline: &[],
        code: "# /// script\n# dependencies = [\"transformers==4.57.1\"]\n# ///\n",
    },
    check: Check::Requirements,
};

/// A finding where a pin names no release.
pub fn check(library: &Library, declared: &Declared) -> Option<Finding> {
    let exact = |specifier: &&pep440_rs::VersionSpecifier| *specifier.operator() == Operator::Equal;
    let pin = declared.specifiers.iter().find(exact)?.version();
    if pin.any_prerelease() || pin.is_post() || pin.is_local() {
        return None;
    }
    let (major, minor, patch) = numbers(pin);
    let releases: Vec<(u64, u64, u64)> = library.releases().iter().map(numbers).collect();
    let followed = |at: (u64, u64)| releases.iter().any(|&(a, b, _)| (a, b) > at);
    let of_major = releases.iter().filter(|release| release.0 == major);
    let last = *of_major.max()?;
    let next_major = releases.iter().any(|release| release.0 > major);
    let of_minor = releases
        .iter()
        .find(|release| (release.0, release.1) == (major, minor));
    let known = match of_minor {
        Some(known) if patch > known.2 && followed((major, minor)) => *known,
        None if next_major && minor > last.1 => last,
        _ => return None,
    };
    let (a, b, c) = known;
    let message = format!("no release {pin} of `{}` is known", declared.name);
    let mut finding = RULE.plain_finding(declared.range, message);
    finding.help = Some(format!("the last known one before it is {a}.{b}.{c}"));
    finding.library = Some(declared.name.clone());
    finding.version = Some(pin.to_string());
    Some(finding)
}

fn numbers(version: &Version) -> (u64, u64, u64) {
    let at = |index| version.release().get(index).copied().unwrap_or_default();
    (at(0), at(1), at(2))
}
