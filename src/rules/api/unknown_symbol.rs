//! HF116

use super::removed_symbol::symbol_fix;
use super::symbols::SymbolVerdict;
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::report::release;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF116",
    name: "unknown-symbol",
    severity: Severity::Warning,
    summary: "an import of a name that no known release has",
    explanation: "The module is known completely and has no such name, in the resolved release or in \
any other. It is a warning, because libraries can make up names at run time in ways that no source \
line shows.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCasualLM\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.symbols() {
        let SymbolVerdict::Unknown(near) = &used.verdict else {
            continue;
        };
        let version = ctx
            .resolved(&used.path)
            .map_or_else(String::new, |resolved| resolved.version.to_string());
        let message = format!(
            "`{}` does not exist in {}",
            used.path,
            release(ctx, &used.path, &version)
        );
        let mut finding = RULE.finding(ctx, used.range, &used.path, message);
        if let (Some(near), Some((module, _))) = (near, used.path.rsplit_once('.')) {
            finding.help = Some(format!("did you mean `{near}`?"));
            finding.replacement = Some(format!("{module}.{near}"));
            finding.fix = symbol_fix(ctx, used, &format!("{module}.{near}"), false);
        }
        findings.push(finding);
    }
}
