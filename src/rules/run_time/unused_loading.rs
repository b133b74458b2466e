//! HF309

use super::training::{Training, trainings};
use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::python::facts::Value;
use crate::rules::context::{Context, Thing};
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF309",
    name: "loading-settings-unused",
    severity: Severity::Warning,
    summary: "settings for loading a model that is loaded already",
    explanation: "`model_init_kwargs` is what a trainer of trl passes on to `from_pretrained` when it gets \
the name of a model. For a model that is loaded already there is nothing to load: the trainer logs a line \
and goes on without them (trl 1.16 `sft_trainer.py:694`; raised in some trainers before 0.24), so a dtype or \
a quantisation that is asked for there does not happen. Pass them where the model is loaded.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\nfrom trl import SFTConfig, SFTTrainer\n\nmodel = AutoModelForCausalLM.from_pretrained(\"Qwen/Qwen3-0.6B\")\nargs = SFTConfig(output_dir=\"out\", model_init_kwargs={\"dtype\": \"bfloat16\"})\ntrainer = SFTTrainer(model, args=args, train_dataset=dataset)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "from trl import SFTConfig, SFTTrainer\n\nargs = SFTConfig(output_dir=\"out\", model_init_kwargs={\"dtype\": \"bfloat16\"})\ntrainer = SFTTrainer(\"Qwen/Qwen3-0.6B\", args=args, train_dataset=dataset)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if !ctx.is_at_least("trl", "0.24") {
        return;
    }
    for training in trainings(ctx) {
        if training.callee.symbol.starts_with("trl.") {
            findings.extend(judge(ctx, &training));
        }
    }
}

fn judge(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<Finding> {
    let model = training.given("model")?;
    let is_object = matches!(ctx.thing(model.origin()?), Thing::Instance { .. });
    let settings = training.made.maker("args")?;
    let settings = settings.passed("model_init_kwargs")?;
    let is_something = match training.setting("model_init_kwargs") {
        Known::Value(Value::Dict(items)) => !items.is_empty(),
        _ => false,
    };
    if !is_object || !is_something {
        return None;
    }
    let message = format!(
        "`model_init_kwargs` has no effect on a model that is loaded already in {}",
        selected(ctx, &training.callee.symbol)
    );
    let mut finding = training.finding(&RULE, settings.site().1, message);
    finding.argument = Some("model_init_kwargs".to_owned());
    finding.help = Some("pass them to `from_pretrained`".to_owned());
    finding.related.push(Related {
        range: model.site().0,
        message: "this model is loaded already".to_owned(),
    });
    Some(finding)
}
