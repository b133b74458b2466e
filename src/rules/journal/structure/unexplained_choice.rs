//! HFP107

use super::held;
use crate::embedded::Format;
use crate::journal::plan::{FieldName, Known};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP107",
    name: "unexplained-choice",
    severity: Severity::Information,
    summary: "a model that is chosen without `Why:`",
    explanation: "Which model is used decides about licence, memory, chat template and price, and half a year later \
nobody knows any more why it was this one. One line is enough: the licence, the size, what it was better at, with a \
link. Steps of the section *Model Selection* that have `Model:` are looked at.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 2. Model Selection\n\n- [ ] 2.1 Take the small one\n  - Model: `HuggingFaceTB/SmolLM2-360M`\n  - Verify: its card is read\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 2. Model Selection\n\n- [ ] 2.1 Take the small one\n  - Model: `HuggingFaceTB/SmolLM2-360M`\n  - Verify: its card is read\n  - Why: Apache-2.0, and it answers on a laptop\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    for step in held(plan) {
        let section = step.section.and_then(|at| plan.sections[at].known);
        let chooses = section == Some(Known::Model) && step.field(FieldName::Model).is_some();
        if chooses && step.field(FieldName::Why).is_none() {
            let message = "the step chooses a model and does not say why".to_owned();
            let mut finding = RULE.plain_finding(step.line, message);
            finding.help = Some("add `- Why: ...`".to_owned());
            findings.push(finding);
        }
    }
}
