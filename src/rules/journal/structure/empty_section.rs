//! HFP102

use crate::embedded::Format;
use crate::journal::plan::{Known, Section};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP102",
    name: "empty-section",
    severity: Severity::Warning,
    summary: "a section of a plan that holds nothing",
    explanation: "A heading says that something is planned here, and nothing is. Blank lines and comments are \
nothing. Only sections are looked at whose names are known; see `docs/plan-format.md`. Write its steps, or a \
sentence that says why there are none.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Read the log\n  - Verify: no error\n\n\
## 2. Deployment Plan\n\n<!-- later -->\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Read the log\n  - Verify: no error\n\n\
## 2. Deployment Plan\n\nNothing is served.\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let is_planned = |section: &&Section| section.known.is_some_and(|it| it != Known::Archive);
    for section in plan.sections.iter().filter(is_planned) {
        if is_empty(surroundings, section) {
            let name = section.name.slice(text);
            let message = format!("the section `{name}` holds nothing");
            findings.push(RULE.plain_finding(section.heading, message));
        }
    }
}

fn is_empty(surroundings: &Surroundings<'_>, section: &Section) -> bool {
    let text = surroundings.text();
    let mut at = section.heading.end;
    let is_inside = |comment: &&TextRange| section.range.contains_range(**comment);
    let comments = surroundings.document.outline().comments.iter();
    for comment in comments
        .filter(is_inside)
        .filter(|it| it.start >= section.heading.end)
    {
        if !TextRange::new(at, comment.start)
            .slice(text)
            .trim()
            .is_empty()
        {
            return false;
        }
        at = comment.end;
    }
    TextRange::new(at, section.range.end)
        .slice(text)
        .trim()
        .is_empty()
}
