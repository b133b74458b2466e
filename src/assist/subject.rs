//! What the cursor is on.

use crate::embedded::programs;
use crate::knowledge::command::Known;
use crate::knowledge::view::Entity;
use crate::python::facts::{Call, CallId, Value};
use crate::rules::arguments::Callee;
use crate::rules::context::{Context, Thing};
use crate::rules::repository::{self, Kind, Repository, Revision, positional_name};
use crate::text::TextRange;

/// Something that can be spoken of.
#[derive(Clone, Debug)]
pub enum Subject {
    /// An argument of a call, by its name.
    Argument {
        /// What is called.
        callee: Callee,
        /// The parameter.
        name: String,
        /// The string that is passed, where the cursor is on it.
        value: Option<String>,
    },
    /// A field of an object that a library's class made: `args.learning_rate`.
    Field {
        /// Definition path of the class.
        class: String,
        /// The field.
        name: String,
    },
    /// An imported path, `transformers.Trainer`, which may be missing.
    Path(String),
    /// Something that a library defines.
    Object(Entity),
    /// A repository of the Hub.
    Repository {
        /// See [`Kind`].
        kind: Kind,
        /// As it is written.
        id: String,
        /// What is asked for.
        revision: Revision,
    },
    /// A command of a library: `hf download`.
    Command {
        /// The distribution that brings it.
        library: &'static str,
        /// The words that call it.
        path: String,
    },
    /// An option of such a command.
    CommandOption {
        /// The distribution that brings it.
        library: &'static str,
        /// The command.
        command: Known,
        /// As it is written, without its value.
        name: String,
    },
}

/// What stands at a byte offset, and the bytes that it covers.
pub fn subject(ctx: &Context<'_>, offset: u32) -> Option<(Subject, TextRange)> {
    argument_name(ctx, offset)
        .or_else(|| in_repository(ctx, offset))
        .or_else(|| symbol(ctx, offset))
        .or_else(|| argument_value(ctx, offset))
        .or_else(|| command(ctx, offset))
}

fn argument_name(ctx: &Context<'_>, offset: u32) -> Option<(Subject, TextRange)> {
    let (id, keyword) = keywords(ctx).find(|(_, keyword)| {
        keyword.name.range.touches(offset) && !keyword.name.range.is_empty()
    })?;
    let subject = Subject::Argument {
        callee: ctx.callee(id)?.clone(),
        name: keyword.name.name.to_string(),
        value: None,
    };
    Some((subject, keyword.name.range))
}

fn keywords<'a>(
    ctx: &Context<'a>,
) -> impl Iterator<Item = (CallId, &'a crate::python::facts::Keyword)> {
    let calls = (0..).map(CallId).zip(&ctx.facts.calls);
    calls.flat_map(|(id, call)| call.keywords.iter().map(move |keyword| (id, keyword)))
}

/// A string that is passed, by name or by place.
fn argument_value(ctx: &Context<'_>, offset: u32) -> Option<(Subject, TextRange)> {
    let call_at = |call: &Call| call.range.touches(offset);
    let calls = (0..).map(CallId).zip(&ctx.facts.calls);
    calls
        .filter(|(_, call)| call_at(call))
        .find_map(|(id, call)| {
            let callee = ctx.callee(id)?;
            let (name, value, range) = value_at(ctx, callee, call, offset)?;
            let Value::Str(written) = value else {
                return None;
            };
            let subject = Subject::Argument {
                callee: callee.clone(),
                name,
                value: Some(written.clone()),
            };
            Some((subject, range))
        })
}

