//! HF312

use super::training::{Training, trainings};
use crate::embedded::Format;
use crate::knowledge::condition::evaluate::is_true;
use crate::python::facts::Value;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF312",
    name: "distributed-conflict",
    severity: Severity::Error,
    summary: "settings for several GPUs that exclude each other",
    explanation: "`Trainer` raises a `ValueError` for FSDP together with DeepSpeed (transformers 5.23 \
`trainer.py:474`). With either of them each process holds its own part of the model, so a model that was \
spread over the GPUs by `device_map=\"auto\"` cannot be trained (accelerate 1.15 `accelerator.py:1479`; \
DeepSpeed ZeRO-3 raises when it is loaded); that is a warning, since a single process takes it. Leave out \
`device_map`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==4.57.6"],
        baseline: &[],
        code: "from transformers import Trainer, TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", deepspeed=\"zero3.json\", fsdp=\"full_shard\")\ntrainer = Trainer(model=model, args=args, train_dataset=dataset)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==4.57.6"],
        baseline: &[],
        code: "from transformers import Trainer, TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", deepspeed=\"zero3.json\")\ntrainer = Trainer(model=model, args=args, train_dataset=dataset)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for training in trainings(ctx) {
        let shards = ["deepspeed", "fsdp"]
            .into_iter()
            .filter(|field| is_on(&training, field));
        match shards.collect::<Vec<_>>().as_slice() {
            [only] => findings.extend(spread(ctx, &training, only)),
            [_, both] => findings.extend(both_at_once(ctx, &training, both)),
            _ => {}
        }
    }
}

/// Whether the field is passed as a constant that switches sharding on.
fn is_on(training: &Training<'_, '_>, field: &str) -> bool {
    let maker = training.made.maker("args");
    let passed = maker.as_ref().and_then(|maker| maker.passed(field));
    passed.is_some_and(|passed| is_true(passed.value()) == Some(true))
}

fn both_at_once(ctx: &Context<'_>, training: &Training<'_, '_>, field: &str) -> Option<Finding> {
    let message = format!(
        "`{}` raises `ValueError` with both `deepspeed` and `fsdp` in {}",
        training.callee.label(),
        selected(ctx, "transformers.Trainer")
    );
    let mut finding = training.finding(&RULE, training.place(field)?, message);
    finding.argument = Some(field.to_owned());
    finding.help = Some("leave one of them out".to_owned());
    Some(finding)
}

fn spread(ctx: &Context<'_>, training: &Training<'_, '_>, field: &str) -> Option<Finding> {
    let model = training.given("model")?;
    let (load, loader) = ctx.maker(model.origin()?)?;
    let map = load.keyword("device_map")?;
    let is_spread = matches!(
        &map.value,
        Value::Str(map) if matches!(map.as_str(), "auto" | "balanced" | "balanced_low_0" | "sequential")
    );
    if !is_spread || !loader.symbol.ends_with(".from_pretrained") {
        return None;
    }
    let message = format!(
        "a model that `device_map` spreads over the GPUs cannot be trained with `{field}` in {}",
        selected(ctx, "transformers.Trainer")
    );
    let mut finding = training.finding(&RULE, map.range, message);
    finding.severity = Severity::Warning;
    finding.argument = Some("device_map".to_owned());
    finding.help = Some("leave out `device_map`".to_owned());
    if let Some(place) = training.place(field) {
        finding.related.push(Related {
            range: place,
            message: format!("`{field}` is set here"),
        });
    }
    Some(finding)
}
