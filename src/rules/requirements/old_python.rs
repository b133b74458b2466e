//! HF704: releases that the Python in use is too old for.

use std::str::FromStr;

use pep440_rs::{Operator, Version, VersionSpecifiers};

use crate::embedded::Format;
use crate::knowledge::library::Library;
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
pub fn check(library: &Library, declared: &Declared, python: &Version) -> Option<Finding> {
    let exact = |specifier: &&pep440_rs::VersionSpecifier| *specifier.operator() == Operator::Equal;
    let pin = declared.specifiers.iter().find(exact)?.version();
    let release = library.releases().iter().position(|known| known == pin)?;
    let wanted = library
        .requirements(release)
        .iter()
        .find_map(|text| text.strip_prefix("python").map(ToOwned::to_owned))?;
    let specifiers = VersionSpecifiers::from_str(&wanted).ok()?;
    if specifiers.contains(python) {
        return None;
    }
    let message = format!(
        "`{}` {pin} requires Python {wanted}, and the interpreter has {python}",
        declared.name
    );
    let mut finding = RULE.plain_finding(declared.range, message);
    finding.library = Some(declared.name.clone());
    finding.version = Some(pin.to_string());
    Some(finding)
}
