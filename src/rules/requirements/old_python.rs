//! HF704: releases that the Python in use is too old for.

use pep440_rs::Version;

use super::pinned;
use crate::embedded::Format;
use crate::knowledge::packages::Packages;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::workspace::requirements::Declared;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF704",
    name: "old-python",
    severity: Severity::Error,
    summary: "a pin that the interpreter is too old for",
    explanation: "The metadata of the pinned release asks for a newer Python than the selected interpreter's, \
so no installer takes it there. It is found in requirement files, with an interpreter selected by `--python` \
or by the editor.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &[],
        baseline: &["python==3.8"],
        code: "# /// script\n# dependencies = [\"transformers==5.23.0\"]\n# ///\n",
    },
    good: Example {
        format: Format::Python,
        targets: &[],
        baseline: &["python==3.12"],
        code: "# /// script\n# dependencies = [\"transformers==5.23.0\"]\n# ///\n",
    },
    check: Check::Requirements,
};

/// A finding where the pinned release excludes `python`.
pub fn check(packages: &Packages, declared: &Declared, python: &Version) -> Option<Finding> {
    let pin = pinned(declared)?;
    let wanted = packages.package(&declared.name)?.requires_python(pin)?;
    if wanted.contains(python) {
        return None;
    }
    let wanted: String = wanted.to_string().split(' ').collect();
    let message = format!(
        "`{}` {pin} requires Python {wanted}, and the interpreter has {python}",
        declared.name
    );
    let mut finding = RULE.plain_finding(declared.range, message);
    finding.library = Some(declared.name.clone());
    finding.version = Some(pin.to_string());
    Some(finding)
}
