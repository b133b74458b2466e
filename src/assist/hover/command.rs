//! Commands of the libraries and their options.

use super::{argument_text, lifetime, lines};
use crate::knowledge::command::{Known, Named, field_of};
use crate::knowledge::fact::{CommandOption, Takes};
use crate::knowledge::view::Entity;
use crate::rules::arguments::class_callee;
use crate::rules::context::Context;

/// Commands below one are named up to this many.
const SHOWN: usize = 24;

/// `hf download`, what stands below it, and since when it is there.
pub fn command(ctx: &Context<'_>, library: &str, path: &str) -> Option<String> {
    let known = ctx.view.command(library, path)?;
    let mut out = format!(
        "```shell\n{}\n```\n{}\n",
        usage(&known),
        place(ctx, library)
    );
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
        out.push_str(&format!("\nCommands: {}\n", names.join(", ")));
    }
    let options: Vec<String> = known
        .options
        .iter()
        .filter(|option| !option.hidden)
        .filter_map(|option| option.names.first())
        .map(|name| format!("`{name}`"))
        .collect();
    if !options.is_empty() && options.len() <= SHOWN {
        out.push_str(&format!("\nOptions: {}\n", options.join(", ")));
    }
    let timeline = match path.rsplit_once(' ') {
        Some((parent, name)) => ctx.view.sub_timeline(library, parent, name),
        None => ctx.view.program_timeline(library, path),
    };
    out.push_str(&lines(timeline.as_ref().map(lifetime).unwrap_or_default()));
    Some(out)
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
pub fn option(ctx: &Context<'_>, library: &str, known: &Known, name: &str) -> Option<String> {
    match ctx.view.option(known, name) {
        Named::Option(option) => {
            let timeline = ctx.view.option_timeline(library, &known.path, name);
            let mut out = format!(
                "```shell\n{} {}\n```\n`{}` · {}\n",
                option.names.join(", "),
                value(&option),
                known.path,
                place(ctx, library)
            );
            if option.required {
                out.push_str("\nRequired\n");
            }
            out.push_str(&lines(timeline.as_ref().map(lifetime).unwrap_or_default()));
            Some(out)
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
