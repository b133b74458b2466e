//! HF304

use super::training::trainings;
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::refusal::Passed;
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF304",
    name: "own-reference",
    severity: Severity::Error,
    summary: "a model that is its own reference",
    explanation: "Preference optimisation compares the model with a frozen copy of what it was. The very \
same object as `model` and `ref_model` raises a `ValueError` (trl 1.16 `dpo_trainer.py:591`, since 0.11; \
`kto_trainer.py`, since 1.8). Leave `ref_model` out: the trainer makes the copy.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\nfrom trl import DPOTrainer\n\nmodel = AutoModelForCausalLM.from_pretrained(\"facebook/opt-350m\")\ntrainer = DPOTrainer(model=model, ref_model=model, train_dataset=dataset)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\nfrom trl import DPOTrainer\n\nmodel = AutoModelForCausalLM.from_pretrained(\"facebook/opt-350m\")\ntrainer = DPOTrainer(model=model, train_dataset=dataset)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for training in trainings(ctx) {
        let raises = match training.callee.symbol.as_str() {
            "trl.DPOTrainer" => ctx.is_at_least("trl", "0.11"),
            "trl.KTOTrainer" => ctx.is_at_least("trl", "1.8"),
            _ => false,
        };
        let (Some(model), Some(reference)) = (training.given("model"), training.given("ref_model"))
        else {
            continue;
        };
        if !raises || !are_one(ctx, &model, &reference) {
            continue;
        }
        let message = format!(
            "`{}` raises `ValueError` for the same object as `model` and `ref_model` in {}",
            training.callee.label(),
            selected(ctx, &training.callee.symbol)
        );
        let mut finding = training.finding(&RULE, reference.site().1, message);
        finding.argument = Some("ref_model".to_owned());
        finding.help = Some("leave it out; the trainer makes a copy".to_owned());
        findings.push(finding);
    }
}

/// Whether both are the same variable, which holds a model. A copy of it comes from the same place, but is
/// written otherwise.
fn are_one(ctx: &Context<'_>, model: &Passed<'_>, reference: &Passed<'_>) -> bool {
    let written = |passed: &Passed<'_>| match passed {
        Passed::Keyword(keyword) => keyword.value_range.slice(ctx.text),
        Passed::Positional(positional) => positional.range.slice(ctx.text),
    };
    let name = written(model);
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_object = |passed: &Passed<'_>| {
        let origin = passed.origin();
        origin.is_some_and(|origin| ctx.maker(origin).is_some())
    };
    is_name && name == written(reference) && is_object(model) && is_object(reference)
}
