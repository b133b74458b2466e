//! From the parser's tree to [`super::ast`]: statements.

mod broken;
mod compound;
mod expression;
mod parameter;
mod pattern;
mod string;
#[cfg(test)]
mod tests;

use ruff_python_ast::token::Tokens;
use ruff_python_ast::{self as syntax, ModModule};
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

use self::broken::Broken;
use super::ast::{Alias, Expr, ExprKind, Ident, ImportFrom, Module, Stmt, StmtKind};
use crate::budget;
use crate::text::TextRange;

/// Deeper nesting than this becomes an error node: no code that people write comes near, and the
/// recursion of every later pass is bounded by it.
const MAX_DEPTH: u32 = 200;

/// Lowers the tree of `text`.
pub(super) fn module(parsed: &Parsed<ModModule>, text: &str) -> Module {
    Lower::new(parsed, text).part(parsed.suite(), u32::MAX)
}

/// Lowers the statements of one text.
pub(super) struct Lower<'t> {
    text: &'t str,
    tokens: &'t Tokens,
    broken: Broken<'t>,
    depth: u32,
    /// Those of the statements that are being lowered.
    errors: Vec<TextRange>,
    /// Those of the parser that belong to statements further on, the next one last.
    ahead: Vec<TextRange>,
}

pub(super) fn range(node: &impl Ranged) -> TextRange {
    TextRange::new(node.start().to_u32(), node.end().to_u32())
}

fn ident(name: &syntax::Identifier) -> Ident {
    Ident {
        name: name.id.clone(),
        range: range(name),
    }
}

impl<'t> Lower<'t> {
    /// For the statements of `text`.
    pub fn new(parsed: &'t Parsed<ModModule>, text: &'t str) -> Self {
        let errors = parsed.errors().iter();
        let mut ahead: Vec<TextRange> = errors.map(|error| range(&error.location)).collect();
        ahead.sort_by_key(|error| std::cmp::Reverse(error.start));
        Self {
            text,
            tokens: parsed.tokens(),
            broken: Broken::new(text, parsed),
            depth: 0,
            errors: Vec::new(),
            ahead,
        }
    }

    /// Lowers the next statements of the text, with the errors before the offset `to`.
    pub fn part(&mut self, statements: &[syntax::Stmt], to: u32) -> Module {
        let behind = self.ahead.partition_point(|error| error.start >= to);
        self.errors = self.ahead.split_off(behind);
        let body = self.statements(statements);
        let mut errors = std::mem::take(&mut self.errors);
        errors.sort_by_key(|range| range.start);
        Module { body, errors }
    }
}

impl Lower<'_> {
    fn statements(&mut self, body: &[syntax::Stmt]) -> Vec<Stmt> {
        if self.depth >= MAX_DEPTH {
            self.errors.extend(body.first().map(range));
            return Vec::new();
        }
        self.depth += 1;
        let statements = body.iter().map(|stmt| self.statement(stmt)).collect();
        self.depth -= 1;
        statements
    }

    fn statement(&mut self, stmt: &syntax::Stmt) -> Stmt {
        budget::tick();
        let kind = if is_compound(stmt) {
            self.compound(stmt)
        } else if self.broken.statement(range(stmt)) {
            // A half-typed statement is left alone as a whole.
            StmtKind::Error
        } else {
            self.simple(stmt)
        };
        Stmt {
            range: range(stmt),
            kind,
        }
    }

    fn simple(&mut self, stmt: &syntax::Stmt) -> StmtKind {
        match stmt {
            syntax::Stmt::Expr(it) => StmtKind::Expr(self.expression(&it.value)),
            syntax::Stmt::Import(it) => StmtKind::Import(it.names.iter().map(alias).collect()),
            syntax::Stmt::ImportFrom(it) => StmtKind::ImportFrom(import_from(it)),
            syntax::Stmt::Assign(it) => StmtKind::Assign {
                targets: self.expressions(&it.targets),
                value: self.expression(&it.value),
            },
            syntax::Stmt::AnnAssign(it) => StmtKind::AnnAssign {
                target: self.expression(&it.target),
                annotation: self.expression(&it.annotation),
                value: self.optional(it.value.as_deref()),
            },
            syntax::Stmt::AugAssign(it) => StmtKind::AugAssign {
                target: self.expression(&it.target),
                value: self.expression(&it.value),
            },
            syntax::Stmt::TypeAlias(it) => self.type_alias(it),
            syntax::Stmt::Return(it) => StmtKind::Return(self.optional(it.value.as_deref())),
            syntax::Stmt::Raise(it) => StmtKind::Raise(self.optional(it.exc.as_deref())),
            syntax::Stmt::Assert(it) => {
                let parts = [Some(&*it.test), it.msg.as_deref()];
                let parts = parts.into_iter().flatten();
                StmtKind::Assert(parts.map(|part| self.expression(part)).collect())
            }
            syntax::Stmt::Delete(it) => StmtKind::Delete(self.expressions(&it.targets)),
            syntax::Stmt::Global(it) => StmtKind::Global(it.names.iter().map(ident).collect()),
            syntax::Stmt::Nonlocal(it) => StmtKind::Global(it.names.iter().map(ident).collect()),
            _ => StmtKind::Other,
        }
    }

    /// `type name = value` binds like an assignment; what it is evaluated to is of no interest.
    fn type_alias(&mut self, it: &syntax::StmtTypeAlias) -> StmtKind {
        let value = self.expression(&it.value);
        StmtKind::Assign {
            targets: vec![self.expression(&it.name)],
            value: Expr {
                range: value.range,
                kind: ExprKind::Other(vec![value]),
            },
        }
    }
}

const fn is_compound(stmt: &syntax::Stmt) -> bool {
    matches!(
        stmt,
        syntax::Stmt::FunctionDef(_)
            | syntax::Stmt::ClassDef(_)
            | syntax::Stmt::If(_)
            | syntax::Stmt::For(_)
            | syntax::Stmt::While(_)
            | syntax::Stmt::With(_)
            | syntax::Stmt::Try(_)
            | syntax::Stmt::Match(_)
    )
}

fn alias(it: &syntax::Alias) -> Alias {
    Alias {
        name: ident(&it.name),
        asname: it.asname.as_ref().map(ident),
        range: range(it),
    }
}

fn import_from(it: &syntax::StmtImportFrom) -> ImportFrom {
    let star = it.names.iter().find(|alias| alias.name.as_str() == "*");
    ImportFrom {
        level: it.level,
        module: it.module.as_ref().map(ident),
        names: match star {
            Some(_) => Vec::new(),
            None => it.names.iter().map(alias).collect(),
        },
        star: star.map(range),
    }
}
