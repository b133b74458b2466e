//! Reading JSON and YAML that anybody may have written: bounded, and never surprised.

use serde_json::{Map, Value};

use crate::embedded::yaml;
use crate::python::facts::Value as Constant;

/// Longer texts are not what they should be, in bytes.
const LONGEST_TEXT: usize = 500;
/// More elements of one list are left out.
const MOST_ELEMENTS: usize = 20_000;
/// Metadata with more values, aliases followed, is left out.
const MOST_VALUES: usize = 100_000;
/// Cards with more metadata than this are read without it, in bytes.
const LONGEST_METADATA: usize = 256 * 1024;

/// A text of reasonable length under a key.
pub fn text(value: &Value, key: &str) -> Option<String> {
    short(value.get(key)?)
}

/// A text of reasonable length.
pub fn short(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty() && text.len() <= LONGEST_TEXT).then(|| text.to_owned())
}

/// A whole number under a key.
pub fn number(value: &Value, key: &str) -> Option<u64> {
    whole(value.get(key)?)
}

/// A whole number, also where it is written as a float, as some cards do.
pub fn whole(value: &Value) -> Option<u64> {
    let float = || {
        value
            .as_f64()
            .filter(|it| it.fract() == 0.0 && (0.0..9e15).contains(it))
    };
    value.as_u64().or_else(|| float().map(|it| it as u64))
}

/// Yes or no under a key.
pub fn flag(value: &Value, key: &str) -> Option<bool> {
    value.get(key)?.as_bool()
}

/// The texts under a key: of a list, or the one that stands there.
pub fn texts(value: &Value, key: &str) -> Vec<String> {
    match value.get(key) {
        Some(Value::Array(list)) => list.iter().take(MOST_ELEMENTS).filter_map(short).collect(),
        Some(one) => short(one).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The elements of a list under a key.
pub fn list<'v>(value: &'v Value, key: &str) -> Option<impl Iterator<Item = &'v Value> + use<'v>> {
    Some(value.get(key)?.as_array()?.iter().take(MOST_ELEMENTS))
}

/// A value under a key, unless it is null.
pub fn present<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.get(key).filter(|value| !value.is_null())
}

/// The value in bytes of JSON; `None` where there is none. The parser refuses nesting beyond 128 levels.
pub fn parse(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

/// The metadata at the head of a card, as the Hub would give it (`cardData`).
pub fn metadata(card: &str) -> Option<Value> {
    let card = card.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let rest = card.strip_prefix("---\n")?;
    let end = rest.find("\n---")?;
    let yaml = rest[..end].trim_end();
    if yaml.len() > LONGEST_METADATA {
        return None;
    }
    // Limits of its own for depth, size and aliases.
    let documents = yaml::read(yaml).ok()?;
    let mut visits = MOST_VALUES;
    Some(converted(documents.first()?.value_within(&mut visits)))
}

fn converted(value: Constant) -> Value {
    match value {
        Constant::Unknown | Constant::None => Value::Null,
        Constant::Bool(it) => it.into(),
        Constant::Int(it) => it.into(),
        Constant::Float(it) => it.into(),
        Constant::Str(it) => it.into(),
        Constant::List(items) => items.into_iter().map(converted).collect(),
        Constant::Dict(entries) => {
            let entries = entries
                .into_iter()
                .map(|(key, value)| (key, converted(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_what_stands_at_the_head_of_a_card() {
        let card = "---\r\nlicense: mit\r\nlanguage:\r\n- en\r\nn: 3\r\n---\r\n# Title\n---\n";
        let value = metadata(card).unwrap();
        assert_eq!(
            value,
            serde_json::json!({"license": "mit", "language": ["en"], "n": 3})
        );
        for none in ["", "# Title", "---\nlicense: mit\n", "---\n\t: [\n---\n"] {
            assert_eq!(metadata(none), None, "{none:?}");
        }
    }

    #[test]
    fn aliases_do_not_multiply() {
        let mut yaml = "---\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let before = level - 1;
            yaml.push_str(&format!(
                "a{level}: &a{level} [{}]\n",
                vec![format!("*a{before}"); 10].join(", ")
            ));
        }
        yaml.push_str("---\n");
        let size = metadata(&yaml).map_or(0, |value| value.to_string().len());
        assert!(size < 1_000_000, "{size}");
    }
}
