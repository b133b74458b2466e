//! A step of the plan for the code at a place.

use super::Offers;
use crate::journal::bind::{mentions, of_script};
use crate::journal::change::{ActionKind, Change};
use crate::journal::edit::{Sheet, StepText};
use crate::journal::next::ground::{called, first, is_repository};
use crate::journal::next::{call_text, checked};
use crate::journal::plan::{FieldName, Known};
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::python::definition::DefinitionKind;
use crate::python::facts::{Call, Value};
use crate::text::TextRange;
use crate::workspace::document::Document;

/// What a step is written for.
struct Subject {
    section: Known,
    step: StepText,
    /// What stands behind `#` of the file.
    symbol: Option<String>,
}

pub(super) fn offer(surroundings: &Surroundings<'_>, range: TextRange, offers: &mut Offers) {
    let Some(plan) = surroundings
        .other(Role::Plan)
        .filter(|plan| plan.plan().is_ours())
    else {
        return;
    };
    let subject = of_call(surroundings, range).or_else(|| of_definition(surroundings, range));
    let Some(subject) = subject else {
        return;
    };
    if is_planned(surroundings, &plan, range, &subject) {
        return;
    }
    let edits = written(&plan, &subject);
    let change = Change::edit(&surroundings.names.path(Role::Plan), edits);
    offers.add(
        "Insert plan step for this code".to_owned(),
        ActionKind::Rewrite,
        None,
        change,
    );
}

fn written(plan: &Document, subject: &Subject) -> Vec<crate::rules::finding::Edit> {
    let sheet = Sheet::of(plan);
    let sections = &plan.plan().sections;
    let find = |wanted: Known| sections.iter().position(|it| it.known == Some(wanted));
    // A plan need not have a section of its own for code.
    let section = find(subject.section).or_else(|| match subject.section {
        Known::Code => find(Known::Training),
        _ => None,
    });
    match section {
        Some(section) => match sheet.next_id(section) {
            Some(id) => sheet.insert_step(section, Some(&id), &subject.step),
            None => Vec::new(),
        },
        None => sheet.insert_section(subject.section, std::slice::from_ref(&subject.step)),
    }
}

/// The innermost call of a library at a place.
fn of_call(surroundings: &Surroundings<'_>, range: TextRange) -> Option<Subject> {
    let document = surroundings.document;
    let facts = document.facts();
    let at = |call: &&Call| call.range.touches(range.start) && is_known(surroundings, call);
    let inner = facts
        .calls
        .iter()
        .filter(at)
        .min_by_key(|call| call.range.len())?;
    let name = called(inner)?;
    let section = section_of(name)?;
    let span = |text: &str| format!("`{text}`");
    let id = first(inner).filter(|id| is_repository(surroundings, id));
    let callee = inner.callee_range.slice(document.code());
    let title = match (section, &id) {
        (Known::Data | Known::Model, Some(id)) => format!("Load `{id}`"),
        (Known::Hub, _) => format!("Push with `{callee}`"),
        (Known::Evaluation, _) => format!("Measure with `{callee}`"),
        _ if name.ends_with("Config") || name.ends_with("Arguments") => {
            format!("Configure `{callee}`")
        }
        _ => format!("Call `{callee}`"),
    };
    let field = if section == Known::Data {
        FieldName::Dataset
    } else {
        FieldName::Model
    };
    let is_named = matches!(section, Known::Data | Known::Model);
    let model = match inner.keyword("model").map(|it| &it.value) {
        Some(Value::Str(id)) if is_repository(surroundings, id) => Some(id.clone()),
        _ => None,
    };
    let id = id.filter(|_| is_named).or(model);
    let step = StepText::new(title)
        .with(FieldName::Files, span(surroundings.path))
        .with(field, id.map(|id| span(&id)).unwrap_or_default())
        .with(
            FieldName::Params,
            call_text(document, inner)
                .map(|it| span(&it))
                .unwrap_or_default(),
        )
        .with(FieldName::Verify, checked(surroundings.path));
    Some(Subject {
        section,
        step,
        symbol: None,
    })
}

