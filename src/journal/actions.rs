//! The changes that are offered for a journal, and for the code that it speaks of.
//!
//! Each file below makes the changes of one kind; here is only who is asked. A change that would do nothing, or that
//! cannot be made without a doubt, is not offered.

mod code;
mod create;
mod entry;
mod fence;
mod field;
mod grow;
mod order;
mod params;
mod stack;
mod state;
mod step;

use serde_json::Value;

pub use entry::{Entry, missing_entries};
pub use fence::{FromFences, files_of};
pub use step::{find, key, keys, named};

use super::change::{Action, ActionKind, Change};
use super::role::Role;
use super::surroundings::Surroundings;
use crate::text::TextRange;
use crate::workspace::document::Language;

/// Marks a step done: the step's key, see [`key`], and what the changelog says of it in place of its title.
pub const DONE: &str = "hf-lsp.plan.done";
/// Marks a step as begun: the step's key.
pub const START: &str = "hf-lsp.plan.start";
/// Leaves a step out: the step's key and a reason.
pub const SKIP: &str = "hf-lsp.plan.skip";
/// Says that something is in the way of a step: the step's key and a reason.
pub const BLOCK: &str = "hf-lsp.plan.block";
/// Takes a step back: the step's key.
pub const REOPEN: &str = "hf-lsp.plan.reopen";
/// Gives all steps ids by their places.
pub const RENUMBER: &str = "hf-lsp.plan.renumber";
/// Inserts the step that comes next in a section: the section's name, or the first that lacks one.
pub const INSERT: &str = "hf-lsp.plan.insertStep";
/// Makes the documents that a journal lacks.
pub const CREATE: &str = "hf-lsp.plan.create";
/// Writes a plan of another format in this one.
pub const CONVERT: &str = "hf-lsp.plan.convert";

/// The commands that change a journal.
pub const COMMANDS: &[&str] = &[
    DONE, START, SKIP, BLOCK, REOPEN, RENUMBER, INSERT, CREATE, CONVERT,
];

/// What is offered for a range of a document.
pub fn actions(surroundings: &Surroundings<'_>, range: TextRange) -> Vec<Action> {
    let mut offers = Offers::default();
    match surroundings.role {
        Some(Role::Plan) => of_plan(surroundings, range, &mut offers),
        Some(Role::Stack) => stack::offer(surroundings, &mut offers),
        Some(Role::Changelog) => entry::offer(surroundings, range, &mut offers),
        Some(Role::Requirements) => grow::offer_metrics(surroundings, Some(range), &mut offers),
        Some(Role::Description) => {}
        None if surroundings.document.language() == Language::Python => {
            params::offer_in_code(surroundings, range, &mut offers);
            code::offer(surroundings, range, &mut offers);
        }
        None => {}
    }
    if surroundings.role.is_some() {
        create::offer(surroundings, &mut offers);
    }
    offers.actions
}

fn of_plan(surroundings: &Surroundings<'_>, range: TextRange, offers: &mut Offers) {
    state::offer(surroundings, range, offers);
    if surroundings.own_plan().is_none() {
        order::offer_conversion(surroundings, offers);
        return;
    }
    field::offer(surroundings, range, offers);
    params::offer_in_plan(surroundings, range, offers);
    fence::offer(surroundings, range, offers);
    grow::offer(surroundings, range, offers);
    order::offer(surroundings, range, offers);
}

/// The change that a command makes in the journal of a document, which is the plan for all commands but
/// [`CREATE`].
///
/// # Errors
/// A sentence for the user where it cannot be made.
pub fn command(
    surroundings: &Surroundings<'_>,
    name: &str,
    arguments: &[Value],
) -> Result<Change, String> {
    let word = |at: usize| arguments.get(at).and_then(Value::as_str);
    let step = || {
        let plan = surroundings.plan().ok_or("this is no plan")?;
        let key = word(0).ok_or("which step is meant is not said")?;
        find(surroundings.text(), plan, key)
    };
    let change = match name {
        DONE => state::done(surroundings, step()?, word(1))?,
        START => state::start(surroundings, step()?),
        SKIP => state::skip(surroundings, step()?, word(1).unwrap_or_default()),
        BLOCK => state::block(surroundings, step()?, word(1).unwrap_or_default()),
        REOPEN => state::reopen(surroundings, step()?),
        RENUMBER => order::renumber(surroundings),
        INSERT => grow::insert_next(surroundings, word(0))?,
        CREATE => create::create(surroundings),
        CONVERT => order::convert(surroundings),
        _ => return Err(format!("`{name}` is not known")),
    };
    match change.is_empty() {
        true => Err("there is nothing to change".to_owned()),
        false => Ok(change),
    }
}

/// Actions as they are found.
#[derive(Debug, Default)]
struct Offers {
    actions: Vec<Action>,
}

impl Offers {
    /// Takes an action that changes something.
    fn add(&mut self, title: String, kind: ActionKind, code: Option<&'static str>, change: Change) {
        let is_new = || self.actions.iter().all(|it| it.title != title);
        if !change.is_empty() && is_new() {
            self.actions.push(Action {
                title,
                kind,
                code,
                change,
            });
        }
    }
}

#[cfg(test)]
mod tests;
