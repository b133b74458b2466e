//! HF505

use crate::embedded::Format;
use crate::estimate::estimate;
use crate::estimate::outcome::Estimate;
use crate::estimate::reading::Setting;
use crate::estimate::run::Task;
use crate::estimate::words::{Fits, fits, gib, told};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::memory::{Estimated, estimates};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF505",
    name: "does-not-fit",
    severity: Severity::Warning,
    summary: "training or serving that takes more memory than the machine has",
    explanation: "The setting `gpu` (`\"24GB\"`, `\"2x24GB\"`, `\"A100-80GB:2\"`), or the row *Hardware* of the plan, \
says what the script is meant for. The memory of the run is estimated from what the script says, from the defaults of the releases \
that apply, and from the configuration of the model: its shape in a folder of the project, in the downloads, or on the Hub. Reported \
is what does not fit even with short examples and with the lowest peak that measurements leave open. The notes say what would save most; editors offer those \
changes that one argument makes. Nothing is said without a machine, or where the model is not known.\n\n\
`hf-lsp estimate` shows the same with all its parts.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "trl==1.16.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(\n    model=\"acme-labs/decoder-8b\",\n    args=SFTConfig(output_dir=\"out\", per_device_train_batch_size=8),\n    train_dataset=load_dataset(\"acme-labs/chats\", split=\"train\"),\n)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &[
            "transformers==5.23.0",
            "trl==1.16.0",
            "peft==0.21.2",
            "datasets==5.2.0",
        ],
        baseline: &[],
        code: "import torch\nfrom datasets import load_dataset\nfrom peft import LoraConfig\nfrom trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(\n    model=\"acme-labs/decoder-8b\",\n    args=SFTConfig(\n        output_dir=\"out\",\n        per_device_train_batch_size=1,\n        gradient_accumulation_steps=8,\n        activation_checkpointing=True,\n        model_init_kwargs={\"dtype\": torch.bfloat16},\n    ),\n    peft_config=LoraConfig(r=16, target_modules=\"all-linear\"),\n    train_dataset=load_dataset(\"acme-labs/chats\", split=\"train\"),\n)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let machine = ctx.machine().filter(|machine| machine.gpu().is_some());
    let Some(machine) = machine else {
        return;
    };
    for estimated in estimates(ctx, machine) {
        findings.extend(finding(ctx, &estimated));
    }
}

/// Tokens of an example that is short: how long those of a dataset are is not known, only what they are cut to.
const SHORT: u64 = 128;

/// The lowest peak that is left open: with short examples, unless they are packed to their full length.
fn least(it: &Estimated) -> Estimate {
    let mut run = it.reading.run.clone();
    let is_packed = it
        .reading
        .setting("packing")
        .is_some_and(|it| it.value == "True");
    if let Task::Training(training) = &mut run.task
        && !is_packed
    {
        training.length = training.length.min(SHORT);
    }
    estimate(&it.model, &run, it.gpu.as_ref())
}

fn finding(ctx: &Context<'_>, it: &Estimated) -> Option<Finding> {
    let (gpu, place) = (it.gpu.as_ref()?, it.reading.place?);
    // What is trained decides about everything else.
    let is_guessed = it
        .reading
        .setting("objective")
        .is_some_and(Setting::is_assumed);
    let least = least(it);
    if is_guessed || fits(&least, gpu) != Some(Fits::No) {
        return None;
    }
    let each = if gpu.count > 1 { " on each device" } else { "" };
    let card = match gpu.name.as_str() {
        "" => "GPU",
        name => name,
    };
    let message = format!(
        "this takes about {} GiB of memory{each}, at the very least {}; the {card} it is meant for has {}",
        gib(it.estimate.peak),
        gib(least.low),
        gpu.memory
    );
    let mut finding = RULE.finding(ctx, place, &it.reading.what, message);
    let advice = it.advice();
    let saving = advice.iter().take(3).map(|it| {
        format!(
            "{} would save {} GiB; it costs {}",
            told(&it.change),
            gib(it.saves),
            it.costs
        )
    });
    finding.notes.extend(saving);
    Some(finding)
}
