//! HF702: pins of releases that do not exist.

use pep440_rs::Version;

use super::pinned;
use crate::embedded::Format;
use crate::knowledge::packages::{Existence, Packages};
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::workspace::requirements::Declared;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF702",
    name: "unknown-release",
    severity: Severity::Warning,
    summary: "a pin of a release that does not exist or was withdrawn",
    explanation: "For about a hundred packages every release is known. A pin of another one finds nothing to \
install, unless it was published after this program was built; what is newer than all known releases, and \
builds of one's own (`+cu128`, `.dev0`), are left alone. A release that was withdrawn (yanked) can still \
be installed where it is pinned, but its authors advise against it.",
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

/// A finding where a pin names no release, or a withdrawn one.
pub fn check(packages: &Packages, declared: &Declared) -> Option<Finding> {
    let pin = pinned(declared)?;
    let name = &declared.name;
    let message = match packages.existence(name, pin)? {
        Existence::Known | Existence::Unsure => return None,
        Existence::Missing => format!("`{name}` has no release {pin}"),
        Existence::Yanked => format!("`{name}` {pin} was withdrawn (yanked) by its authors"),
    };
    let mut finding = RULE.plain_finding(declared.range, message);
    finding.help = nearest(packages, name, pin);
    finding
        .notes
        .push(format!("releases known on {}", packages.date()));
    finding.library = Some(name.clone());
    finding.version = Some(pin.to_string());
    Some(finding)
}

/// The releases around a version that are not withdrawn, as advice.
fn nearest(packages: &Packages, name: &str, pin: &Version) -> Option<String> {
    let package = packages.package(name)?;
    let mut usable = package.releases().filter(|it| !package.is_yanked(it));
    let before = usable.clone().rfind(|it| *it < pin);
    let after = usable.find(|it| *it > pin);
    Some(match (before, after) {
        (Some(before), Some(after)) => format!("the releases around it are {before} and {after}"),
        (Some(one), None) | (None, Some(one)) => format!("the nearest release is {one}"),
        (None, None) => return None,
    })
}
