//! HFP202

use crate::embedded::Format;
use crate::journal::graph::Graph;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP202",
    name: "circular-dependency",
    severity: Severity::Error,
    summary: "steps that wait for each other",
    explanation: "Each of the steps has to be done before the next one, and the last before the first, so none of \
them can be begun. The whole circle is named, once, at the first of its steps. A step waits also for what those \
wait for that it is a part of, and for all parts of a step that it depends on.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Read the log\n  - Depends: 1.2\n  - Verify: no error\n- [ ] 1.2 Clean up\n  - Depends: 1.1\n  - Verify: it is empty\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Read the log\n  - Verify: no error\n- [ ] 1.2 Clean up\n  - Depends: 1.1\n  - Verify: it is empty\n",
    },
    check: Check::Journal(check),
};

/// A longer circle is not written out.
const LONGEST: usize = 8;

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let graph = Graph::new(text, plan);
    for group in graph.circles() {
        findings.extend(circle(&graph, &group, plan.steps.len()));
    }
}

fn circle(graph: &Graph<'_>, group: &[usize], steps: usize) -> Option<Finding> {
    let mut members = vec![false; steps];
    group.iter().for_each(|member| members[*member] = true);
    // A group of steps leads into a circle without naming anything.
    let leads = |at: &&usize| graph.named(**at).iter().any(|it| members[it.step]);
    let first = *group.iter().find(leads)?;
    let way = graph.circle(first, &members);
    let next = graph.named(first).iter().find(|it| members[it.step])?;
    let place = graph
        .named(first)
        .iter()
        .find(|it| way.get(1) == Some(&it.step))
        .unwrap_or(next);
    let name = |at: usize| {
        let id = graph.step(at).id.as_ref();
        id.map_or_else(|| "a step without an id".to_owned(), |id| format!("`{id}`"))
    };
    let mut shown: Vec<String> = way.iter().take(LONGEST).map(|at| name(*at)).collect();
    if way.len() > LONGEST {
        shown.push(format!("... → {}", name(first)));
    }
    let message = match way.as_slice() {
        [only, _] if way.len() == 2 => format!("{} depends on itself", name(*only)),
        _ => format!("the steps wait for each other: {}", shown.join(" → ")),
    };
    let mut finding = super::circular::RULE.plain_finding(place.range, message);
    for pair in way.windows(2).skip(1).take(LONGEST) {
        let named = graph.named(pair[0]).iter().find(|it| it.step == pair[1]);
        finding.related.extend(named.map(|it| Related {
            range: it.range,
            message: format!("{} waits for {}", name(pair[0]), name(pair[1])),
        }));
    }
    Some(finding)
}
