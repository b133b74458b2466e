//! From the names in a journal to what they name, and back; and other names for them.

mod rename;

pub use rename::{renamable, rename, renamed};

use super::id::Id;
use super::mention::{Mention, MentionRole, mention_at, mentions};
use super::plan::{FieldName, PathSpan};
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
pub enum Named<'t> {
    /// A step.
    Step(Mention),
    /// A file or folder, or a symbol in one.
    Path(PathSpan<'t>),
}

impl Named<'_> {
    /// The bytes of the name.
    pub const fn range(&self) -> TextRange {
        match self {
            Self::Step(mention) => mention.range,
            Self::Path(span) => span.range,
        }
    }
}

/// What is named at a byte.
pub fn named_at<'t>(surroundings: &Surroundings<'t>, offset: u32) -> Option<Named<'t>> {
    let role = surroundings.role?;
    let document = surroundings.document;
    if let Some(mention) = mention_at(document, role == Role::Plan, offset) {
        return Some(Named::Step(mention));
    }
    let mut paths = paths(document).into_iter();
    paths.find(|it| it.range.touches(offset)).map(Named::Path)
}

/// The paths that a document of the journal names: under `Files:`, and in the titles of fences.
pub fn paths(document: &Document) -> Vec<PathSpan<'_>> {
    let text = document.text();
    let plan = document.plan();
    let files = plan
        .steps
        .iter()
        .flat_map(|step| step.spans(FieldName::Files));
    let titles = document.outline().fences.iter();
    let titles = titles.filter_map(|fence| title(text, fence.opening));
    let mut paths: Vec<PathSpan<'_>> = files
        .chain(titles)
        .map(|span| PathSpan::read(text, span))
        .filter(PathSpan::is_definite)
        .collect();
    paths.sort_by_key(|it| it.range);
    paths
}

/// The path in `title="path"` of the line that opens a fence.
pub fn title(text: &str, opening: TextRange) -> Option<TextRange> {
    let line = opening.slice(text);
    let from = line.find("title=\"")? + "title=\"".len();
    let length = line[from..].find('"')?;
    let start = opening.start as usize + from;
    Some(TextRange::from_usize(start, start + length))
}

/// Where that is defined which is named at a byte.
pub fn definition(surroundings: &Surroundings<'_>, offset: u32) -> Vec<Spot> {
    match named_at(surroundings, offset) {
        Some(Named::Step(mention)) => definitions(surroundings, &mention.id),
        Some(Named::Path(span)) => file(surroundings, &span).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The steps of an id: more than one where the plan is wrong.
fn definitions(surroundings: &Surroundings<'_>, id: &Id) -> Vec<Spot> {
    let Some(document) = surroundings.other(Role::Plan) else {
        return Vec::new();
    };
    let steps = document.plan().steps.iter();
    let spots = steps
        .filter(|step| step.id.as_ref() == Some(id))
        .map(|step| Spot {
            path: surroundings.names.path(Role::Plan),
            range: step.id_range,
        });
    spots.collect()
}

fn file(surroundings: &Surroundings<'_>, span: &PathSpan<'_>) -> Option<Spot> {
    let project = surroundings.project;
    if project.place(span.path) != Some(Place::File) {
        return None;
    }
    let document = project.document(span.path)?;
    let range = span.symbol.and_then(|symbol| symbol_in(&document, symbol));
    Some(Spot {
        path: span.path.to_owned(),
        range: range.unwrap_or_default(),
    })
}

/// Where a document defines a symbol: a name at the top level of Python or of a class, a heading of Markdown.
pub fn symbol_in(document: &Document, symbol: &str) -> Option<TextRange> {
    let text = document.text();
    if document.language() != Language::Python {
        let mut headings = document.outline().headings.iter();
        let heading = headings.find(|it| slug(it.text.slice(text)) == symbol.to_lowercase())?;
        return Some(heading.text);
    }
    let name = symbol.rsplit('.').next().unwrap_or(symbol);
    let is_inner = symbol.contains('.');
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let code = line.trim_start();
        let indent = line.len() - code.len();
        if (indent > 0) != is_inner {
            continue;
        }
        let defined = ["async def ", "def ", "class "]
            .iter()
            .find_map(|it| code.strip_prefix(it));
        let rest = defined.unwrap_or(code);
        let Some(behind) = rest.strip_prefix(name) else {
            continue;
        };
        let behind = behind.trim_start();
        let is_defined = match defined {
            Some(_) => behind.starts_with(['(', ':', '[']),
            None => behind.starts_with(':') || behind.starts_with('=') && !behind.starts_with("=="),
        };
        if is_defined {
            let from = start + line.len() - rest.len();
            return Some(TextRange::from_usize(from, from + name.len()));
        }
    }
    None
}

/// A heading as GitHub writes it behind `#`.
fn slug(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept
        .chars()
        .filter(|it| it.is_alphanumeric() || " -_".contains(*it));
    kept.map(|it| if it == ' ' { '-' } else { it }).collect()
}

/// All places that name what is named at a byte, that one among them.
pub fn references(surroundings: &Surroundings<'_>, offset: u32) -> Vec<Spot> {
    match named_at(surroundings, offset) {
        Some(Named::Step(mention)) => all_mentions(surroundings)
            .into_iter()
            .filter(|(_, it)| it.id == mention.id)
            .map(|(path, it)| Spot {
                path,
                range: it.range,
            })
            .collect(),
        Some(Named::Path(span)) => {
            let Some(document) = surroundings.other(Role::Plan) else {
                return Vec::new();
            };
            let same = |it: &PathSpan<'_>| {
                it.path.trim_end_matches('/') == span.path.trim_end_matches('/')
            };
            let paths = paths(&document).into_iter().filter(same);
            let path = surroundings.names.path(Role::Plan);
            paths
                .map(|it| Spot {
                    path: path.clone(),
                    range: it.range,
                })
                .collect()
        }
        None => Vec::new(),
    }
}

/// The places of all documents of the journal that name steps.
fn all_mentions(surroundings: &Surroundings<'_>) -> Vec<(String, Mention)> {
    let of_role = |role: Role| {
        let document = surroundings.other(role);
        let found = document.map(|it| mentions(&it, role == Role::Plan));
        let path = surroundings.names.path(role);
        found
            .into_iter()
            .flatten()
            .map(move |it| (path.clone(), it))
    };
    // The plan first.
    Role::ALL.into_iter().rev().flat_map(of_role).collect()
}

/// Whether a place is where a step is defined.
pub const fn is_definition(mention: &Mention) -> bool {
    matches!(mention.role, MentionRole::Definition)
}
