//! Other names: of steps, and of files that a plan names.

use super::{Named, Spot, all_mentions, named_at, title};
use crate::journal::change::Change;
use crate::journal::id::Id;
use crate::journal::plan::{FieldName, PathSpan};
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
        .ok_or_else(|| format!("`{name}` is no id of a step: `4.2` is one"))?;
    let old = mention.id;
    let document = surroundings.other(Role::Plan);
    let document = document.ok_or_else(|| "there is no plan".to_owned())?;
    let ids: Vec<&Id> = document
        .plan()
        .steps
        .iter()
        .filter_map(|it| it.id.as_ref())
        .collect();
    match ids.iter().filter(|it| ***it == old).count() {
        0 => return Err(format!("there is no step `{old}`")),
        1 => {}
        _ => {
            return Err(format!(
                "several steps have the id `{old}`: renumber them first"
            ));
        }
    }
    let moved = |id: &Id| renamed_id(id, &old, &new);
    let stays = |id: &&&Id| moved(id).is_none();
    let taken = ids
        .iter()
        .filter(stays)
        .find(|it| ids.iter().filter_map(|id| moved(id)).any(|id| id == ***it));
    if let Some(taken) = taken.filter(|_| old != new) {
        return Err(format!("there is a step `{taken}` already"));
    }
    let mut change = Change::default();
    for (path, mention) in all_mentions(surroundings) {
        if let Some(id) = moved(&mention.id) {
            let range = mention.range;
            let content = id.to_string();
            change.add(&path, vec![Edit { range, content }]);
        }
    }
    Ok(change)
}

/// What becomes of an id; `None` where it stays as it is.
fn renamed_id(id: &Id, old: &Id, new: &Id) -> Option<Id> {
    if id == old {
        return Some(new.clone());
    }
    let is_within = old.is_dotted() && new.is_dotted() && id.is_dotted();
    let rest = id.parts().strip_prefix(old.parts()).filter(|_| is_within)?;
    Some(Id::of(&[new.parts(), rest].concat()))
}

/// What a plan has to say where files get other names, given as old and new ones relative to the project's folder.
pub fn renamed(surroundings: &Surroundings<'_>, files: &[(String, String)]) -> Change {
    let Some(document) = surroundings.other(Role::Plan) else {
        return Change::default();
    };
    let path = surroundings.names.path(Role::Plan);
    let mut edits: Vec<Edit> = Vec::new();
    for (old, new) in files {
        let (old, new) = (old.trim_matches('/'), new.trim_matches('/'));
        if old.is_empty() || new.is_empty() {
            continue;
        }
        for Spot { range, .. } in places(&document, old) {
            let content = new.to_owned();
            if !edits.iter().any(|it| it.range.intersects(range)) {
                edits.push(Edit { range, content });
            }
        }
    }
    Change::edit(&path, edits)
}

/// Where a plan names a file, or what is in a folder.
fn places(document: &Document, path: &str) -> Vec<Spot> {
    let text = document.text();
    let mut found = Vec::new();
    let mut add = |range: TextRange| {
        found.push(Spot {
            path: path.to_owned(),
            range,
        });
    };
    for step in &document.plan().steps {
        let files = step.spans(FieldName::Files);
        for span in files.map(|span| PathSpan::read(text, span)) {
            front(span.path, span.path_range, path)
                .into_iter()
                .for_each(&mut add);
        }
        let commands = step
            .spans(FieldName::Run)
            .chain(step.spans(FieldName::Verify));
        commands.for_each(|span| words(text, span, path).into_iter().for_each(&mut add));
    }
    for fence in &document.outline().fences {
        let written = title(text, fence.opening);
        let written = written.map(|range| PathSpan::read(text, range));
        let range = written.and_then(|it| front(it.path, it.path_range, path));
        range.into_iter().for_each(&mut add);
    }
    found
}

/// The part of a path that is another one, or a folder above.
fn front(written: &str, range: TextRange, path: &str) -> Option<TextRange> {
    let behind = written.strip_prefix(path)?;
    let is_whole = behind.is_empty() || behind.starts_with('/');
    let length = u32::try_from(path.len()).ok()?;
    is_whole.then(|| TextRange::new(range.start, range.start + length))
}

/// The words of a command that are a path: `src/train.py`, `./src/train.py`, `--config=src/a.yaml`, `tests/a.py::b`.
/// A word without `/` or `.` may be anything, so it has to go on with one.
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
