//! HFP103

use std::collections::HashMap;

use crate::embedded::Format;
use crate::journal::id::Id;
use crate::journal::plan::Step;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP103",
    name: "duplicate-id",
    severity: Severity::Error,
    summary: "two steps with the same id",
    explanation: "`Depends:`, the changelog and people in a chat name steps by their ids, so an id that two steps \
have names neither. Ids are compared number by number: `1.10` is not `1.1`. The later one is reported; gaps are \
fine, so it can have any id that is free.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Read the log\n  - Verify: no error\n\
- [ ] 1.1 Count the errors\n  - Verify: none\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "## 1. Environment Setup\n\n- [ ] 1.1 Read the log\n  - Verify: no error\n\
- [ ] 1.10 Count the errors\n  - Verify: none\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let mut known: HashMap<&Id, &Step> = HashMap::new();
    for step in &plan.steps {
        let Some(id) = &step.id else { continue };
        let Some(first) = known.get(id) else {
            known.insert(id, step);
            continue;
        };
        let title = first.title.slice(text);
        let message = format!("`{id}` is the id of two steps");
        let mut finding = RULE.plain_finding(step.id_range, message);
        finding.related.push(Related {
            range: first.id_range,
            message: format!("the other one: {title}"),
        });
        findings.push(finding);
    }
}
