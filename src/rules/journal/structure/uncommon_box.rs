//! HFP109

use crate::embedded::Format;
use crate::journal::edit::Sheet;
use crate::journal::outline::Item;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Edit, Finding, Severity};
use crate::rules::fix::{applicability, fix};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP109",
    name: "uncommon-box",
    severity: Severity::Information,
    summary: "a box that GitHub and other tools do not read",
    explanation: "GitHub shows `[ ]` and `[x]` as boxes; `[~]`, `[/]`, `[-]`, `[!]` and `[]` are text there, and a \
tool that counts boxes leaves the step out. How far a step is stands in `Status:`: `in-progress`, `blocked` or \
`skipped`, with a day or a reason.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [~] 1.1 Write the notes\n  - Files: `notes.txt`\n  - Verify: it has ten lines\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Write the notes\n  - Status: in-progress\n  - Files: `notes.txt`\n  - Verify: it has ten lines\n",
    },
    check: Check::Journal(check),
};

/// Signs of a tick that are read as text.
const TICKS: [&str; 5] = ["[✓]", "[✔]", "[✅]", "[☑]", "[✔️]"];

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let sheet = Sheet::of(surroundings.document);
    for (at, step) in plan.steps.iter().enumerate() {
        if !step.check.is_common() {
            let is_clear = matches!(step.check.mark, '~' | '/' | '-' | '!');
            findings.push(finding(
                text,
                step.check.range,
                is_clear,
                sheet.common_box(at),
            ));
        }
    }
    for item in &surroundings.document.outline().items {
        if let Some((range, content)) = written_box(text, item) {
            let content = content.to_owned();
            findings.push(finding(text, range, true, vec![Edit { range, content }]));
        }
    }
}

fn finding(text: &str, range: TextRange, is_clear: bool, edits: Vec<Edit>) -> Finding {
    let written = range.slice(text);
    let mut finding = RULE.plain_finding(
        range,
        format!("`{written}` is no box to GitHub and other tools"),
    );
    let title = "Write it as GitHub reads it".to_owned();
    finding.fix = fix(title, applicability(is_clear), edits);
    finding
}

/// `[]` and `[✓]` in front of a text that is no link.
fn written_box(text: &str, item: &Item) -> Option<(TextRange, &'static str)> {
    let said = item.text.slice(text);
    let (sign, content) = std::iter::once(("[]", "[ ]"))
        .chain(TICKS.iter().map(|sign| (*sign, "[x]")))
        .find(|(sign, _)| said.starts_with(sign))
        .filter(|_| item.check.is_none())?;
    let is_apart = said[sign.len()..].starts_with([' ', '\t']);
    let end = item.text.start + u32::try_from(sign.len()).unwrap_or_default();
    is_apart.then_some((TextRange::new(item.text.start, end), content))
}
