//! HF201

use super::report::{Kind, finding, source, value_range};
use crate::embedded::Format;
use crate::environment::Version;
use crate::knowledge::condition::evaluate::Known;
use crate::python::facts::Value;
use crate::python::literal::{quoted, written};
use crate::rules::context::Context;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::refusal::{Part, Refusal};
use crate::rules::rule::{Example, FixKind, Rule};

/// More values than this are not listed.
const MAX_LISTED: usize = 12;

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
    check,
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
        part.written(),
        source(ctx, refusal)
    );
    let mut finding = finding(ctx, &RULE, refusal, message);
    if let Some(range) = value_range(part) {
        finding.range = range;
    }
    let Some(values) = &refusal.values else {
        return finding;
    };
    finding.notes.extend(other_releases(ctx, refusal, part));
    match nearest(part, values) {
        Some(near) => {
            finding.help = Some(format!("did you mean `{near}`?"));
            finding.replacement = Some(near.clone());
            finding.fix = fix(ctx, part, &near);
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
fn nearest(part: &Part, values: &[String]) -> Option<String> {
    let Known::Value(Value::Str(written)) = &part.value else {
        return None;
    };
    let lower = written.to_lowercase();
    let allowed = match lower.chars().count() {
        0..=3 => 1,
        4..=8 => 2,
        _ => 3,
    };
    // `fp32` is no slip of `fp16`, but `grp0` is one of `grpo`.
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let written_digits = digits(&lower);
    let may_be = |value: &str| {
        let own = digits(value);
        own == written_digits || own.is_empty() || written_digits.is_empty()
    };
    values
        .iter()
        .filter(|value| may_be(value))
        .map(|value| (strsim::osa_distance(value.trim_matches('"'), &lower), value))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, value)| value.clone())
}

/// Replaces the value, where it is written as a string at its place.
fn fix(ctx: &Context<'_>, part: &Part, near: &str) -> Option<Fix> {
    let range = value_range(part)?;
    let Known::Value(value) = &part.value else {
        return None;
    };
    let source = range.slice(ctx.text);
    let (Value::Str(text), Some(plain)) = (value, written(value)) else {
        return None;
    };
    let single = format!("'{text}'");
    if source != plain && source != single {
        return None;
    }
    let content = if source == single && near == quoted(near.trim_matches('"')) {
        format!("'{}'", near.trim_matches('"'))
    } else {
        near.to_owned()
    };
    Some(Fix {
        title: format!("Replace by `{near}`"),
        applicability: Applicability::Unsafe,
        edits: vec![Edit { range, content }],
    })
}
