//! HF712

use super::judge::Verdict;
use super::{change_to, comes, finding, release};
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF712",
    name: "unknown-command",
    severity: Severity::Error,
    summary: "a command that the program does not have, or not yet",
    explanation: "The program ends with an error and shows the commands that it has. Where other packages \
may bring commands (`hf` since 1.5, `optimum-cli`) only what looks like a slip is reported, as a warning.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Shell,
        targets: &["accelerate==1.15.0"],
        baseline: &[],
        code: "accelerate lanuch train.py\n",
    },
    good: Example {
        format: Format::Shell,
        targets: &["accelerate==1.15.0"],
        baseline: &[],
        code: "accelerate launch train.py\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for judged in ctx.commands() {
        let Verdict::Unknown {
            range,
            timeline,
            near,
        } = &judged.verdict
        else {
            continue;
        };
        let release = release(ctx, judged.library);
        let message = match judged.path.rsplit_once(' ') {
            Some((parent, name)) => format!("`{parent}` has no command `{name}` in {release}"),
            None => format!("{release} does not bring `{}`", judged.path),
        };
        let mut found = finding(&RULE, ctx, judged, *range, message);
        found.help = comes(timeline.as_ref());
        if let Some(near) = near {
            found.help = Some(format!("did you mean `{near}`?"));
            change_to(&mut found, near);
        }
        findings.push(found);
    }
}
