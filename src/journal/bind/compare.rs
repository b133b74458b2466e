//! Whether two values are the same to Python.

use crate::python::facts::Value;

/// A value with its source.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// As far as it is constant.
    pub value: &'a Value,
    /// As written.
    pub source: &'a str,
}

/// Whether two values are the same; `None` where that cannot be told.
///
/// Values that libraries take for each other are the same: a name of a `torch` type and the string, a list and a
/// tuple, the same strings in another order.
pub fn same(one: Side<'_>, other: Side<'_>) -> Option<bool> {
    if squeezed(one.source) == squeezed(other.source) {
        return Some(true);
    }
    match (one.value, other.value) {
        (Value::Unknown, Value::Unknown) => same_names(one.source, other.source),
        (Value::Unknown, Value::Str(text)) => same_word(one.source, text),
        (Value::Str(text), Value::Unknown) => same_word(other.source, text),
        (one, other) => same_values(one, other),
    }
}

/// Without space, and with one kind of quotes.
fn squeezed(source: &str) -> String {
    let plain = source.chars().filter(|it| !it.is_whitespace());
    plain.map(|it| if it == '\'' { '"' } else { it }).collect()
}

/// `torch.bfloat16` and `torch.float16`: two members of the same thing are not the same.
fn same_names(one: &str, other: &str) -> Option<bool> {
    let (of_one, one) = member(one)?;
    let (of_other, other) = member(other)?;
    (of_one == of_other).then_some(one == other)
}

/// `torch.bfloat16` is "bfloat16"; of anything else nothing is known.
fn same_word(source: &str, text: &str) -> Option<bool> {
    let (of, name) = member(source)?;
    match of == "torch" {
        true => {
            Some(name == text.trim_start_matches("torch.")).filter(|same| *same || is_type(text))
        }
        false => Some(true).filter(|_| name.eq_ignore_ascii_case(text)),
    }
}

fn is_type(text: &str) -> bool {
    let text = text.trim_start_matches("torch.");
    text.starts_with("float") || text.starts_with("bfloat") || text.starts_with("int")
}

/// `a.b.C` as `a.b` and `C`.
fn member(source: &str) -> Option<(&str, &str)> {
    let is_path = source
        .chars()
        .all(|it| it.is_alphanumeric() || it == '_' || it == '.');
    source.rsplit_once('.').filter(|(of, name)| {
        is_path && !of.is_empty() && name.starts_with(|it: char| it.is_alphabetic() || it == '_')
    })
}

fn same_values(one: &Value, other: &Value) -> Option<bool> {
    use Value as V;
    if let (Some(one), Some(other)) = (number(one), number(other)) {
        return Some(one == other);
    }
    match (one, other) {
        (V::Unknown, _) | (_, V::Unknown) => None,
        (V::None, V::None) => Some(true),
        (V::None, _) | (_, V::None) => Some(false),
        (V::Str(one), V::Str(other)) => Some(one == other),
        (V::List(one), V::List(other)) => same_lists(one, other),
        (V::Dict(one), V::Dict(other)) => same_dicts(one, other),
        // "wandb" and ["wandb"], "no" and False, "2e-4" and 2e-4 may be the same to whoever takes them.
        _ => None,
    }
}

/// Numbers and truth values, which are numbers to Python.
fn number(value: &Value) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "whole numbers of settings are small"
    )]
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        Value::Bool(is_true) => Some(f64::from(u8::from(*is_true))),
        _ => None,
    }
}

fn same_lists(one: &[Value], other: &[Value]) -> Option<bool> {
    if let (Some(one), Some(other)) = (words(one), words(other)) {
        return Some(one == other);
    }
    if one.len() != other.len() {
        return Some(false);
    }
    let pairs = one.iter().zip(other);
    all(pairs.map(|(one, other)| same_values(one, other)))
}

/// The strings of a list, sorted.
fn words(items: &[Value]) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    for item in items {
        let Value::Str(text) = item else {
            return None;
        };
        words.push(text.as_str());
    }
    words.sort_unstable();
    Some(words)
}

fn same_dicts(one: &[(String, Value)], other: &[(String, Value)]) -> Option<bool> {
    let has_key = |entries: &[(String, Value)], key: &str| entries.iter().any(|it| it.0 == key);
    let has_all = |of: &[(String, Value)], entries: &[(String, Value)]| {
        of.iter().all(|(key, _)| has_key(entries, key))
    };
    if !has_all(one, other) || !has_all(other, one) {
        return Some(false);
    }
    let value = |key: &str| other.iter().find(|it| it.0 == key).map(|it| &it.1);
    all(one.iter().map(|(key, one)| same_values(one, value(key)?)))
}

/// Whether all are true; one that is false decides, whatever cannot be told of the others.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<_> = parts.collect();
    match parts.contains(&Some(false)) {
        true => Some(false),
        false => parts.iter().all(Option::is_some).then_some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::super::written;
    use super::*;
    use crate::python::ast::StmtKind;
    use crate::python::parse::parse_module;

    fn read(source: &str) -> Value {
        match &parse_module(source).body[0].kind {
            StmtKind::Expr(expr) => written::value(expr),
            other => panic!("{other:?}"),
        }
    }

    fn compared(one: &str, other: &str) -> Option<bool> {
        let (a, b) = (read(one), read(other));
        let side = |value, source| Side { value, source };
        let forth = same(side(&a, one), side(&b, other));
        assert_eq!(forth, same(side(&b, other), side(&a, one)), "{one} {other}");
        forth
    }

    #[test]
    fn what_python_takes_for_the_same_is() {
        for (one, other) in [
            ("2e-4", "0.0002"),
            ("'a'", "\"a\""),
            ("1", "1.0"),
            ("True", "1"),
            ("1_000", "1000"),
            ("(0.9, 0.95)", "[0.9,0.95]"),
            ("['q', 'v']", "[\"v\", 'q']"),
            ("{'a': 1, 'b': [2]}", "{\"b\": [2.0], \"a\": 1}"),
            ("torch.bfloat16", "'bfloat16'"),
            ("torch.bfloat16", "torch.bfloat16"),
            ("IntervalStrategy.STEPS", "'steps'"),
            ("{'dtype': torch.bfloat16}", "{\"dtype\":torch.bfloat16}"),
            ("-1", "- 1"),
        ] {
            assert_eq!(compared(one, other), Some(true), "{one} {other}");
        }
    }

    #[test]
    fn what_is_another_value_is_told() {
        for (one, other) in [
            ("2e-4", "2e-5"),
            ("2048", "1024"),
            ("'a'", "'b'"),
            ("None", "1"),
            ("True", "False"),
            ("(0.9, 0.95)", "(0.95, 0.9)"),
            ("['q']", "['q', 'v']"),
            ("{'a': 1}", "{'a': 2, }"),
            ("{'a': x, 'b': 1}", "{'a': y, 'b': 2}"),
            ("torch.bfloat16", "torch.float16"),
            ("torch.bfloat16", "'float32'"),
        ] {
            assert_eq!(compared(one, other), Some(false), "{one} {other}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not() {
        for (one, other) in [
            ("x", "1"),
            ("f(1)", "'a'"),
            ("f'{x}'", "'a'"),
            ("'wandb'", "['wandb']"),
            ("'no'", "False"),
            ("args.lr", "2e-4"),
            ("args.lr", "config.lr"),
            ("torch.bfloat16", "'auto'"),
            ("IntervalStrategy.STEPS", "'epoch'"),
            ("{'a': x}", "{'a': 1}"),
            ("...", "1"),
        ] {
            assert_eq!(compared(one, other), None, "{one} {other}");
        }
    }
}
