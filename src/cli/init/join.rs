//! A file for agents that is there already, with what it lacks: everything else in it keeps its bytes.

use serde_json::{Map, Value};

/// Between these lines stands what is ours.
pub const BEGIN: &str = "<!-- hf-lsp: begin -->";
/// The other of them.
pub const END: &str = "<!-- hf-lsp: end -->";
/// The name of the server in lists of servers.
const NAME: &str = "hf-lsp";

/// How what a file lacks is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// A part of a text, between two comments.
    Section,
    /// The server, in the object of this key.
    Server(&'static str),
    /// An object of this key, where there is none.
    Key(&'static str),
    /// The file is ours or somebody's as a whole.
    Never,
}

impl Join {
    /// The text with ours in it; `None` where that is not certain to leave the rest as it is.
    pub fn joined(self, text: &str, ours: &str) -> Option<String> {
        let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let joined = match self {
            Self::Section => section(text, &part(ours)?.replace('\n', line), line),
            Self::Server(key) => {
                let ours: Value = serde_json::from_str(ours).ok()?;
                server(text, key, ours.get(key)?.get(NAME)?, line)
            }
            Self::Key(key) => {
                let ours: Value = serde_json::from_str(ours).ok()?;
                member(text, None, key, ours.get(key)?, line)
            }
            Self::Never => None,
        };
        joined.filter(|joined| joined != text)
    }
}

/// From the first comment to the second, where each stands there once.
fn part(text: &str) -> Option<&str> {
    let once = |sign: &str| {
        let mut found = text.match_indices(sign).map(|(at, _)| at);
        found.next().filter(|_| found.next().is_none())
    };
    let (begin, end) = (once(BEGIN)?, once(END)?);
    (begin < end).then(|| &text[begin..end + END.len()])
}

/// Replaces our part, or adds it below all else.
fn section(text: &str, ours: &str, line: &str) -> Option<String> {
    if let Some(old) = part(text) {
        return Some(text.replace(old, ours));
    }
    // Half of a part, or two of them, are for people to sort out; and who speaks of us has said it in other words.
    if text.contains(BEGIN) || text.contains(END) || text.contains(NAME) {
        return None;
    }
    let gap = match (text.is_empty(), text.ends_with('\n')) {
        (true, _) => String::new(),
        (false, true) => line.to_owned(),
        (false, false) => line.repeat(2),
    };
    Some(format!("{text}{gap}{ours}{line}"))
}

/// Adds the server to the object of that key, or the object with it.
fn server(text: &str, key: &str, ours: &Value, line: &str) -> Option<String> {
    let there: Value = serde_json::from_str(text).ok()?;
    match there.get(key) {
        Some(Value::Object(_)) => member(text, Some(key), NAME, ours, line),
        Some(_) => None,
        None => {
            let only = Map::from_iter([(NAME.to_owned(), ours.clone())]);
            member(text, None, key, &Value::Object(only), line)
        }
    }
}

/// Writes a member at the beginning of an object: of that of a key, or of the outermost. It is read again afterwards: nothing
/// else may have changed.
fn member(text: &str, of: Option<&str>, key: &str, ours: &Value, line: &str) -> Option<String> {
    let mut wanted: Value = serde_json::from_str(text).ok()?;
    let object = match of {
        Some(of) => wanted.get_mut(of)?,
        None => &mut wanted,
    };
    let object = object.as_object_mut()?;
    let was_empty = object.is_empty();
    if object.insert(key.to_owned(), ours.clone()).is_some() {
        return None;
    }
    let at = opening(text, of)?;
    let indent = "  ".repeat(1 + usize::from(of.is_some()));
    let value = serde_json::to_string_pretty(ours).ok()?;
    let value = value.replace('\n', &format!("{line}{indent}"));
    let before = format!("{line}{indent}\"{key}\": {value}");
    let after = match was_empty {
        true => format!("{line}{}", &indent[2..]),
        false => ",".to_owned(),
    };
    let rest = match was_empty {
        true => text[at..].trim_start(),
        false => &text[at..],
    };
    let joined = format!("{}{before}{after}{rest}", &text[..at]);
    let read: Value = serde_json::from_str(&joined).ok()?;
    (read == wanted).then_some(joined)
}

/// Behind the brace that opens the object of a key, or the outermost, of a text that is JSON.
fn opening(text: &str, of: Option<&str>) -> Option<usize> {
    let Some(of) = of else {
        return Some(text.find('{')? + 1);
    };
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    let mut name = String::new();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = at + 1 + string_end(&bytes[at + 1..])?;
                if depth == 1 {
                    name = serde_json::from_str(text.get(at..=end)?).ok()?;
                }
                at = end;
            }
            b'{' if depth == 1 && name == of => return Some(at + 1),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the quotation mark stands that ends a string.
fn string_end(bytes: &[u8]) -> Option<usize> {
    let mut escaped = false;
    bytes.iter().position(|byte| {
        let is_end = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        is_end
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = r#"{"mcpServers": {"hf-lsp": {"command": "hf-lsp", "args": ["mcp"]}}}"#;

    fn servers(text: &str) -> Option<String> {
        Join::Server("mcpServers").joined(text, OURS)
    }

    #[test]
    fn a_server_is_added_and_all_else_keeps_its_bytes() {
        let text = "{\n\t\"a\" : \"mcpServers\", \"b\": [{\"mcpServers\": {}}],\n\t\"mcpServers\":{ \"x\\\"{\": { \"command\": \"x\" } }\n}";
        let joined = servers(text).unwrap();
        let at = text.find("{ \"x").unwrap() + 1;
        assert!(joined.starts_with(&text[..at]) && joined.ends_with(&text[at..]));
        let read: Value = serde_json::from_str(&joined).unwrap();
        assert_eq!(read["mcpServers"]["hf-lsp"]["args"][0], "mcp");
        assert_eq!(
            servers("{}\n").unwrap(),
            "{\n  \"mcpServers\": {\n    \"hf-lsp\": {\n      \"command\": \"hf-lsp\",\n      \"args\": [\n        \"mcp\"\n      ]\n    }\n  }\n}\n"
        );
        let empty = servers("{\r\n  \"mcpServers\": {\r\n  }\r\n}\r\n").unwrap();
        assert_eq!(empty.matches('\n').count(), empty.matches("\r\n").count());
        assert!(serde_json::from_str::<Value>(&empty).is_ok());
    }

    #[test]
    fn what_is_not_certain_is_not_touched() {
        for text in [
            "",
            "[]",
            "// comment\n{}",
            "{\"mcpServers\": []}",
            "{\"mcpServers\": {\"hf-lsp\": {}}}",
            "{\"mcpServers\": {}, \"mcpServers\": {\"x\": 1}}",
            "{\"mcpServers\": {}",
            "\u{feff}{}",
        ] {
            assert_eq!(servers(text), None, "{text}");
        }
        let hooks = Join::Key("hooks");
        assert_eq!(
            hooks.joined("{\"hooks\": {}}", "{\"hooks\": {\"a\": 1}}"),
            None
        );
        assert!(
            hooks
                .joined("{\"model\": 1}", "{\"hooks\": {\"a\": 1}}")
                .is_some()
        );
        assert_eq!(Join::Never.joined("a", "b"), None);
    }

    #[test]
    fn a_section_is_added_once_and_renewed() {
        let ours = format!("{BEGIN}\nnew\n{END}\n");
        let joined = |text: &str| Join::Section.joined(text, &format!("# Title\n\n{ours}"));
        assert_eq!(joined("# A").unwrap(), format!("# A\n\n{ours}"));
        let added = joined("# A\n").unwrap();
        assert_eq!(added, format!("# A\n\n{ours}"));
        assert_eq!(joined(&added), None);
        assert_eq!(
            joined(&format!("a\n{BEGIN}\nold\n{END} b")).unwrap(),
            format!("a\n{BEGIN}\nnew\n{END} b")
        );
        assert_eq!(
            joined("a\r\n").unwrap(),
            format!("a\r\n\r\n{BEGIN}\r\nnew\r\n{END}\r\n")
        );
        for text in [
            format!("{BEGIN}\n"),
            format!("{END}\n{BEGIN}\n"),
            format!("{BEGIN}{BEGIN}{END}"),
            "We use hf-lsp.\n".to_owned(),
        ] {
            assert_eq!(joined(&text), None, "{text}");
        }
    }
}
