//! The tech stack as the project has it.

use super::Offers;
use super::field::fixed;
use crate::journal::change::{ActionKind, Change};
use crate::journal::edit::Sheet;
use crate::journal::next::ground::Ground;
use crate::journal::stack::Stack;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::Edit;

/// Rows with another version than the project has, and rows that are missing.
pub(super) fn offer(surroundings: &Surroundings<'_>, offers: &mut Offers) {
    let edits = changed(surroundings);
    let title = match edits.len() {
        1 => "Update the version that the project has moved on from".to_owned(),
        count => format!("Update the {count} versions that the project has moved on from"),
    };
    let change = Change::edit(surroundings.path, edits);
    offers.add(title, ActionKind::Source, Some("HFP701"), change);
    let change = Change::edit(surroundings.path, missing(surroundings));
    let title = "Add rows for the libraries that the code uses".to_owned();
    offers.add(title, ActionKind::Source, Some("HFP702"), change);
}

fn changed(surroundings: &Surroundings<'_>) -> Vec<Edit> {
    let text = surroundings.text();
    let stack = Stack::read(text, surroundings.document.outline());
    let edit = |row: &crate::journal::stack::Row| {
        let known = surroundings.environment.libraries.get(&row.name)?;
        let (version, _) = fixed(known)?;
        let stated = row.version.as_ref()?;
        let is_right = version.parse().is_ok_and(|version| stated.admits(&version));
        let written = stated.range.slice(text);
        let signs: String = written
            .chars()
            .take_while(|it| "=~^<>!v ".contains(*it))
            .collect();
        let is_exact = matches!(signs.trim(), "" | "==" | "v");
        (!is_right && is_exact).then(|| Edit {
            range: stated.range,
            content: format!("{signs}{version}"),
        })
    };
    stack.rows.iter().filter_map(edit).collect()
}

/// Rows behind the last one of the first table of packages. As all go to one place, they are one edit.
fn missing(surroundings: &Surroundings<'_>) -> Vec<Edit> {
    let text = surroundings.text();
    let outline = surroundings.document.outline();
    let stack = Stack::read(text, outline);
    let sheet = Sheet::of(surroundings.document);
    let mut tables = outline.tables.iter();
    let Some((table, (names, versions))) =
        tables.find_map(|it| Some((it, Stack::columns(text, it)?)))
    else {
        return Vec::new();
    };
    let pins = Ground::of(surroundings).pins.into_iter();
    let pins = pins.filter(|(name, _)| stack.of(name).next().is_none());
    let mut edits: Vec<Edit> = Vec::new();
    for (name, version) in pins {
        let mut cells = vec![""; table.rows.first().map_or(0, Vec::len)];
        cells[names] = &name;
        cells[versions] = &version;
        for edit in sheet.insert_row(table, &cells) {
            match edits.first_mut() {
                Some(first) => first.content.push_str(&edit.content),
                None => edits.push(edit),
            }
        }
    }
    edits
}
