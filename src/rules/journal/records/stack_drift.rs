//! HFP701

use pep440_rs::Version;

use crate::embedded::Format;
use crate::journal::releases::{Releases, Said, What};
use crate::journal::role::Role;
use crate::journal::stack::{Row, Stack, Stated};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Elsewhere, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP701",
    name: "tech-stack-behind",
    severity: Severity::Warning,
    summary: "a row of the tech stack with another release than the project has",
    explanation: "Agents and newcomers take the tech stack for what is there. The release in the row is not the one in the lock file, \
in the exact pin of a requirement file, or in the environment. Rows are read from tables with a column of versions, and from items \
such as `TRL 1.16.0`; `5.23` is any release of that series, and limits such as `>=5.20` are compared too.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> requirements.txt <==\ntrl==1.16.0\n==> dev-journal/TECH-STACK.md <==\n# Tech stack\n\n| Package | Version |\n| --- | --- |\n| trl | 1.15.0 |\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> requirements.txt <==\ntrl==1.16.0\n==> dev-journal/TECH-STACK.md <==\n# Tech stack\n\n| Package | Version |\n| --- | --- |\n| trl | 1.16.0 |\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    if surroundings.role != Some(Role::Stack) {
        return;
    }
    let stack = Stack::read(surroundings.text(), surroundings.document.outline());
    if stack.rows.is_empty() {
        return;
    }
    let releases = Releases::of(surroundings);
    for row in &stack.rows {
        let (Some(stated), Some(said)) = (&row.version, releases.of_package(&row.name)) else {
            continue;
        };
        if let What::Exactly(versions) = &said.what
            && !versions.iter().any(|version| stated.admits(version))
        {
            findings.push(finding(surroundings.text(), row, stated, &said, versions));
        }
    }
}

fn finding(text: &str, row: &Row, stated: &Stated, said: &Said, versions: &[Version]) -> Finding {
    let all: Vec<String> = versions.iter().map(ToString::to_string).collect();
    let (written, has) = (stated.range.slice(text), all.join(" and "));
    let message = format!("{} has `{}` {has}, not {written}", said.place, row.name);
    let mut finding = RULE.plain_finding(stated.range, message);
    finding.library = Some(row.name.clone());
    finding.version_source = Some(said.place.clone());
    finding.elsewhere.extend(said.range.map(|range| Elsewhere {
        path: said.place.clone(),
        range,
        message: format!("`{}` is set here", row.name),
    }));
    let replacement = said
        .version()
        .and_then(|version| as_written(stated, version));
    if let Some(content) = replacement {
        finding.version = said.version().map(ToString::to_string);
        finding.replacement = Some(content.clone());
        finding.fix = Some(Fix {
            title: format!("Write {content}"),
            applicability: Applicability::Safe,
            edits: vec![Edit {
                range: stated.range,
                content,
            }],
        });
    }
    finding
}

/// A version with as many numbers as the row has; `None` where the row names limits.
fn as_written(stated: &Stated, version: &Version) -> Option<String> {
    let numbers = stated.version()?.release().len();
    let release = version.release();
    let shown = release.iter().take(numbers.min(release.len()));
    match numbers < release.len() {
        true => Some(shown.map(ToString::to_string).collect::<Vec<_>>().join(".")),
        false => Some(version.clone().without_local().to_string()),
    }
}
