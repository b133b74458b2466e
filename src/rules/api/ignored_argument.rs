//! HF111

use super::replacement::replacement;
use crate::embedded::Format;
use crate::rules::arguments::Verdict;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::report::told;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF111",
    name: "ignored-argument",
    severity: Severity::Warning,
    summary: "an argument that is swallowed without any effect",
    explanation: "The resolved release accepts this argument and drops it silently, so what it asks for \
does not happen. Leave it out, or ask for the same in the way that the release understands.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"gpt2\", low_cpu_mem_usage=True)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==4.50.3"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"gpt2\", low_cpu_mem_usage=True)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.arguments() {
        if !matches!(used.verdict, Verdict::Ignored) {
            continue;
        }
        let name = &used.keyword(ctx).name.name;
        let symbol = &used.callee.symbol;
        let told = told(None, used.entry.map(|entry| (entry, entry.gone.as_deref())));
        let gone = told.as_ref().map(|(_, version)| *version);
        let since = told
            .as_ref()
            .map_or_else(String::new, |(release, _)| format!(" since {release}"));
        let message = format!("`{name}` of `{}` has no effect{since}", used.callee.label());
        let mut finding = RULE.argument_finding(ctx, used, symbol, message);
        let new = replacement(ctx, used);
        finding.removed_in = gone.map(str::to_owned);
        finding.replacement = new.name;
        finding.help = new.help;
        finding.fix = new.fix;
        findings.push(finding);
    }
}
