//! HF202

use super::nearest::{MAX_LISTED, element, nearest, replacement};
use crate::embedded::Format;
use crate::python::facts::{Guard, Value};
use crate::python::literal::written;
use crate::rules::arguments::{ArgumentUse, Verdict};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::report::release;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::values::{self, Listed};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF202",
    name: "unlisted-value",
    severity: Severity::Warning,
    summary: "a value that the argument is not declared for",
    explanation: "The annotation of the argument lists its values (`Literal[...]`), or it is looked up in a \
table of the library later, and the value that is passed is none of them. The call itself does not raise; \
what it is for does, or ignores it. Annotations that admit any string, and values that are not known, are \
left alone.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", report_to=\"wandbb\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", report_to=\"wandb\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in ctx.arguments() {
        let keyword = used.keyword(ctx);
        if used.call(ctx).guard == Guard::Guarded || keyword.optional {
            continue;
        }
        let written: &[Value] = match &keyword.value {
            Value::List(items) => items,
            value => std::slice::from_ref(value),
        };
        let mut texts = written
            .iter()
            .filter(|value| matches!(value, Value::Str(_)));
        let Some(first) = texts.next() else { continue };
        let Some(listed) = listed(ctx, used, first) else {
            continue;
        };
        let unlisted = std::iter::once(first)
            .chain(texts)
            .find(|it| !listed.admits(it));
        if let Some(value) = unlisted.filter(|_| !is_refused(ctx, used)) {
            findings.extend(finding(ctx, used, value, &listed));
        }
    }
}

fn finding(
    ctx: &Context<'_>,
    used: &ArgumentUse<'_>,
    value: &Value,
    listed: &Listed<'_>,
) -> Option<Finding> {
    let keyword = used.keyword(ctx);
    let values: Vec<String> = listed.values.iter().filter_map(written).collect();
    let text = written(value)?;
    let name = &keyword.name.name;
    let param = used
        .signature
        .as_ref()
        .and_then(|signature| signature.param(name));
    let owner = param.map_or(&used.callee.symbol, |param| &param.owner);
    let version = ctx
        .resolved(owner)
        .map(|resolved| resolved.version.to_string());
    let source = release(ctx, owner, &version.unwrap_or_default());
    let options = listed.options;
    let why = options.map_or_else(String::new, |options| format!(": {}", options.why));
    let message = format!("`{text}` is none of the values of `{name}` in {source}{why}");
    let whole = keyword.value_range;
    let range = match keyword.value {
        Value::List(_) => element(ctx, whole, value).unwrap_or(whole),
        _ => whole,
    };
    let mut finding = RULE.finding(ctx, range, &used.callee.symbol, message);
    finding.argument = Some(name.to_string());
    let Value::Str(plain) = value else {
        return None;
    };
    let instead = options.and_then(|options| options.instead.iter().find(|it| it.value == *plain));
    let near = match instead {
        Some(instead) => values
            .iter()
            .find(|value| value.trim_matches('"') == instead.say)
            .cloned(),
        None => nearest(plain, &values),
    };
    if listed.open && near.is_none() {
        return None;
    }
    finding.help = match &near {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if values.len() <= MAX_LISTED => Some(format!("use one of {}", values.join(", "))),
        None => None,
    };
    finding.fix = near.and_then(|near| replacement(ctx, range, value, &near));
    Some(finding)
}

/// The values of an argument for which a text was passed.
fn listed<'a>(ctx: &Context<'a>, used: &ArgumentUse<'_>, first: &Value) -> Option<Listed<'a>> {
    let keyword = used.keyword(ctx);
    if !matches!(used.verdict, Verdict::Fine) || ctx.is_newer_than_known(&used.callee.symbol) {
        return None;
    }
    let name = keyword.name.name.as_str();
    if let Some(options) = values::options(ctx, &used.callee, name) {
        let is_other = |text: &String| options.unless.iter().any(|sign| text.contains(sign));
        if matches!(first, Value::Str(text) if is_other(text)) {
            return None;
        }
        return values::looked_up(ctx, options);
    }
    if matches!(keyword.value, Value::List(_)) {
        return None;
    }
    let param = used.signature.as_ref()?.param(name)?;
    values::declared(param.param.annotation.as_deref()?)
}

/// Whether the call is told to raise because of the argument.
fn is_refused(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> bool {
    let range = used.keyword(ctx).value_range;
    ctx.refusals().iter().any(|refusal| {
        let mut sites = refusal.parts.iter().filter_map(|part| part.site);
        sites.any(|(value, _)| value == range)
    })
}
