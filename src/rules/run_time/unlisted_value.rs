//! HF202

use super::nearest::{MAX_LISTED, element, nearest, replacement};
use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::knowledge::overlay::{Options, matches};
use crate::knowledge::view::Entity;
use crate::python::ast::{Expr, ExprKind, StmtKind};
use crate::python::facts::{Guard, Value};
use crate::python::literal::{value_of, written};
use crate::python::parse::parse_module;
use crate::rules::arguments::{ArgumentUse, Verdict};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::report::release;
use crate::rules::rule::{Example, FixKind, Rule};

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
    check,
};

/// The values that an argument is for.
#[derive(Default)]
struct Listed<'o> {
    values: Vec<Value>,
    /// Whether there may be others.
    open: bool,
    /// What somebody has written down.
    options: Option<&'o Options>,
}

impl Listed<'_> {
    /// Whether a value is one of them. What an annotation lists may be compared without regard to case.
    fn admits(&self, value: &Value) -> bool {
        let same = |known: &Value| match (known, value) {
            (Value::Str(known), Value::Str(value)) if self.options.is_none() => {
                known.eq_ignore_ascii_case(value)
            }
            _ => known == value,
        };
        self.values.iter().any(same)
    }
}

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
    let mut options = ctx.overlay.options(name).iter();
    if let Some(options) = options.find(|options| is_of(ctx, used, &options.symbol)) {
        return looked_up(ctx, options, first);
    }
    if matches!(keyword.value, Value::List(_)) {
        return None;
    }
    let param = used.signature.as_ref()?.param(name)?;
    let annotation = param.param.annotation.as_deref()?;
    annotation
        .contains("Literal[")
        .then(|| declared(annotation))?
}

/// Whether the callee is that class or function, or a class that inherits from it.
fn is_of(ctx: &Context<'_>, used: &ArgumentUse<'_>, symbol: &str) -> bool {
    if symbol.contains('*') || symbol == used.callee.symbol {
        return matches(symbol, &used.callee.symbol);
    }
    match (&used.callee.entity, ctx.view.resolve(symbol)) {
        (Entity::Class(class), Entity::Class(wanted)) => {
            ctx.view.mro(class).classes.contains(&wanted)
        }
        _ => false,
    }
}

/// The values that a table holds, or that are written down.
fn looked_up<'o>(ctx: &Context<'_>, options: &'o Options, first: &Value) -> Option<Listed<'o>> {
    if let Value::Str(text) = first
        && options.unless.iter().any(|sign| text.contains(sign))
    {
        return None;
    }
    let table = match &options.table {
        None => Vec::new(),
        Some(table) => match ctx.view.constant(table) {
            Known::Value(Value::Dict(entries)) => entries
                .into_iter()
                .map(|(key, _)| Value::Str(key))
                .collect(),
            Known::Value(Value::List(values)) => values,
            _ => return None,
        },
    };
    let values = options.values.iter().cloned().map(Value::Str);
    Some(Listed {
        values: table.into_iter().chain(values).collect(),
        open: options.open,
        options: Some(options),
    })
}

/// The values that an annotation admits; `None` where it admits other texts.
fn declared<'o>(annotation: &str) -> Option<Listed<'o>> {
    let module = parse_module(annotation);
    let StmtKind::Expr(expr) = &module.body.first()?.kind else {
        return None;
    };
    let mut values = Vec::new();
    admits(expr, &mut values)?;
    // `"pissa_niter_[number of iters]"` is a pattern.
    let is_pattern = |value: &Value| matches!(value, Value::Str(text) if text.contains(['[', '<']));
    let open = values.iter().any(is_pattern);
    // One value alone is what the library brings along, not all that users may name.
    (values.len() > 1).then_some(Listed {
        values,
        open,
        options: None,
    })
}

/// Adds what an annotation lists; `None` where it says more than that.
fn admits(expr: &Expr, values: &mut Vec<Value>) -> Option<()> {
    match &expr.kind {
        ExprKind::None => Some(()),
        ExprKind::Name(name) => matches!(name.as_str(), "bool" | "int" | "float").then_some(()),
        ExprKind::Binary { left, op, right } if *op == "|" => {
            admits(left, values)?;
            admits(right, values)
        }
        ExprKind::Subscript { value, index } => match value.as_name()? {
            "Literal" => {
                for item in index {
                    values.push(value_of(item)?);
                }
                Some(())
            }
            "Optional" | "Union" => index.iter().try_for_each(|item| admits(item, values)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the call is told to raise because of the argument.
fn is_refused(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> bool {
    let range = used.keyword(ctx).value_range;
    ctx.refusals().iter().any(|refusal| {
        let mut sites = refusal.parts.iter().filter_map(|part| part.site);
        sites.any(|(value, _)| value == range)
    })
}