/// Whether a call is of a library that something is known of.
fn is_known(surroundings: &Surroundings<'_>, call: &Call) -> bool {
    let package = call.callee.package().unwrap_or_default();
    let name = crate::workspace::requirements::normalise(package);
    !package.is_empty() && surroundings.environment.libraries.contains_key(&name)
}

/// The section that a call belongs to, by the name of what is called.
fn section_of(name: &str) -> Option<Known> {
    let lower = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    Some(match name {
        "push_to_hub" | "save_to_hub" => Known::Hub,
        _ if has(&["upload", "create_repo", "create_commit", "push_to"]) => Known::Hub,
        _ if has(&["evaluat"]) => Known::Evaluation,
        _ if name == "from_pretrained" => Known::Model,
        _ if has(&["load_dataset", "load_from_disk", "datacollator"])
            || matches!(
                name,
                "from_dict" | "from_generator" | "map" | "filter" | "Dataset"
            ) =>
        {
            Known::Data
        }
        _ if has(&["trainer", "trainingarguments"])
            || name.ends_with("Config")
            || name == "train" =>
        {
            Known::Training
        }
        "InferenceClient" | "pipeline" => Known::Deployment,
        _ => return None,
    })
}

/// The function or class whose head is at a place.
fn of_definition(surroundings: &Surroundings<'_>, range: TextRange) -> Option<Subject> {
    let text = surroundings.text();
    let found = surroundings.document.definitions().iter();
    let heads = found
        .filter(|it| it.kind != DefinitionKind::Constant)
        .filter(|it| {
            let line = crate::journal::edit::line::around(text, it.name_range.start);
            line.touches(range.start) && it.range.touches(range.start)
        });
    let own = heads.min_by_key(|it| it.range.len())?;
    let lower = own.path.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let section = match () {
        () if has(&["eval", "metric", "score"]) => Known::Evaluation,
        () if has(&["train", "loss"]) => Known::Training,
        () if has(&["push", "upload"]) => Known::Hub,
        () if has(&["data", "prepare", "clean", "token", "collat"]) => Known::Data,
        () => Known::Code,
    };
    let step = StepText::new(format!("Write `{}`", own.path))
        .with(
            FieldName::Files,
            format!("`{}#{}`", surroundings.path, own.path),
        )
        .with(FieldName::Verify, checked(surroundings.path));
    Some(Subject {
        section,
        step,
        symbol: Some(own.path.clone()),
    })
}

/// Whether a step says this already: it gives the call, or it is about the file in the same section, or it names
/// the definition.
fn is_planned(
    surroundings: &Surroundings<'_>,
    plan: &Document,
    range: TextRange,
    subject: &Subject,
) -> bool {
    let named = mentions(plan.text(), plan.plan(), plan.outline());
    let mut of_file = named.iter().filter(|it| it.path == surroundings.path);
    if let Some(symbol) = &subject.symbol {
        return of_file.any(|it| it.symbol.as_ref() == Some(symbol));
    }
    let is_bound = || {
        of_script(surroundings).is_some_and(|found| {
            found.at(TextRange::at(range.start)).iter().any(|binding| {
                let wanted = subject.step.field(FieldName::Params).unwrap_or_default();
                let name = plan.params()[binding.call].name();
                wanted.contains(name)
            })
        })
    };
    let steps = &plan.plan().steps;
    let is_same = |step: usize| {
        let section = steps[step]
            .section
            .and_then(|at| plan.plan().sections[at].known);
        let says = |name: FieldName| match subject.step.field(name) {
            Some(wanted) => steps[step]
                .all(name)
                .any(|it| it.value.slice(plan.text()).contains(wanted)),
            None => subject.step.field(FieldName::Params).is_none(),
        };
        section == Some(subject.section) && (says(FieldName::Model) || says(FieldName::Dataset))
    };
    is_bound() || of_file.any(|it| is_same(it.step))
}
