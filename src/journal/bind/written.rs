//! Values as they are written, without names that would have to be followed.

use crate::python::ast::{Expr, ExprKind};
use crate::python::facts::Value;
use crate::python::literal::value_of;

/// The value of an expression; what is not constant in it is unknown.
pub fn value(expr: &Expr) -> Value {
    if let Some(value) = value_of(expr) {
        return value;
    }
    match &expr.kind {
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            let is_plain = |item: &Expr| !matches!(item.kind, ExprKind::Starred(_));
            match items.iter().all(is_plain) {
                true => Value::List(items.iter().map(value).collect()),
                false => Value::Unknown,
            }
        }
        ExprKind::Dict(items) => {
            let entry = |item: &crate::python::ast::DictItem| {
                let key = item.key.as_ref()?.as_str()?;
                Some((key.to_owned(), value(&item.value)))
            };
            let entries: Option<Vec<_>> = items.iter().map(entry).collect();
            entries.map_or(Value::Unknown, Value::Dict)
        }
        _ => Value::Unknown,
    }
}
