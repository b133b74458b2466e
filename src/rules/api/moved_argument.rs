//! HF105

use super::renamed_argument::report_removed;
use super::replacement::Kind;
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF105",
    name: "moved-argument",
    severity: Severity::Error,
    summary: "an argument that belongs into a configuration object now",
    explanation: "The trainers of TRL took many settings as arguments of their own; since trl 0.13 they \
belong into the configuration that is passed as `args`. The fix moves the argument there. It is safe \
where the configuration is built in the same file and the value is a constant; where there is no \
configuration yet, one is created.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom trl import SFTConfig, SFTTrainer\n\ndata = load_dataset(\"trl-lib/Capybara\", split=\"train\")\nconfig = SFTConfig(output_dir=\"out\")\ntrainer = SFTTrainer(\"Qwen/Qwen3-0.6B\", args=config, train_dataset=data, max_seq_length=1024)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["trl==1.16.0", "transformers==5.23.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom trl import SFTConfig, SFTTrainer\n\ndata = load_dataset(\"trl-lib/Capybara\", split=\"train\")\nconfig = SFTConfig(output_dir=\"out\", max_length=1024)\ntrainer = SFTTrainer(\"Qwen/Qwen3-0.6B\", args=config, train_dataset=data)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    report_removed(ctx, &RULE, Kind::Moved, findings);
}
