//! HFP203

use crate::embedded::Format;
use crate::journal::graph::Graph;
use crate::journal::plan::State;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP203",
    name: "done-too-early",
    severity: Severity::Warning,
    summary: "a step that is done although one that it depends on is open",
    explanation: "Either the box is wrong, or the other one is, or the dependency is none. A skipped step counts as \
done, and a step with parts where all of its parts are.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Read the log\n  - Verify: no error\n- [x] 1.2 Clean up\n  - Depends: 1.1\n  - Verify: it is empty\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Read the log\n  - Status: skipped nobody wrote one\n  - Verify: no error\n- [x] 1.2 Clean up\n  - Depends: 1.1\n  - Verify: it is empty\n",
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
        if step.state != State::Done {
            continue;
        }
        for dependency in graph
            .named(at)
            .iter()
            .filter(|it| it.step != at && !graph.is_over(it.step))
        {
            let other = graph.step(dependency.step);
            let id = dependency.range.slice(text);
            let state = other.state.as_str();
            let message = format!("the step is done, and `{id}`, which it depends on, is {state}");
            let mut finding = RULE.plain_finding(dependency.range, message);
            finding.related.push(Related {
                range: other.line,
                message: format!("this is {state}"),
            });
            findings.push(finding);
        }
    }
}
