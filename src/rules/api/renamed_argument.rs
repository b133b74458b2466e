//! HF103

use super::replacement::{Kind, kind, replacement};
use crate::embedded::Format;
use crate::rules::arguments::{ArgumentUse, Verdict, label};
use crate::rules::context::Context;
use crate::rules::finding::{Applicability, Finding, Severity};
use crate::rules::report::{declaring, note_other_releases, package, told};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF103",
    name: "renamed-argument",
    severity: Severity::Error,
    summary: "an argument that was removed and lives on under another name",
    explanation: "The resolved release does not take this argument any more and raises a `TypeError` \
(or, behind `**kwargs`, fails later). The same thing is said by another argument now. Releases in \
which a name was announced to go are not looked at, only releases that really lack it.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", evaluation_strategy=\"epoch\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", eval_strategy=\"epoch\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    report_removed(ctx, &RULE, Kind::Renamed, findings);
}

/// Reports the removed arguments of one kind; the three rules about removals differ in nothing else.
pub fn report_removed(ctx: &Context<'_>, rule: &Rule, wanted: Kind, findings: &mut Vec<Finding>) {
    for used in ctx.arguments() {
        if matches!(used.verdict, Verdict::Removed(_)) && kind(ctx, used) == wanted {
            findings.push(removed(ctx, rule, used));
        }
    }
}

fn removed(ctx: &Context<'_>, rule: &Rule, used: &ArgumentUse<'_>) -> Finding {
    let Verdict::Removed(timeline) = &used.verdict else {
        unreachable!("the caller looked at the verdict");
    };
    let timeline = timeline.as_ref().filter(|timeline| timeline.was_there());
    let owner = declaring(used, timeline);
    let seen = timeline.and_then(|timeline| Some((timeline, timeline.removed_in()?)));
    let entry = used.entry.map(|entry| (entry, entry.gone.as_deref()));
    let told = told(seen, entry);
    let gone = told.as_ref().map(|(_, version)| *version);
    let name = &used.keyword(ctx).name.name;
    let when = told
        .as_ref()
        .map_or_else(String::new, |(release, _)| format!(" in {release}"));
    let message = format!("`{name}` was removed from `{}`{when}", label(&owner));
    let mut finding = rule.argument_finding(ctx, used, &owner, message);
    finding.removed_in = gone.map(str::to_owned);
    finding.deprecated_in = timeline
        .and_then(|timeline| timeline.deprecated_in())
        .map(str::to_owned);
    let raises = used
        .signature
        .as_ref()
        .is_some_and(|s| !s.open && s.certain)
        || used
            .entry
            .is_some_and(|entry| entry.effect == crate::knowledge::overlay::Effect::Error);
    // A file of configuration may give it to a class of the user's; that one would hardly take an old name of
    // the common arguments.
    let is_anothers = used.call(ctx).shared
        && (kind(ctx, used) != Kind::Renamed || package(&owner) != "transformers");
    if !raises || is_anothers || !used.callee.exact || ctx.is_newer_than_known(&owner) {
        finding.severity = Severity::Warning;
    }
    let new = replacement(ctx, used);
    finding.replacement = new.name;
    finding.help = new.help;
    finding.fix = new.fix;
    if let Some(fix) = finding.fix.as_mut().filter(|_| is_anothers) {
        fix.applicability = Applicability::Unsafe;
    }
    if let Some(timeline) = timeline {
        note_other_releases(ctx, &mut finding, timeline);
    }
    finding
}
