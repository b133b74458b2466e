//! HF108

use crate::embedded::Format;
use crate::rules::arguments::{ArgumentUse, Verdict, nearest};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::fix::argument_fix;
use crate::rules::report::release;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF108",
    name: "unknown-argument",
    severity: Severity::Error,
    summary: "an argument that no release ever took",
    explanation: "The callable takes a closed list of arguments and this is none of them, in the \
resolved release or in any other that is known: Python raises a `TypeError`. Callables with `**kwargs` \
are never reported by this rule.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", learning_rat=2e-5)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", learning_rate=2e-5)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.arguments() {
        if matches!(used.verdict, Verdict::Unknown) {
            findings.push(unknown(ctx, used));
        }
    }
}

fn unknown(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> Finding {
    use crate::knowledge::overlay::ArgumentFix;
    let name = &used.keyword(ctx).name.name;
    let symbol = &used.callee.symbol;
    let version = ctx
        .resolved(symbol)
        .map_or_else(String::new, |resolved| resolved.version.to_string());
    let message = format!(
        "`{}` has no argument `{name}` in {}",
        used.callee.label(),
        release(ctx, symbol, &version)
    );
    let mut finding = RULE.argument_finding(ctx, used, symbol, message);
    let known = used.signature.iter().flat_map(|known| known.keywords());
    if let Some(near) = nearest(name, known) {
        finding.help = Some(format!("did you mean `{near}`?"));
        finding.replacement = Some(near.to_owned());
        let rename = ArgumentFix::Rename {
            to: near.to_owned(),
            since: None,
            safe: false,
        };
        finding.fix = argument_fix(ctx, used, &rename);
    }
    finding
}
