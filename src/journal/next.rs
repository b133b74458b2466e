//! What comes next.

use super::plan::Plan;
use super::surroundings::Surroundings;
use crate::text::TextRange;

/// A text for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline {
    /// What it replaces: what was typed of it.
    pub range: TextRange,
    /// The whole text.
    pub text: String,
}

/// A text for a place, with a name for lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// In a few words: "Next step: 4.2 Smoke test".
    pub label: String,
    /// What it replaces: what was typed of it.
    pub range: TextRange,
    /// The whole text.
    pub text: String,
    /// Whether it may be shown as grey text, without being asked for.
    pub is_next: bool,
}

/// The one text that is proposed as grey text.
pub fn inline(_: &Surroundings<'_>, _: u32) -> Option<Inline> {
    None
}

/// All that is offered at a place, the likeliest first.
pub fn complete(_: &Surroundings<'_>, _: u32) -> Vec<Offer> {
    Vec::new()
}

/// The step of the plan to be done next, by its place in the list.
pub fn next_step(_: &str, _: &Plan) -> Option<usize> {
    None
}
