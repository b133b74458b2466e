//! HF307

use super::training::{Training, trainings};
use crate::embedded::Format;
use crate::python::facts::{Access, Value};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF307",
    name: "uncomputed-metric",
    severity: Severity::Error,
    summary: "a `metric_for_best_model` that nobody computes",
    explanation: "Without `compute_metrics`, an evaluation gives the loss and how long it took. `Trainer` \
looks for `metric_for_best_model` in that after the first evaluation, and raises a `KeyError` \
(transformers 5.23 `trainer.py:3440`; before 4.47 when it saves): all the training until then is lost. Pass \
`compute_metrics`, or compare by \"loss\".",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import Trainer, TrainingArguments\n\nargs = TrainingArguments(\n    output_dir=\"out\",\n    eval_strategy=\"epoch\",\n    save_strategy=\"epoch\",\n    load_best_model_at_end=True,\n    metric_for_best_model=\"f1\",\n)\ntrainer = Trainer(model, args, train_dataset=train, eval_dataset=test)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import Trainer, TrainingArguments\n\nargs = TrainingArguments(\n    output_dir=\"out\",\n    eval_strategy=\"epoch\",\n    save_strategy=\"epoch\",\n    load_best_model_at_end=True,\n    metric_for_best_model=\"f1\",\n)\ntrainer = Trainer(\n    model, args, train_dataset=train, eval_dataset=test, compute_metrics=compute_metrics\n)\n",
    },
    check: Check::Code(check),
};

/// What an evaluation without `compute_metrics` gives, or may give.
const ALWAYS: &[&str] = &[
    "loss",
    "runtime",
    "samples_per_second",
    "steps_per_second",
    "jit_compilation_time",
    "model_preparation_time",
    "epoch",
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for training in trainings(ctx) {
        if matches!(
            training.callee.symbol.as_str(),
            "transformers.Trainer" | "transformers.Seq2SeqTrainer"
        ) {
            findings.extend(judge(ctx, &training));
        }
    }
}

fn judge(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<Finding> {
    // Callbacks are given the metrics, and may add to them.
    let is_plain = training.lacks("compute_metrics") && training.lacks("callbacks");
    if !is_plain || training.evaluates() != Some(true) || is_set_later(ctx) {
        return None;
    }
    let metric = training.text("metric_for_best_model")?;
    let plain = metric.strip_prefix("eval_").unwrap_or(&metric);
    let place = training.place("metric_for_best_model")?;
    // Several datasets have a loss each, named after them.
    let dataset = training.given("eval_dataset")?;
    let is_one = dataset.origin().is_some() || *dataset.value() == Value::Unknown;
    if ALWAYS.contains(&plain) || plain.ends_with("_loss") || !is_one {
        return None;
    }
    let message = format!(
        "`{}` raises `KeyError` when it compares by \"{metric}\", which nothing computes without \
         `compute_metrics`, in {}",
        training.callee.label(),
        selected(ctx, &training.callee.symbol)
    );
    let mut finding = training.finding(&RULE, place, message);
    finding.argument = Some("metric_for_best_model".to_owned());
    finding.help = Some("pass `compute_metrics` to the trainer".to_owned());
    finding.related.push(Related {
        range: training.call.callee_range,
        message: "without `compute_metrics`".to_owned(),
    });
    Some(finding)
}

/// Whether the file gives a trainer more to compute after it is made.
fn is_set_later(ctx: &Context<'_>) -> bool {
    ctx.facts.attributes.iter().any(|used| {
        let name = used.attr.name.as_str();
        matches!(
            name,
            "add_callback" | "compute_metrics" | "evaluate" | "evaluation_loop"
        ) && (used.access == Access::Store || name == "add_callback")
    })
}
