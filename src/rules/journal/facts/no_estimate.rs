//! HFP504

use crate::embedded::Format;
use crate::journal::machine::hardware;
use crate::journal::plan::Known;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP504",
    name: "no-estimate",
    severity: Severity::Information,
    summary: "a plan that trains on a GPU and does not say how much of it the run takes",
    explanation: "Whether a run fits is known before the machine is rented: `hf-lsp estimate` sums up what is in memory at the \
worst moment. A plan in this format (`<!-- hf-plan: 1 -->`) that trains says it in the row *Estimate* of its target, where the smoke test later \
writes what it measured.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "# OUR-PLAN: A helper\n\n<!-- hf-plan: 1 -->\n<!-- hf-plan: ignore-file HFP101 HFP706 -->\n\n## Target\n\n| Key | Value |\n| --- | --- |\n| Hardware | `1x16GB` |\n\n\
## 1. Training Configuration\n\nOne epoch.\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "# OUR-PLAN: A helper\n\n<!-- hf-plan: 1 -->\n<!-- hf-plan: ignore-file HFP101 HFP706 -->\n\n## Target\n\n| Key | Value |\n| --- | --- |\n| Hardware | `1x16GB` |\n\
| Estimate | peak about 9.2 GiB (calculated) |\n\n## 1. Training Configuration\n\nOne epoch.\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    findings.extend(found(surroundings));
}

fn found(surroundings: &Surroundings<'_>) -> Option<Finding> {
    let (plan, text) = (surroundings.own_plan()?, surroundings.text());
    plan.marker.as_ref()?;
    let mut sections = plan.sections.iter();
    sections.find(|it| it.known == Some(Known::Training))?;
    let hardware = hardware(plan, text)?;
    let said = plan
        .target(text, "Estimate")
        .map_or("", |(_, written)| written);
    if hardware.gpu.is_cpu() || !said.trim().is_empty() {
        return None;
    }
    let message =
        "the target names a GPU, and no row `Estimate` says how much of its memory the run takes";
    let mut finding = RULE.plain_finding(hardware.place, message.to_owned());
    finding.help = Some("add a row `Estimate`: `hf-lsp estimate` says the peak".to_owned());
    Some(finding)
}
