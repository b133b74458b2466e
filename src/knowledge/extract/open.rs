//! Whether instances of a class may have names that no source line shows.

use rustc_hash::FxHashSet;

use super::namespace::Namespace;
use super::visit;
use crate::python::ast::{ClassDef, Expr, ExprKind, FunctionDef, Stmt, StmtKind};

/// Whether any method answers or sets names that cannot be read from the source.
pub fn is_open(methods: &[&FunctionDef], class: &ClassDef, namespace: &Namespace<'_>) -> bool {
    methods
        .iter()
        .any(|method| match method.name.name.as_str() {
            "__getattr__" | "__getattribute__" => true,
            // Restores what was there before.
            "__setstate__" | "__copy__" | "__deepcopy__" => false,
            _ => sets_unknown_names(method, class, namespace),
        })
}

fn sets_unknown_names(method: &FunctionDef, class: &ClassDef, namespace: &Namespace<'_>) -> bool {
    let keys = Keys::read(method, class, namespace);
    let mut open = false;
    visit::statements(&method.body, &mut |stmt| {
        // `self.__dict__ = state`
        if let StmtKind::Assign { targets, .. } = &stmt.kind {
            open |= targets.iter().any(is_instance_dict);
        }
    });
    visit::expressions(&method.body, &mut |expr| {
        let ExprKind::Call(call) = &expr.kind else {
            return;
        };
        match &call.func.kind {
            ExprKind::Name(name) if name == "setattr" => {
                let mut arguments = visit::positional(call);
                let on_self = arguments.next().and_then(Expr::as_name) == Some("self");
                open |= on_self && !arguments.next().is_some_and(|key| keys.knows(key));
            }
            ExprKind::Attribute { value, attr } if attr.name == "update" => {
                open |= is_instance_dict(value);
            }
            _ => {}
        }
    });
    open
}

/// `self.__dict__`, `vars(self)`
fn is_instance_dict(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Attribute { value, attr } => {
            attr.name == "__dict__" && value.as_name() == Some("self")
        }
        ExprKind::Call(call) => {
            call.func.as_name() == Some("vars")
                && visit::positional(call).next().and_then(Expr::as_name) == Some("self")
        }
        _ => false,
    }
}

/// The variables of a method that only hold names which the source shows.
struct Keys<'a>(FxHashSet<&'a str>);

impl<'a> Keys<'a> {
    fn read(method: &'a FunctionDef, class: &ClassDef, namespace: &Namespace<'_>) -> Self {
        let locals = literals(&method.body);
        let mut names: FxHashSet<&str> = FxHashSet::default();
        visit::statements(&method.body, &mut |stmt| match &stmt.kind {
            StmtKind::For { target, iter, .. } if is_known(iter, class, namespace, &locals) => {
                visit::expression(target, &mut |part| names.extend(part.as_name()));
            }
            // `key = {A: "a", B: "b"}[kind]`, also through a variable
            StmtKind::Assign { targets, value } if looks_up(value, namespace, &method.body) => {
                names.extend(targets[0].as_name());
            }
            // `if hasattr(self, key):`
            StmtKind::If(branches) => {
                names.extend(branches.iter().filter_map(|b| asked(b.test.as_ref()?)));
            }
            _ => {}
        });
        Self(names)
    }

    fn knows(&self, key: &Expr) -> bool {
        match &key.kind {
            ExprKind::Str(_) => true,
            ExprKind::Name(name) => self.0.contains(name.as_str()),
            // `f"{kind}_steps"` for known kinds
            ExprKind::FString(parts) => parts
                .iter()
                .all(|part| part.as_name().is_some_and(|name| self.0.contains(name))),
            _ => false,
        }
    }
}

/// Local variables that hold a literal list of names.
fn literals(body: &[Stmt]) -> FxHashSet<&str> {
    let mut names = FxHashSet::default();
    visit::statements(body, &mut |stmt| {
        if let StmtKind::Assign { targets, value } = &stmt.kind
            && visit::strings(value).is_some()
        {
            names.extend(targets[0].as_name());
        }
    });
    names
}

/// Whether what is gone through is written down: a literal, a constant, the declared fields.
fn is_known(
    iter: &Expr,
    class: &ClassDef,
    namespace: &Namespace<'_>,
    locals: &FxHashSet<&str>,
) -> bool {
    match &iter.kind {
        ExprKind::Name(name) => {
            let constant = namespace.constant(name);
            locals.contains(name.as_str())
                || constant.is_some_and(|constant| visit::strings(constant).is_some())
        }
        ExprKind::List(_) | ExprKind::Tuple(_) | ExprKind::Set(_) => true,
        ExprKind::Attribute { value, attr } => {
            value.as_name() == Some("self") && is_class_constant(class, &attr.name)
        }
        ExprKind::Call(call) => {
            let path = call.func.dotted().unwrap_or_default();
            path.rsplit('.').next() == Some("fields")
        }
        _ => false,
    }
}

fn is_class_constant(class: &ClassDef, name: &str) -> bool {
    class.body.iter().any(|stmt| match &stmt.kind {
        StmtKind::Assign { targets, value } => {
            targets[0].as_name() == Some(name) && visit::strings(value).is_some()
        }
        StmtKind::AnnAssign { target, value, .. } => {
            target.as_name() == Some(name) && value.is_some()
        }
        _ => false,
    })
}

/// Whether a value is looked up in a dict display whose values are all texts.
fn looks_up(value: &Expr, namespace: &Namespace<'_>, body: &[Stmt]) -> bool {
    let ExprKind::Subscript { value: dict, .. } = &value.kind else {
        return false;
    };
    let texts = |dict: &Expr| match &dict.kind {
        ExprKind::Dict(items) => items.iter().all(|item| item.value.as_str().is_some()),
        _ => false,
    };
    let Some(name) = dict.as_name() else {
        return texts(dict);
    };
    let mut local = false;
    visit::statements(body, &mut |stmt| {
        if let StmtKind::Assign { targets, value } = &stmt.kind {
            local |= targets[0].as_name() == Some(name) && texts(value);
        }
    });
    local || namespace.constant(name).is_some_and(texts)
}

/// The `key` of `hasattr(self, key)`, perhaps with more conditions: what is there is no new name.
fn asked(test: &Expr) -> Option<&str> {
    match &test.kind {
        ExprKind::BoolOp { left, op, right } if *op == "and" => {
            asked(left).or_else(|| asked(right))
        }
        ExprKind::Call(call) if call.func.as_name() == Some("hasattr") => {
            let mut arguments = visit::positional(call);
            let on_self = arguments.next()?.as_name() == Some("self");
            arguments.next()?.as_name().filter(|_| on_self)
        }
        _ => None,
    }
}
