//! HF106

use super::replacement::replacement;
use crate::embedded::Format;
use crate::knowledge::fact::Trigger;
use crate::rules::arguments::{ArgumentUse, Verdict, label};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::report::{declaring, package, told};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF106",
    name: "deprecated-argument",
    severity: Severity::Warning,
    summary: "an argument that still works and is on its way out",
    explanation: "The source of the resolved release warns when this argument is passed, or documents \
it as deprecated. Announced removal dates are often wrong in both directions, so none is shown: change \
it before an upgrade, and see with `--target` what an upgrade would break.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", gradient_checkpointing=True)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.22.2"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", gradient_checkpointing=True)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.arguments() {
        if let Verdict::Deprecated(notice) = &used.verdict {
            findings.push(deprecated(ctx, used, notice.when));
        }
    }
}

fn deprecated(ctx: &Context<'_>, used: &ArgumentUse<'_>, when: Trigger) -> Finding {
    let name = &used.keyword(ctx).name.name;
    let foreign = foreign_owner(ctx, used);
    let symbol = foreign.as_deref().unwrap_or(&used.callee.symbol);
    let timeline = ctx.view.argument_timeline(symbol, name);
    let owner = declaring(used, timeline.as_ref());
    let seen = timeline
        .as_ref()
        .and_then(|timeline| Some((timeline, timeline.deprecated_in()?)));
    let entry = used.entry.map(|entry| (entry, entry.deprecated.as_deref()));
    let told = told(seen, entry);
    let since = told.as_ref().map(|(_, version)| *version);
    let when_seen = told
        .as_ref()
        .map_or_else(String::new, |(release, _)| format!(" since {release}"));
    let message = format!("`{name}` of `{}` is deprecated{when_seen}", label(&owner));
    let mut finding = RULE.argument_finding(ctx, used, &owner, message);
    if when == Trigger::Documented {
        finding.severity = Severity::Information;
    }
    finding.deprecated = true;
    finding.deprecated_in = since.map(str::to_owned);
    let new = replacement(ctx, used);
    finding.replacement = new.name;
    finding.help = new.help;
    finding.fix = new.fix;
    finding
}

/// The public path of the class of another library whose notice it is: since when it stands there is a
/// matter of that library's releases.
fn foreign_owner(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> Option<String> {
    let signature = used.signature.as_ref()?;
    let (definition, _) = signature.deprecation(&used.keyword(ctx).name.name)?;
    let class = definition
        .rsplit_once(".__")
        .map_or(definition.as_str(), |(class, _)| class);
    let public = ctx.view.public_path(class);
    (package(&public) != package(&used.callee.symbol)).then_some(public)
}
