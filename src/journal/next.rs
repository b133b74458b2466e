//! What comes next: one set of answers behind grey text, completion, actions and lenses.
//!
//! [`upcoming`] is the step to be done next, [`recommended`] the one to be planned next; [`inline`] and [`complete`]
//! offer what fits at a place. Everything is made of what the project's code, its pins and its plan say; where they
//! say nothing, nothing is offered.

mod cursor;
pub mod ground;
mod library;
mod python;
mod value;
mod verify;

use std::collections::HashMap;

pub use cursor::{Inline, Offer, complete, inline};
pub use library::{measured, recommended_in, unmeasured};
pub use value::{call_text, literal, of_code as value_of_code};
pub use verify::{checked, verification};

use self::ground::Ground;
use super::edit::StepText;
use super::id::Id;
use super::plan::{Known, Plan, State, Step};
use super::surroundings::Surroundings;

/// The step of the plan to be done next, by its place in the list: the first one that is not over, that nothing is
/// in the way of, and whose dependencies are over; what may be left out comes last.
pub fn upcoming(surroundings: &Surroundings<'_>) -> Option<usize> {
    next_step(surroundings.text(), surroundings.document.plan())
}

/// The same for a plan.
pub fn next_step(text: &str, plan: &Plan) -> Option<usize> {
    let mut by_id: HashMap<&Id, &Step> = HashMap::new();
    let mut is_whole = vec![false; plan.steps.len()];
    for step in &plan.steps {
        if let Some(id) = &step.id {
            by_id.entry(id).or_insert(step);
        }
        if let Some(parent) = step.parent {
            is_whole[parent] = true;
        }
    }
    let waits = |step: &Step| {
        let depends = step.depends(text).into_iter();
        let mut known = depends.filter_map(|(id, _)| by_id.get(&id));
        known.any(|it| !it.state.is_over())
    };
    let above = |step: &&Step| step.parent.map(|parent| &plan.steps[parent]);
    let around = |step| std::iter::successors(Some(step), above);
    let is_ready = |at: &usize| {
        let step = &plan.steps[*at];
        let is_open = matches!(step.state, State::Open | State::Started);
        let is_held = |it: &Step| waits(it) || matches!(it.state, State::Blocked | State::Skipped);
        !is_whole[*at] && is_open && !around(step).any(is_held)
    };
    let is_needed = |at: &usize| !around(&plan.steps[*at]).any(|it| it.is_optional(text));
    let ready: Vec<usize> = (0..plan.steps.len()).filter(is_ready).collect();
    ready
        .iter()
        .find(|at| is_needed(at))
        .or(ready.first())
        .copied()
}

/// The step that a section of the plan lacks: the first one of those that plans of such projects have there, filled
/// with what is known of this one.
pub fn recommended(surroundings: &Surroundings<'_>, section: Known) -> Option<StepText> {
    let (text, plan) = (surroundings.text(), surroundings.document.plan());
    let ground = Ground::of(surroundings);
    recommended_in(surroundings, &ground, text, plan, section)
        .into_iter()
        .next()
}

#[cfg(test)]
mod tests;
