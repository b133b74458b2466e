//! Columns and their types, from the two ways in which they are written: the metadata of a card (a list of
//! names, as YAML) and what the library itself writes (a map, with `_type`).

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::hub::json;

/// Deeper types are not looked at.
const DEEPEST: usize = 12;
/// More columns, and more fields of one, are left out.
const MOST_COLUMNS: usize = 2_000;
/// More names of classes are left out.
const MOST_CLASSES: usize = 1_000;

/// A column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub kind: ColumnType,
}

/// The type of a column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnType {
    /// Not known.
    #[default]
    Unknown,
    /// One value: `string`, `int64`.
    Value(String),
    /// Numbers that stand for names.
    Classes(Vec<String>),
    /// A list.
    List(Box<Self>),
    /// Named fields.
    Struct(Vec<Column>),
    /// A type of the library: `Image`, `Audio`, `Translation`.
    Feature(String),
}

impl ColumnType {
    /// Whether it holds text.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Value(dtype) if dtype == "string" || dtype == "large_string")
    }

    /// Whether it is a list of messages: structs with a `role` and a `content`.
    pub fn is_messages(&self) -> bool {
        let Self::List(item) = self else { return false };
        let Self::Struct(fields) = item.as_ref() else {
            return false;
        };
        ["role", "content"]
            .iter()
            .all(|name| fields.iter().any(|field| field.name == *name))
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => out.write_str("?"),
            Self::Value(name) | Self::Feature(name) => out.write_str(name),
            Self::Classes(names) => write!(out, "class of {}", names.len()),
            Self::List(item) => write!(out, "list of {item}"),
            Self::Struct(fields) => {
                out.write_str("{")?;
                for (place, field) in fields.iter().enumerate() {
                    let comma = if place == 0 { "" } else { ", " };
                    write!(out, "{comma}{}: {}", field.name, field.kind)?;
                }
                out.write_str("}")
            }
        }
    }
}

/// The columns of a `features` value in either way of writing; `None` where it is neither.
pub(super) fn columns(features: &Value) -> Option<Vec<Column>> {
    match features {
        Value::Array(list) => listed(list, 0),
        Value::Object(map) => Some(mapped(map, 0)),
        _ => None,
    }
}

/// A card's way: `- name: text` with `dtype`, `list`, `sequence` or `struct` beside it.
fn listed(list: &[Value], depth: usize) -> Option<Vec<Column>> {
    let column = |item: &Value| {
        let name = json::text(item, "name")?;
        Some(Column {
            name,
            kind: from_card(item, depth + 1),
        })
    };
    list.iter().take(MOST_COLUMNS).map(column).collect()
}

fn from_card(item: &Value, depth: usize) -> ColumnType {
    if depth > DEEPEST {
        return ColumnType::Unknown;
    }
    if let Some(kind) = json::present(item, "struct") {
        return structure(kind, depth);
    }
    let list = ["list", "large_list"]
        .iter()
        .find_map(|key| json::present(item, key));
    if let Some(inner) = list {
        return ColumnType::List(Box::new(inner_type(inner, depth)));
    }
    if let Some(inner) = json::present(item, "sequence") {
        return sequence(inner_type(inner, depth));
    }
    match json::present(item, "dtype") {
        Some(Value::String(name)) => named(name),
        Some(nested) => from_card(nested, depth + 1),
        None => feature_with_settings(item),
    }
}

/// What stands behind `list:`: the name of a type, fields, or a type in full.
fn inner_type(inner: &Value, depth: usize) -> ColumnType {
    match inner {
        Value::String(name) => named(name),
        Value::Array(_) => structure(inner, depth),
        other => from_card(other, depth + 1),
    }
}

fn structure(fields: &Value, depth: usize) -> ColumnType {
    let fields = fields.as_array().and_then(|fields| listed(fields, depth));
    fields.map_or(ColumnType::Unknown, ColumnType::Struct)
}

/// A sequence of fields is fields that are lists: what the library makes of it.
fn sequence(item: ColumnType) -> ColumnType {
    match item {
        ColumnType::Struct(fields) => {
            let listed = |field: Column| Column {
                kind: ColumnType::List(Box::new(field.kind)),
                ..field
            };
            ColumnType::Struct(fields.into_iter().map(listed).collect())
        }
        item => ColumnType::List(Box::new(item)),
    }
}

/// `class_label: {names: ...}`, `image: {...}`: the first key names the type.
fn feature_with_settings(item: &Value) -> ColumnType {
    let Some((key, settings)) = item
        .as_object()
        .and_then(|map| map.iter().find(|(key, _)| *key != "name"))
    else {
        return ColumnType::Unknown;
    };
    if key == "class_label" {
        return ColumnType::Classes(class_names(settings));
    }
    if settings.is_object() {
        feature(key)
    } else {
        ColumnType::Unknown
    }
}

fn class_names(settings: &Value) -> Vec<String> {
    let names: Vec<Option<String>> = match settings.get("names") {
        Some(Value::Array(names)) => names.iter().take(MOST_CLASSES).map(json::short).collect(),
        Some(Value::Object(names)) => names.values().take(MOST_CLASSES).map(json::short).collect(),
        _ => Vec::new(),
    };
    names.into_iter().map(Option::unwrap_or_default).collect()
}

