//! HF412

use super::training_model;
use super::unknown_dataset_part::columns;
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::run_time::training::trainings;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF412",
    name: "missing-chat-template",
    severity: Severity::Warning,
    summary: "conversations for a model whose tokenizer has no chat template",
    explanation: "Conversational data (`messages`) is turned into text by the chat template of the tokenizer. That of \
this model has none, and the script sets none, so the trainer raises `ValueError`. Give the \
tokenizer a template (`chat_template_path` of `SFTConfig`, trl's `clone_chat_template`), or begin \
with the instruction-tuned model.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "trl==1.16.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(\n    model=\"acme-labs/base-8b\",\n    args=SFTConfig(output_dir=\"out\"),\n    train_dataset=load_dataset(\"acme-labs/chats\", split=\"train\"),\n)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "trl==1.16.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(\n    model=\"acme-labs/chat-8b\",\n    args=SFTConfig(output_dir=\"out\"),\n    train_dataset=load_dataset(\"acme-labs/chats\", split=\"train\"),\n)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    // Somebody takes care of it.
    if memchr::memmem::find(ctx.text.as_bytes(), b"chat_template").is_some() {
        return;
    }
    for training in trainings(ctx) {
        // Another tokenizer may have a template.
        if !training.callee.symbol.starts_with("trl.") || !training.lacks("processing_class") {
            continue;
        }
        let Some((used, facts)) = training_model(ctx, &training) else {
            continue;
        };
        let passed = training.given("train_dataset");
        let steps = passed
            .as_ref()
            .and_then(|passed| Some(&passed.origin()?.steps));
        let Some((dataset, names)) = steps.and_then(|steps| columns(ctx, steps)) else {
            continue;
        };
        if facts.chat_template != Some(false) || !names.iter().any(|name| name == "messages") {
            continue;
        }
        let message = format!(
            "`{dataset}` holds conversations, and the tokenizer of `{}` has no chat template",
            used.id
        );
        findings.push(super::finding(ctx, &RULE, used, message));
    }
}
