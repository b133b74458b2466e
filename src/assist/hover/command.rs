//! Commands of the libraries and their options.

use super::{Known as Text, argument_text, lifetime};
use crate::knowledge::command::{Known, Named, field_of};
use crate::knowledge::fact::{CommandOption, Takes};
use crate::knowledge::timeline::Timeline;
use crate::knowledge::view::Entity;
use crate::rules::arguments::class_callee;
use crate::rules::context::Context;

/// Commands below one are named up to this many.
const SHOWN: usize = 24;

/// `hf download`, what stands below it, and since when it is there.
pub fn command(ctx: &Context<'_>, library: &str, path: &str) -> Option<Text> {
    let known = ctx.view.command(library, path)?;
    let head = format!("```shell\n{}\n```\n{}", usage(&known), place(ctx, library));
    let mut parts = Vec::new();
    if !known.subs.is_empty() {
        let mut names: Vec<String> = known
            .subs
            .iter()
            .take(SHOWN)
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if known.subs.len() > SHOWN {
            names.push(format!("and {} more", known.subs.len() - SHOWN));
        }
        parts.push(format!("Commands: {}", names.join(", ")));
    }
    let options: Vec<String> = known
        .options
        .iter()
        .filter(|option| !option.hidden)
        .filter_map(|option| option.names.first())
        .map(|name| format!("`{name}`"))
        .collect();
    if !options.is_empty() && options.len() <= SHOWN {
        parts.push(format!("Options: {}", options.join(", ")));
    }
    let timeline = match path.rsplit_once(' ') {
        Some((parent, name)) => ctx.view.sub_timeline(library, parent, name),
        None => ctx.view.program_timeline(library, path),
    };
    parts.extend(lived(timeline.as_ref()));
    Some(Text {
        head,
        history: parts.join("\n\n"),
    })
}

/// When it came, was deprecated, and went.
fn lived(timeline: Option<&Timeline>) -> Option<String> {
    let parts = lifetime(timeline?);
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// `hf repos COMMAND`, `hf download ... [OPTIONS]`
fn usage(known: &Known) -> String {
    let mut out = known.path.clone();
    if !known.subs.is_empty() {
        out.push_str(" COMMAND");
    }
    if !known.positionals.is_empty() {
        out.push_str(" ARGUMENTS");
    }
    if !known.options.is_empty() || !known.fields.is_empty() {
        out.push_str(" [OPTIONS]");
    }
    out
}

/// "huggingface-hub 2.4.0 (uv.lock)"
fn place(ctx: &Context<'_>, library: &str) -> String {
    match ctx.environment.libraries.get(library) {
        Some(resolved) => format!("{library} {} ({})", resolved.version, resolved.source),
        None => library.to_owned(),
    }
}

/// An option: its names, what it takes, since when; or the field of the dataclass that it sets.
pub fn option(ctx: &Context<'_>, library: &str, known: &Known, name: &str) -> Option<Text> {
    match ctx.view.option(known, name) {
        Named::Option(option) => {
            let timeline = ctx.view.option_timeline(library, &known.path, name);
            let head = format!(
                "```shell\n{} {}\n```\n`{}` · {}",
                option.names.join(", "),
                value(&option),
                known.path,
                place(ctx, library)
            );
            let needed = option.required.then(|| "Required".to_owned());
            let parts: Vec<String> = needed.into_iter().chain(lived(timeline.as_ref())).collect();
            Some(Text {
                head,
                history: parts.join(" · "),
            })
        }
        Named::Field => {
            let field = field_of(name)?;
            known.fields.iter().find_map(|class| {
                let entity = ctx.view.resolve(class);
                let takes = ctx.view.signature(&entity)?.takes(&field);
                match entity {
                    Entity::Class(class) if takes => {
                        argument_text(ctx, &class_callee(ctx, class, Vec::new()), &field)
                    }
                    _ => None,
                }
            })
        }
        Named::Other(_) | Named::Unsure | Named::Missing => None,
    }
}

/// What stands behind an option: `{model,dataset,space}`, `VALUE`, nothing.
fn value(option: &CommandOption) -> String {
    if !option.choices.is_empty() {
        return format!("{{{}}}", option.choices.join(","));
    }
    match option.takes {
        Takes::Exactly(0) => String::new(),
        Takes::Exactly(count) => vec!["VALUE"; usize::from(count)].join(" "),
        Takes::Optional => "[VALUE]".to_owned(),
        Takes::Any | Takes::Some | Takes::Rest => "VALUE ...".to_owned(),
        Takes::Unknown => "...".to_owned(),
    }
}
