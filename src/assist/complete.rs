//! What is offered at a place: only what concerns the libraries, as the resolved releases have it.
//!
//! Each kind of place has a file of its own. Names of splits and columns would be one more.

mod argument;
mod common;
mod value;

use super::item::Items;
use super::source::{Source, Typed, mentions_a_library};
use super::whole::is_behind_equals;
use crate::engine::Cancel;
use crate::environment::Environment;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::overlay::overlay;
use crate::python::facts::{Call, CallId};
use crate::rules::arguments::Callee;
use crate::rules::context::Context;

/// The proposals for a byte offset of a document, the likeliest first. When `cancel` turns true nothing
/// more is done.
pub fn complete(
    knowledge: &Knowledge,
    source: &Source<'_>,
    environment: &Environment,
    offset: u32,
    cancel: &Cancel<'_>,
) -> Items {
    if cancel() || !mentions_a_library(knowledge, source.text()) {
        return Items::default();
    }
    let Some(typed) = source.typed(offset).filter(|_| !cancel()) else {
        return Items::default();
    };
    let view = knowledge.view(environment);
    let ctx = Context::new(
        &typed.code,
        &typed.facts,
        &view,
        None,
        environment,
        overlay(),
    );
    let mut items = Place {
        ctx: &ctx,
        typed: &typed,
    }
    .items();
    items.range = typed.cursor.typed();
    items
        .items
        .sort_by(|one, other| (one.rank, &one.label).cmp(&(other.rank, &other.label)));
    items
}

/// A place, and what is known about it.
struct Place<'p, 'c> {
    ctx: &'p Context<'c>,
    typed: &'p Typed,
}

impl Place<'_, '_> {
    fn items(&self) -> Items {
        let before = self.typed.before().trim_end();
        let mut items = Items::default();
        if let Some((call, callee)) = self.call() {
            if self.typed.cursor.quoted.is_some() || is_behind_equals(before) {
                items.items = value::values(self, call, callee);
            } else if self.is_start_of_argument(before) {
                items.items = argument::arguments(self, call, callee);
            }
        }
        items
    }

    /// The innermost call of a library around, with what is called.
    fn call(&self) -> Option<(&Call, &Callee)> {
        let open = self.typed.whole.forth(self.typed.cursor.call()?.at);
        let calls = &self.ctx.facts.calls;
        let index = calls.iter().position(|call| call.args_range.start == open)?;
        let id = CallId(u32::try_from(index).ok()?);
        Some((&calls[index], self.ctx.callee(id)?))
    }

    /// Whether the name of an argument may stand here.
    fn is_start_of_argument(&self, before: &str) -> bool {
        let is_direct = self
            .typed
            .cursor
            .brackets
            .last()
            .is_some_and(|it| it.is_call);
        is_direct && before.ends_with(['(', ','])
    }
}
