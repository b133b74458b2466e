//! HF112

use crate::embedded::Format;
use crate::knowledge::overlay::ArgumentFix;
use crate::rules::arguments::Verdict;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::fix::argument_fix;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF112",
    name: "misspelled-keyword",
    severity: Severity::Hint,
    summary: "a keyword for an open `**kwargs` that is one slip away from a known one",
    explanation: "Calls such as `from_pretrained` take any keyword and complain about none, so a slip \
goes unnoticed. This is only a guess: the keyword may be an attribute of the model's configuration.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"gpt2\", reviison=\"main\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForSequenceClassification\n\nmodel = AutoModelForSequenceClassification.from_pretrained(\"gpt2\", num_labels=3)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.arguments() {
        let Verdict::Misspelled(near) = &used.verdict else {
            continue;
        };
        let name = &used.keyword(ctx).name.name;
        let message = format!(
            "`{}` reads no keyword `{name}`, but it reads `{near}`",
            used.callee.label()
        );
        let mut finding = RULE.argument_finding(ctx, used, &used.callee.symbol, message);
        finding.help = Some(format!("did you mean `{near}`?"));
        finding.replacement = Some(near.clone());
        let rename = ArgumentFix::Rename {
            to: near.clone(),
            since: None,
            safe: false,
        };
        finding.fix = argument_fix(ctx, used, &rename);
        findings.push(finding);
    }
}
