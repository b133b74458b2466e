//! What the changelog and the tech stack lack.

use super::cursor::{Cursor, Offer};
use super::ground::Ground;
use crate::journal::actions::missing_entries;
use crate::journal::changelog::{Category, Changelog, Means};
use crate::journal::edit::{line, row};
use crate::journal::kind::Kind;
use crate::journal::markdown::Syntax;
use crate::journal::outline::Table;
use crate::journal::stack::Stack;
use crate::journal::surroundings::Surroundings;

/// At `- ` below what is not released: the entries that are missing, those of the heading first.
pub(super) fn in_changelog(surroundings: &Surroundings<'_>, place: &Cursor<'_>) -> Vec<Offer> {
    let Some(("", rest)) = place.item() else {
        return Vec::new();
    };
    let typed = rest.trim_start_matches(' ');
    let own = Changelog::read(surroundings.text(), surroundings.document.outline());
    let is_open = own
        .unreleased()
        .is_some_and(|at| own.versions[at].range.touches(place.line.start));
    if !is_open {
        return Vec::new();
    }
    let group = own
        .groups
        .iter()
        .rfind(|it| it.range.touches(place.line.start))
        .and_then(|it| it.means);
    let gap = if rest.is_empty() { " " } else { "" };
    let mut entries = missing_entries(surroundings);
    let fits = |kind: Option<Kind>| match group {
        Some(Means::Category(category)) => Category::of(kind) == category,
        Some(Means::Kind(wanted)) => kind == Some(wanted),
        None => false,
    };
    entries.sort_by_key(|entry| !fits(entry.kind));
    let mut offers = Vec::new();
    for entry in entries {
        let text = match (group, entry.kind) {
            (Some(Means::Kind(_)), _) | (_, None) => entry.what.clone(),
            (_, Some(kind)) => format!("{}: {}", kind.as_str(), entry.what),
        };
        if text.starts_with(typed) {
            offers.push(Offer {
                label: entry.what,
                range: place.typed(typed.len()),
                text: format!("{gap}{text}"),
                is_next: offers.is_empty() && fits(entry.kind),
            });
        }
    }
    offers
}

/// At `|` below a table of packages: the rows that are missing.
pub(super) fn in_stack(surroundings: &Surroundings<'_>, place: &Cursor<'_>) -> Vec<Offer> {
    let typed = place.before;
    if !typed.starts_with('|') || typed.matches('|').count() > 1 {
        return Vec::new();
    }
    // With a row that is only begun, the table above is none.
    let text = &surroundings.text()[..place.line.start as usize];
    let outline = Syntax::parse(text).outline(text);
    let is_near =
        |table: &&Table| line::next(text, table.range.end) as usize >= text.trim_end().len();
    let Some(table) = outline.tables.iter().find(is_near) else {
        return Vec::new();
    };
    let is_next = line::next(text, table.range.end) == place.line.start;
    let Some((names, versions)) = Stack::columns(text, table).filter(|_| is_next) else {
        return Vec::new();
    };
    let stack = Stack::read(surroundings.text(), surroundings.document.outline());
    let above = Stack::read(text, &outline);
    let mut missing = Ground::of(surroundings).pins;
    missing.retain(|(name, _)| stack.of(name).chain(above.of(name)).next().is_none());
    let columns = table.rows.first().map_or(0, Vec::len);
    let rows = missing.into_iter().map(|(name, version)| {
        let mut cells = vec![String::new(); columns];
        cells[names] = name.clone();
        cells[versions] = version;
        (name, row(&cells))
    });
    let fits = rows.filter(|(_, row)| row.starts_with(typed));
    let offer = |(count, (label, text)): (usize, (String, String))| Offer {
        label,
        range: place.typed(typed.len()),
        text,
        is_next: count == 0,
    };
    fits.enumerate().map(offer).collect()
}
