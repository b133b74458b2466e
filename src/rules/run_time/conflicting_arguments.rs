//! HF301

use super::report::{Kind, tell};
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF301",
    name: "conflicting-arguments",
    severity: Severity::Error,
    summary: "arguments that raise together",
    explanation: "Each of these arguments is fine by itself, but the source of the resolved release raises \
for this combination, often minutes later, on the machine that is paid for. Values of a configuration that \
is made elsewhere in the file take part, and so do the defaults of the release. The condition is read from \
the release and evaluated; where any part of it is not known, nothing is said.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(\n    output_dir=\"out\",\n    load_best_model_at_end=True,\n    save_strategy=\"epoch\",\n)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(\n    output_dir=\"out\",\n    load_best_model_at_end=True,\n    eval_strategy=\"epoch\",\n    save_strategy=\"epoch\",\n)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    tell(ctx, &RULE, Kind::Conflict, findings);
}
