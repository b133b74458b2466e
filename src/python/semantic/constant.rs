//! Constant values.

use std::rc::Rc;

use super::Walker;
use super::scope::Known;
use crate::python::ast::{Expr, ExprKind};
use crate::python::facts::Value;
use crate::python::literal::value_of;

/// Longer lists and dicts are data, not arguments.
const MAX_ELEMENTS: usize = 256;

impl Walker<'_> {
    /// The value of `expr` as far as it is constant; elements that are not stay unknown.
    pub(super) fn constant(&self, expr: &Expr) -> Value {
        if let Some(value) = value_of(expr) {
            return value;
        }
        match &expr.kind {
            ExprKind::Unary { op, operand } if *op == "-" => match self.constant(operand) {
                Value::Int(value) => value.checked_neg().map_or(Value::Unknown, Value::Int),
                Value::Float(value) => Value::Float(-value),
                _ => Value::Unknown,
            },
            ExprKind::Binary { left, op, right } if *op == "+" => {
                match (self.constant(left), self.constant(right)) {
                    (Value::Str(left), Value::Str(right)) => Value::Str(left + &right),
                    _ => Value::Unknown,
                }
            }
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
                let plain = |item: &Expr| !matches!(item.kind, ExprKind::Starred(_));
                if items.len() > MAX_ELEMENTS || !items.iter().all(plain) {
                    return Value::Unknown;
                }
                Value::List(items.iter().map(|item| self.constant(item)).collect())
            }
            ExprKind::Dict(items) if items.len() <= MAX_ELEMENTS => items
                .iter()
                .map(|item| {
                    let key = item.key.as_ref()?.as_str()?;
                    Some((key.to_owned(), self.constant(&item.value)))
                })
                .collect::<Option<Vec<_>>>()
                .map_or(Value::Unknown, Value::Dict),
            ExprKind::Name(name) => match self.lookup(name).map(|entry| &entry.known) {
                Some(Known::Constant(value)) => (**value).clone(),
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    /// The value of `expr` for a name to hold: only what cannot change behind the name's back.
    /// A truth value set in guarded code tells how the guard went: `HAS_PEFT = True`.
    pub(super) fn constant_to_bind(&self, expr: &Expr) -> Known {
        if matches!(
            expr.kind,
            ExprKind::List(_) | ExprKind::Dict(_) | ExprKind::Set(_)
        ) {
            return Known::Unknown;
        }
        match self.constant(expr) {
            Value::Unknown | Value::Dict(_) => Known::Unknown,
            Value::List(items) if items.iter().any(is_compound) => Known::Unknown,
            Value::Bool(_) if self.guard => Known::Test,
            value => Known::Constant(Rc::new(value)),
        }
    }
}

fn is_compound(value: &Value) -> bool {
    matches!(value, Value::Unknown | Value::List(_) | Value::Dict(_))
}

/// A small integer literal, as it stands in brackets.
pub(super) fn integer(expr: &Expr) -> Option<i32> {
    match &expr.kind {
        ExprKind::Int(value) => i32::try_from(*value).ok(),
        ExprKind::Unary { op, operand } if *op == "-" => integer(operand)?.checked_neg(),
        _ => None,
    }
}
