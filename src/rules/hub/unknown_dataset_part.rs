//! HF408 to HF410

use super::{Loaded, datasets, finding, rewritten};
use crate::embedded::Format;
use crate::hub::dataset::{Config, DatasetFacts};
use crate::python::facts::{Call, Origin, Step, Value};
use crate::rules::arguments::Callee;
use crate::rules::context::Context;
use crate::rules::datasets::LOADER;
use crate::rules::finding::{Applicability, Finding, Fix, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::run_time::nearest::{MAX_LISTED, nearest};
use crate::text::TextRange;

/// See [`Rule`].
pub const CONFIG: Rule = Rule {
    code: "HF408",
    name: "unknown-config",
    severity: Severity::Warning,
    summary: "a configuration that the dataset does not have, or none where one has to be chosen",
    explanation: "`load_dataset` raises `ValueError` for a configuration (\"subset\") that the dataset does not have, \
and where it has several and none is the default, for a call that names none. The names are those \
that the Hub gives.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\n\ndata = load_dataset(\"acme-labs/languages\", \"fr\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\n\ndata = load_dataset(\"acme-labs/languages\", \"de\")\n",
    },
    check: Check::Code(check_configs),
};

/// See [`Rule`].
pub const SPLIT: Rule = Rule {
    code: "HF409",
    name: "unknown-split",
    severity: Severity::Warning,
    summary: "a split that the dataset does not have",
    explanation: "`load_dataset` raises `ValueError` for a split that the dataset does not have; expressions such as \
`train[:10%]` and `train+test` are read. The names are those that the Hub gives.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\n\ndata = load_dataset(\"acme-labs/reviews\", split=\"validation\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\n\ndata = load_dataset(\"acme-labs/reviews\", split=\"train[:10%]\")\n",
    },
    check: Check::Code(check_splits),
};

/// See [`Rule`].
pub const COLUMN: Rule = Rule {
    code: "HF410",
    name: "unknown-column",
    severity: Severity::Warning,
    summary: "a column that the dataset does not have",
    explanation: "The column is taken from the dataset as it was loaded, and the dataset has none of that name: this \
raises as soon as it runs. Columns that the script makes itself are not looked at.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\n\ndata = load_dataset(\"acme-labs/reviews\", split=\"train\")\ndata = data.rename_column(\"labels\", \"label\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\n\ndata = load_dataset(\"acme-labs/reviews\", split=\"train\")\ndata = data.rename_column(\"stars\", \"label\")\n",
    },
    check: Check::Code(check_columns),
};

/// Where `name` and `split` stand among the arguments of `load_dataset` by place, in every release.
const NAME: usize = 1;
const AT: usize = 4;

/// An argument as it is passed, by name or by place.
fn passed<'a>(call: &'a Call, name: &str, place: usize) -> Option<(&'a Value, TextRange)> {
    let named = call.keyword(name).map(|it| (&it.value, it.value_range));
    named.or_else(|| call.positional.get(place).map(|it| (&it.value, it.range)))
}

/// Whether the call loads what the repository itself offers, and nothing else.
fn is_plain(call: &Call) -> bool {
    let other = ["data_files", "data_dir", "features", "verification_mode"];
    !call.open
        && other.iter().all(|name| call.keyword(name).is_none())
        && call.positional.len() <= 2
}

fn loads<'c, 'a>(
    ctx: &'c Context<'a>,
) -> impl Iterator<Item = (Loaded<'c, 'a>, std::sync::Arc<DatasetFacts>)> {
    datasets(ctx).filter(|(loaded, _)| loaded.callee.symbol == LOADER && is_plain(loaded.call))
}

fn check_configs(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (loaded, facts) in loads(ctx) {
        let Some(configs) = facts.configs.as_deref() else {
            continue;
        };
        let names: Vec<String> = configs.iter().map(|config| config.name.clone()).collect();
        let id = &loaded.used.id;
        let found = match passed(loaded.call, "name", NAME) {
            Some((Value::Str(name), range)) if !names.contains(name) => {
                let message = format!("the dataset `{id}` has no configuration `{name}`");
                about(ctx, &CONFIG, &loaded, message, (range, name), &names)
            }
            None | Some((Value::None, _)) if names.len() > 1 && facts.config(None).is_none() => {
                let message =
                    format!("the dataset `{id}` has several configurations, and none is named");
                about(
                    ctx,
                    &CONFIG,
                    &loaded,
                    message,
                    (loaded.used.range, ""),
                    &names,
                )
            }
            _ => continue,
        };
        findings.push(found);
    }
}

/// A finding at one name, with what was probably meant or can be chosen.
fn about(
    ctx: &Context<'_>,
    rule: &Rule,
    loaded: &Loaded<'_, '_>,
    message: String,
    (range, written): (TextRange, &str),
    names: &[String],
) -> Finding {
    let mut found = finding(ctx, rule, loaded.used, message);
    found.range = range;
    match nearest(written, names).filter(|_| !written.is_empty()) {
        Some(near) => {
            found.help = Some(format!("did you mean `{near}`?"));
            let edit = rewritten(ctx, range, &near);
            found.replacement = Some(near.clone());
            found.fix = edit.map(|edit| Fix {
                title: format!("Change to `{near}`"),
                applicability: Applicability::Unsafe,
                edits: vec![edit],
            });
        }
        None if names.len() <= MAX_LISTED => {
            found.help = Some(format!("it has {}", names.join(", ")));
        }
        None => {}
    }
    found
}

