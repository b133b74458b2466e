//! What Python's usual reader of YAML, which knows YAML 1.1, makes of a scalar.

use saphyr_parser::Tag;

use crate::embedded::tree::Style;
use crate::python::facts::Value;

/// The value of a scalar; [`Value::Unknown`] where another tag than those of the core decides, or where
/// readers of YAML 1.1 and 1.2 disagree.
pub fn value(text: &str, style: Style, tag: Option<&Tag>) -> Value {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => text_value(text),
        Some(tag) if tag.handle.is_empty() && tag.suffix == "!" => text_value(text),
        Some(_) => Value::Unknown,
        None if style == Style::Plain => plain(text),
        None => text_value(text),
    }
}

fn text_value(text: &str) -> Value {
    Value::Str(text.to_owned())
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::None,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            return Value::Bool(true);
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        _ => {}
    }
    let first = text.trim_start_matches(['-', '+']);
    match first.bytes().next() {
        Some(byte) if byte.is_ascii_digit() || byte == b'.' => number(text),
        _ => text_value(text),
    }
}

/// A number as both versions of YAML read it. What looks like a number and is none to one of them (`1e-5`,
/// `017`, `1_000`, `12:30`, a date) is not known; a version such as `1.2.3` is text to both.
fn number(text: &str) -> Value {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_decimal = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if is_decimal(digits) {
        let is_octal = digits.len() > 1 && digits.starts_with('0');
        return match text.parse() {
            Ok(value) if !is_octal => Value::Int(value),
            _ => Value::Unknown,
        };
    }
    if let Some((whole, fraction)) = digits.split_once('.')
        && is_decimal(whole)
        && is_decimal(fraction)
    {
        return text.parse().map_or(Value::Unknown, Value::Float);
    }
    let might_be = |byte: u8| byte.is_ascii_hexdigit() || b"xXoO_.:+-TZ ".contains(&byte);
    let is_scientific = digits
        .split_once(['e', 'E'])
        .is_some_and(|(mantissa, exponent)| {
            mantissa.contains('.')
                && exponent.starts_with(['-', '+'])
                && exponent.len() > 1
                && is_decimal(&exponent[1..])
        });
    match text.parse::<f64>() {
        Ok(value) if is_scientific => Value::Float(value),
        Ok(_) => Value::Unknown,
        Err(_) if text.bytes().all(might_be) && !is_version(text) => Value::Unknown,
        Err(_) => text_value(text),
    }
}

/// `4.41.2`
fn is_version(text: &str) -> bool {
    let parts = text.split('.');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.clone().count() > 2 && parts.clone().all(is_number)
}
