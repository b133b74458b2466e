//! HF504

use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::python::facts::Value;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::refusal::known;
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::run_time::training::{Training, trainings};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF504",
    name: "float32-base-model",
    severity: Severity::Information,
    summary: "a frozen base model in float32",
    explanation: "A trainer of trl that gets the name of a model loads it in float32 since 0.27 \
(trl 1.16 `trainer/utils.py:1332`), which full training with mixed precision wants. With `peft_config` the \
base model is frozen, and the same weights in bfloat16 take half the memory: \
`model_init_kwargs={\"dtype\": \"bfloat16\"}`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "peft==0.21.2", "transformers==5.23.0"],
        baseline: &[],
        code: "from peft import LoraConfig\nfrom trl import SFTConfig, SFTTrainer\n\nargs = SFTConfig(output_dir=\"out\")\ntrainer = SFTTrainer(\n    \"Qwen/Qwen3-8B\", args=args, train_dataset=dataset, peft_config=LoraConfig()\n)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "peft==0.21.2", "transformers==5.23.0"],
        baseline: &[],
        code: "from peft import LoraConfig\nfrom trl import SFTConfig, SFTTrainer\n\nargs = SFTConfig(output_dir=\"out\", model_init_kwargs={\"dtype\": \"bfloat16\"})\ntrainer = SFTTrainer(\n    \"Qwen/Qwen3-8B\", args=args, train_dataset=dataset, peft_config=LoraConfig()\n)\n",
    },
    check: Check::Code(check),
};

const TRAINERS: &[&str] = &[
    "trl.SFTTrainer",
    "trl.DPOTrainer",
    "trl.GRPOTrainer",
    "trl.RLOOTrainer",
    "trl.RewardTrainer",
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if !ctx.is_at_least("trl", "0.27") {
        return;
    }
    for training in trainings(ctx) {
        if TRAINERS.contains(&training.callee.symbol.as_str()) {
            findings.extend(judge(ctx, &training));
        }
    }
}

fn judge(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<Finding> {
    let model = training.given("model")?;
    let adapter = training.given("peft_config")?;
    let is_named = matches!(model.value(), Value::Str(_));
    let is_frozen = matches!(known(ctx, &adapter), Known::Object(_));
    let is_plain = training.lacks("quantization_config");
    let says_nothing = training.lacks("args")
        || training.setting("model_init_kwargs") == Known::Value(Value::None);
    if !(is_named && is_frozen && is_plain && says_nothing) {
        return None;
    }
    let message = format!(
        "`{}` loads the frozen base model in float32 in {}",
        training.callee.label(),
        selected(ctx, &training.callee.symbol)
    );
    let mut finding = training.finding(&RULE, model.site().1, message);
    finding.argument = Some("model_init_kwargs".to_owned());
    finding.help =
        Some("pass `model_init_kwargs={\"dtype\": \"bfloat16\"}` to the configuration".to_owned());
    finding.related.push(Related {
        range: adapter.site().1,
        message: "only the adapter is trained".to_owned(),
    });
    Some(finding)
}
