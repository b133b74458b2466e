//! HFP104

use crate::embedded::Format;
use crate::journal::id::Id;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP104",
    name: "misplaced-id",
    severity: Severity::Warning,
    summary: "an id of another section, or out of order",
    explanation: "The first number of an id is that of its section, and ids grow from one step to the next, so that \
a step is found without searching. Gaps are fine: nobody has to renumber after deleting a step. `1.10` comes after \
`1.9`. Sections without a number are left alone.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.2 Read the log\n  - Verify: no error\n\
- [ ] 1.1 Count the errors\n  - Verify: none\n- [ ] 2.1 Clean up\n  - Verify: it is empty\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.2 Read the log\n  - Verify: no error\n\
- [ ] 1.5 Count the errors\n  - Verify: none\n\n## 2. Data Pipeline\n\n- [ ] 2.1 Clean up\n  - Verify: it is empty\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    // The section of the step before, and its id.
    let mut before: Option<(usize, &Id)> = None;
    for step in &plan.steps {
        let Some(id) = step.id.as_ref().filter(|id| id.is_dotted()) else {
            continue;
        };
        let Some((at, number)) = step
            .section
            .and_then(|at| Some((at, plan.sections[at].number?)))
        else {
            continue;
        };
        let last = before
            .filter(|(section, _)| *section == at)
            .map(|(_, id)| id);
        let message = if id.parts()[0] != number {
            format!("`{id}` is no id of section {number}")
        } else if let Some(last) = last.filter(|last| id < *last) {
            before = Some((at, id));
            format!("`{id}` comes after `{last}`")
        } else {
            before = Some((at, id));
            continue;
        };
        findings.push(RULE.plain_finding(step.id_range, message));
    }
}
