//! HFP604

use crate::embedded::Format;
use crate::journal::plan::{FieldName, Plan, State, Step};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP604",
    name: "card-without-licence",
    severity: Severity::Information,
    summary: "a step about the model card that does not speak of the licence",
    explanation: "What was trained from a model goes under its licence, and many licences ask for a line in the card, or for the \
name of the model in that of the new one. Say in the step which licence the base model has and what it asks for.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 2. Model Selection\n\n- [ ] 2.1 Take a small one\n  - Model: `HuggingFaceTB/SmolLM2-1.7B-Instruct`\n  - Verify: it answers\n  - Why: it fits\n\n\
## 5. Hub Integration\n\n- [ ] 5.1 Write the model card\n  - Depends: 2.1\n  - Verify: the front matter names `base_model`\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 2. Model Selection\n\n- [ ] 2.1 Take a small one\n  - Model: `HuggingFaceTB/SmolLM2-1.7B-Instruct`\n  - Verify: it answers\n  - Why: it fits\n\n\
## 5. Hub Integration\n\n- [ ] 5.1 Write the model card\n  - Depends: 2.1\n  - Verify: the front matter names `base_model` and its licence, Apache-2.0\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    if !has_base_model(text, plan) {
        return;
    }
    for step in &plan.steps {
        let title = step.title.slice(text).to_lowercase();
        let is_about_card = title.contains("model card") || title.contains("modelcard");
        if is_about_card && !step.state.is_over() && !says(text, plan, step) {
            let message = "the step about the model card does not speak of the licence";
            let mut finding = RULE.plain_finding(step.title, message.to_owned());
            finding.help = Some("say which licence the base model has".to_owned());
            findings.push(finding);
        }
    }
}

/// Whether anything is made from a model that somebody else made.
fn has_base_model(text: &str, plan: &Plan) -> bool {
    let in_table = plan
        .target(text, "model")
        .is_some_and(|(_, value)| value.contains('/'));
    let mut models = plan.steps.iter().filter(|it| it.state != State::Skipped);
    in_table || models.any(|step| step.field(FieldName::Model).is_some())
}

/// Whether a step, or one that it is a part of, speaks of a licence.
fn says(text: &str, plan: &Plan, step: &Step) -> bool {
    let above = |step: &&Step| step.parent.map(|parent| &plan.steps[parent]);
    let mut around = std::iter::successors(Some(step), above);
    around.any(|step| {
        let said = step.range.slice(text).to_lowercase();
        said.contains("licen")
    })
}
