//! Walks over statements and expressions.

use crate::python::ast::{Expr, ExprKind, Stmt, StmtKind};

/// The blocks directly inside a compound statement, not those of functions and classes.
pub fn blocks(stmt: &Stmt) -> Vec<&[Stmt]> {
    match &stmt.kind {
        StmtKind::If(branches) => branches.iter().map(|b| b.body.as_slice()).collect(),
        StmtKind::For { body, orelse, .. } | StmtKind::While { body, orelse, .. } => {
            vec![body, orelse]
        }
        StmtKind::With { body, .. } => vec![body],
        StmtKind::Try {
            body,
            handlers,
            orelse,
            finally,
        } => {
            let mut blocks: Vec<&[Stmt]> = vec![body];
            blocks.extend(handlers.iter().map(|handler| handler.body.as_slice()));
            blocks.extend([orelse.as_slice(), finally.as_slice()]);
            blocks
        }
        StmtKind::Match { cases, .. } => cases.iter().map(|case| case.body.as_slice()).collect(),
        _ => Vec::new(),
    }
}

/// Every statement of a body, outer ones first; functions and classes inside are not entered.
pub fn statements<'a>(body: &'a [Stmt], visit: &mut dyn FnMut(&'a Stmt)) {
    for stmt in body {
        visit(stmt);
        for block in blocks(stmt) {
            statements(block, visit);
        }
    }
}

/// The expressions that stand directly in a statement, not those of its blocks.
pub fn own_expressions(stmt: &Stmt) -> Vec<&Expr> {
    match &stmt.kind {
        StmtKind::Assign { targets, value } => targets.iter().chain([value]).collect(),
        StmtKind::AnnAssign { target, value, .. } => [Some(target), value.as_ref()]
            .into_iter()
            .flatten()
            .collect(),
        StmtKind::AugAssign { target, value } => vec![target, value],
        StmtKind::Expr(expr) => vec![expr],
        StmtKind::Return(Some(expr)) | StmtKind::Raise(Some(expr)) => vec![expr],
        StmtKind::Assert(exprs) | StmtKind::Delete(exprs) => exprs.iter().collect(),
        StmtKind::If(branches) => branches.iter().filter_map(|b| b.test.as_ref()).collect(),
        StmtKind::For { target, iter, .. } => vec![target, iter],
        StmtKind::While { test, .. } => vec![test],
        StmtKind::With { items, .. } => items
            .iter()
            .flat_map(|(context, target)| [Some(context), target.as_ref()])
            .flatten()
            .collect(),
        StmtKind::Match { subject, .. } => vec![subject],
        _ => Vec::new(),
    }
}

/// The direct parts of an expression.
pub fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Attribute { value, .. } | ExprKind::Starred(value) | ExprKind::Await(value) => {
            vec![value]
        }
        ExprKind::Call(call) => [&call.func]
            .into_iter()
            .chain(call.args.iter().map(|argument| &argument.value))
            .collect(),
        ExprKind::Subscript { value, index } => [value.as_ref()].into_iter().chain(index).collect(),
        ExprKind::FString(items)
        | ExprKind::List(items)
        | ExprKind::Tuple(items)
        | ExprKind::Set(items)
        | ExprKind::Yield(items)
        | ExprKind::Other(items) => items.iter().collect(),
        ExprKind::Dict(items) => items
            .iter()
            .flat_map(|item| [item.key.as_ref(), Some(&item.value)])
            .flatten()
            .collect(),
        ExprKind::Binary { left, right, .. } | ExprKind::BoolOp { left, right, .. } => {
            vec![left, right]
        }
        ExprKind::Unary { operand, .. } => vec![operand],
        ExprKind::Compare { left, rest } => [left.as_ref()]
            .into_iter()
            .chain(rest.iter().map(|(_, operand)| operand))
            .collect(),
        ExprKind::IfElse { test, body, orelse } => vec![test, body, orelse],
        ExprKind::Lambda { body, .. } => vec![body],
        ExprKind::Walrus { value, .. } => vec![value],
        ExprKind::Comprehension { clauses, parts } => clauses
            .iter()
            .flat_map(|(target, iter)| [target, iter])
            .chain(parts)
            .collect(),
        _ => Vec::new(),
    }
}

/// An expression and all parts of it, outer ones first.
pub fn expression<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    for part in parts(expr) {
        expression(part, visit);
    }
}

/// Every expression in a body and its blocks.
pub fn expressions<'a>(body: &'a [Stmt], visit: &mut dyn FnMut(&'a Expr)) {
    statements(body, &mut |stmt| {
        for expr in own_expressions(stmt) {
            expression(expr, visit);
        }
    });
}

/// The argument of a call by keyword.
pub fn keyword<'a>(call: &'a crate::python::ast::Call, name: &str) -> Option<&'a Expr> {
    use crate::python::ast::ArgumentKind;
    call.args
        .iter()
        .find(
            |argument| matches!(&argument.kind, ArgumentKind::Keyword(ident) if ident.name == name),
        )
        .map(|argument| &argument.value)
}

/// The arguments of a call that are passed by position, up to the first `*`.
pub fn positional(call: &crate::python::ast::Call) -> impl Iterator<Item = &Expr> {
    use crate::python::ast::ArgumentKind;
    call.args
        .iter()
        .take_while(|argument| argument.kind != ArgumentKind::Spread)
        .filter(|argument| argument.kind == ArgumentKind::Positional)
        .map(|argument| &argument.value)
}

/// The strings of a literal list, tuple or set, where it holds nothing else.
pub fn strings(expr: &Expr) -> Option<Vec<&str>> {
    match &expr.kind {
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            items.iter().map(Expr::as_str).collect()
        }
        _ => None,
    }
}

/// `super().name(...)`
pub fn is_of_base(call: &crate::python::ast::Call, name: &str) -> bool {
    let ExprKind::Attribute { value, attr } = &call.func.kind else {
        return false;
    };
    let ExprKind::Call(inner) = &value.kind else {
        return false;
    };
    attr.name == name && inner.func.as_name() == Some("super")
}
