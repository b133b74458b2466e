//! What is known about what the cursor is on: signature, default, type, history.

mod command;

use super::complete::value::texts;
use super::documentation::{Pages, Shelf, documentation};
use super::subject::{Subject, subject};
use crate::docs::describe::Documentation;
use crate::embedded::Format;
use crate::environment::Environment;
use crate::knowledge::choose::Knowledge;
use crate::knowledge::fact::Param;
use crate::knowledge::overlay::{Argument, ArgumentFix, overlay};
use crate::knowledge::signature::Signature;
use crate::knowledge::timeline::Timeline;
use crate::knowledge::view::Entity;
use crate::python::ast::ParamKind;
use crate::python::facts::Facts;
use crate::rules::arguments::{Callee, class_callee, forwards_to, label};
use crate::rules::context::Context;
use crate::text::TextRange;

/// More parameters than these are counted instead of shown.
const SHOWN_PARAMS: usize = 12;

/// Said while documentation is on its way.
const COMING: &str = "\n\n*The documentation is being fetched: look again in a moment*";

/// A hover.
#[derive(Clone, Debug)]
pub struct Hover {
    /// Markdown, at most some lines.
    pub markdown: String,
    /// The bytes that it speaks of.
    pub range: TextRange,
    /// What it speaks of.
    pub subject: Subject,
    /// The address of the page that explains it, where that is known.
    pub link: Option<String>,
}

/// The hover for a byte offset. What is known of a repository is for the caller to add.
pub fn hover(
    knowledge: &Knowledge,
    text: &str,
    facts: &Facts,
    environment: &Environment,
    shelf: &Shelf<'_>,
    offset: u32,
) -> Option<Hover> {
    if !crate::rules::concerns(knowledge, text, facts) {
        return None;
    }
    let view = knowledge.view(environment);
    let ctx = Context::new(text, facts, &view, None, environment, overlay());
    let (subject, range) = subject(&ctx, offset)?;
    let known = describe(&ctx, &subject)?;
    let documentation = documentation(shelf, &view, environment, &subject);
    let mut markdown = known.with(documentation.as_ref());
    let is_silent = documentation
        .as_ref()
        .is_none_or(|found| found.text.is_empty());
    if is_silent && shelf.pages.is_some_and(Pages::is_busy) {
        markdown.push_str(COMING);
    }
    Some(Hover {
        markdown,
        range,
        subject,
        link: documentation.and_then(|found| found.link),
    })
}

/// What is known about a subject, in Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// What it is: the declaration, and where it comes from.
    pub head: String,
    /// What became of it, and what belongs to it; empty where there is nothing to say.
    pub history: String,
}

impl Known {
    /// All of it, with the documentation in its place.
    pub fn with(&self, documentation: Option<&Documentation>) -> String {
        let text = documentation.map_or_else(String::new, Documentation::to_markdown);
        let parts = [&self.head, &text, &self.history];
        let parts = parts.iter().map(|part| part.trim_end());
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        parts.join("\n\n")
    }
}

/// What is known about a subject; empty for a repository.
pub fn describe(ctx: &Context<'_>, subject: &Subject) -> Option<Known> {
    match subject {
        Subject::Argument { callee, name, .. } => {
            argument_text(ctx, callee, name).or_else(|| beside(ctx, name))
        }
        Subject::Field { class, name } => {
            let callee = class_callee(ctx, class.clone(), Vec::new());
            argument_text(ctx, &callee, name)
        }
        Subject::Path(path) => match ctx.view.resolve(path) {
            Entity::Missing { .. } => missing(ctx, path),
            entity => entity_text(ctx, &entity),
        },
        Subject::Object(entity) => entity_text(ctx, entity),
        Subject::Repository { .. } => Some(Known::default()),
        Subject::Command { library, path } => command::command(ctx, library, path),
        Subject::CommandOption {
            library,
            command,
            name,
        } => command::option(ctx, library, command, name),
    }
}

/// Classes whose fields stand in the same configuration files as training arguments.
const BESIDE: [&str; 2] = ["trl.ModelConfig", "trl.ScriptArguments"];

