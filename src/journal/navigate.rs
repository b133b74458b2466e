//! From the names in a journal to what they name, and back; and other names for them.

mod rename;

pub use rename::{renamable, rename, renamed};

use super::bind::{self, Place as Written};
use super::id::Id;
use super::mention::{Mention, mention_at, mentions};
use super::project::Place;
use super::role::Role;
use super::surroundings::Surroundings;
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};

/// A place in a file of the project.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file, relative to the project's folder.
    pub path: String,
    /// Where in it.
    pub range: TextRange,
}

/// What a document of the journal names at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A step.
    Step(Mention),
    /// A file or folder, or a symbol in one.
    Path(bind::Mention),
    /// A call under `Params:`, by its place in [`Document::params`].
    Call(usize),
}

/// What is named at a byte.
pub fn named_at(surroundings: &Surroundings<'_>, offset: u32) -> Option<Named> {
    let role = surroundings.role?;
    let document = surroundings.document;
    if let Some(mention) = mention_at(document, role == Role::Plan, offset) {
        return Some(Named::Step(mention));
    }
    surroundings.plan()?;
    let mut paths = paths(document).into_iter();
    let path = paths.find(|it| with_symbol(it).touches(offset));
    let calls = document.params().iter().enumerate();
    // The innermost call stands behind those around it.
    let call = || calls.rev().find(|(_, it)| it.range.touches(offset));
    path.map(Named::Path)
        .or_else(|| call().map(|(at, _)| Named::Call(at)))
}

/// The paths that a plan names.
pub fn paths(document: &Document) -> Vec<bind::Mention> {
    bind::mentions(document.text(), document.plan(), document.outline())
}

/// Whether a path is written as one, under `Files:` or as the title of a fence, and is no word of a command.
pub fn is_written_as_path(mention: &bind::Mention) -> bool {
    mention.place != Written::Command
}

/// The bytes of a path with `#symbol` behind.
pub fn with_symbol(mention: &bind::Mention) -> TextRange {
    let behind = mention.symbol.as_ref().map_or(0, |it| it.len() + 1);
    let behind = u32::try_from(behind).unwrap_or_default();
    TextRange::new(mention.range.start, mention.range.end + behind)
}

/// Where that is defined which is named at a byte.
pub fn definition(surroundings: &Surroundings<'_>, offset: u32) -> Vec<Spot> {
    match named_at(surroundings, offset) {
        Some(Named::Step(mention)) => definitions(surroundings, &mention.id),
        Some(Named::Path(mention)) => file(surroundings, &mention).into_iter().collect(),
        Some(Named::Call(at)) => in_code(surroundings, at, offset),
        None => Vec::new(),
    }
}

/// The steps of an id: more than one where the plan is wrong.
fn definitions(surroundings: &Surroundings<'_>, id: &Id) -> Vec<Spot> {
    let Some(document) = surroundings.other(Role::Plan) else {
        return Vec::new();
    };
    let steps = document.plan().steps.iter();
    let path = surroundings.names.path(Role::Plan);
    steps
        .filter(|step| step.id.as_ref() == Some(id))
        .map(|step| Spot {
            path: path.clone(),
            range: step.id_range,
        })
        .collect()
}

fn file(surroundings: &Surroundings<'_>, mention: &bind::Mention) -> Option<Spot> {
    let project = surroundings.project;
    if project.place(&mention.path) != Some(Place::File) {
        return None;
    }
    let document = project.document(&mention.path)?;
    let symbol = mention.symbol.as_deref();
    Some(Spot {
        path: mention.path.clone(),
        range: symbol
            .and_then(|symbol| symbol_in(&document, symbol))
            .unwrap_or_default(),
    })
}

/// Where a document defines a symbol: a name of Python, a heading of Markdown.
fn symbol_in(document: &Document, symbol: &str) -> Option<TextRange> {
    if document.language() == Language::Python {
        return bind::definition(document, symbol).map(|it| it.name_range);
    }
    let wanted = symbol.to_lowercase();
    let mut headings = document.outline().headings.iter();
    let heading = headings.find(|it| slug(it.text.slice(document.text())) == wanted)?;
    Some(heading.text)
}

/// A heading as GitHub writes it behind `#`.
fn slug(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let kept = lower
        .chars()
        .filter(|it| it.is_alphanumeric() || " -_".contains(*it));
    kept.map(|it| if it == ' ' { '-' } else { it }).collect()
}

/// The calls in code that a call of the plan means; at one of its arguments, that argument there.
fn in_code(surroundings: &Surroundings<'_>, call: usize, offset: u32) -> Vec<Spot> {
    let planned = &surroundings.document.params()[call];
    let mut arguments = planned.arguments.iter();
    let argument = arguments.position(|it| it.range.touches(offset));
    let bindings = surroundings.bindings().iter();
    let meant = bindings
        .filter(|it| it.call == call)
        .flat_map(|it| &it.code);
    meant
        .map(|code| {
            let keyword = argument.and_then(|argument| code.keyword(argument));
            Spot {
                path: code.path.clone(),
                range: keyword.map_or(code.call().callee_range, |it| it.range),
            }
        })
        .collect()
}

/// All places that name what is named at a byte, that one among them.
pub fn references(surroundings: &Surroundings<'_>, offset: u32) -> Vec<Spot> {
    match named_at(surroundings, offset) {
        Some(Named::Step(mention)) => {
            let all = all_mentions(surroundings).into_iter();
            let same = all.filter(|(_, it)| it.id == mention.id);
            let spot = |(path, it): (String, Mention)| Spot {
                path,
                range: it.range,
            };
            same.map(spot).collect()
        }
        Some(Named::Path(mention)) => {
            let same = paths(surroundings.document)
                .into_iter()
                .filter(|it| it.path == mention.path);
            let path = surroundings.path;
            same.map(|it| Spot {
                path: path.to_owned(),
                range: it.range,
            })
            .collect()
        }
        Some(Named::Call(at)) => in_code(surroundings, at, offset),
        None => Vec::new(),
    }
}

/// The places of all documents of the journal that name steps, those of the plan first.
fn all_mentions(surroundings: &Surroundings<'_>) -> Vec<(String, Mention)> {
    let of_role = |role: Role| {
        let document = surroundings.other(role);
        let found = document.map(|it| mentions(&it, role == Role::Plan));
        let path = surroundings.names.path(role);
        let found = found.into_iter().flatten();
        found.map(move |it| (path.clone(), it))
    };
    Role::ALL.into_iter().rev().flat_map(of_role).collect()
}
