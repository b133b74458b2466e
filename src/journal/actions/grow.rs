//! Steps and sections that a plan lacks.

use super::Offers;
use crate::journal::change::{ActionKind, Change};
use crate::journal::edit::{Sheet, StepText};
use crate::journal::id::Id;
use crate::journal::next::ground::Ground;
use crate::journal::next::{measured, recommended, recommended_in, unmeasured};
use crate::journal::plan::Known;
use crate::journal::prd::Prd;
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::text::TextRange;
use crate::workspace::document::Document;

pub(super) fn offer(surroundings: &Surroundings<'_>, range: TextRange, offers: &mut Offers) {
    let plan = surroundings.document.plan();
    if let Some(at) = plan.section_at(range.start) {
        if let Some((id, step, change)) = next_in(surroundings, at) {
            let title = format!("Insert step {id}: {}", step.title);
            offers.add(title, ActionKind::Rewrite, None, change);
        }
        if plan.sections[at].known == Some(Known::Evaluation) {
            offer_metrics(surroundings, None, offers);
        }
    }
    let headings = &surroundings.document.outline().headings;
    if headings
        .iter()
        .any(|it| it.level <= 2 && it.range.touches(range.start))
    {
        offer_sections(surroundings, offers);
    }
}

/// The step that a section lacks, as its last one.
fn next_in(surroundings: &Surroundings<'_>, at: usize) -> Option<(Id, StepText, Change)> {
    let section = &surroundings.document.plan().sections[at];
    let step = recommended(surroundings, section.known?)?;
    let sheet = Sheet::of(surroundings.document);
    let id = sheet.next_id(at)?;
    let change = Change::edit(surroundings.path, sheet.insert_step(at, Some(&id), &step));
    Some((id, step, change))
}

/// Inserts the step that a section of a name lacks, or the first section that lacks one.
///
/// # Errors
/// Where the plan has no such section, or nothing is known that it lacks.
pub(super) fn insert_next(
    surroundings: &Surroundings<'_>,
    section: Option<&str>,
) -> Result<Change, String> {
    let plan = surroundings.plan().ok_or("this is no plan")?;
    let wanted = |at: &usize| {
        let section = section.map(|name| (name.trim(), Known::find(name)));
        section.is_none_or(|(name, known)| {
            let own = &plan.sections[*at];
            let number = own.number.map(|it| it.to_string());
            number.as_deref() == Some(name) || own.known.is_some() && own.known == known
        })
    };
    let mut sections = (0..plan.sections.len()).filter(wanted).peekable();
    if sections.peek().is_none() {
        return Err(format!(
            "the plan has no section `{}`",
            section.unwrap_or_default()
        ));
    }
    let found = sections.find_map(|at| next_in(surroundings, at));
    found
        .map(|(_, _, change)| change)
        .ok_or_else(|| "no step is known that is missing there".to_owned())
}

fn offer_sections(surroundings: &Surroundings<'_>, offers: &mut Offers) {
    let plan = surroundings.document.plan();
    let is_missing = |known: &Known| {
        known.is_required() && plan.sections.iter().all(|it| it.known != Some(*known))
    };
    let mut missing = Known::ALL.into_iter().filter(is_missing).peekable();
    if plan.marker.is_none() || missing.peek().is_none() {
        return;
    }
    let ground = Ground::of(surroundings);
    let sheet = Sheet::of(surroundings.document);
    for known in missing {
        let steps = recommended_in(surroundings, &ground, sheet.text, plan, known);
        let lines = match known {
            Known::Target => target(&ground),
            _ => Vec::new(),
        };
        let edits = sheet.insert_section_with(known, &lines, &steps);
        let title = format!("Insert the section `{}`", known.title());
        offers.add(
            title,
            ActionKind::Fix,
            Some("HFP101"),
            Change::edit(surroundings.path, edits),
        );
    }
}

/// The table of what is made of what, as far as it is known.
pub(super) fn target(ground: &Ground) -> Vec<String> {
    let rows = [("Model", &ground.model), ("Dataset", &ground.dataset)];
    let rows = rows
        .into_iter()
        .filter_map(|(key, value)| Some(format!("| {key} | `{}` |", value.as_ref()?)));
    let rows: Vec<String> = rows.collect();
    match rows.is_empty() {
        true => Vec::new(),
        false => ["| Key | Value |".to_owned(), "| --- | --- |".to_owned()]
            .into_iter()
            .chain(rows)
            .collect(),
    }
}

/// Steps that measure what the requirements ask for, in the plan or at a metric of the requirements.
pub(super) fn offer_metrics(
    surroundings: &Surroundings<'_>,
    at: Option<TextRange>,
    offers: &mut Offers,
) {
    let own;
    let plan: &Document = match surroundings.role {
        Some(Role::Plan) => surroundings.document,
        _ => match surroundings.other(Role::Plan) {
            Some(plan) => {
                own = plan;
                &own
            }
            None => return,
        },
    };
    let Some(section) = plan
        .plan()
        .sections
        .iter()
        .position(|it| it.known == Some(Known::Evaluation))
    else {
        return;
    };
    let here = at.map(|range| metrics_at(surroundings, range));
    let ground = Ground::of(surroundings);
    let sheet = Sheet::of(plan);
    for metric in unmeasured(surroundings, plan.text(), plan.plan()) {
        if here.as_ref().is_some_and(|here| !here.contains(&metric)) {
            continue;
        }
        let step = measured(&ground, &metric);
        if let Some(id) = sheet.next_id(section) {
            let edits = sheet.insert_step(section, Some(&id), &step);
            let change = Change::edit(&surroundings.names.path(Role::Plan), edits);
            let title = format!("Add an evaluation step for the {metric}");
            offers.add(title, ActionKind::Fix, Some("HFP705"), change);
        }
    }
}

fn metrics_at(surroundings: &Surroundings<'_>, range: TextRange) -> Vec<String> {
    let prd = Prd::read(surroundings.text(), surroundings.document.outline());
    let here = prd
        .metrics
        .iter()
        .filter(|metric| metric.range.touches(range.start));
    here.map(|metric| metric.name.title.to_owned()).collect()
}
