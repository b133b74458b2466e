//! HF302

use super::report::{Kind, tell};
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF302",
    name: "missing-argument",
    severity: Severity::Error,
    summary: "a call that raises without an argument that looks optional",
    explanation: "The signature gives the argument a default, but the source of the resolved release raises \
where it is left out, always or together with what is passed. The condition is read from the release and \
evaluated; where any part of it is not known, nothing is said.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "from trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(model=\"Qwen/Qwen3-0.6B\", args=SFTConfig(output_dir=\"out\"))\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom trl import SFTConfig, SFTTrainer\n\ntrainer = SFTTrainer(\n    model=\"Qwen/Qwen3-0.6B\",\n    args=SFTConfig(output_dir=\"out\"),\n    train_dataset=load_dataset(\"trl-lib/Capybara\", split=\"train\"),\n)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    // Documents show what they speak of and leave out the rest.
    if ctx.facts.format == Format::Markdown {
        return;
    }
    tell(ctx, &RULE, Kind::Missing, findings);
}