/// The configuration that a call loads.
fn config<'f>(call: &Call, facts: &'f DatasetFacts) -> Option<&'f Config> {
    match passed(call, "name", NAME) {
        Some((Value::Str(name), _)) => facts.config(Some(name)),
        None | Some((Value::None, _)) => facts.config(None),
        Some(_) => None,
    }
}

fn check_splits(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (loaded, facts) in loads(ctx) {
        let Some((Value::Str(written), range)) = passed(loaded.call, "split", AT) else {
            continue;
        };
        let config = config(loaded.call, &facts);
        let Some(splits) = config.and_then(|config| config.splits.as_deref()) else {
            continue;
        };
        let names: Vec<String> = splits.iter().map(|split| split.name.clone()).collect();
        let base = |part: &str| part.split('[').next().unwrap_or(part).trim().to_owned();
        let unknown = written
            .split('+')
            .map(base)
            .find(|part| part != "all" && !names.contains(part));
        let Some(unknown) = unknown.filter(|_| !names.is_empty()) else {
            continue;
        };
        let message = format!("the dataset `{}` has no split `{unknown}`", loaded.used.id);
        let whole = if *written == unknown {
            range
        } else {
            TextRange::new(range.start, range.start)
        };
        let mut found = about(ctx, &SPLIT, &loaded, message, (whole, &unknown), &names);
        found.range = range;
        found.argument = Some("split".to_owned());
        findings.push(found);
    }
}

/// Methods of `datasets.Dataset` with the parameter, first by place, that names columns it must have.
const COLUMN_USERS: [(&str, &str); 6] = [
    ("remove_columns", "column_names"),
    ("select_columns", "column_names"),
    ("rename_column", "original_column_name"),
    ("class_encode_column", "column"),
    ("cast_column", "column"),
    ("unique", "column"),
];

fn check_columns(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (call, callee) in ctx.library_calls() {
        let method = callee.symbol.rsplit('.').next().unwrap_or_default();
        let user = COLUMN_USERS.iter().find(|(name, _)| *name == method);
        let Some((_, parameter)) = user.filter(|_| callee.symbol.starts_with("datasets.")) else {
            continue;
        };
        let Some((value, range)) = passed(call, parameter, 0) else {
            continue;
        };
        let Some((id, names)) = columns_of(ctx, &call.callee) else {
            continue;
        };
        let named: Vec<&String> = match value {
            Value::Str(name) => vec![name],
            Value::List(values) => values.iter().filter_map(text).collect(),
            _ => continue,
        };
        for name in named.into_iter().filter(|name| !names.contains(name)) {
            let mut found = COLUMN.finding(
                ctx,
                range,
                &callee.symbol,
                format!("the dataset `{id}` has no column `{name}`"),
            );
            found.argument = Some((*parameter).to_owned());
            found.help = match nearest(name, &names) {
                Some(near) => Some(format!("did you mean `{near}`?")),
                None if names.len() <= MAX_LISTED => Some(format!("it has {}", names.join(", "))),
                None => None,
            };
            findings.push(found);
        }
    }
}

/// The configurations, splits or columns that an argument may name.
pub(super) fn offered(
    ctx: &Context<'_>,
    call: &Call,
    callee: &Callee,
    argument: &str,
) -> Vec<String> {
    if callee.symbol == LOADER {
        let of_call = |(loaded, _): &(Loaded<'_, '_>, _)| loaded.call.range == call.range;
        let Some((_, facts)) = loads(ctx).find(of_call) else {
            return Vec::new();
        };
        let splits = |config: &Config| {
            let splits = config.splits.iter().flatten();
            splits.map(|split| split.name.clone()).collect()
        };
        return match argument {
            "name" => {
                let configs = facts.configs.iter().flatten();
                configs.map(|config| config.name.clone()).collect()
            }
            // What is written for the configuration may be just what is asked for.
            "split" => config(call, &facts).map(splits).unwrap_or_default(),
            _ => Vec::new(),
        };
    }
    let method = callee.symbol.rsplit('.').next().unwrap_or_default();
    let names_columns = COLUMN_USERS.contains(&(method, argument));
    let found = names_columns
        .then(|| columns_of(ctx, &call.callee))
        .flatten();
    found.map(|(_, names)| names).unwrap_or_default()
}

const fn text(value: &Value) -> Option<&String> {
    match value {
        Value::Str(text) => Some(text),
        _ => None,
    }
}

/// The dataset that a method is called on, where it is as it was loaded, and its columns.
fn columns_of(ctx: &Context<'_>, method: &Origin) -> Option<(String, Vec<String>)> {
    let (Step::Attr(_), receiver) = method.steps.split_last()? else {
        return None;
    };
    columns(ctx, receiver)
}

/// The id and the columns of a dataset whose origin ends in these steps: `load_dataset(...)`, or one split of it.
pub(super) fn columns(ctx: &Context<'_>, steps: &[Step]) -> Option<(String, Vec<String>)> {
    let made = match steps.split_last()? {
        (Step::Key(_), before) => before.last()?,
        (last, _) => last,
    };
    let Step::Call(id) = made else {
        return None;
    };
    let (loaded, facts) = loads(ctx).find(|(loaded, _)| loaded.used.call == Some(*id))?;
    let columns = config(loaded.call, &facts)?.columns.as_deref()?;
    let names = columns.iter().map(|column| column.name.clone()).collect();
    Some((loaded.used.id.clone(), names))
}
