//! HFP204

use crate::embedded::Format;
use crate::journal::graph::Graph;
use crate::journal::plan::{FieldName, State};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP204",
    name: "started-too-early",
    severity: Severity::Information,
    summary: "a step in progress although one that it depends on is open",
    explanation: "Somebody works on a step that waits for another one. That may be right, where both are done \
together; where it is not, the work is done twice. A skipped step counts as done.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Read the log\n  - Verify: no error\n- [ ] 1.2 Clean up\n  - Status: in-progress\n  - Depends: 1.1\n  - Verify: it is empty\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [x] 1.1 Read the log\n  - Verify: no error\n- [ ] 1.2 Clean up\n  - Status: in-progress\n  - Depends: 1.1\n  - Verify: it is empty\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let graph = Graph::new(text, plan);
    for (at, step) in plan.steps.iter().enumerate() {
        let mut open = graph
            .named(at)
            .iter()
            .filter(|it| it.step != at && !graph.is_over(it.step));
        let Some(first) = open.next().filter(|_| step.state == State::Started) else {
            continue;
        };
        let status = step.field(FieldName::Status);
        let place = status.map_or(step.check.range, |field| field.range);
        let id = first.range.slice(text);
        let state = graph.step(first.step).state.as_str();
        let message =
            format!("the step is in progress, and `{id}`, which it depends on, is {state}");
        let mut finding = RULE.plain_finding(place, message);
        finding.related.push(Related {
            range: graph.step(first.step).line,
            message: format!("this is {state}"),
        });
        findings.push(finding);
    }
}
