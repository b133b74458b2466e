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

pub use cursor::{Inline, Offer, complete, inline};
pub use library::{measured, recommended_in, unmeasured};
pub use value::{call_text, literal, of_code as value_of_code};
pub use verify::{checked, verification};

use self::ground::Ground;
use super::edit::StepText;
use super::graph::Graph;
use super::plan::{Known, Plan};
use super::surroundings::Surroundings;

/// The step of the plan to be done next, by its place in the list: the first one that is open and waits for nothing;
/// what may be left out comes last.
pub fn upcoming(surroundings: &Surroundings<'_>) -> Option<usize> {
    next_step(surroundings.text(), surroundings.document.plan())
}

/// The same for a plan.
pub fn next_step(text: &str, plan: &Plan) -> Option<usize> {
    Graph::new(text, plan).upcoming(text)
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
