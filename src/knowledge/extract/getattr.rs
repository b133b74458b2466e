//! The names that a module's `__getattr__` answers, where its source shows them.

use super::namespace::Namespace;
use super::visit;
use crate::knowledge::fact::{Deprecation, Trigger};
use crate::python::ast::{Call, Expr, ExprKind, FunctionDef, Stmt, StmtKind};

/// What a module's `__getattr__` answers.
#[derive(Debug, Default)]
pub struct Answered {
    /// The literals with which it compares its argument and then answers.
    pub names: Vec<String>,
    /// Whether nothing else decides: every branch compares, and at the end it raises.
    pub is_all: bool,
}

/// Reads a module's `__getattr__`.
pub fn answered(function: &FunctionDef, namespace: &Namespace<'_>) -> Answered {
    let mut answered = Answered::default();
    let Some(parameter) = function.params.first() else {
        return answered;
    };
    answered.is_all = true;
    for stmt in &function.body {
        match &stmt.kind {
            StmtKind::If(branches) => {
                for branch in branches {
                    let compared = match &branch.test {
                        Some(test) => compared(test, &parameter.name.name, namespace),
                        None => None,
                    };
                    match compared {
                        _ if raises(&branch.body)
                            && (compared.is_some() || branch.test.is_none()) => {}
                        Some(names) => answered.names.extend(names),
                        None => answered.is_all = false,
                    }
                }
            }
            StmtKind::Raise(_)
            | StmtKind::Expr(_)
            | StmtKind::Import(_)
            | StmtKind::ImportFrom(_) => {}
            _ => answered.is_all = false,
        }
    }
    answered
}

fn raises(body: &[Stmt]) -> bool {
    body.first()
        .is_some_and(|stmt| matches!(stmt.kind, StmtKind::Raise(_)))
}

/// `name == "x"`, `name in ("x", "y")`, `name in CONSTANT`, each perhaps `and` something more.
fn compared(test: &Expr, parameter: &str, namespace: &Namespace<'_>) -> Option<Vec<String>> {
    match &test.kind {
        ExprKind::BoolOp { left, op, right } if *op == "and" => {
            compared(left, parameter, namespace).or_else(|| compared(right, parameter, namespace))
        }
        ExprKind::Compare { left, rest } if left.as_name() == Some(parameter) => {
            match rest.as_slice() {
                [(op, value)] if *op == "==" => Some(vec![value.as_str()?.to_owned()]),
                [(op, values)] if *op == "in" => members(values, namespace),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The strings of a literal, a constant, or `frozenset(...)` of them; the keys of a dict display.
fn members(expr: &Expr, namespace: &Namespace<'_>) -> Option<Vec<String>> {
    let owned = |strings: Vec<&str>| strings.into_iter().map(ToOwned::to_owned).collect();
    match &expr.kind {
        ExprKind::Name(name) => {
            let constant = namespace.constant(name)?;
            (constant.as_name().is_none()).then(|| members(constant, namespace))?
        }
        ExprKind::Call(call) => match call.func.as_name()? {
            "frozenset" | "set" | "tuple" => members(visit::positional(call).next()?, namespace),
            _ => None,
        },
        ExprKind::Dict(items) => {
            let keys = items.iter().map(|item| item.key.as_ref()?.as_str());
            keys.collect::<Option<_>>().map(owned)
        }
        _ => visit::strings(expr).map(owned),
    }
}

/// The names behind `deprecate_attr(__name__, remove={"Old": (object, "6.0.0")}, rename={...})`
/// (transformers 5.23 `utils/deprecation.py`): each with what it stands for and the notice.
pub fn deprecated(
    value: &Expr,
    namespace: &Namespace<'_>,
) -> Option<Vec<(String, String, Deprecation)>> {
    let ExprKind::Call(call) = &value.kind else {
        return None;
    };
    if call.func.dotted()?.rsplit('.').next() != Some("deprecate_attr") {
        return None;
    }
    let removed = entries(call, "remove", namespace)?;
    let renamed = entries(call, "rename", namespace)?;
    let without = removed.into_iter().map(|entry| (entry, false));
    let with = renamed.into_iter().map(|entry| (entry, true));
    let named = without
        .chain(with)
        .map(|((name, target, version), renamed)| {
            let last = target.rsplit('.').next().map(ToOwned::to_owned);
            let notice = Deprecation {
                name: Some(name.clone()),
                when: Trigger::Used,
                replacement: last.filter(|_| renamed),
                announced: Some(version),
            };
            (name, target, notice)
        });
    Some(named.collect())
}

/// `{"Old": (object, "6.0.0")}` as name, absolute path and version.
fn entries(
    call: &Call,
    keyword: &str,
    namespace: &Namespace<'_>,
) -> Option<Vec<(String, String, String)>> {
    let Some(table) = visit::keyword(call, keyword) else {
        return Some(Vec::new());
    };
    let ExprKind::Dict(items) = &table.kind else {
        return None;
    };
    let entry = |item: &crate::python::ast::DictItem| {
        let ExprKind::Tuple(pair) = &item.value.kind else {
            return None;
        };
        let name = item.key.as_ref()?.as_str()?.to_owned();
        let target = namespace.path(pair.first()?)?;
        Some((name, target, pair.get(1)?.as_str()?.to_owned()))
    };
    items.iter().map(entry).collect()
}
