//! HF411

use super::unknown_dataset_part::columns;
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::run_time::training::{Training, trainings};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF411",
    name: "unfit-columns",
    severity: Severity::Warning,
    summary: "a dataset whose columns the trainer cannot use",
    explanation: "A trainer of trl finds what it needs by the names of columns: `messages`, `text` or `prompt` and \
`completion` for supervised fine-tuning, `chosen` and `rejected` for preferences, `prompt` for \
reinforcement learning. The dataset is passed as it was loaded and has none of them, so training \
ends with a `KeyError` before its first step. Rename the columns, or map the dataset to the format.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "trl==1.16.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(\n    model=\"acme-labs/chat-8b\",\n    args=SFTConfig(output_dir=\"out\"),\n    train_dataset=load_dataset(\"acme-labs/reviews\", split=\"train\"),\n)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "trl==1.16.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(\n    model=\"acme-labs/chat-8b\",\n    args=SFTConfig(output_dir=\"out\"),\n    train_dataset=load_dataset(\"acme-labs/chats\", split=\"train\"),\n)\n",
    },
    check: Check::Code(check),
};

/// For each trainer the sets of columns of which one has to be there (trl 1.16 `trainer/*_trainer.py`).
const NEEDS: &[(&str, &[&[&str]])] = &[
    (
        "trl.SFTTrainer",
        &[
            &["messages"],
            &["conversations"],
            &["prompt", "completion"],
            &["input_ids"],
        ],
    ),
    ("trl.DPOTrainer", &[&["chosen", "rejected"]]),
    (
        "trl.RewardTrainer",
        &[
            &["chosen", "rejected"],
            &["chosen_input_ids", "rejected_input_ids"],
        ],
    ),
    (
        "trl.KTOTrainer",
        &[&["completion", "label"], &["chosen", "rejected"]],
    ),
    ("trl.GRPOTrainer", &[&["prompt"]]),
    ("trl.RLOOTrainer", &[&["prompt"]]),
];

/// The sets of columns of which a trainer needs one, by its public path.
pub fn needed_columns(trainer: &str) -> Option<&'static [&'static [&'static str]]> {
    let needs = NEEDS.iter().find(|(known, _)| *known == trainer);
    needs.map(|(_, needs)| *needs)
}

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for training in trainings(ctx) {
        if let Some(needs) = needed_columns(&training.callee.symbol) {
            findings.extend(judge(ctx, &training, needs));
        }
    }
}

fn judge(ctx: &Context<'_>, training: &Training<'_, '_>, needs: &[&[&str]]) -> Option<Finding> {
    let makes_its_own = ["formatting_func", "data_collator"];
    if makes_its_own.iter().any(|name| !training.lacks(name)) {
        return None;
    }
    let passed = training.given("train_dataset")?;
    let (id, names) = columns(ctx, &passed.origin()?.steps)?;
    let has = |name: &str| names.iter().any(|known| known == name);
    let of_text = match training.callee.symbol.as_str() {
        "trl.SFTTrainer" => Some(training.text("dataset_text_field")?),
        _ => None,
    };
    let fits = needs.iter().any(|set| set.iter().all(|name| has(name)));
    if fits || of_text.as_deref().is_some_and(has) || names.is_empty() {
        return None;
    }
    let mut wanted: Vec<String> = of_text.iter().map(|name| format!("`{name}`")).collect();
    let sets = needs.iter().filter(|set| !set[0].ends_with("input_ids"));
    wanted.extend(sets.map(|set| {
        let quoted: Vec<String> = set.iter().map(|name| format!("`{name}`")).collect();
        quoted.join(" and ")
    }));
    let message = format!(
        "the dataset `{id}` has the columns {}; `{}` needs {}",
        names.join(", "),
        training.callee.label(),
        wanted.join(", or ")
    );
    let mut found = training.finding(&RULE, passed.site().0, message);
    found.argument = Some("train_dataset".to_owned());
    Some(found)
}
