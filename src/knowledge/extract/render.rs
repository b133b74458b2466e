//! Expressions as short, stable text: what means the same in two releases is written the same.

use std::borrow::Cow;

use crate::python::ast::{Argument, ArgumentKind, DictItem, Expr, ExprKind};
use crate::python::literal::quoted;
use crate::python::parse::parse_module;

/// The longest default and constant kept, in bytes.
pub const MAX_DEFAULT: usize = 60;
/// The longest annotation kept, in bytes.
pub const MAX_ANNOTATION: usize = 100;
/// The longest one that lists values.
const MAX_LISTING: usize = 400;

/// What a name in an expression stands for; absent where it stays as written.
pub type Resolve<'r> = &'r dyn Fn(&str) -> Option<String>;

/// Leaves every name as it is.
pub fn as_written(_: &str) -> Option<String> {
    None
}

/// A default or constant value, at most [`MAX_DEFAULT`] bytes.
pub fn default(expr: &Expr, text: &str) -> String {
    bounded(expression(expr, text, &as_written), MAX_DEFAULT)
}

/// An annotation without quotes around it, at most [`MAX_ANNOTATION`] bytes, more where it lists
/// values.
pub fn annotation(expr: &Expr, text: &str, resolve: Resolve<'_>) -> String {
    let written = unquoted(expr, text, resolve);
    let limit = match written.contains("Literal[") {
        true => MAX_LISTING,
        false => MAX_ANNOTATION,
    };
    bounded(written, limit)
}

/// The longest table kept, in bytes.
pub const MAX_TABLE: usize = 1500;

/// A dict whose keys are all literal strings, with `...` for each value: what may be looked up in it.
pub fn table(expr: &Expr) -> Option<String> {
    let ExprKind::Dict(items) = &expr.kind else {
        return None;
    };
    let entry = |item: &DictItem| match &item.key.as_ref()?.kind {
        ExprKind::Str(key) if !key.is_bytes => Some(format!("{}: ...", quoted(&key.value))),
        _ => None,
    };
    let entries: Vec<String> = items.iter().map(entry).collect::<Option<_>>()?;
    let written = format!("{{{}}}", entries.join(", "));
    (!entries.is_empty() && written.len() <= MAX_TABLE).then_some(written)
}

/// A literal of one line, `None` for anything that is computed or long.
pub fn constant(expr: &Expr, text: &str) -> Option<String> {
    let rendered = is_constant(expr).then(|| expression(expr, text, &as_written))?;
    (rendered.len() <= MAX_DEFAULT).then_some(rendered)
}

fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Str(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::None => true,
        ExprKind::List(items) | ExprKind::Tuple(items) => items.iter().all(is_constant),
        ExprKind::Unary { op, operand } => *op == "-" && is_constant(operand),
        _ => false,
    }
}

fn bounded(text: String, limit: usize) -> String {
    if text.len() <= limit {
        text
    } else {
        "...".to_owned()
    }
}

/// A string annotation is the expression in it.
fn unquoted(expr: &Expr, text: &str, resolve: Resolve<'_>) -> String {
    let Some(inner) = expr.as_str() else {
        return expression(expr, text, resolve);
    };
    let module = parse_module(inner);
    match module.body.as_slice() {
        [only] => match &only.kind {
            crate::python::ast::StmtKind::Expr(expr) => expression(expr, inner, resolve),
            _ => inner.to_owned(),
        },
        _ => inner.to_owned(),
    }
}

/// Python source for an expression: double quotes, single spaces, names as `resolve` gives them.
pub fn expression(expr: &Expr, text: &str, resolve: Resolve<'_>) -> String {
    let render = |expr: &Expr| expression(expr, text, resolve);
    match &expr.kind {
        ExprKind::Name(name) => resolve(name).unwrap_or_else(|| name.to_string()),
        ExprKind::Attribute { value, attr } => {
            match expr.dotted().and_then(|path| resolve(&path)) {
                Some(path) => path,
                None => format!("{}.{}", render(value), attr.name),
            }
        }
        ExprKind::Call(call) => {
            format!("{}({})", render(&call.func), arguments(&call.args, &render))
        }
        ExprKind::Subscript { value, index } => {
            let value = render(value);
            let literal = value.ends_with("Literal") || value.ends_with("Annotated");
            let part = |expr: &Expr| match expr.as_str() {
                // A quoted type; the values of a `Literal` are strings that stay strings.
                Some(_) if !literal => unquoted(expr, text, resolve),
                _ => expression(expr, text, resolve),
            };
            format!("{value}[{}]", join(index, &part))
        }
        ExprKind::Str(literal) if !literal.is_bytes => quoted(&literal.value),
        ExprKind::Float(value) => float(*value),
        ExprKind::Bool(true) => "True".to_owned(),
        ExprKind::Bool(false) => "False".to_owned(),
        ExprKind::None => "None".to_owned(),
        ExprKind::Ellipsis => "...".to_owned(),
        ExprKind::List(items) => format!("[{}]", join(items, &render)),
        ExprKind::Set(items) => format!("{{{}}}", join(items, &render)),
        ExprKind::Tuple(items) => match items.as_slice() {
            [only] => format!("({},)", render(only)),
            _ => format!("({})", join(items, &render)),
        },
        ExprKind::Dict(items) => {
            let items: Vec<String> = items.iter().map(|item| dict_item(item, &render)).collect();
            format!("{{{}}}", items.join(", "))
        }
        ExprKind::Binary { left, op, right } if *op == "|" => {
            let side = |expr: &Expr| unquoted(expr, text, resolve);
            format!("{} | {}", side(left), side(right))
        }
        _ => source(expr, text).into_owned(),
    }
}

fn join(items: &[Expr], render: &dyn Fn(&Expr) -> String) -> String {
    items.iter().map(render).collect::<Vec<_>>().join(", ")
}

fn arguments(arguments: &[Argument], render: &dyn Fn(&Expr) -> String) -> String {
    let written: Vec<String> = arguments
        .iter()
        .map(|argument| {
            let value = render(&argument.value);
            match &argument.kind {
                ArgumentKind::Positional => value,
                ArgumentKind::Keyword(name) => format!("{}={value}", name.name),
                ArgumentKind::Spread => format!("*{value}"),
                ArgumentKind::DictSpread => format!("**{value}"),
            }
        })
        .collect();
    written.join(", ")
}

fn dict_item(item: &DictItem, render: &dyn Fn(&Expr) -> String) -> String {
    match &item.key {
        Some(key) => format!("{}: {}", render(key), render(&item.value)),
        None => format!("**{}", render(&item.value)),
    }
}

/// The source on one line; a comment in the middle of it makes it unreadable.
fn source<'t>(expr: &Expr, text: &'t str) -> Cow<'t, str> {
    let slice = expr.range.slice(text);
    if slice.contains('#') {
        Cow::Borrowed("...")
    } else if slice.contains(['\n', '\t', '\r']) {
        Cow::Owned(slice.split_whitespace().collect::<Vec<_>>().join(" "))
    } else {
        Cow::Borrowed(slice)
    }
}

/// `2e-5` and `2.0e-5`, `1e-4` and `0.0001` are the same number.
fn float(value: f64) -> String {
    if value != 0.0 && !(1e-4..1e16).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        format!("{value:?}")
    }
}
