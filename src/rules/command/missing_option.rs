//! HF715

use super::judge::Verdict;
use super::{finding, in_release};
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF715",
    name: "missing-option",
    severity: Severity::Error,
    summary: "a command without an option or argument that it needs",
    explanation: "The program ends with an error and says what is missing. Commands in documents are left \
alone, for they leave out what they do not speak of; so are those with words that are only known when \
they run, and those that read a file of configuration.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Shell,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "hf discussions create me/model\n",
    },
    good: Example {
        format: Format::Shell,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "hf discussions create me/model --title Weights\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if ctx.facts.format == Format::Markdown {
        return;
    }
    for judged in ctx.commands() {
        let Verdict::Absent { range, names } = &judged.verdict else {
            continue;
        };
        let list: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let message = format!(
            "`{}` needs {}{}",
            judged.path,
            list.join(" and "),
            in_release(ctx, judged)
        );
        let mut found = finding(&RULE, ctx, judged, *range, message);
        found.argument = names.first().cloned();
        findings.push(found);
    }
}
