//! Changes that are offered for a journal.

use serde_json::Value;

use super::change::{Action, Change};
use super::plan::Plan;
use super::surroundings::Surroundings;
use crate::text::TextRange;

/// The commands that change a journal.
pub const COMMANDS: &[&str] = &[];
/// Inserts the step that comes next in a section.
pub const INSERT: &str = "hf-lsp.plan.insertStep";

/// What is offered for a range of a document.
pub fn actions(_: &Surroundings<'_>, _: TextRange) -> Vec<Action> {
    Vec::new()
}

/// The change that a command makes.
///
/// # Errors
/// A sentence.
pub fn command(_: &Surroundings<'_>, name: &str, _: &[Value]) -> Result<Change, String> {
    Err(format!("`{name}` is not known"))
}

/// What a command calls a step.
pub fn key(_: &str, _: &Plan, _: usize) -> String {
    String::new()
}
