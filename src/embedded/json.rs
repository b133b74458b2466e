//! A JSON text as the same tree as one of YAML.

use std::sync::Arc;

use super::tree::{Entry, Fault, Kind, MAX_DEPTH, MAX_NODES, Node, Scalar, Style};
use crate::budget;
use crate::notebook::json::{self, Cursor, decode};
use crate::python::facts::Value;
use crate::text::TextRange;

type Read<T> = Result<T, json::Fault>;

/// The value that a JSON text is.
///
/// # Errors
/// What is wrong, and where: the text is no JSON, is nested too deeply, or has too many values.
pub fn read(text: &str) -> Result<Arc<Node>, Fault> {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut reader = Reader {
        text,
        depth: 0,
        nodes: 0,
    };
    let mut cursor = Cursor::new(text, mark);
    let root = reader.value(&mut cursor);
    let root = root.and_then(|root| cursor.end().map(|()| root));
    root.map_err(|fault| Fault {
        at: fault.at,
        what: fault.what.to_owned(),
    })
}

struct Reader<'t> {
    text: &'t str,
    depth: usize,
    nodes: usize,
}

impl<'t> Reader<'t> {
    fn value(&mut self, cursor: &mut Cursor<'t>) -> Read<Arc<Node>> {
        budget::tick();
        self.nodes += 1;
        let first = cursor.peek();
        let start = cursor.at();
        let fault = |what| Err(json::Fault { at: start, what });
        if self.nodes > MAX_NODES {
            return fault("it has too many values");
        }
        if self.depth >= MAX_DEPTH {
            return fault("it is nested too deeply");
        }
        self.depth += 1;
        let kind = match first {
            Some(b'{') => self.map(cursor)?,
            Some(b'[') => self.list(cursor)?,
            Some(b'"') => Kind::Scalar(self.string(cursor)?),
            _ => Kind::Scalar(self.literal(cursor)?),
        };
        self.depth -= 1;
        let range = TextRange::from_usize(start, cursor.at());
        Ok(Arc::new(Node { range, kind }))
    }

    fn map(&mut self, cursor: &mut Cursor<'t>) -> Read<Kind> {
        let mut entries = Vec::new();
        let text = self.text;
        cursor.object(|cursor, raw| {
            // The key is a piece of the text: where it lies there is where it stands.
            let start = raw.as_ptr() as usize - text.as_ptr() as usize;
            let value = self.value(cursor)?;
            let key = Arc::new(Node {
                range: TextRange::from_usize(start - 1, start + raw.len() + 1),
                kind: Kind::Scalar(quoted(raw)),
            });
            entries.push(Entry { key, value });
            Ok(())
        })?;
        Ok(Kind::Map(entries))
    }

    fn list(&mut self, cursor: &mut Cursor<'t>) -> Read<Kind> {
        let mut items = Vec::new();
        cursor.array(|cursor| {
            items.push(self.value(cursor)?);
            Ok(())
        })?;
        Ok(Kind::List(items))
    }

    fn string(&mut self, cursor: &mut Cursor<'t>) -> Read<Scalar> {
        let raw = cursor.string()?;
        Ok(quoted(&self.text[raw]))
    }

    fn literal(&mut self, cursor: &mut Cursor<'t>) -> Read<Scalar> {
        let start = cursor.at();
        cursor.skip()?;
        let written = &self.text[start..cursor.at()];
        let value = match written {
            "null" => Value::None,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            // Python writes and reads them.
            "NaN" | "Infinity" | "-Infinity" => Value::Unknown,
            _ => number(written).ok_or(json::Fault {
                at: start,
                what: "expected a value",
            })?,
        };
        Ok(Scalar {
            text: written.to_owned(),
            style: Style::Plain,
            value,
        })
    }
}

fn quoted(raw: &str) -> Scalar {
    let text = decode(raw);
    Scalar {
        value: Value::Str(text.clone()),
        style: Style::Double,
        text,
    }
}

fn number(written: &str) -> Option<Value> {
    let first = written.trim_start_matches('-').bytes().next()?;
    if !first.is_ascii_digit() {
        return None;
    }
    if written.contains(['.', 'e', 'E']) {
        return written.parse().ok().map(Value::Float);
    }
    let all = written.trim_start_matches('-').bytes();
    all.clone()
        .all(|byte| byte.is_ascii_digit())
        .then(|| written.parse().map_or(Value::Unknown, Value::Int))
}

/// A value as JSON writes it; absent where parts are not known.
pub fn written(value: &Value) -> Option<String> {
    Some(match value {
        Value::Unknown => return None,
        Value::None => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) if value.is_finite() => format!("{value:?}"),
        Value::Float(_) => return None,
        Value::Str(text) => format!("\"{}\"", json::encode(text, false)),
        Value::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(written).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Dict(entries) => {
            let entry = |(name, value): &(String, Value)| {
                Some(format!(
                    "\"{}\": {}",
                    json::encode(name, false),
                    written(value)?
                ))
            };
            let entries: Option<Vec<String>> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries?.join(", "))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_where_they_stand() {
        let text = "{\"a\": [1, -2.5, {\"b\\n\": \"c\\\"d\"}], \"e\": null}\r\n";
        let root = read(text).unwrap();
        let list = root.get("a").unwrap();
        assert_eq!(list.range.slice(text), "[1, -2.5, {\"b\\n\": \"c\\\"d\"}]");
        assert_eq!(list.items()[1].value(), Value::Float(-2.5));
        let inner = &list.items()[2].entries()[0];
        assert_eq!(inner.key.range.slice(text), "\"b\\n\"");
        assert_eq!(inner.key.as_str(), Some("b\n"));
        assert_eq!(inner.key.plain_range(text), None, "escapes");
        assert_eq!(inner.value.as_str(), Some("c\"d"));
        let last = &root.entries()[1];
        assert_eq!(last.key.plain_range(text).unwrap().slice(text), "e");
        assert_eq!(last.value.value(), Value::None);
    }

    #[test]
    fn what_is_no_json_is_told() {
        for (text, at, what) in [
            ("{\"a\": tru}", 6, "expected a value"),
            ("{\"a\": 1,}", 8, "expected a string"),
            ("{} x", 3, "something stands behind the end"),
            ("", 0, "expected a value"),
            ("{\"a", 1, "this string does not end"),
            ("{'a': 1}", 1, "expected a string"),
        ] {
            let fault = read(text).unwrap_err();
            assert_eq!((fault.at, fault.what.as_str()), (at, what), "{text}");
        }
        let deep = "[".repeat(1 << 20);
        assert_eq!(read(&deep).unwrap_err().what, "it is nested too deeply");
        let many = format!("[{}1]", "1,".repeat(MAX_NODES));
        assert_eq!(read(&many).unwrap_err().what, "it has too many values");
    }
}
