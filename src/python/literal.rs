//! Values as Python source, and back.

use super::ast::{Expr, ExprKind, Stmt, StmtKind};
use super::facts::Value;
use super::parse::parse_module;

/// The value of an expression that is a plain literal; absent for displays and everything computed.
pub fn value_of(expr: &Expr) -> Option<Value> {
    Some(match &expr.kind {
        ExprKind::None => Value::None,
        ExprKind::Bool(value) => Value::Bool(*value),
        ExprKind::Int(value) => Value::Int(*value),
        ExprKind::Float(value) => Value::Float(*value),
        ExprKind::Str(text) if !text.is_bytes => Value::Str(text.value.to_string()),
        ExprKind::Unary { op, operand } if *op == "-" => match value_of(operand)? {
            Value::Int(value) => Value::Int(value.checked_neg()?),
            Value::Float(value) => Value::Float(-value),
            _ => return None,
        },
        _ => return None,
    })
}

/// The value of a text that is a plain literal.
pub fn parsed(text: &str) -> Option<Value> {
    match parse_module(text).body.as_slice() {
        [
            Stmt {
                kind: StmtKind::Expr(expr),
                ..
            },
        ] => value_of(expr),
        _ => None,
    }
}

/// A value as Python writes it; absent for dicts, and where parts are not known.
pub fn written(value: &Value) -> Option<String> {
    Some(match value {
        Value::Unknown | Value::Dict(_) => return None,
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Str(text) => quoted(text),
        Value::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(written).collect();
            format!("[{}]", items?.join(", "))
        }
    })
}

/// A Python string literal in double quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
