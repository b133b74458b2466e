//! HF324

use crate::embedded::Format;
use crate::python::facts::Origin;
use crate::rules::context::Context;
use crate::rules::data_flow::transform::transform;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::run_time::training::trainings;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF324",
    name: "columns-removed-before-transform",
    severity: Severity::Warning,
    summary: "a transform on the fly whose columns the trainer removes",
    explanation: "`set_transform` and `with_transform` make what the model gets while a row is read, from the \
columns that are stored. `Trainer` removes every stored column before that the model has no argument for \
(`remove_unused_columns=True`, transformers 5.23 `trainer.py:1195`), so `image` or `text` is gone when the \
transform looks for it: a `KeyError`, or a `ValueError` where no column is left. Set \
`remove_unused_columns=False`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom transformers import Trainer, TrainingArguments\n\ndataset = load_dataset(\"beans\", split=\"train\").with_transform(preprocess)\nargs = TrainingArguments(output_dir=\"out\", dataloader_num_workers=4)\ntrainer = Trainer(model=model, args=args, train_dataset=dataset)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom transformers import Trainer, TrainingArguments\n\ndataset = load_dataset(\"beans\", split=\"train\").with_transform(preprocess)\nargs = TrainingArguments(\n    output_dir=\"out\", remove_unused_columns=False, dataloader_num_workers=4\n)\ntrainer = Trainer(model=model, args=args, train_dataset=dataset)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if memchr::memmem::find(ctx.text.as_bytes(), b"_transform").is_none() {
        return;
    }
    for training in trainings(ctx) {
        let is_plain = matches!(
            training.callee.symbol.as_str(),
            "transformers.Trainer" | "transformers.Seq2SeqTrainer"
        );
        if !is_plain || training.is_set("remove_unused_columns") != Some(true) {
            continue;
        }
        let datasets = ["train_dataset", "eval_dataset"];
        let made = datasets.iter().find_map(|name| {
            let passed = training.given(name)?;
            let origin: &Origin = passed.origin()?;
            Some((*name, passed.site().1, transform(ctx, origin)?))
        });
        let Some((name, range, transform)) = made else {
            continue;
        };
        let message = format!(
            "`{}` removes the columns that the transform reads, with `remove_unused_columns=True` in {}",
            training.callee.label(),
            selected(ctx, "transformers.Trainer")
        );
        let mut finding = training.finding(&RULE, range, message);
        finding.argument = Some(name.to_owned());
        finding.help = Some("set `remove_unused_columns=False`".to_owned());
        finding.related.push(Related {
            range: transform,
            message: "the transform is set here".to_owned(),
        });
        findings.push(finding);
    }
}
