//! HF313

use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::knowledge::view::Entity;
use crate::python::facts::Value;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::refusal::Construction;
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF313",
    name: "persistent-without-workers",
    severity: Severity::Error,
    summary: "persistent workers without workers",
    explanation: "`Trainer` hands `dataloader_persistent_workers` and `dataloader_num_workers` on to torch's \
`DataLoader` as they are (transformers 5.23 `trainer.py:1029`, since 4.36), which raises a `ValueError` for \
workers that persist where there are none: none is the default. Set `dataloader_num_workers`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", dataloader_persistent_workers=True)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(\n    output_dir=\"out\",\n    dataloader_persistent_workers=True,\n    dataloader_num_workers=4,\n)\n",
    },
    check: Check::Code(check),
};

const PERSISTENT: &str = "dataloader_persistent_workers";

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (call, callee) in ctx.library_calls() {
        let Some(persistent) = call.keyword(PERSISTENT) else {
            continue;
        };
        let Entity::Class(class) = &callee.entity else {
            continue;
        };
        let is_known = ctx.derives(class, "transformers.TrainingArguments")
            && ctx.is_at_least("transformers", "4.36")
            && !ctx.is_newer_than_known("transformers");
        let workers =
            Construction::new(ctx, call, callee).map(|made| made.entry("dataloader_num_workers"));
        let has_none = workers == Some(Known::Value(Value::Int(0)));
        if !is_known || persistent.value != Value::Bool(true) || !has_none {
            continue;
        }
        let message = format!(
            "`{PERSISTENT}=True` raises `ValueError` when training begins with `dataloader_num_workers=0` in {}",
            selected(ctx, "transformers.TrainingArguments")
        );
        let mut finding = RULE.finding(ctx, persistent.range, &callee.symbol, message);
        finding.argument = Some(PERSISTENT.to_owned());
        finding.help = Some("set `dataloader_num_workers` too".to_owned());
        findings.push(finding);
    }
}
