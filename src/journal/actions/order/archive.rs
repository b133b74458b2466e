//! Moving sections that are finished out of the plan.

use super::super::Offers;
use crate::journal::change::{ActionKind, Change};
use crate::journal::edit::{Sheet, line};
use crate::journal::id::Id;
use crate::journal::plan::{Field, FieldName, Known, Step};
use crate::journal::project::Place;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::Edit;
use crate::text::TextRange;

/// For a section whose steps are all over: its steps in a file of their own, a line that leads there in their place.
pub(super) fn offer(surroundings: &Surroundings<'_>, range: TextRange, offers: &mut Offers) {
    let (plan, text) = (surroundings.document.plan(), surroundings.text());
    let Some(at) = plan.section_at(range.start) else {
        return;
    };
    let section = &plan.sections[at];
    // Offered on the heading: that is what moves.
    if !section.heading.touches(range.start) || section.known == Some(Known::Archive) {
        return;
    }
    if let Some(change) = archived(surroundings, at) {
        let title = format!(
            "Move the finished steps of `{}` to an archive",
            section.name.slice(text)
        );
        offers.add(title, ActionKind::Rewrite, None, change);
    }
}

fn archived(surroundings: &Surroundings<'_>, at: usize) -> Option<Change> {
    let (plan, text) = (surroundings.document.plan(), surroundings.text());
    let section = &plan.sections[at];
    let own: Vec<&Step> = plan
        .steps
        .iter()
        .filter(|step| step.section == Some(at))
        .collect();
    if own.is_empty() || own.iter().any(|step| !step.state.is_over()) {
        return None;
    }
    let start = line::start(text, own.iter().map(|step| step.range.start).min()?);
    let end = line::end(text, own.iter().map(|step| step.range.end).max()?);
    let moved = TextRange::new(start, end);
    if !section.range.contains_range(moved) {
        return None;
    }
    let newline = line::newline(text, section.heading.start);
    let name = section.name.slice(text);
    let (path, link) = file(surroundings, name)?;
    let mut edits = depending(surroundings, &own);
    edits.push(Edit {
        range: moved,
        content: format!("All steps are done: see [{link}]({link})."),
    });
    edits.sort();
    let mut change = Change::edit(surroundings.path, edits);
    let written = format!("# {name}{newline}{newline}{}{newline}", moved.slice(text));
    change.creates.insert(path, written);
    Some(change)
}

/// A file of the archive that is not there, relative to the project and to the plan.
fn file(surroundings: &Surroundings<'_>, name: &str) -> Option<(String, String)> {
    let folder = surroundings
        .path
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let archive = if folder.is_empty() {
        "archive".to_owned()
    } else {
        format!("{folder}/archive")
    };
    if surroundings.project.place(&archive) == Some(Place::File) {
        return None;
    }
    let words: Vec<String> = name
        .to_lowercase()
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect();
    let slug = if words.is_empty() {
        "section".to_owned()
    } else {
        words.join("-")
    };
    let day = surroundings.project.today();
    let names = [format!("{slug}.md"), format!("{day}-{slug}.md")];
    names.into_iter().find_map(|name| {
        let path = format!("{archive}/{name}");
        let is_free = surroundings.project.place(&path).is_none();
        is_free.then(|| (path, format!("archive/{name}")))
    })
}

/// What stays no longer depends on what moves, and is done.
fn depending(surroundings: &Surroundings<'_>, moved: &[&Step]) -> Vec<Edit> {
    let (plan, text) = (surroundings.document.plan(), surroundings.text());
    let sheet = Sheet::of(surroundings.document);
    let is_moved = |id: &Id| moved.iter().any(|step| step.id.as_ref() == Some(id));
    let stays = |step: &&Step| !moved.iter().any(|it| it.item == step.item);
    let edit = |field: &Field| {
        let ids = field.ids(text);
        let kept: Vec<String> = ids
            .iter()
            .filter(|it| !is_moved(&it.0))
            .map(|it| it.0.to_string())
            .collect();
        match kept.len() {
            count if count == ids.len() => Vec::new(),
            0 => sheet.remove_field(field),
            _ => sheet.set_value(field, &kept.join(", ")),
        }
    };
    let fields = plan
        .steps
        .iter()
        .filter(stays)
        .flat_map(|step| step.all(FieldName::Depends));
    fields.flat_map(edit).collect()
}
