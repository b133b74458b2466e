//! HFP206

use jiff::civil::Date;

use crate::embedded::Format;
use crate::journal::plan::{FieldName, State};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP206",
    name: "stale-step",
    severity: Severity::Information,
    summary: "a step that is in progress for too long",
    explanation: "`Status: in-progress 2026-10-01` says since when somebody works on the step. After 14 days \
(`stale-days` under `[tool.hf-lsp.journal]`) it is asked whether that is still so: perhaps it is done, or \
blocked, or too large for one step. A status without a day is left alone.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Clean up\n  - Status: in-progress 2025-11-03\n  - Verify: it is empty\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Clean up\n  - Status: in-progress since the first week\n  - Verify: it is empty\n",
    },
    check: Check::Journal(check),
};

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    for step in plan
        .steps
        .iter()
        .filter(|step| step.state == State::Started)
    {
        let Some(status) = step.field(FieldName::Status) else {
            continue;
        };
        let Some((since, range)) = day(text, status.value) else {
            continue;
        };
        let days = (surroundings.project.today() - since).get_days();
        if days > i32::from(surroundings.names.stale_days) {
            let message = format!("the step is in progress for {days} days");
            findings.push(RULE.plain_finding(range, message));
        }
    }
}

/// The first day in a range: `2026-11-20`.
fn day(text: &str, range: TextRange) -> Option<(Date, TextRange)> {
    let slice = range.slice(text);
    let mut starts = slice.char_indices().map(|(at, _)| at);
    starts.find_map(|at| {
        let word = slice.get(at..at + 10)?;
        let is_date = word.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        let date = word.parse().ok().filter(|_| is_date)?;
        let start = range.start as usize + at;
        Some((date, TextRange::from_usize(start, start + 10)))
    })
}
