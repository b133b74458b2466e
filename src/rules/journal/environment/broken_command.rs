//! HFP404

use super::judged::judged;
use crate::embedded::Format;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP404",
    name: "step-that-cannot-run",
    severity: Severity::Error,
    summary: "a command in a plan that the resolved release refuses",
    explanation: "A program, command, option or value under `Run:` or `Verify:` was removed, or was never there, in \
the release that applies to the project. Commands are read as those of shell scripts are (HF711 to HF715; the \
note says which), behind `uv run`, `accelerate launch` and their like. What runs in another environment \
(`--project`, `--with`, `uvx`) is left alone. In a step that is done it is an information: what was run then need \
not run again.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Markdown,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Log in\n  - Run: `uv run huggingface-cli login`\n  - Verify: `uv run hf auth whoami` → a name\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Log in\n  - Run: `uv run hf auth login`\n  - Verify: `uv run hf auth whoami` → a name\n",
    },
    check: Check::Journal(check),
};

/// Finds what HFP406 tells of too, so that each command is read once.
fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    if let Some(plan) = surroundings.own_plan() {
        findings.extend(judged(surroundings, plan));
    }
}
