//! What comes next: one set of answers behind grey text, completion, actions and lenses.
//!
//! [`upcoming`] is the step to be done next, [`recommended`] the one to be planned next; [`inline`] and [`complete`]
//! offer what fits at a place. Everything is made of what the project's code, its pins and its plan say; where they
//! say nothing, nothing is offered.

mod cursor;
mod field;
pub mod ground;
mod library;
mod python;
mod records;
mod value;
mod verify;

use std::collections::HashSet;

pub use cursor::{Inline, Offer, complete, inline};
pub use library::{measured, recommended_in, unmeasured};
pub use value::{call_text, literal, of_code as value_of_code};
pub use verify::{checked, verification};

use self::ground::Ground;
use super::edit::StepText;
use super::graph::Graph;
use super::plan::{Known, Plan, State};
use super::surroundings::Surroundings;

/// The step of the plan to be done next, by its place in the list: the first one that is not over, that nothing is
/// in the way of, and whose dependencies are over; what may be left out comes last.
pub fn upcoming(surroundings: &Surroundings<'_>) -> Option<usize> {
    next_step(surroundings.text(), surroundings.document.plan())
}

/// The same for a plan.
pub fn next_step(text: &str, plan: &Plan) -> Option<usize> {
    let graph = Graph::new(text, plan);
    let wholes: HashSet<usize> = plan.steps.iter().filter_map(|step| step.parent).collect();
    let around = |at| std::iter::successors(Some(at), |at: &usize| plan.steps[*at].parent);
    let is_ready = |at: &usize| {
        let is_open = matches!(plan.steps[*at].state, State::Open | State::Started);
        let is_held = |at: usize| matches!(plan.steps[at].state, State::Blocked | State::Skipped);
        let is_leaf = plan.steps[*at].is_written() && is_open && !wholes.contains(at);
        is_leaf && !around(*at).any(is_held) && graph.open_before(*at).is_empty()
    };
    let is_needed = |at: &usize| !around(*at).any(|at| plan.steps[at].is_optional(text));
    let mut ready = (0..plan.steps.len()).filter(is_ready).peekable();
    let first = ready.peek().copied();
    ready.find(is_needed).or(first)
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
