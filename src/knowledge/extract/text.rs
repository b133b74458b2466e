//! The text of a message expression, as far as the source shows it.

use rustc_hash::FxHashMap;

use super::namespace::Namespace;
use super::visit;
use crate::python::ast::{Expr, ExprKind};

/// Texts that expressions are known to stand for: local variables, `self.__class__.__name__`.
pub type Known = FxHashMap<String, String>;

/// The text that `expr` evaluates to, `{expression}` standing for what is not known; absent where it
/// is no text at all.
pub fn of(expr: &Expr, namespace: &Namespace<'_>, known: &Known) -> Option<String> {
    match &expr.kind {
        ExprKind::Str(literal) => Some(literal.value.clone()),
        ExprKind::FString(_) => Some(interpolated(expr.range.slice(namespace.text), known)),
        ExprKind::Binary { left, op, right } if *op == "+" => {
            let left = of(left, namespace, known);
            let right = of(right, namespace, known);
            (left.is_some() || right.is_some())
                .then(|| left.unwrap_or_default() + &right.unwrap_or_default())
        }
        ExprKind::Binary { left, op, .. } if *op == "%" => of(left, namespace, known),
        ExprKind::Name(name) => known.get(name.as_str()).cloned().or_else(|| {
            namespace
                .constant(name)
                .filter(|constant| constant.range != expr.range)
                .and_then(|constant| constant.as_str().map(ToOwned::to_owned))
        }),
        ExprKind::Call(call) => match &call.func.kind {
            // `"...".format(x)`, `" ".join([...])`
            ExprKind::Attribute { value, attr } if attr.name == "format" => {
                of(value, namespace, known)
            }
            ExprKind::Attribute { attr, .. } if attr.name == "join" => visit::positional(call)
                .next()
                .and_then(|list| of(list, namespace, known)),
            _ => None,
        },
        ExprKind::List(items) | ExprKind::Tuple(items) => {
            let parts: Vec<String> = items
                .iter()
                .filter_map(|item| of(item, namespace, known))
                .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        }
        ExprKind::IfElse { body, .. } => of(body, namespace, known),
        _ => None,
    }
}

/// The text of adjacent string literals of which some are f-strings.
fn interpolated(source: &str, known: &Known) -> String {
    let mut out = String::new();
    let bytes = source.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' | b'\'' => {
                let prefix = source[..at]
                    .bytes()
                    .rev()
                    .take_while(u8::is_ascii_alphabetic)
                    .any(|byte| byte.eq_ignore_ascii_case(&b'f'));
                at = literal(source, at, prefix, known, &mut out);
            }
            b'#' => at += source[at..].find('\n').unwrap_or(source.len() - at),
            _ => at += 1,
        }
    }
    out
}

/// Appends the literal whose opening quote is at `start`; gives the offset behind it.
fn literal(source: &str, start: usize, is_f: bool, known: &Known, out: &mut String) -> usize {
    let quote = &source[start..=start];
    let triple = quote.repeat(3);
    let quote = if source[start..].starts_with(&triple) {
        triple.as_str()
    } else {
        quote
    };
    let mut at = start + quote.len();
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        if rest.starts_with(quote) {
            return at + quote.len();
        }
        match c {
            '\\' => {
                let escaped = rest.chars().nth(1);
                out.extend(match escaped {
                    Some('n' | 't' | 'r' | '\n') => Some(' '),
                    other => other,
                });
                at += 1 + escaped.map_or(0, char::len_utf8);
            }
            '{' if is_f && rest.starts_with("{{") => {
                out.push('{');
                at += 2;
            }
            '{' if is_f => {
                let length = closing(rest);
                let inner = rest.get(1..length).unwrap_or_default();
                let expression = inner.split(['!', ':']).next().unwrap_or(inner).trim();
                match known.get(expression) {
                    Some(text) => out.push_str(text),
                    None => {
                        out.push('{');
                        out.push_str(expression);
                        out.push('}');
                    }
                }
                at += length + 1;
            }
            c => {
                out.push(c);
                at += c.len_utf8();
            }
        }
        if at >= source.len() {
            break;
        }
    }
    source.len()
}

/// Offset of the `}` that closes the `{` at the start; of the last byte where none does.
fn closing(text: &str) -> usize {
    let mut depth = 0usize;
    for (index, c) in text.char_indices() {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index;
                }
            }
            _ => {}
        }
    }
    text.len().saturating_sub(1)
}
