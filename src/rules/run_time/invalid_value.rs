//! HF201

use super::nearest::{MAX_LISTED, element, nearest, replacement};
use super::report::{Kind, finding, source, value_range};
use crate::embedded::Format;
use crate::environment::Version;
use crate::knowledge::condition::evaluate::Known;
use crate::python::facts::Value;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Fix, Severity};
use crate::rules::refusal::{Part, Refusal};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF201",
    name: "invalid-value",
    severity: Severity::Error,
    summary: "a value that the callable refuses",
    explanation: "The source of the resolved release checks this argument and raises for the value that \
is passed: a name that is none of an enumeration's, a number out of range, a wrong type. The condition is \
read from that release and evaluated with the constants of the call and the defaults of the release; where \
any part of it is not known, nothing is said.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", optim=\"adamw_torch_fusd\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", optim=\"adamw_torch_fused\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for refusal in ctx.refusals() {
        if refusal.kind() == Kind::Value {
            findings.push(invalid(ctx, refusal));
        }
    }
}

fn invalid(ctx: &Context<'_>, refusal: &Refusal) -> Finding {
    let part = &refusal.parts[0];
    let message = format!(
        "`{}` raises `{}` with {} in {}",
        refusal.callee.label(),
        refusal.raise.exception,
        part.placed(),
        source(ctx, refusal)
    );
    let mut finding = finding(ctx, &RULE, refusal, message);
    if let Some(range) = value_range(part) {
        let refused = refusal.element.as_ref();
        finding.range = refused
            .and_then(|value| element(ctx, range, value))
            .unwrap_or(range);
    }
    let Some(values) = &refusal.values else {
        return finding;
    };
    finding.notes.extend(other_releases(ctx, refusal, part));
    if let Some(instead) = &refusal.instead {
        finding.help = Some(instead.clone());
        return finding;
    }
    match meant(refusal, part, values) {
        Some(near) => {
            finding.help = Some(format!("did you mean `{near}`?"));
            finding.replacement = Some(near.clone());
            finding.fix = fix(ctx, refusal, part, &near);
        }
        None if values.len() <= MAX_LISTED => {
            finding.help = Some(format!("use one of {}", values.join(", ")));
        }
        None => {}
    }
    if finding.fix.is_some() && values.len() <= MAX_LISTED {
        finding
            .notes
            .push(format!("it takes {}", values.join(", ")));
    }
    finding
}

/// The last release that took the value, or the first that will.
fn other_releases(ctx: &Context<'_>, refusal: &Refusal, part: &Part) -> Option<String> {
    let path = refusal.enumeration()?;
    let Known::Value(written) = &part.value else {
        return None;
    };
    let selected = ctx.view.selected(path)?;
    let (library, current) = (selected.library.name(), selected.release);
    let takes = |release: usize| match ctx.view.at(library, release).constant(path) {
        Known::Value(Value::List(values)) => values.contains(written),
        Known::Value(Value::Dict(entries)) => match written {
            Value::Str(written) => entries.iter().any(|(key, _)| key == written),
            _ => false,
        },
        _ => false,
    };
    let releases = selected.library.releases();
    if let Some(last) = (0..current).rev().find(|release| takes(*release)) {
        let last = minor(&releases[last]);
        return Some(format!(
            "{library} {last} was the last to take {}",
            part.written()
        ));
    }
    let first = (current + 1..releases.len()).find(|release| takes(*release))?;
    let first = minor(&releases[first]);
    Some(format!(
        "{library} {first} is the first to take {}",
        part.written()
    ))
}

/// "4.49"
fn minor(version: &Version) -> String {
    let numbers: Vec<String> = version
        .release()
        .iter()
        .take(2)
        .map(u64::to_string)
        .collect();
    numbers.join(".")
}

/// The value that was probably meant.
fn meant(refusal: &Refusal, part: &Part, values: &[String]) -> Option<String> {
    match refused(refusal, part) {
        Known::Value(Value::Str(written)) => nearest(&written, values),
        _ => None,
    }
}

/// The value that is refused: that of the argument, or of an element of it.
fn refused(refusal: &Refusal, part: &Part) -> Known {
    let element = refusal.element.clone().map(Known::Value);
    element.unwrap_or_else(|| part.value.clone())
}

/// Replaces the value, where it is written as a string at its place.
fn fix(ctx: &Context<'_>, refusal: &Refusal, part: &Part, near: &str) -> Option<Fix> {
    let mut range = value_range(part)?;
    let Known::Value(value) = &refused(refusal, part) else {
        return None;
    };
    if refusal.element.is_some() {
        range = element(ctx, range, value)?;
    }
    replacement(ctx, range, value, near)
}
