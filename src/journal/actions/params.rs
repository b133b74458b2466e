//! Calls of the plan and of the code that give different values: one takes those of the other.

use super::Offers;
use crate::environment::Environment;
use crate::journal::bind::{Binding, CodeCall, Given, of_script};
use crate::journal::change::{ActionKind, Change};
use crate::journal::next::value_of_code;
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::knowledge::overlay::overlay;
use crate::python::facts::{Site, Value};
use crate::rules::context::Context;
use crate::rules::finding::Edit;
use crate::rules::fix::insert_argument;
use crate::text::TextRange;
use crate::workspace::document::Document;

/// In the plan: for the calls of the step at a place.
pub(super) fn offer_in_plan(
    surroundings: &Surroundings<'_>,
    range: TextRange,
    offers: &mut Offers,
) {
    let plan = surroundings.document;
    let Some(step) = plan.plan().step_at(range.start) else {
        return;
    };
    for binding in surroundings.bindings().iter().filter(|it| it.step == step) {
        let span = plan.params()[binding.call].span;
        // On a call, for this one; elsewhere in the step, for all.
        let is_elsewhere = || {
            plan.params()
                .iter()
                .all(|it| it.step != step || !it.span.touches(range.start))
        };
        if span.touches(range.start) || is_elsewhere() {
            offer(surroundings, plan, surroundings.path, binding, offers);
        }
    }
}

/// In code: for the innermost call at a place that a step means.
pub(super) fn offer_in_code(
    surroundings: &Surroundings<'_>,
    range: TextRange,
    offers: &mut Offers,
) {
    let Some(found) = of_script(surroundings) else {
        return;
    };
    let path = surroundings.names.path(Role::Plan);
    for binding in found.at(TextRange::at(range.start)) {
        offer(surroundings, &found.plan, &path, binding, offers);
    }
}

fn offer(
    surroundings: &Surroundings<'_>,
    plan: &Document,
    path: &str,
    binding: &Binding<'_>,
    offers: &mut Offers,
) {
    let wanted = &plan.params()[binding.call];
    let differing: Vec<usize> = binding.differing().collect();
    for &argument in &differing {
        let name = &wanted.arguments[argument].name;
        if let Some((value, edit)) = from_code(plan, binding, argument) {
            let title = format!("Write `{name}={value}` into the plan, as in the code");
            offers.add(
                title,
                ActionKind::Fix,
                Some("HFP303"),
                Change::edit(path, vec![edit]),
            );
        }
        let (value, change) = into_code(plan, binding, argument);
        let title = format!("Write `{name}={value}` into the code, as in the plan");
        offers.add(title, ActionKind::Fix, Some("HFP303"), change);
    }
    if differing.len() > 1 {
        let all = differing
            .iter()
            .map(|it| from_code(plan, binding, *it).map(|it| it.1));
        if let Some(edits) = all.collect::<Option<Vec<_>>>() {
            let title = format!(
                "Write all values of `{}` into the plan, as in the code",
                wanted.name()
            );
            offers.add(
                title,
                ActionKind::Fix,
                Some("HFP303"),
                Change::edit(path, edits),
            );
        }
        let mut change = Change::default();
        differing
            .iter()
            .for_each(|it| change.merge(into_code(plan, binding, *it).1));
        let title = format!(
            "Write all values of `{}` into the code, as in the plan",
            wanted.name()
        );
        offers.add(title, ActionKind::Fix, Some("HFP303"), change);
    }
    for argument in (0..wanted.arguments.len()).filter(|it| binding.is_absent(*it)) {
        let name = &wanted.arguments[argument].name;
        let change = added(surroundings, plan, binding, argument);
        let title = format!("Add `{name}` to the code, as in the plan");
        offers.add(title, ActionKind::Fix, Some("HFP304"), change);
    }
}

/// What the code gives, where all its calls that differ give the same, and the edit of the plan.
fn from_code(plan: &Document, binding: &Binding<'_>, argument: usize) -> Option<(String, Edit)> {
    let given = binding.code.iter().filter(|code| differs(code, argument));
    let mut values = given.map(|code| value_of_code(&code.document, code.keyword(argument)?));
    let value = values.next()??;
    if !values.all(|it| it.as_ref() == Some(&value)) {
        return None;
    }
    let range = plan.params()[binding.call].arguments[argument].value_range;
    let edit = Edit {
        range,
        content: value.clone(),
    };
    Some((value, edit))
}

/// What the plan gives, and the edits of the calls that give something else.
fn into_code(plan: &Document, binding: &Binding<'_>, argument: usize) -> (String, Change) {
    let mut change = Change::default();
    let Some(value) = planned(plan, binding, argument) else {
        return (String::new(), change);
    };
    for code in binding.code.iter().filter(|code| differs(code, argument)) {
        let keyword = code.keyword(argument);
        let written = keyword.filter(|it| {
            matches!(
                it.site,
                Site::Keyword | Site::DictEntry(_) | Site::DictKeyword(_)
            )
        });
        if let Some(keyword) = written {
            let edit = Edit {
                range: keyword.value_range,
                content: value.clone(),
            };
            change.add(&code.path, vec![edit]);
        }
    }
    (value, change)
}

/// An argument of the plan added to the calls that lack it.
fn added(
    surroundings: &Surroundings<'_>,
    plan: &Document,
    binding: &Binding<'_>,
    argument: usize,
) -> Change {
    let mut change = Change::default();
    let Some(value) = planned(plan, binding, argument) else {
        return change;
    };
    let name = &plan.params()[binding.call].arguments[argument].name;
    let environment: &Environment = surroundings.environment;
    let view = surroundings.knowledge.view(environment);
    for code in &binding.code {
        let facts = code.document.facts();
        if !facts.errors.is_empty() {
            continue;
        }
        let ctx = Context::new(
            code.document.code(),
            facts,
            &view,
            None,
            environment,
            overlay(),
        );
        let edit = insert_argument(&ctx, code.call(), &format!("{name}={value}"));
        change.add(&code.path, vec![edit]);
    }
    change
}

/// The value of the plan, where it is a constant in one line.
fn planned(plan: &Document, binding: &Binding<'_>, argument: usize) -> Option<String> {
    let argument = &plan.params()[binding.call].arguments[argument];
    let value = argument.value_range.slice(plan.text());
    let is_plain = argument.value != Value::Unknown && !value.contains(['\n', '\r']);
    is_plain.then(|| value.to_owned())
}

fn differs(code: &CodeCall<'_>, argument: usize) -> bool {
    matches!(
        code.pairs.get(argument),
        Some(Given::Here {
            same: Some(false),
            ..
        })
    )
}
