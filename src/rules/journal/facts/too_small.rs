//! HFP503

use crate::embedded::Format;
use crate::journal::machine::{Peak, hardware};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP503",
    name: "too-small-hardware",
    severity: Severity::Warning,
    summary: "a plan whose estimate does not fit the hardware that it names",
    explanation: "The row *Estimate* of the target says how much memory the run takes on one device, the row *Hardware* how much \
there is. Where even the least that the estimate leaves open is more, the run ends with an error before it learns \
anything. Lower the batch or the length of examples, have activations computed again, train an adapter, or plan a larger \
machine; `hf-lsp estimate` says what saves how much.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## Target\n\n| Key | Value |\n| --- | --- |\n| Hardware | `1x16GB` |\n\
| Estimate | peak about 21.4 GiB (calculated, between 18.0 and 25.9) |\n\n- [ ] 1.1 Train\n  - Verify: the loss falls\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## Target\n\n| Key | Value |\n| --- | --- |\n| Hardware | `1x24GB` |\n\
| Estimate | peak about 21.4 GiB (calculated, between 18.0 and 25.9) |\n\n- [ ] 1.1 Train\n  - Verify: the loss falls\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    findings.extend(found(surroundings));
}

fn found(surroundings: &Surroundings<'_>) -> Option<Finding> {
    let (plan, text) = (surroundings.own_plan()?, surroundings.text());
    let gpu = hardware(plan, text)?.gpu;
    let (row, written) = plan.target(text, "Estimate")?;
    let peak = Peak::read(written)?;
    // No card has more memory than a float counts in GiB.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let memory = gpu.memory as f64;
    if gpu.is_cpu() || peak.least <= memory {
        return None;
    }
    let each = if gpu.count > 1 { "each GPU" } else { "the GPU" };
    let message = format!(
        "the run takes at least {} GiB, and {each} of the row `Hardware` has {}",
        peak.least, gpu.memory
    );
    Some(RULE.plain_finding(row.value, message))
}
