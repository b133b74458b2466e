//! How far steps are.

use super::Offers;
use super::entry;
use super::step::named;
use crate::journal::change::{ActionKind, Change};
use crate::journal::edit::Sheet;
use crate::journal::plan::{Plan, State, Step};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::Edit;
use crate::text::TextRange;

pub(super) fn offer(surroundings: &Surroundings<'_>, range: TextRange, offers: &mut Offers) {
    let (plan, text) = (surroundings.document.plan(), surroundings.text());
    let Some(at) = plan.step_at(range.start) else {
        return;
    };
    let step = &plan.steps[at];
    let name = named(text, step);
    let mut add = |title: String, change| offers.add(title, ActionKind::Rewrite, None, change);
    if !step.state.is_over() {
        if let Ok(change) = done(surroundings, at, None) {
            add(format!("Mark {name} done"), change);
        }
        if step.state != State::Started {
            add(format!("Start {name}"), start(surroundings, at));
        }
        let today = format!("{}", surroundings.project.today());
        add(format!("Skip {name}"), skip(surroundings, at, &today));
    }
    if step.state != State::Open {
        add(format!("Reopen {name}"), reopen(surroundings, at));
    }
    offer_parents(surroundings, plan, at, offers);
}

/// Ticks of steps whose parts say something else: HFP205.
fn offer_parents(surroundings: &Surroundings<'_>, plan: &Plan, at: usize, offers: &mut Offers) {
    let text = surroundings.text();
    let sheet = Sheet::of(surroundings.document);
    for whole in [Some(at), plan.steps[at].parent].into_iter().flatten() {
        let mut parts = plan
            .children(whole)
            .map(|part| &plan.steps[part])
            .peekable();
        if parts.peek().is_none() {
            continue;
        }
        let step = &plan.steps[whole];
        let is_over = parts.all(|part| part.state.is_over());
        let (verb, edits) = match (step.state == State::Done, is_over) {
            (false, true) => ("Tick", sheet.done(step)),
            (true, false) => ("Untick", sheet.reopened(step)),
            _ => continue,
        };
        let title = format!("{verb} {}, as its parts are", named(text, step));
        let change = Change::edit(surroundings.path, edits);
        offers.add(title, ActionKind::Fix, Some("HFP205"), change);
    }
}

/// Marks a step done, with those that it was the last part of, and writes its entry of the changelog: `note`, or its
/// title.
///
/// # Errors
/// Where parts of it are not done.
pub(super) fn done(
    surroundings: &Surroundings<'_>,
    at: usize,
    note: Option<&str>,
) -> Result<Change, String> {
    let (plan, text) = (surroundings.document.plan(), surroundings.text());
    let sheet = Sheet::of(surroundings.document);
    let step = &plan.steps[at];
    if let Some(part) = plan
        .children(at)
        .find(|part| !plan.steps[*part].state.is_over())
    {
        let part = named(text, &plan.steps[part]);
        return Err(format!(
            "{} is not done while {part} is open",
            named(text, step)
        ));
    }
    let mut edits = sheet.done(step);
    if edits.is_empty() {
        return Ok(Change::default());
    }
    for whole in closed_with(plan, at) {
        edits.extend(sheet.done(&plan.steps[whole]));
    }
    let mut change = Change::edit(surroundings.path, edits);
    change.merge(entry::of_step(surroundings, at, note));
    Ok(change)
}

/// The steps that a step is the last open part of, from the inside out.
fn closed_with(plan: &Plan, step: usize) -> Vec<usize> {
    let mut closed = Vec::new();
    let mut part = step;
    while let Some(whole) = plan.steps[part].parent {
        let is_open = |other: usize| other != part && !plan.steps[other].state.is_over();
        if plan.steps[whole].state == State::Done || plan.children(whole).any(is_open) {
            break;
        }
        closed.push(whole);
        part = whole;
    }
    closed
}

/// Marks a step as begun today.
pub(super) fn start(surroundings: &Surroundings<'_>, at: usize) -> Change {
    let today = surroundings.project.today();
    changed(surroundings, at, |sheet| sheet.started(at, today))
}

/// Leaves a step out.
pub(super) fn skip(surroundings: &Surroundings<'_>, at: usize, reason: &str) -> Change {
    changed(surroundings, at, |sheet| sheet.skipped(at, reason))
}

/// Says what is in the way of a step.
pub(super) fn block(surroundings: &Surroundings<'_>, at: usize, reason: &str) -> Change {
    changed(surroundings, at, |sheet| sheet.blocked(at, reason))
}

/// Takes a step back to open.
pub(super) fn reopen(surroundings: &Surroundings<'_>, at: usize) -> Change {
    let step = &surroundings.document.plan().steps[at];
    changed(surroundings, at, |sheet| sheet.reopened(step))
}

/// The edits of a step that is not done then, with the ticks of those that it is a part of taken back.
fn changed(
    surroundings: &Surroundings<'_>,
    at: usize,
    edit: impl FnOnce(&Sheet<'_>) -> Vec<Edit>,
) -> Change {
    let sheet = Sheet::of(surroundings.document);
    let mut edits = edit(&sheet);
    let was_done = sheet.plan.steps[at].state == State::Done;
    if !edits.is_empty() && was_done {
        let above = |step: &&Step| step.parent.map(|parent| &sheet.plan.steps[parent]);
        let whole = std::iter::successors(Some(&sheet.plan.steps[at]), above).skip(1);
        edits.extend(
            whole
                .filter(|it| it.state == State::Done)
                .flat_map(|it| sheet.untick(it)),
        );
    }
    Change::edit(surroundings.path, edits)
}
