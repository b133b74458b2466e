//! What the names of a module stand for.

use rustc_hash::{FxHashMap, FxHashSet};

use super::body::{Body, Kind};
use super::visit;
use crate::python::ast::{Expr, ExprKind, Stmt, StmtKind};

/// A module's names, to make what its source says absolute.
#[derive(Debug)]
pub struct Namespace<'a> {
    /// The module's absolute dotted name.
    pub module: &'a str,
    /// The whole text of the module.
    pub text: &'a str,
    body: &'a Body<'a>,
    constants: FxHashMap<&'a str, &'a Expr>,
    /// Names whose values the module changes behind their definition.
    changed: FxHashSet<&'a str>,
}

impl<'a> Namespace<'a> {
    /// The namespace of a module's body.
    pub fn new(module: &'a str, text: &'a str, body: &'a Body<'a>, statements: &'a [Stmt]) -> Self {
        let constants = body.entries.iter().filter_map(|entry| match entry.kind {
            Kind::Value(Some(value), _) => Some((entry.name, value)),
            _ => None,
        });
        Self {
            module,
            text,
            constants: constants.collect(),
            changed: changed(statements),
            body,
        }
    }

    /// The same, where nothing in the module adds to it or takes from it.
    pub fn fixed(&self, name: &str) -> Option<&'a Expr> {
        self.constant(name).filter(|_| !self.changed.contains(name))
    }

    /// The value of a module-level name, as an expression.
    pub fn constant(&self, name: &str) -> Option<&'a Expr> {
        self.constants.get(name).copied()
    }

    /// The bindings of the module.
    pub fn body(&self) -> &'a Body<'a> {
        self.body
    }

    /// The absolute path of a dotted name; absent where its head is unknown here.
    pub fn absolute(&self, dotted: &str) -> Option<String> {
        let (head, rest) = match dotted.split_once('.') {
            Some((head, rest)) => (head, Some(rest)),
            None => (dotted, None),
        };
        let entry = self.body.get(head)?;
        let base = match &entry.kind {
            Kind::Import(target) => target.clone(),
            Kind::Function(_) | Kind::Class(_) | Kind::Value(..) => {
                format!("{}.{head}", self.module)
            }
        };
        Some(match rest {
            Some(rest) => format!("{base}.{rest}"),
            None => base,
        })
    }

    /// The absolute path that an expression names: `Base`, `module.Base`, `Base[T]`.
    pub fn path(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Subscript { value, .. } => self.path(value),
            _ => {
                let dotted = expr.dotted()?;
                Some(self.absolute(&dotted).unwrap_or(dotted))
            }
        }
    }

    /// For annotations: absolute names, those of `typing` and its like bare.
    pub fn for_annotation(&self, dotted: &str) -> Option<String> {
        let path = self.absolute(dotted)?;
        let bare = ["typing.", "typing_extensions.", "collections.abc."]
            .into_iter()
            .find_map(|module| path.strip_prefix(module));
        Some(bare.map_or(path.clone(), ToOwned::to_owned))
    }
}

/// The names of tables and lists that any code of a module changes: `TABLE["key"] = value`, `NAMES.append(name)`.
fn changed(statements: &[Stmt]) -> FxHashSet<&str> {
    let mut changed = FxHashSet::default();
    visit::statements(statements, &mut |stmt| {
        match &stmt.kind {
            StmtKind::FunctionDef(function) => changed.extend(self::changed(&function.body)),
            StmtKind::ClassDef(class) => changed.extend(self::changed(&class.body)),
            _ => {}
        }
        let targets = match &stmt.kind {
            StmtKind::Assign { targets, .. } | StmtKind::Delete(targets) => targets.as_slice(),
            StmtKind::AugAssign { target, .. } => std::slice::from_ref(target),
            _ => &[],
        };
        changed.extend(targets.iter().filter_map(|target| match &target.kind {
            ExprKind::Subscript { value, .. } => value.as_name(),
            _ => None,
        }));
    });
    visit::expressions(statements, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && let ExprKind::Attribute { value, attr } = &call.func.kind
            && matches!(
                attr.name.as_str(),
                "append" | "extend" | "update" | "add" | "setdefault" | "insert" | "pop" | "remove"
            )
        {
            changed.extend(value.as_name());
        }
    });
    changed
}
