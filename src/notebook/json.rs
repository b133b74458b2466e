//! A reader of JSON that knows where everything stands, and passes over what nobody asks for without
//! keeping any of it: the outputs of a notebook may have a hundred megabytes.

use std::ops::Range;

/// Deeper nesting than this is nobody's notebook.
const MAX_DEPTH: usize = 1_000;

/// Why a text is no JSON, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte offset.
    pub at: usize,
    /// What is wrong there, for the end of a sentence.
    pub what: &'static str,
}

type Read<T> = Result<T, Fault>;

/// A place in a JSON text.
pub struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    /// At the start of `text`.
    pub const fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// The byte offset.
    pub const fn at(&self) -> usize {
        self.at
    }

    fn fault<T>(&self, what: &'static str) -> Read<T> {
        Err(Fault { at: self.at, what })
    }

    /// The first byte of the next token, which comes to stand at [`Cursor::at`].
    pub fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        self.at += rest.iter().take_while(blank).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// A string: its bytes between the quotes, escapes as they are written.
    pub fn string(&mut self) -> Read<Range<usize>> {
        if self.peek() != Some(b'"') {
            return self.fault("expected a string");
        }
        let (opening, bytes) = (self.at, self.text.as_bytes());
        let mut at = opening + 1;
        loop {
            let Some(next) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else {
                return self.fault("this string does not end");
            };
            at += next;
            if bytes[at] == b'"' {
                self.at = at + 1;
                return Ok(opening + 1..at);
            }
            at = (at + 2).min(bytes.len());
        }
    }

    /// Calls `each` in front of every value of an object, with its key as it is written. `each` must pass
    /// the value.
    pub fn object(&mut self, mut each: impl FnMut(&mut Self, &'t str) -> Read<()>) -> Read<()> {
        self.items(b'{', b'}', |cursor| {
            let key = cursor.string()?;
            if cursor.peek() != Some(b':') {
                return cursor.fault("expected `:`");
            }
            cursor.at += 1;
            each(cursor, &cursor.text[key])
        })
    }

    /// Calls `each` in front of every value of an array. `each` must pass the value.
    pub fn array(&mut self, each: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        self.items(b'[', b']', each)
    }

    fn items(
        &mut self,
        open: u8,
        close: u8,
        mut each: impl FnMut(&mut Self) -> Read<()>,
    ) -> Read<()> {
        if self.peek() != Some(open) {
            return self.fault("expected `{` or `[`");
        }
        self.at += 1;
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(());
        }
        loop {
            each(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return self.fault("expected `,` or the end of a list or an object"),
            }
        }
    }

    /// Passes any value.
    pub fn skip(&mut self) -> Read<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.string()?;
                }
                Some(byte @ (b'{' | b'[')) => {
                    if open.len() >= MAX_DEPTH {
                        return self.fault("it is nested too deeply");
                    }
                    self.at += 1;
                    // The closing bracket stands two behind the opening one in ASCII.
                    open.push(byte + 2);
                }
                Some(byte @ (b'}' | b']')) if open.last() == Some(&byte) => {
                    self.at += 1;
                    open.pop();
                }
                Some(b',' | b':') if !open.is_empty() => {
                    self.at += 1;
                    continue;
                }
                _ => self.literal()?,
            }
            if open.is_empty() {
                return Ok(());
            }
        }
    }

    /// A number, `true`, `false`, `null`, and what Python writes for numbers that are none.
    fn literal(&mut self) -> Read<()> {
        let rest = &self.text.as_bytes()[self.at..];
        let part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        match rest.iter().take_while(part).count() {
            0 => self.fault("expected a value"),
            length => {
                self.at += length;
                Ok(())
            }
        }
    }

    /// The end of the text must come next.
    pub fn end(&mut self) -> Read<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fault("something stands behind the end"),
        }
    }
}

/// The text of a string that is written as `raw`; half a surrogate pair becomes a replacement character.
pub fn decode(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(next) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..next]);
        let (character, length) = unit(&rest[next..]);
        out.push(character);
        rest = &rest[next + length..];
    }
    out + rest
}

