//! What concerns a plan as a whole: other ids, another format.

mod archive;
mod convert;

pub(super) use convert::convert;

use super::Offers;
use crate::journal::change::{ActionKind, Change};
use crate::journal::edit::{Sheet, mention};
use crate::journal::id::Id;
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::text::TextRange;

pub(super) fn offer(surroundings: &Surroundings<'_>, range: TextRange, offers: &mut Offers) {
    let plan = surroundings.document.plan();
    let own = plan.step_at(range.start).map(|at| &plan.steps[at]);
    let change = renumber(surroundings);
    let is_changed = own.is_some_and(|own| {
        let edits = change.edits.get(surroundings.path);
        edits.is_some_and(|edits| edits.iter().any(|edit| edit.range == own.id_range))
    });
    let is_twice = |id: &Id| {
        plan.steps
            .iter()
            .filter(|it| it.id.as_ref() == Some(id))
            .count()
            > 1
    };
    let code = own
        .filter(|_| is_changed)
        .map(|own| match own.id.as_ref().is_some_and(is_twice) {
            true => "HFP103",
            false => "HFP104",
        });
    let kind = if code.is_some() {
        ActionKind::Fix
    } else {
        ActionKind::Source
    };
    offers.add("Renumber all steps".to_owned(), kind, code, change);
    archive::offer(surroundings, range, offers);
}

pub(super) fn offer_conversion(surroundings: &Surroundings<'_>, offers: &mut Offers) {
    let title = "Convert to the format of OUR-PLAN".to_owned();
    offers.add(title, ActionKind::Source, None, convert(surroundings));
}

/// Gives the steps of a plan ids by their places, wherever documents of the journal name them.
pub(super) fn renumber(surroundings: &Surroundings<'_>) -> Change {
    let renumbering = Sheet::of(surroundings.document).renumber();
    let mut change = Change::edit(surroundings.path, renumbering.edits);
    if renumbering.ids.is_empty() {
        return change;
    }
    let others = Role::ALL.into_iter().filter(|role| *role != Role::Plan);
    for role in others {
        if let Some(document) = surroundings.other(role) {
            let edits = mention::renamed(document.text(), document.outline(), &renumbering.ids);
            change.add(&surroundings.names.path(role), edits);
        }
    }
    change
}
