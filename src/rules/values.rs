//! The values that an argument is for: from a table of the library, or from its annotation.

use super::arguments::Callee;
use super::context::Context;
use crate::knowledge::condition::evaluate::Known;
use crate::knowledge::overlay::{Options, matches};
use crate::knowledge::view::Entity;
use crate::python::ast::{Expr, ExprKind, StmtKind};
use crate::python::facts::Value;
use crate::python::literal::value_of;
use crate::python::parse::parse_module;

/// The values that an argument is for.
#[derive(Default)]
pub struct Listed<'o> {
    /// In the order of their source.
    pub values: Vec<Value>,
    /// Whether there may be others.
    pub open: bool,
    /// What somebody has written down.
    pub options: Option<&'o Options>,
}

impl Listed<'_> {
    /// Whether a value is one of them. What an annotation lists may be compared without regard to case.
    pub fn admits(&self, value: &Value) -> bool {
        let same = |known: &Value| match (known, value) {
            (Value::Str(known), Value::Str(value)) if self.options.is_none() => {
                known.eq_ignore_ascii_case(value)
            }
            _ => known == value,
        };
        self.values.iter().any(same)
    }
}

/// The curated entry for an argument.
pub fn options<'a>(ctx: &Context<'a>, callee: &Callee, name: &str) -> Option<&'a Options> {
    let mut options = ctx.overlay.options(name).iter();
    options.find(|options| is_of(ctx, callee, &options.symbol))
}

/// Whether the callee is that class or function, or a class that inherits from it.
fn is_of(ctx: &Context<'_>, callee: &Callee, symbol: &str) -> bool {
    if symbol.contains('*') || symbol == callee.symbol {
        return matches(symbol, &callee.symbol);
    }
    match (&callee.entity, ctx.view.resolve(symbol)) {
        (Entity::Class(class), Entity::Class(wanted)) => {
            ctx.view.mro(class).classes.contains(&wanted)
        }
        _ => false,
    }
}

/// The values that a table holds, or that are written down.
pub fn looked_up<'o>(ctx: &Context<'_>, options: &'o Options) -> Option<Listed<'o>> {
    let table = match &options.table {
        None => Vec::new(),
        Some(table) => match ctx.view.constant(table) {
            Known::Value(Value::Dict(entries)) => entries
                .into_iter()
                .map(|(key, _)| Value::Str(key))
                .collect(),
            Known::Value(Value::List(values)) => values,
            _ => return None,
        },
    };
    let values = options.values.iter().cloned().map(Value::Str);
    Some(Listed {
        values: table.into_iter().chain(values).collect(),
        open: options.open,
        options: Some(options),
    })
}

/// The values that an annotation admits; `None` where it admits other texts.
pub fn declared<'o>(annotation: &str) -> Option<Listed<'o>> {
    let mut values = Vec::new();
    admits(&literals_of(annotation)?, &mut values)?;
    // `"pissa_niter_[number of iters]"` is a pattern.
    let is_pattern = |value: &Value| matches!(value, Value::Str(text) if text.contains(['[', '<']));
    let open = values.iter().any(is_pattern);
    // One value alone is what the library brings along, not all that users may name.
    (values.len() > 1).then_some(Listed {
        values,
        open,
        options: None,
    })
}

/// The values that an annotation names, whatever else it admits.
pub fn named(annotation: &str) -> Vec<Value> {
    let mut values = Vec::new();
    if let Some(expr) = literals_of(annotation) {
        names(&expr, &mut values);
    }
    values
}

/// An annotation with `Literal[...]` in it.
fn literals_of(annotation: &str) -> Option<Expr> {
    if !annotation.contains("Literal[") {
        return None;
    }
    match parse_module(annotation).body.into_iter().next()?.kind {
        StmtKind::Expr(expr) => Some(expr),
        _ => None,
    }
}

/// Adds what an annotation lists; `None` where it says more than that.
fn admits(expr: &Expr, values: &mut Vec<Value>) -> Option<()> {
    match &expr.kind {
        ExprKind::None => Some(()),
        ExprKind::Name(name) => matches!(name.as_str(), "bool" | "int" | "float").then_some(()),
        ExprKind::Binary { left, op, right } if *op == "|" => {
            admits(left, values)?;
            admits(right, values)
        }
        ExprKind::Subscript { value, index } => match value.as_name()? {
            "Literal" => {
                for item in index {
                    values.push(value_of(item)?);
                }
                Some(())
            }
            "Optional" | "Union" => index.iter().try_for_each(|item| admits(item, values)),
            _ => None,
        },
        _ => None,
    }
}

/// Adds what an annotation lists anywhere.
fn names(expr: &Expr, values: &mut Vec<Value>) {
    match &expr.kind {
        ExprKind::Binary { left, right, .. } => {
            names(left, values);
            names(right, values);
        }
        ExprKind::Subscript { value, index } if value.as_name() == Some("Literal") => {
            values.extend(index.iter().filter_map(value_of));
        }
        ExprKind::Subscript { index, .. } => index.iter().for_each(|item| names(item, values)),
        _ => {}
    }
}