/// Where the byte `offset` of the decoded text stands in `raw`; an offset inside of a character stands
/// where that begins.
pub fn raw_offset(raw: &str, offset: usize) -> usize {
    let (mut decoded, mut at) = (0, 0);
    while at < raw.len() {
        let (character, length) = unit(&raw[at..]);
        decoded += character.len_utf8();
        if decoded > offset {
            break;
        }
        at += length;
    }
    at
}

/// The next character, and how many bytes it is written in. `raw` is not empty.
pub fn unit(raw: &str) -> (char, usize) {
    let first = raw.chars().next().unwrap_or_default();
    if first != '\\' {
        return (first, first.len_utf8().min(raw.len()));
    }
    let Some(sign) = raw[1..].chars().next() else {
        return ('\\', 1);
    };
    let character = match sign {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => return unicode(raw),
        '"' | '\\' | '/' => sign,
        _ => char::REPLACEMENT_CHARACTER,
    };
    (character, 1 + sign.len_utf8())
}

/// `\u00e9`, or a pair of them.
fn unicode(raw: &str) -> (char, usize) {
    let hex = |at: usize| {
        let digits = raw.get(at..at + 4)?;
        let only = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| only)
    };
    let Some(first) = hex(2) else {
        return (char::REPLACEMENT_CHARACTER, 2);
    };
    if let Some(character) = char::from_u32(first) {
        return (character, 6);
    }
    let second = raw
        .get(6..8)
        .filter(|escape| *escape == "\\u")
        .and_then(|_| hex(8));
    let pair = second.and_then(|second| {
        let is_pair = first < 0xdc00 && (0xdc00..0xe000).contains(&second);
        let code = || 0x10000 + ((first - 0xd800) << 10) + second - 0xdc00;
        is_pair.then(|| char::from_u32(code())).flatten()
    });
    pair.map_or((char::REPLACEMENT_CHARACTER, 6), |character| {
        (character, 12)
    })
}

/// `text` as it is written between quotes; everything but ASCII escaped where `ascii`.
pub fn encode(text: &str, ascii: bool) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character < ' ' || ascii && !character.is_ascii() => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_understood() {
        for (raw, text) in [
            ("a\\nb\\\"\\\\", "a\nb\"\\"),
            ("\\u00e9\\ud83e\\udd17", "é🤗"),
            ("\\ud83e!\\udd17", "\u{fffd}!\u{fffd}"),
            ("\\ud83e\\u0041", "\u{fffd}A"),
            ("\\q\\u00", "\u{fffd}\u{fffd}00"),
            ("\\u+123", "\u{fffd}+123"),
        ] {
            assert_eq!(decode(raw), text, "{raw}");
        }
    }

    #[test]
    fn any_value_is_passed() {
        for (text, rest) in [
            ("{\"a\": [1, {\"}\": \"\\\"]\"}, null]} x", " x"),
            ("-1.5e3,", ","),
            ("NaN]", "]"),
            ("\"\\\\\"x", "x"),
        ] {
            let mut cursor = Cursor::new(text, 0);
            cursor.skip().unwrap();
            assert_eq!(&text[cursor.at()..], rest);
        }
        for text in ["{\"a\": 1", "\"a", "[}", "", "]", "\"\\", "[1 2}"] {
            assert!(Cursor::new(text, 0).skip().is_err(), "{text}");
        }
        assert!(Cursor::new(&"[".repeat(1 << 20), 0).skip().is_err());
    }

    proptest! {
        #[test]
        fn text_goes_there_and_back(text in any::<String>(), ascii in any::<bool>()) {
            let raw = encode(&text, ascii);
            prop_assert_eq!(decode(&raw), text.clone());
            prop_assert!(!ascii || raw.is_ascii());
            let by_serde: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            prop_assert_eq!(&by_serde, &text);
            for (offset, character) in text.char_indices() {
                let at = raw_offset(&raw, offset);
                prop_assert_eq!(unit(&raw[at..]).0, character);
            }
            prop_assert_eq!(raw_offset(&raw, text.len()), raw.len());
        }
    }
}
