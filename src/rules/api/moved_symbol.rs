//! HF102

use super::removed_symbol::{curated, symbol_fix};
use super::symbols::SymbolVerdict;
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::report::{note_other_releases, release};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF102",
    name: "moved-symbol",
    severity: Severity::Error,
    summary: "an import of something that lives elsewhere now",
    explanation: "The resolved release has the class or function, but not at this path: the import \
raises an `ImportError`. It is reported with its new place when exactly one definition of that name \
exists in the library.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["trl==1.16.0"],
        baseline: &[],
        code: "from trl import ORPOConfig, ORPOTrainer\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["trl==1.16.0"],
        baseline: &[],
        code: "from trl.experimental.orpo import ORPOConfig, ORPOTrainer\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.symbols() {
        let SymbolVerdict::Moved(timeline, new) = &used.verdict else {
            continue;
        };
        let gone = timeline.removed_in().unwrap_or_default();
        let message = format!(
            "`{}` was moved in {}",
            used.path,
            release(ctx, &used.path, gone)
        );
        let mut finding = RULE.finding(ctx, used.range, &used.path, message);
        finding.removed_in = Some(gone.to_owned());
        finding.deprecated_in = timeline.deprecated_in().map(str::to_owned);
        curated(ctx, used, &mut finding);
        if finding.fix.is_none() {
            finding.replacement = Some(new.clone());
            finding.fix = symbol_fix(ctx, used, new, true);
        }
        if finding.help.is_none() {
            finding.help = Some(format!("import `{new}`"));
        }
        note_other_releases(ctx, &mut finding, timeline);
        findings.push(finding);
    }
}
