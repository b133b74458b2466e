//! HFP401

use pep440_rs::Version;

use crate::embedded::Format;
use crate::journal::pins::Pinned;
use crate::journal::releases::{Releases, What, exact};
use crate::journal::surroundings::Surroundings;
use crate::knowledge::packages::{Existence, packages};
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP401",
    name: "release-that-is-not-there",
    severity: Severity::Error,
    summary: "a package in a release that does not exist, or was withdrawn",
    explanation: "No installer finds the release that stands under `Packages:`, or finds it with a warning that \
its authors took it back. All releases of about a hundred distributions are known, as of the day on which this \
program was made; what is newer than all of them, a pre-release or a build of one's own is left alone, and so is what the \
project has locked or installed in that release.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Pin the packages\n  - Packages: `trl==1.16.99`, `peft==0.21.2`\n  \
- Verify: both can be imported\n\n## 2. Later\n\n- [ ] 2.1 Newer ones\n  - Packages: `transformers==4.61.0`\n  - Verify: it can be imported\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Pin the packages\n  - Packages: `trl==1.16.0`, `peft==0.21.2`\n  \
- Verify: both can be imported\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let pins = match surroundings.own_plan() {
        Some(_) => surroundings.document.pins(),
        None => return,
    };
    let suspects: Vec<&Pinned> = pins.iter().filter(|it| is_suspect(it)).collect();
    if suspects.is_empty() {
        return;
    }
    let releases = Releases::of(surroundings);
    for pinned in suspects {
        let Some(version) = exact(&pinned.specifiers) else {
            continue;
        };
        // A package index of their own may have it.
        let has_it = releases.of_package(&pinned.name).is_some_and(
            |said| matches!(&said.what, What::Exactly(versions) if versions.contains(version)),
        );
        if !has_it {
            findings.extend(finding(pinned, version));
        }
    }
}

fn is_suspect(pinned: &Pinned) -> bool {
    let existence =
        exact(&pinned.specifiers).and_then(|version| packages().existence(&pinned.name, version));
    matches!(existence, Some(Existence::Missing | Existence::Yanked))
}

/// Whether a release is known not to exist.
pub fn is_missing(name: &str, version: &Version) -> bool {
    packages().existence(name, version) == Some(Existence::Missing)
}

fn finding(pinned: &Pinned, version: &Version) -> Option<Finding> {
    let newest = packages().package(&pinned.name)?.newest()?;
    let is_missing = is_missing(&pinned.name, version);
    let message = match is_missing {
        true => format!("`{}` has no release {version}", pinned.written),
        false => format!("release {version} of `{}` was withdrawn", pinned.written),
    };
    let mut finding = RULE.plain_finding(pinned.range, message);
    if !is_missing {
        finding.severity = Severity::Warning;
    }
    finding.help = Some(format!("the newest release is {newest}"));
    finding
        .notes
        .push(format!("releases as of {}", packages().date()));
    finding.library = Some(pinned.name.clone());
    finding.version = Some(version.to_string());
    finding.replacement = Some(newest.to_string());
    finding.fix = Some(Fix {
        title: format!("Pin the newest release, {newest}"),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            range: pinned.specifiers_range,
            content: format!("=={newest}"),
        }],
    });
    Some(finding)
}
