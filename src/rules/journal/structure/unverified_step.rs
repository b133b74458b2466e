//! HFP106

use super::held;
use crate::embedded::Format;
use crate::journal::plan::FieldName;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP106",
    name: "unverified-step",
    severity: Severity::Information,
    summary: "a step without `Verify:`",
    explanation: "The step says what to do and not how to see that it is done, so it is ticked when somebody is \
tired of it. A command with what it prints (`` `pytest -q` → passed ``), or a sentence that can be wrong, is enough.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Write the notes\n  - Files: `notes.txt`\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Write the notes\n  - Files: `notes.txt`\n  - Verify: it has ten lines\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    for step in held(plan) {
        let does = [FieldName::Run, FieldName::Files]
            .into_iter()
            .any(|name| step.field(name).is_some());
        if does && step.field(FieldName::Verify).is_none() {
            let message = "the step does not say how to see that it is done".to_owned();
            let mut finding = RULE.plain_finding(step.line, message);
            finding.help = Some("add `- Verify: ...`".to_owned());
            findings.push(finding);
        }
    }
}