/// A key of a configuration file that another class than the one it was recognised by takes.
fn beside(ctx: &Context<'_>, name: &str) -> Option<Known> {
    if !matches!(ctx.facts.format, Format::Yaml | Format::Json) {
        return None;
    }
    BESIDE.iter().find_map(|path| match ctx.view.resolve(path) {
        Entity::Class(class) => argument_text(ctx, &class_callee(ctx, class, Vec::new()), name),
        _ => None,
    })
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

fn argument_text(ctx: &Context<'_>, callee: &Callee, name: &str) -> Option<Known> {
    let signature = ctx.view.signature(&callee.entity)?;
    let timeline = ctx.view.argument_timeline(&callee.symbol, name);
    // Users do not know private bases.
    let owner = timeline.as_ref().map(|timeline| timeline.owner.clone());
    let owner = owner.filter(|owner| !label(owner).starts_with('_'));
    let owner = owner.unwrap_or_else(|| callee.symbol.clone());
    let head = match signature.param(name) {
        Some(param) => parameter(&param.param),
        None if timeline.is_some() || signature.takes(name) => name.to_owned(),
        None => return None,
    };
    let mut parts = timeline
        .as_ref()
        .map(
            |timeline| match noticed_elsewhere(ctx, &signature, timeline, name) {
                Some(notice) => {
                    let mut own = timeline.clone();
                    own.deprecated.fill(false);
                    lifetime(&own).into_iter().chain([notice]).collect()
                }
                None => lifetime(timeline),
            },
        )
        .unwrap_or_default();
    parts.extend(relatives(ctx, callee, name));
    let lines = [values(ctx, callee, name), parts.join(" · ")];
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    Some(Known {
        head: format!("```python\n{head}\n```\n{}", place(ctx, &owner)),
        history: lines.join("\n\n"),
    })
}

/// "deprecated since transformers 5.23": where another library than the one that declares the argument says
/// so, its releases count.
fn noticed_elsewhere(
    ctx: &Context<'_>,
    signature: &Signature,
    timeline: &Timeline,
    name: &str,
) -> Option<String> {
    let (owner, _) = signature.deprecation(name)?;
    let library = ctx.view.selected(owner)?.library.name();
    if library == timeline.library.name() {
        return None;
    }
    let class = owner
        .strip_suffix(".__post_init__")
        .or(owner.strip_suffix(".__init__"));
    let path = ctx.view.public_path(class.unwrap_or(owner));
    let there = ctx.view.argument_timeline(&path, name)?;
    Some(format!(
        "deprecated since {library} {}",
        there.deprecated_in()?
    ))
}

/// More values than these are counted instead of shown.
const SHOWN_VALUES: usize = 24;

/// "Values: `no`, `steps`, `epoch`"; nothing where any text may do.
fn values(ctx: &Context<'_>, callee: &Callee, name: &str) -> String {
    let signature = ctx.view.signature(&callee.entity);
    let param = signature
        .as_ref()
        .and_then(|signature| signature.param(name));
    let texts = texts(ctx, callee, name, param);
    let plain = texts.iter().filter(|text| !text.contains('`'));
    let mut shown: Vec<String> = plain
        .take(SHOWN_VALUES)
        .map(|text| format!("`{text}`"))
        .collect();
    if texts.len() > SHOWN_VALUES {
        shown.push(format!("and {} more", texts.len() - SHOWN_VALUES));
    }
    match shown.is_empty() {
        true => String::new(),
        false => format!("Values: {}", shown.join(", ")),
    }
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
    argument_text(ctx, callee, name)
        .map(|known| known.history)
        .filter(|history| !history.is_empty())
}

/// "Since transformers 4.41", "removed in 4.51": when something came, was deprecated, and went.
fn lifetime(timeline: &Timeline) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(since) = timeline.since() {
        parts.push(format!("Since {} {since}", timeline.library.name()));
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
    parts
}

/// Earlier and later names of the same argument.
fn relatives(ctx: &Context<'_>, callee: &Callee, name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for entry in entries(ctx, callee) {
        let renamed = match &entry.fix {
            ArgumentFix::Rename { to, .. } | ArgumentFix::Ratio { to, .. } => Some(to),
            _ => None,
        };
        if entry.name == name {
            parts.push(match renamed {
                Some(to) => format!("now: `{to}`"),
                None => entry.why.clone(),
            });
        } else if renamed.is_some_and(|to| to == name) {
            parts.push(match &entry.gone {
                Some(gone) => format!("before: `{}` (removed in {gone})", entry.name),
                None => format!("before: `{}`", entry.name),
            });
        }
    }
    parts.sort();
    parts.dedup();
    parts
}

/// What is curated of the arguments of a callable: its own, those of its bases, those of what it hands its
/// keywords to.
fn entries<'o>(ctx: &Context<'o>, callee: &Callee) -> Vec<&'o Argument> {
    let mut symbols = vec![callee.symbol.clone()];
    if let Entity::Class(class) = &callee.entity {
        let mro = ctx.view.mro(class);
        symbols.extend(mro.classes.iter().map(|class| ctx.view.public_path(class)));
    }
    symbols.extend(forwards_to(ctx, callee));
    let all = ctx.overlay.arguments();
    all.filter(|entry| symbols.contains(&entry.symbol))
        .collect()
}

/// A symbol that the resolved release lacks still has a history.
fn missing(ctx: &Context<'_>, path: &str) -> Option<Known> {
    let timeline = ctx.view.symbol_timeline(path)?;
    let what = match (timeline.removed_in(), timeline.comes_in()) {
        (Some(gone), _) => format!("Removed in {} {gone}", timeline.library.name()),
        (None, Some(comes)) => format!("Available from {} {comes}", timeline.library.name()),
        (None, None) => return None,
    };
    let why = ctx.overlay.symbol(path).map(|entry| entry.why.clone());
    Some(Known {
        head: format!("`{path}`\n\n{}", place(ctx, path)),
        history: [what]
            .into_iter()
            .chain(why)
            .collect::<Vec<_>>()
            .join("\n\n"),
    })
}

fn entity_text(ctx: &Context<'_>, entity: &Entity) -> Option<Known> {
    let (path, keyword) = match entity {
        Entity::Class(class) => (ctx.view.public_path(class), "class"),
        Entity::Function(function) => (ctx.public_function(function), "def"),
        _ => return None,
    };
    let head = match ctx.view.signature(entity) {
        Some(signature) => declaration(keyword, &path, &signature),
        None => format!("{keyword} {}", label(&path)),
    };
    let timeline = ctx.view.symbol_timeline(&path);
    Some(Known {
        head: format!("```python\n{head}\n```\n{}", place(ctx, &path)),
        history: timeline
            .as_ref()
            .map(lifetime)
            .unwrap_or_default()
            .join(" · "),
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
