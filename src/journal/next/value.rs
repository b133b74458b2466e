//! Values and calls of code as a plan writes them.

use crate::python::facts::{Call, Keyword, Site, Value};
use crate::workspace::document::Document;

/// More arguments of a call are not written into a plan by themselves.
const MOST_ARGUMENTS: usize = 12;

/// A constant value as Python writes it.
pub fn literal(value: &Value) -> Option<String> {
    Some(match value {
        Value::Unknown => return None,
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) if number.is_finite() => format!("{number:?}"),
        Value::Float(_) => return None,
        Value::Str(text) => quoted(text)?,
        Value::List(items) => {
            let items: Option<Vec<_>> = items.iter().map(literal).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Dict(entries) => {
            let entry = |(key, value): &(String, Value)| {
                Some(format!("{}: {}", quoted(key)?, literal(value)?))
            };
            let entries: Option<Vec<_>> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries?.join(", "))
        }
    })
}

fn quoted(text: &str) -> Option<String> {
    let is_plain = !text
        .chars()
        .any(|it| it.is_control() || matches!(it, '"' | '\\' | '`'));
    is_plain.then(|| format!("\"{text}\""))
}

/// The value of a named argument of code for a plan: as it is written where that is a constant, else what it is.
pub fn of_code(document: &Document, keyword: &Keyword) -> Option<String> {
    let source = keyword.value_range.slice(document.code());
    let is_literal = source.starts_with(|it: char| it.is_ascii_digit() || "\"'[{(-".contains(it))
        || matches!(source, "True" | "False" | "None");
    let is_short = source.len() <= 80 && !source.contains(['\n', '\r', '`']);
    match keyword.value {
        Value::Unknown => None,
        _ if is_literal && is_short => Some(source.to_owned()),
        _ => literal(&keyword.value),
    }
}

/// A call of code as `Params:` writes it: with the arguments that are constant.
pub fn call_text(document: &Document, call: &Call) -> Option<String> {
    let callee = call.callee_range.slice(document.code());
    let is_name = |it: char| it.is_alphanumeric() || it == '_' || it == '.';
    if callee.is_empty() || !callee.chars().all(is_name) {
        return None;
    }
    let written = call.keywords.iter().filter(|it| it.site == Site::Keyword);
    let arguments =
        written.filter_map(|it| Some(format!("{}={}", it.name.name, of_code(document, it)?)));
    let arguments: Vec<String> = arguments.take(MOST_ARGUMENTS).collect();
    (!arguments.is_empty()).then(|| format!("{callee}({})", arguments.join(", ")))
}
