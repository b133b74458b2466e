//! Names to import: in an import, and as plain names that bring their import along.

use super::Place;
use super::attribute::of_module;
use super::members;
use crate::assist::item::{Item, Items, Kind, rank};
use crate::assist::proposal::Proposal;
use crate::environment::Source;
use crate::knowledge::view::Entity;
use crate::python::facts::Facts;
use crate::rules::finding::Edit;
use crate::rules::fix::import::{import_name, line_end, new_import};
use crate::text::TextRange;

/// More names than this are not offered at once.
pub const LIMIT: usize = 100;

/// Before so many letters are typed no name is offered that would have to be imported.
const LETTERS: usize = 3;

/// The names behind `from module import`.
pub fn names_of_module(place: &Place<'_, '_>, before: &str) -> Items {
    let module = before.strip_prefix("from").unwrap_or_default().trim_start();
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let end = module.find(|c| !is_path(c)).unwrap_or(module.len());
    let (module, names) = module.split_at(end);
    let is_name = !names.trim_end().ends_with(" as") && names.trim_end().ends_with([',', '(', 't']);
    if !is_name || !matches!(place.ctx.view.resolve_module(module), Entity::Module(_)) {
        return Items::default();
    }
    let mut items = of_module(place, module);
    let taken: Vec<&str> = names.split(|c| !is_path(c)).collect();
    items
        .items
        .retain(|item| !taken.contains(&item.label.as_str()));
    items
}

/// Whether a name is what somebody types who has typed `prefix`: the case of the first letter tells
/// classes from functions.
pub fn begins_with(name: &str, prefix: &str) -> bool {
    let head = |text: &str| text.chars().next();
    let start = name.get(..prefix.len());
    prefix.is_empty()
        || (head(name) == head(prefix)
            && start.is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
}

/// Names of the packages that are not imported yet, with the edits that import them.
pub fn new_names(place: &Place<'_, '_>) -> Items {
    let prefix = place.typed.prefix();
    if !place.takes_imports || !is_name(place) {
        return Items::default();
    }
    if prefix.chars().count() < LETTERS {
        return Items {
            is_incomplete: true,
            ..Items::default()
        };
    }
    let mut items = Vec::new();
    for package in packages(place) {
        let wanted = |name: &str| begins_with(name, prefix) && !is_bound(&place.ctx.facts, name);
        let found = members::of_module(place.ctx.view, &package, &wanted);
        let found = found
            .iter()
            .filter(|it| matches!(it.kind, Kind::Class | Kind::Function));
        items.extend(found.filter_map(|member| {
            let path = format!("{package}.{}", member.name);
            let mut item = Item::new(member.kind, &member.name, rank::IMPORT);
            item.edits = edits(place, &path)?;
            item.home = Some(package.clone());
            item.subject = Some(Proposal::Symbol(path));
            Some(item.deprecated(member.is_deprecated))
        }));
    }
    let is_incomplete = items.len() > LIMIT;
    items.sort_by(|one, other| {
        (one.label.len(), &one.label).cmp(&(other.label.len(), &other.label))
    });
    items.truncate(LIMIT);
    Items {
        items,
        is_incomplete,
        ..Items::default()
    }
}

/// Whether a plain name that is read may stand here.
fn is_name(place: &Place<'_, '_>) -> bool {
    let before = place.typed.before();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let code = before.trim_end();
    let word = &code[code.trim_end_matches(is_word).len()..];
    let binds = matches!(
        word,
        "def" | "class" | "import" | "from" | "as" | "global" | "nonlocal" | "for" | "lambda"
    );
    let is_parameter = || {
        let statement = before.trim_start_matches("async ");
        statement.starts_with("def ") && !code.ends_with([':', '=', '>', '[', '|'])
    };
    let is_import = before.starts_with("import ") || before.starts_with("from ");
    // Nothing is read behind a value.
    let is_behind_value = word.is_empty() && code.ends_with(['"', '\'', ')', ']', '}', '.']);
    let is_value = is_behind_value || (!word.is_empty() && before == code);
    place.typed.cursor.quoted.is_none() && !binds && !is_import && !is_value && !is_parameter()
}

/// The packages to look into: those of libraries that the project has, or that the file imports.
fn packages(place: &Place<'_, '_>) -> Vec<String> {
    let ctx = place.ctx;
    let imported = |package: &str| {
        let mut imports = ctx.facts.imports.iter();
        imports.any(|import| import.module.split('.').next() == Some(package))
    };
    let libraries = &ctx.environment.libraries;
    let knows_none = libraries.values().all(|it| it.source == Source::Newest);
    let mut packages = Vec::new();
    for (library, resolved) in libraries {
        let Some(selected) = ctx.view.library(library) else {
            continue;
        };
        let is_there = knows_none || resolved.source != Source::Newest;
        let of_library = selected.library.packages().iter();
        packages.extend(of_library.filter(|it| is_there || imported(it)).cloned());
    }
    packages
}

fn is_bound(facts: &Facts, name: &str) -> bool {
    let mut imports = facts.imports.iter();
    let by_import = imports.any(|import| {
        let bound = import.asname.as_ref().or(import.name.as_ref());
        bound.is_some_and(|bound| bound.name == name)
    });
    by_import || facts.classes.iter().any(|class| class.name.name == name)
}

/// The edits of the original text that import a name, all in the piece that is typed in.
fn edits(place: &Place<'_, '_>, path: &str) -> Option<Vec<Edit>> {
    let typed = place.typed;
    let edits = match import_name(place.ctx, path)? {
        // The module is imported as a whole; whoever writes the plain name wants that.
        (name, _) if name.contains('.') => {
            let (module, name) = path.rsplit_once('.')?;
            vec![new_import(place.ctx, module, name)]
        }
        (_, edits) if edits.is_empty() => return None,
        (_, edits) => edits,
    };
    let back = |edit: Edit| Edit {
        range: typed.whole.back_range(edit.range),
        content: edit.content,
    };
    let edits: Vec<Edit> = edits.into_iter().map(back).collect();
    let is_inside = |edit: &Edit| typed.region.contains_range(edit.range);
    let is_apart = |edit: &Edit| edit.range.end <= typed.cursor.statement;
    if edits.iter().all(|edit| is_inside(edit) && is_apart(edit)) {
        return Some(edits);
    }
    at_top(place, path).map(|edit| vec![edit])
}

/// An import at the top of the piece.
fn at_top(place: &Place<'_, '_>, path: &str) -> Option<Edit> {
    let typed = place.typed;
    let (module, name) = path.rsplit_once('.')?;
    let text = &typed.whole.text;
    let mut start = typed.region.start as usize;
    // Comments and magics stay on top.
    while text[start..].starts_with(['#', '%', '!']) {
        start += text[start..].find('\n')? + 1;
    }
    let range = TextRange::from_usize(start, start);
    let newline = line_end(text);
    (range.end <= typed.cursor.statement).then(|| Edit {
        range,
        content: format!("from {module} import {name}{newline}"),
    })
}
