//! What is known about the symbol or argument under the cursor: signature, default, type, history.

use crate::environment::Environment;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::fact::Param;
use crate::knowledge::overlay::overlay;
use crate::knowledge::signature::Signature;
use crate::knowledge::timeline::Timeline;
use crate::knowledge::view::Entity;
use crate::python::ast::ParamKind;
use crate::python::facts::Facts;
use crate::rules::arguments::{Callee, callee, label};
use crate::rules::context::{Context, Thing};
use crate::text::TextRange;

/// More parameters than these are counted instead of shown.
const SHOWN_PARAMS: usize = 12;

/// A hover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// Markdown, at most some lines.
    pub markdown: String,
    /// What it speaks of.
    pub range: TextRange,
}

/// The hover for a byte offset.
pub fn hover(
    knowledge: &Knowledge,
    text: &str,
    facts: &Facts,
    environment: &Environment,
    offset: u32,
) -> Option<Hover> {
    if !crate::rules::concerns(knowledge, text, facts) {
        return None;
    }
    let view = knowledge.view(environment);
    let ctx = Context::new(text, facts, &view, None, environment, overlay());
    argument(&ctx, offset).or_else(|| symbol(&ctx, offset))
}

fn argument(ctx: &Context<'_>, offset: u32) -> Option<Hover> {
    for call in &ctx.facts.calls {
        for keyword in &call.keywords {
            if !keyword.name.range.touches(offset) || keyword.name.range.is_empty() {
                continue;
            }
            let callee = callee(ctx, call)?;
            let name = &keyword.name.name;
            return Some(Hover {
                markdown: argument_text(ctx, &callee, name)?,
                range: keyword.name.range,
            });
        }
    }
    None
}

/// "TrainingArguments · transformers 5.23.0 (uv.lock)"
pub(super) fn place(ctx: &Context<'_>, symbol: &str) -> String {
    let resolved = ctx.resolved(symbol).map_or_else(String::new, |resolved| {
        let library = ctx
            .view
            .selected(symbol)
            .map_or_else(String::new, |selected| selected.library.name().to_owned());
        format!(" · {library} {} ({})", resolved.version, resolved.source)
    });
    format!("{}{resolved}", label(symbol))
}

/// What is known of an argument.
pub(super) fn argument_text(ctx: &Context<'_>, callee: &Callee, name: &str) -> Option<String> {
    let signature = ctx.view.signature(&callee.entity)?;
    let timeline = ctx.view.argument_timeline(&callee.symbol, name);
    let owner = timeline
        .as_ref()
        .map_or(callee.symbol.clone(), |timeline| timeline.owner.clone());
    let head = match signature.param(name) {
        Some(param) => parameter(&param.param),
        None if timeline.is_some() || signature.takes(name) => name.to_owned(),
        None => return None,
    };
    let mut out = format!("```python\n{head}\n```\n{}\n", place(ctx, &owner));
    if let Some(timeline) = &timeline {
        out.push_str(&history(ctx, callee, name, timeline));
    }
    Some(out)
}

/// `name: type = default`
pub(super) fn parameter(param: &Param) -> String {
    let stars = match param.kind {
        ParamKind::VarArgs => "*",
        ParamKind::VarKeyword => "**",
        _ => "",
    };
    let mut out = format!("{stars}{}", param.name);
    if let Some(annotation) = &param.annotation {
        out.push_str(": ");
        out.push_str(annotation);
    }
    match (&param.default, &param.annotation) {
        (Some(default), Some(_)) => out.push_str(&format!(" = {default}")),
        (Some(default), None) => out.push_str(&format!("={default}")),
        (None, _) => {}
    }
    out
}

/// The history of an argument alone.
pub(super) fn argument_history(ctx: &Context<'_>, callee: &Callee, name: &str) -> Option<String> {
    let timeline = ctx.view.argument_timeline(&callee.symbol, name)?;
    let history = history(ctx, callee, name, &timeline);
    let history = history.trim();
    (!history.is_empty()).then(|| history.to_owned())
}

/// "Since 4.41 · before: `evaluation_strategy` (removed in 4.51)"
fn history(ctx: &Context<'_>, callee: &Callee, name: &str, timeline: &Timeline) -> String {
    let library = timeline.library.name();
    let mut parts = Vec::new();
    if let Some(since) = timeline.since() {
        parts.push(format!("Since {library} {since}"));
    }
    if let Some(deprecated) = timeline.deprecated_in() {
        parts.push(format!("deprecated since {deprecated}"));
    }
    if timeline.present.get(timeline.current) == Some(&false) {
        if let Some(gone) = timeline.removed_in() {
            parts.push(format!("removed in {gone}"));
        } else if let Some(comes) = timeline.comes_in() {
            parts.push(format!("available from {comes}"));
        }
    }
    parts.extend(relatives(ctx, callee, name));
    if parts.is_empty() {
        return String::new();
    }
    format!("\n{}\n", parts.join(" · "))
}

