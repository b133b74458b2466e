//! HF308

use super::training::{Training, trainings};
use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::python::facts::{Origin, Value};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF308",
    name: "early-stopping-never",
    severity: Severity::Error,
    summary: "an `EarlyStoppingCallback` that lacks what it compares",
    explanation: "`EarlyStoppingCallback` stops training when a metric does not get better from one \
evaluation to the next. When training begins it asserts that there are evaluations and that there is a \
metric (transformers 5.23 `trainer_callback.py:751`; before 4.49 also that `load_best_model_at_end=True`, \
which sets the metric to the loss). Set `eval_strategy` and `metric_for_best_model`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import EarlyStoppingCallback, Trainer, TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", eval_strategy=\"epoch\")\ntrainer = Trainer(\n    model,\n    args,\n    train_dataset=train,\n    eval_dataset=test,\n    callbacks=[EarlyStoppingCallback(early_stopping_patience=3)],\n)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import EarlyStoppingCallback, Trainer, TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", eval_strategy=\"epoch\", metric_for_best_model=\"loss\")\ntrainer = Trainer(\n    model,\n    args,\n    train_dataset=train,\n    eval_dataset=test,\n    callbacks=[EarlyStoppingCallback(early_stopping_patience=3)],\n)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for training in trainings(ctx) {
        findings.extend(judge(ctx, &training));
    }
}

fn judge(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<Finding> {
    let callbacks = training.given("callbacks")?;
    let stops = |origin: &&Origin| ctx.is_instance(origin, "transformers.EarlyStoppingCallback");
    let mut elements = callbacks.elements().iter().flatten();
    let callback = elements.find(|origin| stops(&origin.as_ref()))?;
    let lack = lack(ctx, training)?;
    let message = format!(
        "`EarlyStoppingCallback` raises `AssertionError` when training begins {lack} in {}",
        selected(ctx, "transformers.Trainer")
    );
    let range = ctx
        .maker(callback)
        .map_or(callbacks.site().1, |(call, _)| call.callee_range);
    let mut finding = training.finding(&RULE, range, message);
    finding.argument = Some("callbacks".to_owned());
    finding.help = Some("set `eval_strategy` and `metric_for_best_model`".to_owned());
    if let Some(place) = training.place("eval_strategy") {
        finding.related.push(Related {
            range: place,
            message: "the configuration".to_owned(),
        });
    }
    Some(finding)
}

/// What is surely missing.
fn lack(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<&'static str> {
    if training.evaluates() == Some(false) {
        Some("without evaluations")
    } else if training.setting("metric_for_best_model") == Known::Value(Value::None) {
        Some("without `metric_for_best_model`")
    } else if !ctx.is_at_least("transformers", "4.49")
        && training.is_set("load_best_model_at_end") == Some(false)
    {
        Some("without `load_best_model_at_end=True`")
    } else {
        None
    }
}
