//! HFP105

use super::held;
use crate::embedded::Format;
use crate::journal::plan::FieldName;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP105",
    name: "bare-step",
    severity: Severity::Warning,
    summary: "a step with neither `Run:`, `Files:` nor `Verify:`",
    explanation: "A title alone does not say what to do: which command, which files, or how to see that it is done. \
Whoever works on it, a person or an agent, has to decide again what was decided when the plan was made. Steps that \
hold others, and those that are skipped, are left alone; code in a fence counts.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Read the log\n  - Verify: no error\n- [ ] 1.2 Clean up\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Read the log\n  - Verify: no error\n- [ ] 1.2 Clean up\n  - [ ] 1.2.1 The desk\n    - Verify: it is empty\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    for step in held(plan) {
        let says = [FieldName::Run, FieldName::Files, FieldName::Verify]
            .into_iter()
            .any(|name| step.field(name).is_some());
        if says || !step.fences.is_empty() {
            continue;
        }
        let message = "the step has neither `Run:`, `Files:` nor `Verify:`".to_owned();
        findings.push(RULE.plain_finding(step.line, message));
    }
}
