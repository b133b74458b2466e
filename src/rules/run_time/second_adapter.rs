//! HF303

use super::training::{Training, trainings};
use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::refusal::known;
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF303",
    name: "second-adapter",
    severity: Severity::Error,
    summary: "a `PeftModel` and a `peft_config` for one trainer",
    explanation: "The trainers of trl put the adapter of `peft_config` on the model themselves, and since \
trl 0.27 they raise a `ValueError` for a model that has one already (trl 1.16 `sft_trainer.py:818`; the other \
trainers do the same). Pass the base model together with `peft_config`, or the `PeftModel` without it.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "peft==0.21.2", "transformers==5.23.0"],
        baseline: &[],
        code: "from peft import LoraConfig, get_peft_model\nfrom transformers import AutoModelForCausalLM\nfrom trl import SFTTrainer\n\nconfig = LoraConfig(task_type=\"CAUSAL_LM\")\nmodel = get_peft_model(AutoModelForCausalLM.from_pretrained(\"facebook/opt-350m\"), config)\ntrainer = SFTTrainer(model, train_dataset=dataset, peft_config=config)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "peft==0.21.2", "transformers==5.23.0"],
        baseline: &[],
        code: "from peft import LoraConfig\nfrom transformers import AutoModelForCausalLM\nfrom trl import SFTTrainer\n\nconfig = LoraConfig(task_type=\"CAUSAL_LM\")\nmodel = AutoModelForCausalLM.from_pretrained(\"facebook/opt-350m\")\ntrainer = SFTTrainer(model, train_dataset=dataset, peft_config=config)\n",
    },
    check: Check::Code(check),
};

/// The trainers, each with the first release of trl that raises.
const TRAINERS: &[(&str, &str)] = &[
    ("trl.SFTTrainer", "0.27"),
    ("trl.DPOTrainer", "0.27"),
    ("trl.GRPOTrainer", "0.27"),
    ("trl.RLOOTrainer", "0.27"),
    ("trl.RewardTrainer", "0.27"),
    ("trl.KTOTrainer", "1.8"),
    ("trl.DistillationTrainer", "1.10"),
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for training in trainings(ctx) {
        let raises = TRAINERS.iter().any(|(trainer, since)| {
            training.callee.symbol == *trainer && ctx.is_at_least("trl", since)
        });
        if raises {
            findings.extend(judge(ctx, &training));
        }
    }
}

fn judge(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<Finding> {
    let config = training.given("peft_config")?;
    let model = training.given("model")?;
    let is_adapted = ctx.is_instance(model.origin()?, "peft.PeftModel");
    if !is_adapted || !matches!(known(ctx, &config), Known::Object(_)) {
        return None;
    }
    let message = format!(
        "`{}` raises `ValueError` for a `PeftModel` together with `peft_config` in {}",
        training.callee.label(),
        selected(ctx, &training.callee.symbol)
    );
    let mut finding = training.finding(&RULE, config.site().1, message);
    finding.argument = Some("peft_config".to_owned());
    finding.help = Some("leave out `peft_config`, or pass the base model".to_owned());
    finding.related.push(Related {
        range: model.site().0,
        message: "this model has an adapter already".to_owned(),
    });
    Some(finding)
}
