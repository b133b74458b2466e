//! HF109

use crate::embedded::Format;
use crate::rules::arguments::{ArgumentUse, Verdict, label};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::fix::argument_fix;
use crate::rules::report::{declaring, release};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF109",
    name: "unavailable-argument",
    severity: Severity::Error,
    summary: "an argument that only later releases take",
    explanation: "The code is written for a newer release than the one that is resolved. Upgrade the \
library, or write it as the resolved release understands it.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==4.40.2"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", eval_strategy=\"epoch\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==4.41.2"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", eval_strategy=\"epoch\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.arguments() {
        if let Verdict::NotYet(timeline) = &used.verdict {
            let name = &used.keyword(ctx).name.name;
            let owner = declaring(used, Some(timeline));
            let since = timeline.comes_in().unwrap_or_default();
            let version = ctx
                .resolved(&owner)
                .map_or_else(String::new, |resolved| resolved.version.to_string());
            let message = format!(
                "`{name}` is not available in `{}` of {} yet",
                label(&owner),
                release(ctx, &owner, &version)
            );
            let mut finding = RULE.argument_finding(ctx, used, &owner, message);
            let library = timeline.library.name();
            finding.help = Some(format!("available since {library} {since}"));
            if used
                .signature
                .as_ref()
                .is_some_and(|signature| signature.open)
            {
                finding.severity = Severity::Warning;
            }
            spell_as_before(ctx, used, &mut finding);
            findings.push(finding);
        }
    }
}

/// A renamed argument can be written by its old name, where that release has it.
fn spell_as_before(ctx: &Context<'_>, used: &ArgumentUse<'_>, finding: &mut Finding) {
    use crate::knowledge::overlay::ArgumentFix;
    let name = &used.keyword(ctx).name.name;
    let old = ctx.overlay.renamed_to(name).find(|entry| {
        matches!(&entry.fix, ArgumentFix::Rename { safe: true, .. })
            && used.takes(ctx, &entry.name)
            && (entry.symbol == used.callee.symbol
                || finding.symbol.as_deref() == Some(entry.symbol.as_str()))
    });
    if let Some(old) = old {
        let rename = ArgumentFix::Rename {
            to: old.name.clone(),
            since: None,
            safe: false,
        };
        finding.replacement = Some(old.name.clone());
        finding.fix = argument_fix(ctx, used, &rename);
    }
}
