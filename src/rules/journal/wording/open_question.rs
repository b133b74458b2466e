//! HFP804

use crate::embedded::Format;
use crate::journal::plan::{Note, Plan, State, Step, ids};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP804",
    name: "open-question",
    severity: Severity::Warning,
    summary: "a step that was begun while a question about it is open",
    explanation: "A `- Question: ...` is open until a bullet `Answer:` stands below it. It concerns the steps whose \
ids it names, and the one below which it stands. Work that goes on without the answer may have to be done again.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Draw the curves\n  - Status: in-progress\n  - Verify: they are drawn\n\n- Question: may everybody see them? It decides about 1.1.\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Draw the curves\n  - Status: in-progress\n  - Verify: they are drawn\n\n- Question: may everybody see them? It decides about 1.1.\n  - Answer: yes\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    for question in plan.questions.iter().filter(|question| !question.is_closed) {
        for step in concerned(text, plan, question) {
            if !matches!(step.state, State::Started | State::Done) {
                continue;
            }
            let message = format!(
                "the step is {}, and a question about it is open",
                step.state.as_str()
            );
            let mut finding = RULE.plain_finding(step.line, message);
            finding.related.push(Related {
                range: question.text,
                message: "the question".to_owned(),
            });
            findings.push(finding);
        }
    }
}

/// The steps that a question names, and the one below which it stands.
fn concerned<'p>(text: &str, plan: &'p Plan, question: &Note) -> Vec<&'p Step> {
    let named = ids(text, question.text).into_iter();
    let dotted = named.filter(|(id, _)| id.is_dotted());
    let mut steps: Vec<usize> = dotted.filter_map(|(id, _)| plan.position(&id)).collect();
    steps.extend(plan.step_at(question.range.start));
    steps.sort_unstable();
    steps.dedup();
    steps.into_iter().map(|at| &plan.steps[at]).collect()
}
