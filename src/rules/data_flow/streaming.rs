//! HF326

use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::knowledge::fact::OwnerKind;
use crate::knowledge::view::Entity;
use crate::python::facts::{Access, Guard, Origin, Value};
use crate::rules::context::{Context, Thing, asks_for};
use crate::rules::finding::{Finding, Severity};
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::rules::run_time::training::trainings;
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF326",
    name: "streaming-dataset",
    severity: Severity::Error,
    summary: "a streamed dataset, used as one that is stored",
    explanation: "With `streaming=True` rows come one after the other, and nobody knows how many there are. An \
`IterableDataset` therefore lacks much of what a `Dataset` has, which differs by release and is read from it: \
`len(dataset)` raises a `TypeError`, `dataset.select(...)` an `AttributeError`; `take` and `skip` are there. \
`Trainer` has to be told how long to train by `max_steps`, and raises a `ValueError` without it \
(transformers 5.23 `trainer.py:728`).",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\n\ndataset = load_dataset(\"allenai/c4\", \"en\", split=\"train\", streaming=True)\nsample = dataset.select(range(100))\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\n\ndataset = load_dataset(\"allenai/c4\", \"en\", split=\"train\", streaming=True)\nsample = dataset.take(100)\n",
    },
    check: Check::Code(check),
};

const STREAMED: &str = "datasets.IterableDataset";

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if memchr::memmem::find(ctx.text.as_bytes(), b"streaming").is_none()
        || ctx.is_newer_than_known("datasets")
    {
        return;
    }
    attributes(ctx, findings);
    sequences(ctx, findings);
    endless(ctx, findings);
}

/// The class, where a value is exactly a streamed dataset.
fn streamed(ctx: &Context<'_>, origin: &Origin) -> Option<Entity> {
    let Thing::Instance { class, exact: true } = ctx.thing(origin) else {
        return None;
    };
    let class = Entity::Class(class);
    (ctx.view.resolve(STREAMED) == class).then_some(class)
}

/// Methods that only a stored dataset has.
fn attributes(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for used in &ctx.facts.attributes {
        let name = used.attr.name.as_str();
        if used.access != Access::Load || used.guard == Guard::Guarded {
            continue;
        }
        let Some(class) = streamed(ctx, &used.receiver) else {
            continue;
        };
        let stored = ctx.view.resolve("datasets.Dataset");
        let is_missing = matches!(ctx.view.member(&class, name), Entity::Missing { .. });
        let has_it = matches!(
            ctx.view.member(&stored, name),
            Entity::Function(_) | Entity::Value
        );
        if !is_missing || !has_it || asks_for(ctx.text, name) {
            continue;
        }
        let message = format!("a streamed dataset has no `{name}`");
        let mut finding = finding(ctx, used.attr.range, &message);
        finding.argument = Some(name.to_owned());
        finding.help = instead(name).map(str::to_owned);
        findings.push(finding);
    }
}

/// What does nearly the same.
fn instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "select" => "use `take` and `skip`",
        "train_test_split" => "use `take` for one part and `skip` for the other",
        "sort" => "sort before, or load it without `streaming=True`",
        "num_rows" => "ask `dataset.info.splits`, or count while reading",
        "set_format" => "use `with_format`",
        "set_transform" | "with_transform" => "use `map`, which runs while rows are read",
        _ => return None,
    })
}

/// `len(dataset)`, `dataset[0]`
fn sequences(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for measured in &ctx.facts.measured {
        if measured.guard == Guard::Guarded {
            continue;
        }
        let class = streamed(ctx, &measured.origin);
        if !class.is_some_and(|class| lacks(ctx, &class, measured.method)) {
            continue;
        }
        let (what, help) = match measured.method {
            "__len__" => (
                "has no length",
                "ask `dataset.info.splits`, or count while reading",
            ),
            _ => (
                "has no rows by number",
                "use `next(iter(dataset))`, `take` or `skip`",
            ),
        };
        let mut finding = finding(ctx, measured.range, &format!("a streamed dataset {what}"));
        finding.help = Some(help.to_owned());
        findings.push(finding);
    }
}

/// Whether no class that it is made of defines a method of Python's own.
fn lacks(ctx: &Context<'_>, class: &Entity, method: &str) -> bool {
    let Entity::Class(class) = class else {
        return false;
    };
    let mro = ctx.view.mro(class);
    let defines = |base: &String| {
        let path = format!("{base}.{method}");
        ctx.view.owner(&path, OwnerKind::Function).is_some()
    };
    mro.is_closed() && !mro.classes.iter().any(defines)
}

/// Training on it without an end.
fn endless(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for training in trainings(ctx) {
        let dataset = training.given("train_dataset");
        let is_streamed = dataset
            .as_ref()
            .and_then(|dataset| dataset.origin())
            .is_some_and(|origin| streamed(ctx, origin).is_some());
        let is_endless = matches!(
            training.setting("max_steps"),
            Known::Value(Value::Int(steps)) if steps <= 0
        );
        let Some(dataset) = dataset.filter(|_| is_streamed && is_endless) else {
            continue;
        };
        let message = format!(
            "`{}` raises `ValueError` for a streamed dataset without `max_steps` in {}",
            training.callee.label(),
            selected(ctx, "transformers.Trainer")
        );
        let mut finding = training.finding(&RULE, dataset.site().1, message);
        finding.argument = Some("train_dataset".to_owned());
        finding.help = Some("set `max_steps`".to_owned());
        findings.push(finding);
    }
}

fn finding(ctx: &Context<'_>, range: TextRange, what: &str) -> Finding {
    let message = format!("{what} in {}", selected(ctx, STREAMED));
    RULE.finding(ctx, range, STREAMED, message)
}
