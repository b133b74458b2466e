//! String literals: joining of parts, decoding of escapes.

use tree_sitter::Node;

use super::kind::{Field, Kind};
use super::{Lower, range};
use crate::python::ast::{Expr, ExprKind, StrLiteral};
use crate::text::TextRange;

impl<'n> Lower<'_, 'n> {
    /// A string, or several that stand side by side.
    pub(super) fn string(&mut self, node: Node<'n>) -> ExprKind {
        let parts = if Kind::of(node) == Kind::ConcatenatedString {
            self.children(node)
        } else {
            vec![node]
        };
        let mut literal = StrLiteral {
            value: String::new(),
            content: None,
            is_bytes: false,
        };
        let mut interpolated = Vec::new();
        for part in &parts {
            self.append_part(*part, parts.len() == 1, &mut literal, &mut interpolated);
        }
        if interpolated.is_empty() {
            ExprKind::Str(literal)
        } else {
            ExprKind::FString(interpolated)
        }
    }

    fn append_part(
        &mut self,
        part: Node<'n>,
        alone: bool,
        literal: &mut StrLiteral,
        interpolated: &mut Vec<Expr>,
    ) {
        let Some(start) = part.child(0) else { return };
        let prefix = Prefix::of(self.slice(start));
        literal.is_bytes |= prefix.bytes;
        let mut contents = 0;
        for child in self.children(part) {
            match Kind::of(child) {
                Kind::Interpolation => self.interpolation(child, interpolated),
                Kind::StringContent => {
                    contents += 1;
                    let text = self.slice(child);
                    prefix.decode(text, &mut literal.value);
                    if alone && contents == 1 && text == literal.value {
                        literal.content = Some(range(child));
                    }
                }
                _ => {}
            }
        }
        match contents {
            0 if alone => literal.content = Some(TextRange::at(range(start).end)),
            0 | 1 => {}
            _ => literal.content = None,
        }
    }

    /// `{value:{width}}`: the value, and what the format is made of.
    fn interpolation(&mut self, node: Node<'n>, interpolated: &mut Vec<Expr>) {
        interpolated.push(self.field(node, Field::Expression));
        for child in self.children(node) {
            if Kind::of(child) == Kind::FormatSpecifier {
                for part in self.children(child) {
                    if Kind::of(part) == Kind::FormatExpression {
                        interpolated.push(self.field(part, Field::Expression));
                    }
                }
            }
        }
    }
}

/// What the letters before the opening quote say.
struct Prefix {
    raw: bool,
    bytes: bool,
    format: bool,
}

impl Prefix {
    fn of(start: &str) -> Self {
        let has = |letter: u8| start.bytes().any(|byte| byte.eq_ignore_ascii_case(&letter));
        Self {
            raw: has(b'r'),
            bytes: has(b'b'),
            format: has(b'f') || has(b't'),
        }
    }

    fn decode(&self, text: &str, out: &mut String) {
        let unbraced;
        let text = if self.format && text.contains(['{', '}']) {
            unbraced = text.replace("{{", "{").replace("}}", "}");
            &unbraced
        } else {
            text
        };
        if self.raw || !text.contains('\\') {
            out.push_str(text);
        } else {
            decode_escapes(text, out);
        }
    }
}

/// Decodes the escapes of an ordinary string literal; unknown ones stay as they are, as in Python.
fn decode_escapes(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let taken = decode_escape(rest, out);
        if taken == 0 {
            out.push('\\');
        }
        rest = &rest[taken..];
    }
    out.push_str(rest);
}

/// Decodes one escape behind its backslash; gives the number of bytes it took, 0 where it is none.
fn decode_escape(rest: &str, out: &mut String) -> usize {
    let Some(first) = rest.chars().next() else {
        return 0;
    };
    let plain = match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'v' => '\x0b',
        '\\' | '\'' | '"' => first,
        '\n' => return 1,
        '\r' => return if rest.starts_with("\r\n") { 2 } else { 1 },
        '0'..='7' => return push_code(rest, 0, 3, 8, out),
        'x' => return push_code(rest, 1, 2, 16, out),
        'u' => return push_code(rest, 1, 4, 16, out),
        'U' => return push_code(rest, 1, 8, 16, out),
        _ => return 0,
    };
    out.push(plain);
    1
}

/// Decodes up to `limit` digits that stand behind `skip` bytes.
fn push_code(rest: &str, skip: usize, limit: usize, radix: u32, out: &mut String) -> usize {
    let digits = rest[skip..]
        .bytes()
        .take(limit)
        .take_while(|byte| char::from(*byte).is_digit(radix))
        .count();
    let code = u32::from_str_radix(&rest[skip..skip + digits], radix);
    match code.ok().and_then(char::from_u32) {
        Some(c) => {
            out.push(c);
            skip + digits
        }
        None => 0,
    }
}