/// The name of a value's type or of a feature: `string`, `image`.
fn named(name: &str) -> ColumnType {
    const VALUES: &[&str] = &[
        "string",
        "large_string",
        "bool",
        "null",
        "binary",
        "large_binary",
    ];
    const PREFIXES: &[&str] = &[
        "int",
        "uint",
        "float",
        "timestamp",
        "duration",
        "date",
        "time",
        "decimal",
    ];
    let is_value = VALUES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    if is_value {
        ColumnType::Value(name.to_owned())
    } else {
        feature(name)
    }
}

/// `image` -> `Image`, `array_2d` -> `Array2D`.
fn feature(name: &str) -> ColumnType {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_ascii_uppercase().to_string() + letters.as_str()
        })
    };
    let name: String = name.split('_').map(capital).collect();
    ColumnType::Feature(
        name.replace("2d", "2D")
            .replace("3d", "3D")
            .replace("4d", "4D")
            .replace("5d", "5D"),
    )
}

/// The library's way: `{"text": {"dtype": "string", "_type": "Value"}}`.
fn mapped(map: &Map<String, Value>, depth: usize) -> Vec<Column> {
    let column = |(name, value): (&String, &Value)| Column {
        name: name.clone(),
        kind: from_library(value, depth + 1),
    };
    map.iter().take(MOST_COLUMNS).map(column).collect()
}

fn from_library(value: &Value, depth: usize) -> ColumnType {
    if depth > DEEPEST {
        return ColumnType::Unknown;
    }
    let map = match value {
        Value::Array(list) => {
            let item = list
                .first()
                .map_or(ColumnType::Unknown, |item| from_library(item, depth + 1));
            return ColumnType::List(Box::new(item));
        }
        Value::Object(map) => map,
        _ => return ColumnType::Unknown,
    };
    let inner = || {
        map.get("feature")
            .map_or(ColumnType::Unknown, |inner| from_library(inner, depth + 1))
    };
    match map.get("_type").and_then(Value::as_str) {
        None => ColumnType::Struct(mapped(map, depth)),
        Some("Value") => json::text(value, "dtype").map_or(ColumnType::Unknown, ColumnType::Value),
        Some("ClassLabel") => ColumnType::Classes(class_names(value)),
        Some("List" | "LargeList") => ColumnType::List(Box::new(inner())),
        Some("Sequence") => sequence(inner()),
        Some(other) => ColumnType::Feature(other.chars().take(60).collect()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(features: &Value) -> Vec<String> {
        let columns = columns(features).unwrap();
        columns
            .iter()
            .map(|column| format!("{}: {}", column.name, column.kind))
            .collect()
    }

    #[test]
    fn both_ways_of_writing_give_the_same() {
        let card = json!([
            {"name": "messages", "list": [{"name": "role", "dtype": "string"}, {"name": "content", "dtype": "string"}]},
            {"name": "score", "dtype": "float32"},
            {"name": "label", "dtype": {"class_label": {"names": {"0": "no", "1": "yes"}}}},
            {"name": "tokens", "sequence": "int64"},
            {"name": "picture", "dtype": "image"},
            {"name": "answers", "sequence": [{"name": "text", "dtype": "string"}]},
            {"name": "meta", "struct": [{"name": "id", "dtype": "int32"}]},
        ]);
        let library = json!({
            "messages": {"feature": {"role": {"dtype": "string", "_type": "Value"}, "content": {"dtype": "string", "_type": "Value"}}, "_type": "List"},
            "score": {"dtype": "float32", "_type": "Value"},
            "label": {"names": ["no", "yes"], "_type": "ClassLabel"},
            "tokens": {"feature": {"dtype": "int64", "_type": "Value"}, "_type": "Sequence"},
            "picture": {"_type": "Image"},
            "answers": {"feature": {"text": {"dtype": "string", "_type": "Value"}}, "_type": "Sequence"},
            "meta": {"id": {"dtype": "int32", "_type": "Value"}},
        });
        let expected = [
            "messages: list of {role: string, content: string}",
            "score: float32",
            "label: class of 2",
            "tokens: list of int64",
            "picture: Image",
            "answers: {text: list of string}",
            "meta: {id: int32}",
        ];
        assert_eq!(shown(&card), expected);
        assert_eq!(shown(&library), expected);
        assert!(columns(&card).unwrap()[0].kind.is_messages());
    }

    #[test]
    fn an_old_list_of_one_is_a_list() {
        let library = json!({"messages": [{"role": {"dtype": "string", "_type": "Value"}}]});
        assert_eq!(shown(&library), ["messages: list of {role: string}"]);
    }

    #[test]
    fn what_is_neither_is_not_known() {
        assert_eq!(columns(&json!("text")), None);
        assert_eq!(
            columns(&json!([{"dtype": "string"}])),
            None,
            "a column without a name"
        );
        assert_eq!(
            shown(&json!({"a": 3, "b": {"_type": 3}})),
            ["a: ?", "b: {_type: ?}"]
        );
    }
}
