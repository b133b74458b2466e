//! What a file defines at its top, and in its classes.

use super::ast::{Expr, Stmt, StmtKind};
use super::parse::parse_module;
use crate::text::TextRange;

/// A name that a file defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// `main`, `Model`, `Model.forward`, `MODEL_ID`.
    pub path: String,
    /// What it is.
    pub kind: DefinitionKind,
    /// Where the name stands.
    pub name_range: TextRange,
    /// The whole statement; decorators are not in it.
    pub range: TextRange,
}

/// What is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefinitionKind {
    /// `def`, also in a class.
    Function,
    /// `class`
    Class,
    /// An assignment.
    Constant,
}

/// The definitions of a text, in order; a name that is defined twice is there twice. Those in branches count, those
/// in functions do not.
pub fn definitions(text: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    block(&parse_module(text).body, 0, "", &mut found);
    found
}

fn block(body: &[Stmt], shift: u32, around: &str, found: &mut Vec<Definition>) {
    for stmt in body {
        statement(stmt, shift, around, found);
    }
}

fn statement(stmt: &Stmt, shift: u32, around: &str, found: &mut Vec<Definition>) {
    let at = |range: TextRange| {
        TextRange::new(
            range.start.wrapping_add(shift),
            range.end.wrapping_add(shift),
        )
    };
    let mut add = |name: &str, kind, name_range: TextRange| {
        let path = if around.is_empty() {
            name.to_owned()
        } else {
            format!("{around}.{name}")
        };
        found.push(Definition {
            path,
            kind,
            name_range,
            range: at(stmt.range),
        });
    };
    let inner = |body: &[Stmt], found: &mut Vec<Definition>| block(body, shift, around, found);
    match &stmt.kind {
        StmtKind::FunctionDef(function) => {
            let own = shift.wrapping_add(function.shift());
            let range = function.name.range;
            let range = TextRange::new(range.start.wrapping_add(own), range.end.wrapping_add(own));
            add(&function.name.name, DefinitionKind::Function, range);
        }
        StmtKind::ClassDef(class) => {
            add(
                &class.name.name,
                DefinitionKind::Class,
                at(class.name.range),
            );
            let path = found.last().map_or_else(String::new, |it| it.path.clone());
            block(&class.body, shift, &path, found);
        }
        StmtKind::Assign { targets, .. } => targets.iter().for_each(|target| {
            names(target, &mut |name, range| {
                add(name, DefinitionKind::Constant, at(range));
            })
        }),
        StmtKind::AnnAssign { target, .. } => names(target, &mut |name, range| {
            add(name, DefinitionKind::Constant, at(range));
        }),
        StmtKind::If(branches) => branches.iter().for_each(|it| inner(&it.body, found)),
        StmtKind::Try {
            body,
            handlers,
            orelse,
            finally,
        } => {
            inner(body, found);
            handlers.iter().for_each(|it| inner(&it.body, found));
            inner(orelse, found);
            inner(finally, found);
        }
        StmtKind::With { body, .. } => inner(body, found),
        _ => {}
    }
}

fn names(target: &Expr, add: &mut impl FnMut(&str, TextRange)) {
    use super::ast::ExprKind as E;
    match &target.kind {
        E::Name(name) => add(name, target.range),
        E::Tuple(items) | E::List(items) => items.iter().for_each(|item| names(item, add)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_classes_methods_and_constants_are_defined() {
        let text = "A = 1\nB: int = 2\n\n@d\ndef f():\n    x = 1\n\nclass C:\n    y = 3\n    async def m(self): pass\nif A:\n    D, E = 1, 2\ntry:\n    import z\nexcept ImportError:\n    z = None\n";
        let found = definitions(text);
        let shown: Vec<_> = found
            .iter()
            .map(|it| {
                assert!(it.range.contains_range(it.name_range));
                assert_eq!(Some(it.name_range.slice(text)), it.path.rsplit('.').next());
                it.path.as_str()
            })
            .collect();
        assert_eq!(shown, ["A", "B", "f", "C", "C.y", "C.m", "D", "E", "z"]);
    }
}
