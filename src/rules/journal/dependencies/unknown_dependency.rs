//! HFP201

use std::collections::HashSet;

use crate::embedded::Format;
use crate::journal::id::Id;
use crate::journal::plan::Plan;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP201",
    name: "unknown-dependency",
    severity: Severity::Error,
    summary: "a dependency on a step that is not there",
    explanation: "`Depends:` names the id of a step that no step of the plan has: it was deleted or renumbered, or \
the id is misspelt. Nobody can tell whether the step may be begun.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Read the log\n  - Verify: no error\n- [ ] 1.2 Clean up\n  - Depends: 1.11\n  - Verify: it is empty\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Read the log\n  - Verify: no error\n- [ ] 1.2 Clean up\n  - Depends: 1.1\n  - Verify: it is empty\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let known: HashSet<&Id> = plan
        .steps
        .iter()
        .filter_map(|step| step.id.as_ref())
        .collect();
    for step in &plan.steps {
        for (id, range) in step.depends(text) {
            if known.contains(&id) {
                continue;
            }
            let message = format!("no step has the id `{id}`");
            let mut finding = RULE.plain_finding(range, message);
            if let Some(near) = nearest(plan, &id, step.id.as_ref()) {
                finding.help = Some(format!("is it `{near}`?"));
                finding.fix = Some(replace(range, near));
            }
            findings.push(finding);
        }
    }
}

/// The one id of the same section that a slip makes of it.
fn nearest<'p>(plan: &'p Plan, id: &Id, own: Option<&Id>) -> Option<&'p Id> {
    let ids = plan.steps.iter().filter_map(|step| step.id.as_ref());
    let is_near = |other: &&Id| {
        Some(*other) != own
            && other.parts().first() == id.parts().first()
            && strsim::osa_distance(other.as_str(), id.as_str()) == 1
    };
    let mut near = ids.filter(is_near);
    let first = near.next()?;
    near.next().is_none().then_some(first)
}

fn replace(range: TextRange, id: &Id) -> Fix {
    Fix {
        title: format!("Write `{id}`"),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            range,
            content: id.to_string(),
        }],
    }
}
