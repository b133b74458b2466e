//! HFP705

use crate::embedded::Format;
use crate::journal::plan::State;
use crate::journal::prd::Prd;
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP705",
    name: "metric-not-measured",
    severity: Severity::Information,
    summary: "a metric of the requirements that no step of the plan measures",
    explanation: "A row or item below a heading such as \"Success metrics\" or \"Acceptance criteria\" names a metric, and no step \
of the plan does: nobody will know whether the goal was reached. Metrics are known by their usual names (accuracy, F1, WER, BLEU, \
win rate, latency and some twenty more); others are left alone.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/PRD.md <==\n# Requirements\n\n## Success metrics\n\n- F1 of 0.55\n- A latency below 3 s\n\
==> dev-journal/OUR-PLAN.md <==\n## 6. Evaluation Strategy\n\n- [ ] 6.1 Measure it\n  - Run: `pytest -q tests/test_f1.py`\n  - Verify: F1 ≥ 0.55\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "==> dev-journal/PRD.md <==\n# Requirements\n\n## Success metrics\n\n- F1 of 0.55\n- A latency below 3 s\n\
==> dev-journal/OUR-PLAN.md <==\n## 6. Evaluation Strategy\n\n- [ ] 6.1 Measure it\n  - Run: `pytest -q tests/test_f1.py`\n  - Verify: F1 ≥ 0.55, and latency ≤ 3 s\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    if surroundings.role != Some(Role::Requirements) {
        return;
    }
    let prd = Prd::read(surroundings.text(), surroundings.document.outline());
    if prd.metrics.is_empty() {
        return;
    }
    let Some(document) = surroundings.other(Role::Plan) else {
        return;
    };
    let plan = document.plan();
    if !plan.is_ours() {
        return;
    }
    let top = plan
        .steps
        .iter()
        .filter(|it| it.parent.is_none() && it.state != State::Skipped);
    let steps: Vec<&str> = top.map(|step| step.range.slice(document.text())).collect();
    for metric in &prd.metrics {
        if !steps.iter().any(|step| metric.name.find(step).is_some()) {
            let message = format!("no step of the plan measures {}", metric.name.title);
            let mut finding = RULE.plain_finding(metric.name_range, message);
            finding.symbol = Some(metric.name.title.to_owned());
            findings.push(finding);
        }
    }
}