/// Earlier and later names of the same argument.
fn relatives(ctx: &Context<'_>, callee: &Callee, name: &str) -> Vec<String> {
    use crate::knowledge::overlay::ArgumentFix;
    let symbols: Vec<String> = match &callee.entity {
        Entity::Class(class) => {
            let mro = ctx.view.mro(class);
            mro.classes
                .iter()
                .map(|class| ctx.view.public_path(class))
                .collect()
        }
        _ => vec![callee.symbol.clone()],
    };
    let mut parts: Vec<String> = ctx
        .overlay
        .arguments()
        .filter(|entry| symbols.contains(&entry.symbol))
        .filter_map(|entry| match &entry.fix {
            ArgumentFix::Rename { to, .. } | ArgumentFix::Ratio { to, .. } if to == name => {
                Some(match &entry.gone {
                    Some(gone) => format!("before: `{}` (removed in {gone})", entry.name),
                    None => format!("before: `{}`", entry.name),
                })
            }
            ArgumentFix::Rename { to, .. } | ArgumentFix::Ratio { to, .. }
                if entry.name == name =>
            {
                Some(format!("now: `{to}`"))
            }
            _ if entry.name == name => Some(entry.why.clone()),
            _ => None,
        })
        .collect();
    parts.sort();
    parts
}

fn symbol(ctx: &Context<'_>, offset: u32) -> Option<Hover> {
    let of_import = ctx.facts.imports.iter().find_map(|import| {
        let name = import.name.as_ref()?;
        let path = format!("{}.{}", import.module, name.name);
        name.range.touches(offset).then_some((path, name.range))
    });
    if let Some((path, range)) = of_import {
        return named(ctx, &path, range);
    }
    let of_attribute = ctx
        .facts
        .attributes
        .iter()
        .find(|used| used.attr.range.touches(offset));
    if let Some(used) = of_attribute {
        let receiver = ctx.thing(&used.receiver);
        let Thing::Object(entity) = ctx.attribute(&receiver, &used.attr.name) else {
            return None;
        };
        return entity_hover(ctx, &entity, used.attr.range);
    }
    let used = ctx
        .facts
        .names
        .iter()
        .find(|used| used.range.touches(offset))?;
    named(ctx, &used.origin.import_path()?, used.range)
}

fn named(ctx: &Context<'_>, path: &str, range: TextRange) -> Option<Hover> {
    match ctx.view.resolve(path) {
        Entity::Missing { .. } => missing(ctx, path, range),
        entity => entity_hover(ctx, &entity, range),
    }
}

/// What is known of what a path names.
pub(super) fn symbol_text(ctx: &Context<'_>, path: &str) -> Option<String> {
    let hover = named(ctx, path, TextRange::default())?;
    Some(hover.markdown)
}

/// A symbol that the resolved release lacks still has a history.
fn missing(ctx: &Context<'_>, path: &str, range: TextRange) -> Option<Hover> {
    let timeline = ctx.view.symbol_timeline(path)?;
    let what = match (timeline.removed_in(), timeline.comes_in()) {
        (Some(gone), _) => format!("Removed in {} {gone}", timeline.library.name()),
        (None, Some(comes)) => format!("Available from {} {comes}", timeline.library.name()),
        (None, None) => return None,
    };
    let why = ctx
        .overlay
        .symbol(path)
        .map_or_else(String::new, |entry| format!("\n\n{}", entry.why));
    Some(Hover {
        markdown: format!("`{path}`\n\n{}\n\n{what}{why}\n", place(ctx, path)),
        range,
    })
}

fn entity_hover(ctx: &Context<'_>, entity: &Entity, range: TextRange) -> Option<Hover> {
    let (path, keyword) = match entity {
        Entity::Class(class) => (ctx.view.public_path(class), "class"),
        Entity::Function(function) => (ctx.public_function(function), "def"),
        _ => return None,
    };
    let head = match ctx.view.signature(entity) {
        Some(signature) => declaration(keyword, &path, &signature),
        None => format!("{keyword} {}", label(&path)),
    };
    let mut out = format!("```python\n{head}\n```\n{}\n", place(ctx, &path));
    let timeline = ctx.view.symbol_timeline(&path);
    if let Some(timeline) = timeline {
        let mut parts = Vec::new();
        if let Some(since) = timeline.since() {
            parts.push(format!("Since {} {since}", timeline.library.name()));
        }
        if let Some(deprecated) = timeline.deprecated_in() {
            parts.push(format!("deprecated since {deprecated}"));
        }
        if !parts.is_empty() {
            out.push_str(&format!("\n{}\n", parts.join(" · ")));
        }
    }
    Some(Hover {
        markdown: out,
        range,
    })
}

/// A signature of bounded length, one parameter a line where there are several.
fn declaration(keyword: &str, path: &str, signature: &Signature) -> String {
    let name = label(path);
    let mut params: Vec<String> = signature
        .params
        .iter()
        .take(SHOWN_PARAMS)
        .map(|param| parameter(&param.param))
        .collect();
    if signature.params.len() > SHOWN_PARAMS {
        let more = signature.params.len() - SHOWN_PARAMS;
        params.push(format!("...  # and {more} more"));
    }
    let line = format!("{keyword} {name}({})", params.join(", "));
    if line.len() <= 88 && signature.params.len() <= SHOWN_PARAMS {
        return line;
    }
    format!("{keyword} {name}(\n    {},\n)", params.join(",\n    "))
}
