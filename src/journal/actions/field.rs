//! Fields that steps lack, and pins that the project has moved on from.

use super::Offers;
use super::step::named;
use crate::environment::{Resolved, Source};
use crate::journal::change::{ActionKind, Change};
use crate::journal::edit::Sheet;
use crate::journal::next::verification;
use crate::journal::plan::{FieldName, Pin, Step};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::Edit;
use crate::text::TextRange;
use crate::workspace::requirements::normalise;

pub(super) fn offer(surroundings: &Surroundings<'_>, range: TextRange, offers: &mut Offers) {
    let plan = surroundings.document.plan();
    let Some(at) = plan.step_at(range.start) else {
        return;
    };
    let step = &plan.steps[at];
    offer_verify(surroundings, at, offers);
    for pin in step.packages(surroundings.text()) {
        offer_bump(surroundings, step, &pin, offers);
    }
}

fn offer_verify(surroundings: &Surroundings<'_>, at: usize, offers: &mut Offers) {
    let step = &surroundings.document.plan().steps[at];
    if step.field(FieldName::Verify).is_some() || step.state.is_over() {
        return;
    }
    if let Some(value) = verification(surroundings, step) {
        let edits = Sheet::of(surroundings.document).add_field(at, FieldName::Verify, &value);
        let title = format!("Add `Verify:` to {}", named(surroundings.text(), step));
        let change = Change::edit(surroundings.path, edits);
        offers.add(title, ActionKind::Fix, Some("HFP106"), change);
    }
}

fn offer_bump(surroundings: &Surroundings<'_>, step: &Step, pin: &Pin<'_>, offers: &mut Offers) {
    let name = normalise(pin.name);
    let Some(known) = surroundings
        .environment
        .libraries
        .get(&name)
        .and_then(fixed)
    else {
        return;
    };
    let (version, place) = known;
    let differs = pin.exact().is_some_and(|it| it != version);
    if !differs || step.state.is_over() {
        return;
    }
    let edit = Edit {
        range: pin.specifiers_range,
        content: format!("=={version}"),
    };
    let title = format!("Bump `{}` to {version}, as in {place}", pin.name);
    let change = Change::edit(surroundings.path, vec![edit]);
    offers.add(title, ActionKind::Fix, Some("HFP402"), change);
}

/// The version that a project has fixed, and where.
pub(super) fn fixed(resolved: &Resolved) -> Option<(String, &str)> {
    let resolved = match resolved.source {
        Source::Target => resolved.baseline.as_deref()?,
        _ => resolved,
    };
    match &resolved.source {
        Source::Installed(place) | Source::Locked(place) | Source::Pinned(place)
            if !place.ends_with(".md") =>
        {
            Some((resolved.version.to_string(), place))
        }
        _ => None,
    }
}
