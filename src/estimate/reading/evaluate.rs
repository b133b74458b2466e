//! Values of small expressions that the analysis leaves alone: `2 * 8`, `torch.bfloat16 if ... else torch.float16`.

use crate::python::ast::{Expr, ExprKind, Stmt, StmtKind};
use crate::python::facts::Value;
use crate::python::literal::value_of;
use crate::python::parse::parse_module;

/// Longer expressions are not looked at, in bytes.
const LONGEST: usize = 4096;
/// Expressions within expressions beyond this are not looked at.
const DEEPEST: u32 = 8;

/// Functions that ask the device for bfloat16.
const ASKS_BF16: [&str; 4] = [
    "is_bf16_supported",
    "is_bfloat16_supported",
    "is_torch_bf16_gpu_available",
    "is_torch_bf16_available",
];

/// What an expression is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Worth {
    /// Its value.
    pub value: Value,
    /// What was taken for granted on the way.
    pub granted: Option<&'static str>,
}

/// The value of an expression; nothing where it is not known.
pub fn evaluate(text: &str) -> Option<Worth> {
    with_expr(text, |expr| worth(expr, 0))
}

/// The text of what a dict display, or a call of `dict`, holds under a key.
pub fn entry<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let range = with_expr(text, |expr| match &expr.kind {
        ExprKind::Dict(items) => {
            let is_it = |item: &&crate::python::ast::DictItem| {
                item.key.as_ref().and_then(Expr::as_str) == Some(key)
            };
            items.iter().find(is_it).map(|item| item.value.range)
        }
        ExprKind::Call(call) if call.func.as_name() == Some("dict") => {
            let named = |argument: &&crate::python::ast::Argument| matches!(&argument.kind, crate::python::ast::ArgumentKind::Keyword(name) if name.name == key);
            call.args.iter().find(named).map(|it| it.value.range)
        }
        _ => None,
    })?;
    text.get(range.start as usize..range.end as usize)
}

/// What is read of the only expression that a text is; ranges are those of the text.
fn with_expr<T>(text: &str, read: impl FnOnce(&Expr) -> Option<T>) -> Option<T> {
    if text.len() > LONGEST
        || text.contains('\n') && !text.trim_start().starts_with(['{', 'd', '('])
    {
        return None;
    }
    match parse_module(text).body.as_slice() {
        [
            Stmt {
                kind: StmtKind::Expr(expr),
                ..
            },
        ] => read(expr),
        _ => None,
    }
}

fn plain(value: Value) -> Option<Worth> {
    let granted = None;
    Some(Worth { value, granted })
}

fn worth(expr: &Expr, depth: u32) -> Option<Worth> {
    if depth > DEEPEST {
        return None;
    }
    let inner = |expr: &Expr| worth(expr, depth + 1);
    if let Some(value) = value_of(expr) {
        return plain(value);
    }
    match &expr.kind {
        ExprKind::Attribute { .. } => {
            let path = expr.dotted()?;
            let name = path.strip_prefix("torch.")?;
            plain(Value::Str(name.to_owned()))
        }
        ExprKind::Call(call) => {
            let path = call.func.dotted()?;
            let name = path.rsplit('.').next().unwrap_or(&path);
            if ASKS_BF16.contains(&name) {
                return Some(Worth {
                    value: Value::Bool(true),
                    granted: Some("the device is taken to compute in bfloat16"),
                });
            }
            match (name, call.args.as_slice()) {
                // getattr(torch, "bfloat16")
                ("getattr", [library, field]) if library.value.as_name() == Some("torch") => {
                    inner(&field.value)
                }
                ("int" | "float" | "str" | "bool", [only]) => inner(&only.value),
                _ => None,
            }
        }
        ExprKind::Unary { op, operand } if *op == "not" => {
            let worth = inner(operand)?;
            let value = crate::knowledge::condition::evaluate::is_true(&worth.value)?;
            Some(Worth {
                value: Value::Bool(!value),
                ..worth
            })
        }
        ExprKind::Binary { left, op, right } => {
            let (left, right) = (inner(left)?, inner(right)?);
            let granted = left.granted.or(right.granted);
            let value = arithmetic(op, &left.value, &right.value)?;
            Some(Worth { value, granted })
        }
        ExprKind::IfElse { test, body, orelse } => {
            let test = inner(test)?;
            let holds = crate::knowledge::condition::evaluate::is_true(&test.value)?;
            let taken = inner(if holds { body } else { orelse })?;
            Some(Worth {
                granted: test.granted.or(taken.granted),
                ..taken
            })
        }
        _ => None,
    }
}

fn arithmetic(op: &str, left: &Value, right: &Value) -> Option<Value> {
    let (Value::Int(left), Value::Int(right)) = (left, right) else {
        return None;
    };
    Some(Value::Int(match op {
        "+" => left.checked_add(*right)?,
        "-" => left.checked_sub(*right)?,
        "*" => left.checked_mul(*right)?,
        "//" => left.checked_div_euclid(*right)?,
        "**" => left.checked_pow(u32::try_from(*right).ok()?)?,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_expressions_have_values() {
        let value = |text: &str| evaluate(text).map(|it| it.value);
        assert_eq!(value("2 * 8 + 1"), Some(Value::Int(17)));
        assert_eq!(
            value("torch.bfloat16"),
            Some(Value::Str("bfloat16".to_owned()))
        );
        assert_eq!(
            value("getattr(torch, 'float16')"),
            Some(Value::Str("float16".to_owned()))
        );
        assert_eq!(value("1 // 0"), None);
        assert_eq!(value("9223372036854775807 * 2"), None);
        let asked = evaluate("torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16");
        assert_eq!(
            asked.as_ref().map(|it| &it.value),
            Some(&Value::Str("bfloat16".to_owned()))
        );
        assert!(asked.is_some_and(|it| it.granted.is_some()));
        assert_eq!(
            value("not is_bfloat16_supported()"),
            Some(Value::Bool(false))
        );
        assert_eq!(value("f(x)"), None);
        assert_eq!(
            entry("{'a': 1, \"dtype\": torch.float16}", "dtype"),
            Some("torch.float16")
        );
        assert_eq!(entry("dict(dtype=x)", "dtype"), Some("x"));
    }
}
