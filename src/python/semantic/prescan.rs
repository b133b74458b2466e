//! What a piece of code binds, found before it is walked: loops, `self` and star imports need it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::python::ast::{ClassDef, Expr, ExprKind, FunctionDef, Param, Stmt, StmtKind};

/// One binding.
#[derive(Clone, Copy)]
pub(super) enum Bound<'a> {
    /// A name bound by an import, a definition, `except as` or a pattern.
    Name(&'a str),
    /// A target of an assignment, loop, `with` or `del`.
    Target(&'a Expr),
    /// A name in `global` or `nonlocal`.
    Shared(&'a str),
    /// `from module import *`
    Star,
}

/// Calls `found` with every binding in `body`; with `inside`, also with those in functions and classes.
pub(super) fn bindings<'a>(body: &'a [Stmt], inside: bool, found: &mut dyn FnMut(Bound<'a>)) {
    for statement in body {
        binding(&statement.kind, inside, found);
    }
}

fn binding<'a>(kind: &'a StmtKind, inside: bool, found: &mut dyn FnMut(Bound<'a>)) {
    match kind {
        StmtKind::Import(aliases) => {
            for alias in aliases {
                let first = alias.name.name.split('.').next().unwrap_or_default();
                found(Bound::Name(
                    alias.asname.as_ref().map_or(first, |name| &name.name),
                ));
            }
        }
        StmtKind::ImportFrom(import) => {
            for alias in &import.names {
                found(Bound::Name(&alias.bound().name));
            }
            if import.star.is_some() {
                found(Bound::Star);
            }
        }
        StmtKind::Assign { targets, .. } | StmtKind::Delete(targets) => {
            targets
                .iter()
                .for_each(|target| found(Bound::Target(target)));
        }
        StmtKind::AnnAssign { target, .. } | StmtKind::AugAssign { target, .. } => {
            found(Bound::Target(target));
        }
        StmtKind::Global(names) => {
            names
                .iter()
                .for_each(|name| found(Bound::Shared(&name.name)));
        }
        StmtKind::FunctionDef(function) => function_binding(function, inside, found),
        StmtKind::ClassDef(class) => {
            found(Bound::Name(&class.name.name));
            if inside {
                bindings(&class.body, inside, found);
            }
        }
        _ => compound_binding(kind, inside, found),
    }
}

fn function_binding<'a>(function: &'a FunctionDef, inside: bool, found: &mut dyn FnMut(Bound<'a>)) {
    found(Bound::Name(&function.name.name));
    if inside {
        for Param { name, .. } in &function.params {
            found(Bound::Name(&name.name));
        }
        bindings(&function.body, inside, found);
    }
}

fn compound_binding<'a>(kind: &'a StmtKind, inside: bool, found: &mut dyn FnMut(Bound<'a>)) {
    match kind {
        StmtKind::If(branches) => {
            for branch in branches {
                bindings(&branch.body, inside, found);
            }
        }
        StmtKind::For {
            target,
            body,
            orelse,
            ..
        } => {
            found(Bound::Target(target));
            bindings(body, inside, found);
            bindings(orelse, inside, found);
        }
        StmtKind::While { body, orelse, .. } => {
            bindings(body, inside, found);
            bindings(orelse, inside, found);
        }
        StmtKind::With { items, body } => {
            for target in items.iter().filter_map(|(_, target)| target.as_ref()) {
                found(Bound::Target(target));
            }
            bindings(body, inside, found);
        }
        StmtKind::Try {
            body,
            handlers,
            orelse,
            finally,
        } => {
            for handler in handlers {
                if let Some(name) = &handler.name {
                    found(Bound::Name(&name.name));
                }
                bindings(&handler.body, inside, found);
            }
            for body in [body, orelse, finally] {
                bindings(body, inside, found);
            }
        }
        StmtKind::Match { cases, .. } => {
            for case in cases {
                case.names
                    .iter()
                    .for_each(|name| found(Bound::Name(&name.name)));
                bindings(&case.body, inside, found);
            }
        }
        _ => {}
    }
}

/// The plain names in a target.
pub(super) fn target_names<'a>(target: &'a Expr, found: &mut dyn FnMut(&'a str)) {
    match &target.kind {
        ExprKind::Name(name) => found(name),
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            items.iter().for_each(|item| target_names(item, found));
        }
        ExprKind::Starred(inner) => target_names(inner, found),
        _ => {}
    }
}

/// The names bound in `body`, functions and classes inside of it left out.
pub(super) fn names(body: &[Stmt], inside: bool) -> FxHashSet<&str> {
    let mut names = FxHashSet::default();
    bindings(body, inside, &mut |bound| match bound {
        Bound::Name(name) => {
            names.insert(name);
        }
        Bound::Target(target) => target_names(target, &mut |name| {
            names.insert(name);
        }),
        Bound::Shared(_) | Bound::Star => {}
    });
    names
}

/// The names in `global` and `nonlocal` statements anywhere in `body`.
pub(super) fn shared(body: &[Stmt]) -> FxHashSet<&str> {
    let mut names = FxHashSet::default();
    bindings(body, true, &mut |bound| {
        if let Bound::Shared(name) = bound {
            names.insert(name);
        }
    });
    names
}

/// Whether a function or class is defined in `body`.
pub(super) fn has_definitions(body: &[Stmt]) -> bool {
    let mut found = false;
    bindings(body, false, &mut |bound| {
        found |= matches!(bound, Bound::Name(_));
    });
    found
}

/// The number of star imports anywhere in `body`.
pub(super) fn stars(body: &[Stmt]) -> usize {
    let mut count = 0;
    bindings(body, true, &mut |bound| {
        count += usize::from(matches!(bound, Bound::Star));
    });
    count
}

/// How often each attribute of `self` is assigned in the methods of `class`.
pub(super) fn self_stores(class: &ClassDef) -> FxHashMap<&str, u32> {
    let mut counts = FxHashMap::default();
    for statement in &class.body {
        let StmtKind::FunctionDef(method) = &statement.kind else {
            continue;
        };
        let Some(receiver) = method.params.first() else {
            continue;
        };
        bindings(&method.body, true, &mut |bound| {
            if let Bound::Target(target) = bound {
                count_stores(target, &receiver.name.name, &mut counts);
            }
        });
    }
    counts
}

fn count_stores<'a>(target: &'a Expr, receiver: &str, counts: &mut FxHashMap<&'a str, u32>) {
    match &target.kind {
        ExprKind::Attribute { value, attr } if value.as_name() == Some(receiver) => {
            *counts.entry(&attr.name).or_default() += 1;
        }
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            for item in items {
                count_stores(item, receiver, counts);
            }
        }
        ExprKind::Starred(inner) => count_stores(inner, receiver, counts),
        _ => {}
    }
}
