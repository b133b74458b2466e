//! HF104

use super::renamed_argument::report_removed;
use super::replacement::Kind;
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF104",
    name: "removed-argument",
    severity: Severity::Error,
    summary: "an argument that was removed without a successor",
    explanation: "The resolved release does not take this argument any more and raises a `TypeError` \
(or, behind `**kwargs`, fails later). Nothing takes its place: leave it out, or do by other means what \
it did. Removing it is a safe fix only where it had no effect any more.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(\n    output_dir=\"out\",\n    overwrite_output_dir=True,\n)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==4.57.6"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(\n    output_dir=\"out\",\n    overwrite_output_dir=True,\n)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    report_removed(ctx, &RULE, Kind::Gone, findings);
}
