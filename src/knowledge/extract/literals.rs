//! What local names stand for, as far as a display says it.

use rustc_hash::FxHashMap;

use super::namespace::Namespace;
use super::visit;
use crate::python::ast::{Expr, ExprKind, Stmt, StmtKind};

/// The displays that are bound to the names of a body, of those around it, and of its module.
#[derive(Clone, Debug)]
pub struct Literals<'n, 'a> {
    namespace: &'n Namespace<'a>,
    local: FxHashMap<&'a str, &'a Expr>,
}

impl<'n, 'a> Literals<'n, 'a> {
    /// Those of a module alone.
    pub fn of_module(namespace: &'n Namespace<'a>) -> Self {
        Self {
            namespace,
            local: FxHashMap::default(),
        }
    }

    /// The same for another body of the module.
    pub fn of(&self, body: &'a [Stmt]) -> Self {
        let mut literals = Self::of_module(self.namespace);
        literals.enter(body);
        literals
    }

    /// Adds the names of a body inside of those that are known.
    pub fn enter(&mut self, body: &'a [Stmt]) {
        visit::statements(body, &mut |stmt| {
            let (target, value) = match &stmt.kind {
                StmtKind::Assign { targets, value } => (&targets[0], value),
                StmtKind::AnnAssign {
                    target,
                    value: Some(value),
                    ..
                } => (target, value),
                _ => return,
            };
            let is_display = matches!(
                value.kind,
                ExprKind::Dict(_)
                    | ExprKind::List(_)
                    | ExprKind::Tuple(_)
                    | ExprKind::Set(_)
                    | ExprKind::Comprehension { .. }
            );
            if let Some(name) = target.as_name().filter(|_| is_display) {
                self.local.insert(name, value);
            }
        });
    }

    /// The display that a name stands for, or whatever a constant of the module is.
    pub fn get(&self, name: &str) -> Option<&'a Expr> {
        let local = self.local.get(name).copied();
        local.or_else(|| self.namespace.constant(name))
    }
}
