//! Other names: of steps, and of files that a plan names.

use super::{Named, named_at, paths};
use crate::journal::bind::{self, Place};
use crate::journal::change::Change;
use crate::journal::edit::{Sheet, mention};
use crate::journal::id::Id;
use crate::journal::plan::FieldName;
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::Edit;
use crate::text::TextRange;
use crate::workspace::document::Document;

/// The id of a step at a byte, where there is such a step.
pub fn renamable(surroundings: &Surroundings<'_>, offset: u32) -> Option<TextRange> {
    let Some(Named::Step(mention)) = named_at(surroundings, offset) else {
        return None;
    };
    let plan = surroundings.other(Role::Plan)?;
    plan.plan().step(&mention.id).map(|_| mention.range)
}

/// Gives the step at a byte another id, in all documents of the journal; steps within it go with it.
///
/// # Errors
/// A sentence where it cannot have that id.
pub fn rename(surroundings: &Surroundings<'_>, offset: u32, name: &str) -> Result<Change, String> {
    let Some(Named::Step(mention)) = named_at(surroundings, offset) else {
        return Err("no id of a step stands here".to_owned());
    };
    let name = name.trim();
    let new = Id::parse(name)
        .filter(|id| id.is_dotted() || name.starts_with('T'))
        .ok_or_else(|| format!("`{name}` is no id of a step, as `4.2` is"))?;
    let old = mention.id;
    let document = surroundings.other(Role::Plan);
    let document = document.ok_or_else(|| "there is no plan".to_owned())?;
    let steps = document.plan().steps.iter();
    let ids: Vec<&Id> = steps.filter_map(|it| it.id.as_ref()).collect();
    match ids.iter().filter(|it| ***it == old).count() {
        0 => return Err(format!("there is no step `{old}`")),
        1 => {}
        _ => {
            return Err(format!(
                "several steps have the id `{old}`: renumber them first"
            ));
        }
    }
    let renumbering = Sheet::of(&document).rename_id(&old, &new);
    let moved = &renumbering.ids;
    let mut stay = ids.iter().filter(|it| !moved.contains_key(**it));
    if let Some(taken) = stay.find(|it| moved.values().any(|new| new == **it)) {
        return Err(format!("there is a step `{taken}` already"));
    }
    let mut change = Change::default();
    for role in Role::ALL.into_iter().filter(|it| *it != Role::Plan) {
        if let Some(other) = surroundings.other(role) {
            let edits = mention::renamed(other.text(), other.outline(), moved);
            change.add(&surroundings.names.path(role), edits);
        }
    }
    change.add(&surroundings.names.path(Role::Plan), renumbering.edits);
    Ok(change)
}

/// What a plan has to say where files get other names, given as old and new ones relative to the project's folder.
pub fn renamed(surroundings: &Surroundings<'_>, files: &[(String, String)]) -> Change {
    let Some(document) = surroundings.other(Role::Plan) else {
        return Change::default();
    };
    let mut edits: Vec<Edit> = Vec::new();
    for (old, new) in files {
        let (old, new) = (old.trim_matches('/'), new.trim_matches('/'));
        if old.is_empty() || new.is_empty() {
            continue;
        }
        for edit in of_file(&document, old, new) {
            if !edits.iter().any(|it| it.range.intersects(edit.range)) {
                edits.push(edit);
            }
        }
    }
    Change::edit(&surroundings.names.path(Role::Plan), edits)
}

/// Where a plan names a file, or what is in a folder.
fn of_file(document: &Document, old: &str, new: &str) -> Vec<Edit> {
    let text = document.text();
    let paths = paths(document).into_iter();
    let mut found: Vec<Edit> = paths.filter_map(|it| moved(text, &it, old, new)).collect();
    for step in &document.plan().steps {
        let commands = [FieldName::Run, FieldName::Verify].into_iter();
        for span in commands.flat_map(|name| step.spans(name)) {
            let edit = |range| Edit {
                range,
                content: new.to_owned(),
            };
            found.extend(words(text, span, old).into_iter().map(edit));
        }
    }
    found
}

fn moved(text: &str, mention: &bind::Mention, old: &str, new: &str) -> Option<Edit> {
    let rest = mention.path.strip_prefix(old)?;
    if !(rest.is_empty() || rest.starts_with('/')) {
        return None;
    }
    let written = mention.range.slice(text);
    if written.starts_with(old) {
        let end = mention.range.start + u32::try_from(old.len()).ok()?;
        return Some(Edit {
            range: TextRange::new(mention.range.start, end),
            content: new.to_owned(),
        });
    }
    // `-m package.module`
    let module = format!("{new}{rest}");
    let module = module.strip_suffix(".py")?;
    let is_module = mention.place == Place::Command
        && !written.contains('/')
        && module
            .split('/')
            .all(|part| !part.contains(['.', '-', ' ']));
    is_module.then(|| Edit {
        range: mention.range,
        content: module.replace('/', "."),
    })
}

/// The words of a command that are a path or lie in a folder: `src/train.py`, `./src`, `--config=src/a.yaml`,
/// `tests/a.py::b`. A word without `/` or `.` may be anything.
fn words(text: &str, span: TextRange, path: &str) -> Vec<TextRange> {
    let command = span.slice(text);
    let is_clear = path.contains(['/', '.']);
    let found = command.match_indices(path).filter(|(at, word)| {
        let (before, behind) = (&command[..*at], &command[at + word.len()..]);
        let before = before.strip_suffix("./").unwrap_or(before);
        let begins =
            before.is_empty() || before.ends_with([' ', '\t', '"', '\'', '=', '(', ',', ':']);
        let ends = behind.is_empty()
            || behind.starts_with([' ', '\t', '"', '\'', ':', '#', ',', ';', ')', '|', '&']);
        begins && (behind.starts_with('/') || ends && is_clear)
    });
    let place = |(at, word): (usize, &str)| {
        let start = span.start as usize + at;
        TextRange::from_usize(start, start + word.len())
    };
    found.map(place).collect()
}
