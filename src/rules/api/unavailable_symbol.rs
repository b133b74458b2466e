//! HF110

use super::symbols::SymbolVerdict;
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::report::{note_other_releases, release};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF110",
    name: "unavailable-symbol",
    severity: Severity::Error,
    summary: "an import that only later releases have",
    explanation: "The code is written for a newer release than the one that is resolved: the import \
raises an `ImportError`. Upgrade the library, or write it as the resolved release understands it.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["trl==0.12.2"],
        baseline: &[],
        code: "from trl import GRPOConfig, GRPOTrainer\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["trl==0.14.0"],
        baseline: &[],
        code: "from trl import GRPOConfig, GRPOTrainer\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.symbols() {
        let SymbolVerdict::NotYet(timeline) = &used.verdict else {
            continue;
        };
        let since = timeline.comes_in().unwrap_or_default();
        let version = ctx
            .resolved(&used.path)
            .map_or_else(String::new, |resolved| resolved.version.to_string());
        let message = format!(
            "`{}` is not available in {} yet",
            used.path,
            release(ctx, &used.path, &version)
        );
        let mut finding = RULE.finding(ctx, used.range, &used.path, message);
        finding.help = Some(format!(
            "available since {}",
            release(ctx, &used.path, since)
        ));
        note_other_releases(ctx, &mut finding, timeline);
        findings.push(finding);
    }
}
