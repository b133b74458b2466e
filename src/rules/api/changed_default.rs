//! HF113

use crate::embedded::Format;
use crate::environment::Source;
use crate::knowledge::fact::Param;
use crate::python::facts::{Call, Guard};
use crate::rules::arguments::{Callee, callee};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// So many changes are named in a message; the others are counted.
const NAMED: usize = 4;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF113",
    name: "changed-default",
    severity: Severity::Information,
    summary: "an upgrade changes defaults that a call relies on",
    explanation: "Only with a target (`--target`, or the setting): the call leaves arguments out whose \
defaults differ between the release that the project has now and the target. Nothing fails, but results \
may differ. Pass the value that you mean.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["trl==0.22.2"],
        baseline: &["trl==0.18.2"],
        code: "from trl import GRPOConfig\n\nargs = GRPOConfig(output_dir=\"out\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["trl==0.22.2"],
        baseline: &["trl==0.22.2"],
        code: "from trl import GRPOConfig\n\nargs = GRPOConfig(output_dir=\"out\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if ctx.baseline.is_none() {
        return;
    }
    for call in &ctx.facts.calls {
        if call.guard == Guard::Guarded || call.open {
            continue;
        }
        if let Some(callee) = callee(ctx, call) {
            findings.extend(changed(ctx, call, &callee));
        }
    }
}

fn changed(ctx: &Context<'_>, call: &Call, callee: &Callee) -> Option<Finding> {
    // Where nothing says what the project has, there is nothing to compare with.
    let had = ctx.resolved(&callee.symbol)?.baseline.as_ref()?;
    if had.source == Source::Newest {
        return None;
    }
    let before = ctx.baseline.as_ref()?;
    let new = ctx.view.signature(&callee.entity)?;
    let old = before.signature(&before.resolve(&callee.symbol))?;
    let mut changes: Vec<(&Param, &Param)> = Vec::new();
    for (index, param) in new.params.iter().enumerate() {
        let name = param.param.name.as_str();
        let passed = call
            .keywords
            .iter()
            .any(|keyword| keyword.name.name == name)
            || index < call.positional.len();
        let Some(former) = old.param(name).filter(|_| !passed) else {
            continue;
        };
        if differs(&former.param, &param.param) {
            changes.push((&former.param, &param.param));
        }
    }
    if changes.is_empty() {
        return None;
    }
    Some(finding(ctx, call, callee, before, &changes))
}

/// Whether two defaults are known and mean something else.
fn differs(old: &Param, new: &Param) -> bool {
    let plain = |param: &Param| {
        let text = param.default.as_deref()?;
        let is_value = text.parse::<f64>().is_ok()
            || text.starts_with(['"', '\''])
            || matches!(text, "None" | "True" | "False");
        is_value.then(|| text.replace('\'', "\""))
    };
    let is_off = |text: &str| matches!(text, "None" | "False" | "\"\"" | "\"no\"" | "0");
    match (plain(old), plain(new)) {
        // One way of saying "no" for another.
        (Some(old), Some(new)) if is_off(&old) && is_off(&new) => false,
        (Some(old), Some(new)) => match (old.parse::<f64>(), new.parse::<f64>()) {
            (Ok(old), Ok(new)) => (old - new).abs() > f64::EPSILON * old.abs().max(1.0),
            _ => old != new,
        },
        _ => false,
    }
}

fn finding(
    ctx: &Context<'_>,
    call: &Call,
    callee: &Callee,
    before: &crate::knowledge::view::View,
    changes: &[(&Param, &Param)],
) -> Finding {
    let shown = |(old, new): &(&Param, &Param)| {
        let text = |param: &Param| param.default.clone().unwrap_or_default();
        format!("`{}` {} -> {}", new.name, text(old), text(new))
    };
    let mut named: Vec<String> = changes.iter().take(NAMED).map(shown).collect();
    if changes.len() > NAMED {
        named.push(format!("and {} more", changes.len() - NAMED));
    }
    let from = before
        .selected(&callee.symbol)
        .map_or_else(String::new, |choice| {
            choice.library.releases()[choice.release].to_string()
        });
    let message = format!(
        "defaults of `{}` that this call relies on differ from {from}: {}",
        callee.label(),
        named.join(", ")
    );
    let mut finding = RULE.finding(ctx, call.callee_range, &callee.symbol, message);
    for (_, param) in changes {
        for curated in ctx.overlay.default_changes(&callee.symbol, &param.name) {
            let line = format!(
                "`{}` since {}: {}",
                param.name, curated.changed, curated.why
            );
            finding.notes.push(line);
        }
    }
    if changes.len() > NAMED {
        let rest: Vec<String> = changes.iter().skip(NAMED).map(shown).collect();
        finding.notes.push(rest.join(", "));
    }
    finding
}
