//! HF714

use super::judge::Verdict;
use super::{change_to, finding, in_release};
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// More values than these are not listed.
const SHOWN: usize = 8;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF714",
    name: "invalid-option-value",
    severity: Severity::Error,
    summary: "a value that the option of a command does not take",
    explanation: "The option has a closed list of values, and this is none of them in the resolved \
release: the program ends with an error. Values that are computed, or that the program converts before \
it compares them, are not looked at.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Shell,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "hf download squad --repo-type datasets\n",
    },
    good: Example {
        format: Format::Shell,
        targets: &["huggingface-hub==2.4.0"],
        baseline: &[],
        code: "hf download squad --repo-type dataset\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for judged in ctx.commands() {
        let Verdict::Value {
            range,
            option,
            value,
            choices,
            near,
        } = &judged.verdict
        else {
            continue;
        };
        let message = format!(
            "`{option}` of `{}` does not take `{value}`{}",
            judged.path,
            in_release(ctx, judged)
        );
        let mut found = finding(&RULE, ctx, judged, *range, message);
        found.argument = Some(option.clone());
        found.help = Some(listed(choices));
        if let Some(near) = near {
            change_to(&mut found, near);
        }
        findings.push(found);
    }
}

fn listed(choices: &[String]) -> String {
    let shown: Vec<String> = choices
        .iter()
        .take(SHOWN)
        .map(|choice| format!("`{choice}`"))
        .collect();
    let more = if choices.len() > SHOWN { ", ..." } else { "" };
    format!("it takes {}{more}", shown.join(", "))
}
