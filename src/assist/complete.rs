//! What is offered at a place: only what concerns the libraries, as the resolved releases have it.
//!
//! Each kind of place has a file of its own. Names of splits and columns would be one more.

mod argument;
mod attribute;
pub(super) mod common;
mod config;
mod import;
mod members;
pub(super) mod value;

use super::config::typed;
use super::cursor::Bracket;
use super::item::Items;
use super::source::{Source, Typed, mentions_a_library};
use super::whole::{is_behind_equals, is_import};
use crate::budget::Cancel;
use crate::embedded::Format;
use crate::environment::{Environment, Source as Found};
use crate::knowledge::choose::Knowledge;
use crate::knowledge::overlay::overlay;
use crate::python::facts::Call;
use crate::rules::Beside;
use crate::rules::arguments::{Callee, callee};
use crate::rules::context::Context;

/// The proposals for a byte offset of a document, the likeliest first. When `cancel` turns true nothing
/// more is done.
pub fn complete(
    knowledge: &Knowledge,
    source: &Source<'_>,
    environment: &Environment,
    beside: Beside<'_>,
    offset: u32,
    cancel: &Cancel<'_>,
) -> Items {
    let mut resolved = environment.libraries.values();
    let is_asked_for = resolved.any(|resolved| resolved.source != Found::Newest);
    let is_config = matches!(source, Source::Embedded(Format::Yaml, _));
    let concerns = is_asked_for || is_config || mentions_a_library(knowledge, source.text());
    if cancel() || !concerns {
        return Items::default();
    }
    let typed = match source {
        Source::Embedded(Format::Yaml, text) => {
            typed(text, offset).map(|(it, part)| (it, Some(part)))
        }
        _ => source.typed(offset).map(|typed| (typed, None)),
    };
    let Some((typed, part)) = typed.filter(|_| !cancel()) else {
        return Items::default();
    };
    let (code, facts) = (&typed.code, &typed.facts);
    let view = knowledge.view(environment);
    let ctx = Context::new(code, facts, &view, None, environment, overlay()).with(beside);
    let place = Place {
        ctx: &ctx,
        typed: &typed,
        takes_imports: !matches!(source, Source::Embedded(..)),
    };
    let mut items = match part {
        Some(part) => config::items(&place, part),
        None => place.items(),
    };
    items.range = typed.cursor.typed();
    items.word = typed.cursor.word;
    items
        .items
        .sort_by(|one, other| (one.rank, &one.label).cmp(&(other.rank, &other.label)));
    items
}

/// A place, and what is known about it.
pub(super) struct Place<'p, 'c> {
    ctx: &'p Context<'c>,
    typed: &'p Typed,
    /// Whether statements can be added to the document.
    takes_imports: bool,
}

impl Place<'_, '_> {
    fn items(&self) -> Items {
        let cursor = &self.typed.cursor;
        let before = self.typed.before().trim_end();
        if is_import(before) {
            return import::names_of_module(self, before);
        }
        if cursor.quoted.is_none() && before.ends_with('.') {
            return attribute::attributes(self);
        }
        let call = self.call();
        let call = call.as_ref();
        if cursor.quoted.is_some() || is_behind_equals(before) || self.is_element(before) {
            let call = call.filter(|_| cursor.is_value());
            let values = call.map(|(call, callee)| value::values(self, call, callee));
            let values = values.unwrap_or_default();
            if cursor.quoted.is_some() || !values.is_empty() {
                return Items {
                    items: values,
                    ..Items::default()
                };
            }
        }
        let mut items = import::new_names(self);
        if let Some((call, callee)) = call.filter(|_| self.is_start_of_argument(before)) {
            items.items.extend(argument::arguments(self, call, callee));
        }
        items
    }

    /// The innermost call of a library around, with what is called.
    fn call(&self) -> Option<(&Call, Callee)> {
        let open = self.typed.whole.forth(self.typed.cursor.call()?.at);
        let mut calls = self.ctx.facts.calls.iter();
        let call = calls.find(|call| call.args_range.start == open)?;
        Some((call, callee(self.ctx, call)?))
    }

    /// Whether the name of an argument may stand here.
    fn is_start_of_argument(&self, before: &str) -> bool {
        let innermost = self.typed.cursor.brackets.last();
        innermost.is_some_and(Bracket::is_call) && before.ends_with(['(', ','])
    }

    /// Whether an element of a list may stand here, and nothing is typed of it.
    fn is_element(&self, before: &str) -> bool {
        let innermost = self.typed.cursor.brackets.last();
        let is_list = innermost.is_some_and(|it| it.kind == b'[' && !it.is_trailer);
        is_list && before.ends_with(['[', ',']) && self.typed.cursor.word.is_empty()
    }
}
