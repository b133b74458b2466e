//! Lock files: exact versions of everything.

use std::path::Path;

use toml_edit::{Item, TableLike};

use crate::workspace::files::without_bom;
use crate::workspace::problem::Problem;
use crate::workspace::requirements::{Marker, normalise, toml};

/// Lock files by name, the strongest first.
pub const NAMES: [&str; 5] = [
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pylock.toml",
    "Pipfile.lock",
];

/// One locked package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Locked {
    /// Normalised.
    pub name: String,
    /// As written there.
    pub version: String,
    /// It applies where one of these does; everywhere where there is none.
    pub markers: Vec<Marker>,
}

/// Reads a lock file of any kind.
pub(super) fn read(path: &Path, text: &str) -> Result<Vec<Locked>, Problem> {
    let (text, _) = without_bom(text);
    let pipenv = path.extension().is_some_and(|ext| ext == "lock")
        && path.file_stem().is_some_and(|stem| stem == "Pipfile");
    if pipenv {
        pipfile(path, text)
    } else {
        packages(path, text)
    }
}

/// The lists of uv, Poetry and PDM (`package`) and of the common format (`packages`).
fn packages(path: &Path, text: &str) -> Result<Vec<Locked>, Problem> {
    let document = toml::parse(path, text)?;
    let list = ["package", "packages"]
        .iter()
        .find_map(|key| document.get(key));
    let tables = list.and_then(Item::as_array_of_tables);
    Ok(tables
        .into_iter()
        .flatten()
        .filter_map(|table| package(table))
        .collect())
}

fn package(table: &dyn TableLike) -> Option<Locked> {
    let string = |key: &str| table.get(key).and_then(Item::as_str);
    let marker = |text: &str| Marker::parse(text).ok();
    let several = table.get("resolution-markers").and_then(Item::as_array);
    let several = several
        .into_iter()
        .flatten()
        .filter_map(|value| value.as_str());
    let single = string("markers").or_else(|| string("marker"));
    Some(Locked {
        name: normalise(string("name")?),
        version: string("version")?.to_owned(),
        markers: several.chain(single).filter_map(marker).collect(),
    })
}

/// `Pipfile.lock` is JSON, with versions written `==4.57.1`.
fn pipfile(path: &Path, text: &str) -> Result<Vec<Locked>, Problem> {
    let json: serde_json::Value = serde_json::from_str(text).map_err(|error| Problem {
        path: path.to_path_buf(),
        line: u32::try_from(error.line()).unwrap_or(1).max(1),
        message: format!("not valid JSON, so it is ignored: {error}"),
    })?;
    let sections = ["default", "develop"];
    let entries = sections
        .iter()
        .filter_map(|section| json.get(section)?.as_object())
        .flatten();
    let locked = |(name, entry): (&String, &serde_json::Value)| {
        let field = |key| entry.get(key).and_then(serde_json::Value::as_str);
        Some(Locked {
            name: normalise(name),
            version: field("version")?.trim_start_matches('=').to_owned(),
            markers: field("markers")
                .and_then(|text| Marker::parse(text).ok())
                .into_iter()
                .collect(),
        })
    };
    Ok(entries.filter_map(locked).collect())
}
