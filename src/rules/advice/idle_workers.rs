//! HF503

use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::python::facts::Value;
use crate::rules::context::Context;
use crate::rules::data_flow::transform::transform;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::run_time::training::trainings;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF503",
    name: "transform-without-workers",
    severity: Severity::Information,
    summary: "a transform on the fly in the process that trains",
    explanation: "With `dataloader_num_workers=0`, the default, rows are read and transformed between two \
steps by the process that trains, while the GPU waits. A transform that decodes images or audio takes longer \
than the step. Set `dataloader_num_workers` to a few; each worker is a process of its own.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom transformers import Trainer, TrainingArguments\n\ndataset = load_dataset(\"beans\", split=\"train\").with_transform(preprocess)\nargs = TrainingArguments(output_dir=\"out\", remove_unused_columns=False)\ntrainer = Trainer(model=model, args=args, train_dataset=dataset)\n",
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
        let has_none = training.setting("dataloader_num_workers") == Known::Value(Value::Int(0));
        let dataset = training.given("train_dataset").filter(|_| has_none);
        let origin = dataset.as_ref().and_then(|dataset| dataset.origin());
        let Some(transform) = origin.and_then(|origin| transform(ctx, origin)) else {
            continue;
        };
        let message = format!(
            "the transform runs in the process that trains: `dataloader_num_workers` of `{}` is 0",
            training.callee.label()
        );
        let mut finding = training.finding(&RULE, training.call.callee_range, message);
        finding.argument = Some("dataloader_num_workers".to_owned());
        finding.help = Some("set `dataloader_num_workers` to a few".to_owned());
        finding.related.push(Related {
            range: transform,
            message: "the transform is set here".to_owned(),
        });
        findings.push(finding);
    }
}
