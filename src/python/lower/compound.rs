//! From the parser's tree to [`crate::python::ast`]: statements that hold statements.

use ruff_python_ast::{self as syntax, ArgOrKeyword};

use super::{Lower, ident, range};
use crate::python::ast::{
    Branch, Case, ClassDef, Expr, ExprKind, Function, FunctionDef, Handler, StmtKind,
};

impl Lower<'_> {
    pub(super) fn compound(&mut self, stmt: &syntax::Stmt) -> StmtKind {
        match stmt {
            syntax::Stmt::FunctionDef(it) => self.function(it),
            syntax::Stmt::ClassDef(it) => self.class(it),
            syntax::Stmt::If(it) => StmtKind::If(self.branches(it)),
            syntax::Stmt::For(it) => StmtKind::For {
                target: self.head(&it.target),
                iter: self.head(&it.iter),
                body: self.statements(&it.body),
                orelse: self.statements(&it.orelse),
            },
            syntax::Stmt::While(it) => StmtKind::While {
                test: self.head(&it.test),
                body: self.statements(&it.body),
                orelse: self.statements(&it.orelse),
            },
            syntax::Stmt::With(it) => StmtKind::With {
                items: it
                    .items
                    .iter()
                    .map(|item| {
                        let target = item.optional_vars.as_deref();
                        (
                            self.head(&item.context_expr),
                            target.map(|target| self.head(target)),
                        )
                    })
                    .collect(),
                body: self.statements(&it.body),
            },
            syntax::Stmt::Try(it) => StmtKind::Try {
                body: self.statements(&it.body),
                handlers: it.handlers.iter().map(|it| self.handler(it)).collect(),
                orelse: self.statements(&it.orelse),
                finally: self.statements(&it.finalbody),
            },
            syntax::Stmt::Match(it) => StmtKind::Match {
                subject: self.head(&it.subject),
                cases: it.cases.iter().map(|case| self.case(case)).collect(),
            },
            _ => StmtKind::Other,
        }
    }

    /// An expression of a head: the parser may have stumbled over it while the body is all right.
    fn head(&mut self, expr: &syntax::Expr) -> Expr {
        let range = range(expr);
        if self.broken.expression(range) {
            let kind = ExprKind::Error;
            return Expr { range, kind };
        }
        self.expression(expr)
    }

    fn heads(&mut self, exprs: &[syntax::Decorator]) -> Vec<Expr> {
        let exprs = exprs.iter().map(|decorator| &decorator.expression);
        exprs.map(|expr| self.head(expr)).collect()
    }

    /// A function whose head cannot be read is an error as a whole: half its parameters would be a lie.
    fn function(&mut self, it: &syntax::StmtFunctionDef) -> StmtKind {
        let head = range(&it.name).cover(range(&*it.parameters));
        if it.name.is_empty() || self.broken.expression(head) {
            return StmtKind::Error;
        }
        StmtKind::FunctionDef(Function::new(FunctionDef {
            name: ident(&it.name),
            params: self.parameters(&it.parameters),
            params_range: range(&*it.parameters),
            returns: it.returns.as_deref().map(|returns| self.head(returns)),
            decorators: self.heads(&it.decorator_list),
            body: self.statements(&it.body),
            is_async: it.is_async,
        }))
    }

    fn class(&mut self, it: &syntax::StmtClassDef) -> StmtKind {
        let name = range(&it.name);
        let head = it
            .arguments
            .as_deref()
            .map_or(name, |it| name.cover(range(it)));
        if it.name.is_empty() || self.broken.expression(head) {
            return StmtKind::Error;
        }
        let (mut bases, mut keywords) = (Vec::new(), Vec::new());
        for argument in it.arguments.iter().flat_map(|it| it.iter_source_order()) {
            match argument {
                ArgOrKeyword::Arg(base) if !base.is_starred_expr() => {
                    bases.push(self.expression(base));
                }
                _ => keywords.push(self.argument(argument, it.arguments.as_deref())),
            }
        }
        StmtKind::ClassDef(Box::new(ClassDef {
            name: ident(&it.name),
            bases,
            keywords,
            decorators: self.heads(&it.decorator_list),
            body: self.statements(&it.body),
        }))
    }

    fn branches(&mut self, it: &syntax::StmtIf) -> Vec<Branch> {
        let mut branches = vec![Branch {
            test: Some(self.head(&it.test)),
            body: self.statements(&it.body),
        }];
        branches.extend(it.elif_else_clauses.iter().map(|clause| Branch {
            test: clause.test.as_ref().map(|test| self.head(test)),
            body: self.statements(&clause.body),
        }));
        branches
    }

    fn handler(&mut self, handler: &syntax::ExceptHandler) -> Handler {
        let syntax::ExceptHandler::ExceptHandler(it) = handler;
        Handler {
            exception: it.type_.as_deref().map(|exception| self.head(exception)),
            name: it.name.as_ref().map(ident),
            body: self.statements(&it.body),
        }
    }

    fn case(&mut self, it: &syntax::MatchCase) -> Case {
        Case {
            names: super::pattern::captures(&it.pattern),
            guard: it.guard.as_deref().map(|guard| self.head(guard)),
            body: self.statements(&it.body),
        }
    }
}
