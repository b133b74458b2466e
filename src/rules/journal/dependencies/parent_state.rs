//! HFP205

use crate::embedded::Format;
use crate::journal::edit::Sheet;
use crate::journal::plan::{FieldName, State, Step};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Finding, Related, Severity};
use crate::rules::fix::fix;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP205",
    name: "parent-state",
    severity: Severity::Warning,
    summary: "a step whose box says something else than those of its parts",
    explanation: "A step that holds others is done when they are. It is reported where it is ticked while one of \
them is open, and where it is open while all of them are done or skipped; the latter not where it has something to \
do of its own (`Run:`, `Files:`, `Verify:`).",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Clean up\n  - [x] 1.1.1 The desk\n    - Verify: it is empty\n  - [x] 1.1.2 The shelf\n    - Verify: it is empty\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Clean up\n  - [x] 1.1.1 The desk\n    - Verify: it is empty\n  - [ ] 1.1.2 The shelf\n    - Verify: it is empty\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let sheet = Sheet::of(surroundings.document);
    let mut parts: Vec<Vec<&Step>> = vec![Vec::new(); plan.steps.len()];
    for step in &plan.steps {
        if let Some(parent) = step.parent {
            parts[parent].push(step);
        }
    }
    for (step, parts) in plan
        .steps
        .iter()
        .zip(&parts)
        .filter(|(_, parts)| !parts.is_empty())
    {
        findings.extend(ticked(&sheet, step, parts));
        findings.extend(open(&sheet, step, parts));
    }
}

fn ticked(sheet: &Sheet<'_>, step: &Step, parts: &[&Step]) -> Option<Finding> {
    let open = parts.iter().find(|part| !part.state.is_over())?;
    if step.state != State::Done {
        return None;
    }
    let message = "the step is ticked, and one of its parts is open".to_owned();
    let mut finding = RULE.plain_finding(step.check.range, message);
    finding.related.push(Related {
        range: open.line,
        message: format!("this is {}", open.state.as_str()),
    });
    let title = "Untick the step".to_owned();
    finding.fix = fix(title, Applicability::Unsafe, sheet.untick(step));
    Some(finding)
}

fn open(sheet: &Sheet<'_>, step: &Step, parts: &[&Step]) -> Option<Finding> {
    let own = [FieldName::Run, FieldName::Files, FieldName::Verify];
    let has_own = own.iter().any(|name| step.field(*name).is_some());
    let is_done = parts.iter().all(|part| part.state.is_over());
    let is_left = matches!(step.state, State::Open | State::Started);
    if has_own || !is_done || !is_left {
        return None;
    }
    let message = "all parts of the step are done, and it is not ticked".to_owned();
    let mut finding = RULE.plain_finding(step.check.range, message);
    let title = "Tick the step".to_owned();
    finding.fix = fix(title, Applicability::Safe, sheet.done(step));
    Some(finding)
}
