//! HF406

use super::training_model;
use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::python::facts::Value;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::run_time::training::trainings;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF406",
    name: "context-too-short",
    severity: Severity::Warning,
    summary: "training on longer sequences than the model was made for",
    explanation: "The configuration of the model says for how many tokens it was made; the training configuration lets \
sequences grow beyond that. Models with learned positions fail there with an index error, others go \
on with positions that they have never seen.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "trl==1.16.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(\n    model=\"acme-labs/short-1b\",\n    args=SFTConfig(output_dir=\"out\", max_length=8192),\n    train_dataset=load_dataset(\"acme-labs/chats\", split=\"train\"),\n)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "trl==1.16.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(\n    model=\"acme-labs/short-1b\",\n    args=SFTConfig(output_dir=\"out\", max_length=2048),\n    train_dataset=load_dataset(\"acme-labs/chats\", split=\"train\"),\n)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for training in trainings(ctx) {
        let Known::Value(Value::Int(length)) = training.setting("max_length") else {
            continue;
        };
        let Some((used, facts)) = training_model(ctx, &training) else {
            continue;
        };
        let Some(context) = facts.context_length else {
            continue;
        };
        let is_over = u64::try_from(length).is_ok_and(|length| length > context);
        if let Some(place) = training.place("max_length").filter(|_| is_over) {
            let message = format!(
                "sequences of up to {length} tokens, and `{}` is made for {context}",
                used.id
            );
            let mut found = training.finding(&RULE, place, message);
            found.argument = Some("max_length".to_owned());
            findings.push(found);
        }
    }
}
