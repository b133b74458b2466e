//! pyproject.toml: the standard tables, and those of the usual tools.

use toml_edit::{Item, TableLike};

use super::requirement::normalise;
use super::{Group, Include, Sheet, poetry, toml};
use crate::text::TextRange;

/// Reads all tables that declare requirements.
pub(super) fn read(sheet: &mut Sheet<'_>) {
    let document = match toml::parse(sheet.path, sheet.text) {
        Ok(document) => document,
        Err(problem) => return sheet.out.problems.push(problem),
    };
    let root = document.as_table();
    list(sheet, root, &["project", "dependencies"], &Group::Main);
    groups(sheet, root, &["project", "optional-dependencies"]);
    groups(sheet, root, &["dependency-groups"]);
    poetry::read(sheet, root);
    for tool in ["uv", "pdm"] {
        let dev = Group::Optional("dev".to_owned());
        list(sheet, root, &["tool", tool, "dev-dependencies"], &dev);
    }
    groups(sheet, root, &["tool", "pdm", "dev-dependencies"]);
    let constraints = ["tool", "uv", "constraint-dependencies"];
    list(sheet, root, &constraints, &Group::Constraint);
    let overrides = ["tool", "uv", "override-dependencies"];
    list(sheet, root, &overrides, &Group::Override);
    overridden(sheet, root);
    hatch(sheet, root);
    dynamic(sheet, root);
    sources(sheet, root);
}

/// What PDM takes in place of what others ask, and packages whose metadata uv shall not read.
fn overridden(sheet: &mut Sheet<'_>, root: &dyn TableLike) {
    let names = toml::table(root, &["tool", "pdm", "resolution", "overrides"]);
    let names = names.into_iter().flat_map(TableLike::iter);
    let names = names.filter_map(|(name, item)| Some((name.to_owned(), item.span()?)));
    let metadata = toml::item(root, &["tool", "uv", "dependency-metadata"]);
    let tables = metadata
        .and_then(Item::as_array_of_tables)
        .into_iter()
        .flatten();
    let named = tables.filter_map(|table| {
        let name = table.get("name")?;
        Some((name.as_str()?.to_owned(), name.span()?))
    });
    for (name, span) in names.chain(named).collect::<Vec<_>>() {
        let range = TextRange::from_usize(span.start, span.end);
        sheet.requirement(&name, range, &Group::Override);
    }
}

/// Packages that uv fetches from a repository, an address or a folder instead of an index.
fn sources(sheet: &mut Sheet<'_>, root: &dyn TableLike) {
    let sources = toml::table(root, &["tool", "uv", "sources"]);
    let is_elsewhere = |item: &Item| {
        let has = |item: &dyn TableLike| {
            ["git", "url", "path", "workspace"]
                .iter()
                .any(|key| item.contains_key(key))
        };
        let several = item
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|it| it.as_inline_table());
        item.as_table_like().is_some_and(has) || several.into_iter().any(|it| has(it))
    };
    let named = sources.into_iter().flat_map(TableLike::iter);
    for (name, _) in named.filter(|(_, item)| is_elsewhere(item)) {
        let name = normalise(name);
        let of_name = sheet
            .out
            .requirements
            .iter_mut()
            .filter(|it| it.name == name);
        of_name.for_each(|it| it.by_url = true);
    }
}

fn list(sheet: &mut Sheet<'_>, root: &dyn TableLike, keys: &[&str], group: &Group) {
    entries(sheet, toml::item(root, keys), group);
}

fn entries(sheet: &mut Sheet<'_>, item: Option<&Item>, group: &Group) {
    let Some(array) = item.and_then(Item::as_array) else {
        return;
    };
    for (requirement, range) in toml::strings(sheet.text, array) {
        sheet.requirement(requirement, range, group);
    }
}

/// A table of named lists.
fn groups(sheet: &mut Sheet<'_>, root: &dyn TableLike, keys: &[&str]) {
    for (name, item) in toml::table(root, keys)
        .into_iter()
        .flat_map(TableLike::iter)
    {
        entries(sheet, Some(item), &Group::Optional(name.to_owned()));
    }
}

fn hatch(sheet: &mut Sheet<'_>, root: &dyn TableLike) {
    let environments = toml::table(root, &["tool", "hatch", "envs"]);
    for (name, item) in environments.into_iter().flat_map(TableLike::iter) {
        let group = match name {
            "default" => Group::Main,
            _ => Group::Optional(name.to_owned()),
        };
        for key in ["dependencies", "extra-dependencies"] {
            entries(sheet, item.get(key), &group);
        }
    }
}

/// setuptools may keep the list in requirement files.
fn dynamic(sheet: &mut Sheet<'_>, root: &dyn TableLike) {
    let keys = ["tool", "setuptools", "dynamic", "dependencies", "file"];
    let Some(value) = toml::item(root, &keys).and_then(Item::as_value) else {
        return;
    };
    let include = |(path, range): (&str, TextRange)| Include {
        path: path.to_owned(),
        constraint: false,
        range,
    };
    let text = sheet.text;
    let includes = &mut sheet.out.includes;
    match value.as_array() {
        Some(array) => includes.extend(toml::strings(text, array).map(include)),
        None => includes.extend(toml::string(text, value).map(include)),
    }
}
