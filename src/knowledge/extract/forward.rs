//! What a function hands on to another in its last statement: that one's keywords and notices are its own.

use super::body::{Body, Kind};
use super::function::Site;
use super::visit;
use crate::python::ast::{Argument, ArgumentKind, Call, ExprKind, FunctionDef, StmtKind};

/// `return callee(x=x, **kwargs)`
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// Absolute path of what is called; absent for the method of the same name of a base.
    pub callee: Option<String>,
    /// Parameters that are handed on under their own names.
    pub keywords: Vec<String>,
    /// How many arguments are passed by position.
    pub positional: usize,
    /// Whether the `**kwargs` go along.
    pub rest: bool,
}

/// Reads the last statement of a function. Constructors are left out: their keywords are joined class
/// by class, when somebody asks.
pub fn read(function: &FunctionDef, site: Site<'_, '_>) -> Option<Forward> {
    if function.name.name.starts_with("__") {
        return None;
    }
    let StmtKind::Return(Some(value)) = &function.body.last()?.kind else {
        return None;
    };
    let ExprKind::Call(call) = &value.kind else {
        return None;
    };
    let is_base = visit::is_of_base(call, &function.name.name);
    let callee = if is_base {
        None
    } else {
        Some(callee(function, call, site)?)
    };
    let of_kind = |kind: ArgumentKind| call.args.iter().filter(move |it| it.kind == kind);
    Some(Forward {
        callee,
        keywords: call.args.iter().filter_map(under_own_name).collect(),
        positional: of_kind(ArgumentKind::Positional).count(),
        rest: of_kind(ArgumentKind::DictSpread).any(|it| it.value.as_name() == Some("kwargs")),
    })
}

/// The path of a callee that the function or its module imports.
fn callee(function: &FunctionDef, call: &Call, site: Site<'_, '_>) -> Option<String> {
    let dotted = call.func.dotted()?;
    let body = Body::collect(&function.body, site.place);
    match body.get(&dotted).map(|entry| &entry.kind) {
        Some(Kind::Import(path)) => Some(path.clone()),
        Some(_) => None,
        None => {
            let head = dotted.split('.').next().unwrap_or_default();
            let is_param = function.params.iter().any(|it| it.name.name == head);
            site.namespace.absolute(&dotted).filter(|_| !is_param)
        }
    }
}

/// `x=x`
fn under_own_name(argument: &Argument) -> Option<String> {
    match &argument.kind {
        ArgumentKind::Keyword(name) if argument.value.as_name() == Some(&name.name) => {
            Some(name.name.to_string())
        }
        _ => None,
    }
}
