//! What the names of a module stand for.

use rustc_hash::FxHashMap;

use super::body::{Body, Kind};
use crate::python::ast::{Expr, ExprKind};

/// A module's names, to make what its source says absolute.
#[derive(Debug)]
pub struct Namespace<'a> {
    /// The module's absolute dotted name.
    pub module: &'a str,
    /// The whole text of the module.
    pub text: &'a str,
    body: &'a Body<'a>,
    constants: FxHashMap<&'a str, &'a Expr>,
}

impl<'a> Namespace<'a> {
    /// The namespace of a module's body.
    pub fn new(module: &'a str, text: &'a str, body: &'a Body<'a>) -> Self {
        let constants = body.entries.iter().filter_map(|entry| match entry.kind {
            Kind::Value(Some(value), _) => Some((entry.name, value)),
            _ => None,
        });
        Self {
            module,
            text,
            constants: constants.collect(),
            body,
        }
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