fn value_at<'a>(
    ctx: &Context<'_>,
    callee: &Callee,
    call: &'a Call,
    offset: u32,
) -> Option<(String, &'a Value, TextRange)> {
    let named = call
        .keywords
        .iter()
        .find(|it| it.value_range.touches(offset));
    if let Some(named) = named {
        return Some((named.name.name.to_string(), &named.value, named.value_range));
    }
    let mut placed = call.positional.iter().enumerate();
    let (at, given) = placed.find(|(_, given)| given.range.touches(offset))?;
    let signature = ctx.view.signature(&callee.entity)?;
    let name = positional_name(&signature, at)?.to_owned();
    Some((name, &given.value, given.range))
}

/// Every place where a repository of the Hub is named: the string itself, or the constant that is passed.
pub fn repositories<'c>(ctx: &'c Context<'_>) -> impl Iterator<Item = (&'c Repository, TextRange)> {
    let places = |used: &'c Repository| {
        let mut places = match used.call {
            Some(_) => repository::mentions(ctx.text, &used.id),
            None => Vec::new(),
        };
        if places
            .iter()
            .all(|place| !used.range.contains_range(*place))
        {
            places.push(used.range);
        }
        places.into_iter().map(move |place| (used, place))
    };
    ctx.repositories().iter().flat_map(places)
}

fn in_repository(ctx: &Context<'_>, offset: u32) -> Option<(Subject, TextRange)> {
    let (used, range) = repositories(ctx).find(|(_, range)| range.touches(offset))?;
    let subject = Subject::Repository {
        kind: used.kind,
        id: used.id.clone(),
        revision: used.revision.clone(),
    };
    Some((subject, range))
}

fn symbol(ctx: &Context<'_>, offset: u32) -> Option<(Subject, TextRange)> {
    let of_import = ctx.facts.imports.iter().find_map(|import| {
        let name = import.name.as_ref()?;
        let path = format!("{}.{}", import.module, name.name);
        let touches = name.range.touches(offset);
        touches.then_some((Subject::Path(path), name.range))
    });
    if of_import.is_some() {
        return of_import;
    }
    let mut attributes = ctx.facts.attributes.iter();
    if let Some(used) = attributes.find(|used| used.attr.range.touches(offset)) {
        let name = &used.attr.name;
        let receiver = ctx.thing(&used.receiver);
        let subject = match (ctx.attribute(&receiver, name), receiver) {
            (Thing::Object(entity @ (Entity::Class(_) | Entity::Function(_))), _) => {
                Subject::Object(entity)
            }
            (_, Thing::Instance { class, .. }) => Subject::Field {
                class,
                name: name.to_string(),
            },
            _ => return None,
        };
        return Some((subject, used.attr.range));
    }
    let mut names = ctx.facts.names.iter();
    let used = names.find(|used| used.range.touches(offset))?;
    Some((Subject::Path(used.origin.import_path()?), used.range))
}

/// The command or option under the cursor, read as far as its words name commands.
fn command(ctx: &Context<'_>, offset: u32) -> Option<(Subject, TextRange)> {
    let mut commands = ctx.facts.commands.iter();
    let command = commands.find(|command| command.range().touches(offset))?;
    let started = programs::started(command)?;
    let library = programs::distribution(started.program)?;
    let mut known = ctx.view.command(library, started.program)?;
    let spoken = |known: &Known| Subject::Command {
        library,
        path: known.path.clone(),
    };
    if started.word.range.touches(offset) {
        return Some((spoken(&known), started.word.range));
    }
    for word in started.arguments {
        let below = word.value().and_then(|word| known.sub(word));
        let below = below.map(|below| format!("{} {below}", known.path));
        if let Some(next) = below.and_then(|path| ctx.view.command(library, &path)) {
            known = next;
            if word.range.touches(offset) {
                return Some((spoken(&known), word.range));
            }
        } else if word.range.touches(offset) && word.text.starts_with('-') {
            let name = word.text.split('=').next().unwrap_or_default().to_owned();
            let range = word.prefix(name.len()).unwrap_or(word.range);
            let subject = Subject::CommandOption {
                library,
                command: known,
                name,
            };
            return Some((subject, range));
        }
    }
    None
}
