//! HF114

use crate::embedded::Format;
use crate::knowledge::overlay::Override;
use crate::knowledge::view::Entity;
use crate::python::ast::ParamKind;
use crate::python::facts::{Class, Guard, Method, MethodParam, Origin, Root};
use crate::rules::arguments::label;
use crate::rules::context::{Context, Thing};
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::fix::fix;
use crate::rules::report::release;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF114",
    name: "outdated-override",
    severity: Severity::Error,
    summary: "an overriding method that the library calls with an argument it does not take",
    explanation: "The library calls this method itself, since some release with another argument. A \
class that overrides it without accepting the argument fails with a `TypeError` in the middle of a run.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import Trainer\n\n\nclass WeightedTrainer(Trainer):\n    def compute_loss(self, model, inputs, return_outputs=False):\n        return model(**inputs).loss\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import Trainer\n\n\nclass WeightedTrainer(Trainer):\n    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):\n        return model(**inputs).loss\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if ctx.facts.classes.is_empty() {
        return;
    }
    let is_passed = |entry: &&Override| ctx.has_gone(Some(&entry.since), Some(&entry.library));
    let passed: Vec<&Override> = ctx.overlay.overrides().iter().filter(is_passed).collect();
    for class in &ctx.facts.classes {
        if class.guard == Guard::Guarded {
            continue;
        }
        let has = |name: &str| class.methods.iter().any(|method| method.name.name == name);
        for entry in passed.iter().filter(|entry| has(&entry.method)) {
            if !inherits(ctx, class, entry) || calls_itself(class, entry) {
                continue;
            }
            let outdated = class.methods.iter().filter(|method| {
                method.name.name == entry.method
                    && !method.decorated
                    && lacks(method, entry)
                    && !runs_own_loop(ctx, class, method)
            });
            findings.extend(outdated.map(|method| finding(ctx, method, entry)));
        }
    }
}

/// Whether a class of the file derives from the entry's class.
fn inherits(ctx: &Context<'_>, class: &Class, entry: &Override) -> bool {
    class
        .bases
        .iter()
        .flatten()
        .any(|base| match ctx.thing(base) {
            Thing::Object(Entity::Class(base)) => ctx
                .view
                .mro(&base)
                .classes
                .iter()
                .any(|ancestor| ctx.view.public_path(ancestor) == entry.class),
            Thing::LocalClass(id) => inherits(ctx, ctx.facts.class(id), entry),
            _ => false,
        })
}

/// Whether a class overrides everything in the library that calls the method.
fn calls_itself(class: &Class, entry: &Override) -> bool {
    let overrides = |name: &String| class.methods.iter().any(|method| method.name.name == *name);
    !entry.called_by.is_empty() && entry.called_by.iter().all(overrides)
}

/// Whether a class calls its own private method itself: then it has taken the place of the code of the
/// library that calls it.
fn runs_own_loop(ctx: &Context<'_>, class: &Class, method: &Method) -> bool {
    let is_self = |origin: &Origin| {
        let Root::SelfOf(id) = origin.root else {
            return false;
        };
        origin.steps.is_empty() && ctx.facts.class(id).range == class.range
    };
    method.name.name.starts_with('_')
        && ctx.facts.attributes.iter().any(|used| {
            used.called && used.attr.name == method.name.name && is_self(&used.receiver)
        })
}

fn lacks(method: &Method, entry: &Override) -> bool {
    let takes_name = method
        .params
        .iter()
        .any(|param| param.name == entry.parameter || param.kind == ParamKind::VarKeyword);
    let takes_any = |param: &MethodParam| param.kind == ParamKind::VarArgs;
    let positional =
        |param: &&MethodParam| matches!(param.kind, ParamKind::Normal | ParamKind::PositionalOnly);
    let takes_place = entry.position.is_some_and(|position| {
        method.params.iter().any(takes_any)
            || method.params.iter().filter(positional).count() >= position
    });
    !takes_name && !takes_place
}

fn finding(ctx: &Context<'_>, method: &Method, entry: &Override) -> Finding {
    let message = format!(
        "`{}` passes `{}` to `{}` since {}, which this override does not take",
        label(&entry.class),
        entry.parameter,
        entry.method,
        release(ctx, &entry.class, &entry.since)
    );
    let path = format!("{}.{}", entry.class, entry.method);
    let mut finding = RULE.finding(ctx, method.name.range, &path, message);
    finding.argument = Some(entry.parameter.clone());
    finding.help = Some(entry.why.clone());
    finding.fix = add_parameter(method, entry);
    finding
}

/// Adds the parameter behind the last one that may stand before it.
fn add_parameter(method: &Method, entry: &Override) -> Option<Fix> {
    let last = method.params.last()?;
    let default = entry.default.as_deref().unwrap_or("None");
    let (at, content) = (last.range.end, format!(", {}={default}", entry.parameter));
    fix(
        format!("Add parameter `{}`", entry.parameter),
        Applicability::Safe,
        vec![Edit {
            range: TextRange::at(at),
            content,
        }],
    )
}
