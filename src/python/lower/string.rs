//! String literals: joining of parts, decoding of escapes.

use tree_sitter::Node;

use super::{Lower, named_children, range};
use crate::python::ast::{ExprKind, StrLiteral};
use crate::text::TextRange;

impl Lower<'_> {
    /// A string, or several that stand side by side.
    pub(super) fn string(&mut self, node: Node<'_>) -> ExprKind {
        let parts: Vec<Node<'_>> = if node.kind() == "concatenated_string" {
            named_children(node).collect()
        } else {
            vec![node]
        };
        let mut interpolated = Vec::new();
        for part in &parts {
            for child in named_children(*part) {
                if child.kind() == "interpolation" {
                    interpolated.push(self.field(child, "expression"));
                }
            }
        }
        if !interpolated.is_empty() {
            return ExprKind::FString(interpolated);
        }
        let mut literal = StrLiteral {
            value: String::new(),
            content: None,
            is_bytes: false,
        };
        for part in &parts {
            self.append_part(*part, &mut literal);
        }
        if let [only] = parts.as_slice() {
            literal.content = self.plain_content(*only, &literal.value);
        }
        ExprKind::Str(literal)
    }

    fn append_part(&self, part: Node<'_>, literal: &mut StrLiteral) {
        let Some(start) = part.child(0) else { return };
        let prefix = self.slice(start).to_ascii_lowercase();
        literal.is_bytes |= prefix.contains('b');
        let raw = prefix.contains('r');
        for child in named_children(part) {
            if child.kind() == "string_content" {
                let text = self.slice(child);
                if raw {
                    literal.value.push_str(text);
                } else {
                    decode_escapes(text, &mut literal.value);
                }
            }
        }
    }

    /// The range between the quotes, where the text there is the value itself.
    fn plain_content(&self, part: Node<'_>, value: &str) -> Option<TextRange> {
        let content: Vec<_> = named_children(part)
            .filter(|child| child.kind() == "string_content")
            .collect();
        match content.as_slice() {
            [only] if self.slice(*only) == value => Some(range(*only)),
            [] => part.child(0).map(|start| TextRange::at(range(start).end)),
            _ => None,
        }
    }
}

/// Decodes the escapes of an ordinary string literal; unknown ones stay as they are, as in Python.
fn decode_escapes(text: &str, out: &mut String) {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('\n') => {}
            Some('x') => push_code(&mut chars, 2, out),
            Some('u') => push_code(&mut chars, 4, out),
            Some('U') => push_code(&mut chars, 8, out),
            Some(quote @ ('\\' | '\'' | '"')) => out.push(quote),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
}

fn push_code(chars: &mut std::str::Chars<'_>, digits: usize, out: &mut String) {
    let hex: String = chars.as_str().chars().take(digits).collect();
    if let Some(c) = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32) {
        out.push(c);
    }
    for _ in 0..hex.chars().count() {
        chars.next();
    }
}
