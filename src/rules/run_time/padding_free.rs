//! HF305

use super::training::{Training, trainings};
use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::python::facts::Value;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::refusal::Passed;
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF305",
    name: "padding-free-conflict",
    severity: Severity::Error,
    summary: "settings that `SFTTrainer` refuses for batches without padding",
    explanation: "Batches without padding are what `padding_free=True` asks for, and `packing=True` too, \
unless its strategy is \"wrapped\". `SFTTrainer` puts them together itself, so it refuses a `data_collator` of \
yours (trl 1.16 `sft_trainer.py:919`); without packing nothing would keep to `max_length`, so since trl 1.0 \
that has to be `None` (`sft_trainer.py:1000`). In the same way a `formatting_func` leaves no prompt for \
`completion_only_loss=True` to tell from the completion (`sft_trainer.py:1020`). All of them raise a \
`ValueError` when the trainer is made.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "from trl import SFTConfig, SFTTrainer\n\nargs = SFTConfig(output_dir=\"out\", padding_free=True, max_length=2048)\ntrainer = SFTTrainer(\"Qwen/Qwen3-0.6B\", args=args, train_dataset=dataset)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "from trl import SFTConfig, SFTTrainer\n\nargs = SFTConfig(output_dir=\"out\", packing=True, max_length=2048)\ntrainer = SFTTrainer(\"Qwen/Qwen3-0.6B\", args=args, train_dataset=dataset)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for training in trainings(ctx) {
        if training.callee.symbol == "trl.SFTTrainer" {
            findings.extend(own_collator(ctx, &training));
            findings.extend(unkept_length(ctx, &training));
            findings.extend(formatted(ctx, &training));
        }
    }
}

/// The setting that makes batches free of padding.
fn packs(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<&'static str> {
    if training.is_set("padding_free") == Some(true) {
        return Some("padding_free");
    }
    let is_dense = || match training.text("packing_strategy").as_deref() {
        Some("bfd") => ctx.is_at_least("trl", "0.20"),
        Some("bfd_split") => ctx.is_at_least("trl", "1.0"),
        _ => false,
    };
    (training.is_set("packing") == Some(true) && is_dense()).then_some("packing")
}

fn own_collator(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<Finding> {
    let collator = training.given("data_collator")?;
    let is_something = collator.origin().is_some();
    let because =
        packs(ctx, training).filter(|_| is_something && ctx.is_at_least("trl", "0.16"))?;
    let message = format!("a `data_collator` with `{because}=True`");
    let mut finding = finding(ctx, training, collator.site().1, &message, because);
    finding.argument = Some("data_collator".to_owned());
    finding.help = Some("leave it out; the trainer has its own for this".to_owned());
    Some(finding)
}

/// For a dataset of images this is not checked, but there `padding_free` is refused altogether.
fn unkept_length(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<Finding> {
    let is_checked = ctx.is_at_least("trl", "1.0")
        && training.is_set("padding_free") == Some(true)
        && training.is_set("packing") == Some(false);
    let Known::Value(Value::Int(length)) = training.setting("max_length") else {
        return None;
    };
    let place = training.place("max_length").filter(|_| is_checked)?;
    let message = format!("`max_length={length}` with `padding_free=True` and without packing");
    let mut finding = finding(ctx, training, place, &message, "padding_free");
    finding.argument = Some("max_length".to_owned());
    finding.help = Some("set `packing=True`, or `max_length=None`".to_owned());
    Some(finding)
}

fn formatted(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<Finding> {
    let function = training.given("formatting_func")?;
    let is_something = function.origin().is_some() || is_function(&function);
    let is_refused = ctx.is_at_least("trl", "0.18")
        && is_something
        && training.is_set("completion_only_loss") == Some(true)
        && training.setting("dataset_kwargs") == Known::Value(Value::None);
    if !is_refused {
        return None;
    }
    let message = "a `formatting_func` with `completion_only_loss=True`";
    let mut finding = finding(
        ctx,
        training,
        function.site().1,
        message,
        "completion_only_loss",
    );
    finding.argument = Some("formatting_func".to_owned());
    finding.help = Some("give the dataset `prompt` and `completion` columns instead".to_owned());
    // A dataset of images is not prepared, so nothing is raised there.
    finding.severity = Severity::Warning;
    Some(finding)
}

fn is_function(passed: &Passed<'_>) -> bool {
    match passed {
        Passed::Keyword(keyword) => keyword.function.is_some(),
        Passed::Positional(positional) => positional.function.is_some(),
    }
}

fn finding(
    ctx: &Context<'_>,
    training: &Training<'_, '_>,
    range: TextRange,
    what: &str,
    because: &str,
) -> Finding {
    let message = format!(
        "`SFTTrainer` raises `ValueError` for {what} in {}",
        selected(ctx, &training.callee.symbol)
    );
    let mut finding = training.finding(&RULE, range, message);
    if let Some(place) = training.place(because).filter(|place| *place != range) {
        finding.related.push(Related {
            range: place,
            message: format!("`{because}` takes part"),
        });
    }
    finding
}
