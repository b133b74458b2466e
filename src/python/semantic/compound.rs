//! Compound statements: branches, loops, `try` and `with`.

use super::guard::{self, Tested};
use super::scope::{Delta, Entry, Known};
use super::{Walker, prescan};
use crate::python::ast::{Branch, Case, Expr, ExprKind, Handler, Stmt, StmtKind};

impl<'a> Walker<'a> {
    /// Walks a compound statement; gives whether what follows may run.
    pub(super) fn compound(&mut self, kind: &'a StmtKind) -> bool {
        match kind {
            StmtKind::If(branches) => self.if_statement(branches),
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.read(iter);
                self.loop_statement(Some(target), None, body);
                self.block(orelse);
                true
            }
            StmtKind::While { test, body, orelse } => {
                self.loop_statement(None, Some(test), body);
                self.block(orelse);
                true
            }
            StmtKind::With { items, body } => self.with_statement(items, body),
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finally,
            } => self.try_statement(body, handlers, orelse, finally),
            StmtKind::Match { subject, cases } => self.match_statement(subject, cases),
            _ => true,
        }
    }

    /// Walks `body` as one of several paths.
    fn path(&mut self, walk: impl FnOnce(&mut Self) -> bool) -> Delta<'a> {
        self.apart(|walker| {
            let mark = walker.frame().begin_branch();
            let falls = walk(walker);
            walker.frame().end_branch(mark, falls)
        })
    }

    /// Goes on behind `paths`; gives whether one of them arrives.
    fn join(&mut self, paths: &[Delta<'a>]) -> bool {
        self.frame().join(paths);
        paths.iter().any(|path| path.falls)
    }

    fn if_statement(&mut self, branches: &'a [Branch]) -> bool {
        let mut paths = Vec::with_capacity(branches.len() + 1);
        let mut tested = Tested::Nothing;
        for branch in branches {
            if let Some(test) = &branch.test {
                let (_, asked) = self.testing(|walker| walker.read(test));
                tested = tested.max(asked);
                if is_false(test) {
                    continue;
                }
            }
            let guarded = tested > Tested::Nothing;
            paths.push(self.path(|walker| walker.guarded(guarded, |walker| walker.branch(branch))));
        }
        if branches.last().is_some_and(|branch| branch.test.is_some()) {
            paths.push(Delta::straight());
        }
        if tested == Tested::Version && paths.iter().any(|path| !path.falls) {
            self.guard = true;
        }
        self.join(&paths)
    }

    fn branch(&mut self, branch: &'a Branch) -> bool {
        let mut narrowed = Vec::new();
        if let Some(test) = &branch.test {
            self.narrow(test, &mut narrowed);
        }
        let falls = self.block(&branch.body);
        if !narrowed.is_empty() {
            let assigned = prescan::names(&branch.body, false);
            narrowed.retain(|(name, _)| !assigned.contains(name));
            self.widen(narrowed);
        }
        falls
    }

    /// Takes back what [`Self::narrow`] said.
    pub(super) fn widen(&mut self, narrowed: Vec<(&'a str, Option<Entry>)>) {
        for (name, before) in narrowed.into_iter().rev() {
            if !self.walruses.contains(name) {
                self.frame().set(name, before);
            }
        }
    }

    /// Under `isinstance(name, T)`, `name` is an instance of `T`, whatever else it was known as; gives
    /// what it was before.
    pub(super) fn narrow(&mut self, test: &'a Expr, narrowed: &mut Vec<(&'a str, Option<Entry>)>) {
        match &test.kind {
            ExprKind::BoolOp { left, op, right } if *op == "and" => {
                self.narrow(left, narrowed);
                self.narrow(right, narrowed);
            }
            ExprKind::Call(call) if call.func.as_name() == Some("isinstance") => {
                if let [object, class] = call.args.as_slice()
                    && let ExprKind::Name(name) = &object.value.kind
                {
                    let known = self.instance_of(&class.value);
                    narrowed.push((name, self.frame().get(name).cloned()));
                    self.frame().set(name, Some(Entry::of(known)));
                }
            }
            _ => {}
        }
    }

    /// What a loop assigns is not known in it before it is assigned, nor behind it.
    fn loop_statement(
        &mut self,
        target: Option<&'a Expr>,
        test: Option<&'a Expr>,
        body: &'a [Stmt],
    ) {
        let mut assigned = prescan::names(body, false);
        if !self.walruses.is_empty() {
            assigned.extend(self.walruses.iter().copied());
        }
        let bound = |walker: &mut Self, name: &str| walker.frame().get(name).is_some();
        assigned.retain(|name| bound(self, name));
        for name in &assigned {
            self.frame().forget(name);
        }
        let guarded = test.is_some_and(|test| {
            let (_, tested) = self.testing(|walker| walker.read(test));
            tested > Tested::Nothing
        });
        let delta = self.path(|walker| {
            if let Some(target) = target {
                walker.assign(target, &Known::Unknown);
            }
            walker.looping(|walker| walker.guarded(guarded, |walker| walker.block(body)));
            true
        });
        for name in delta.names() {
            self.frame().forget(name);
        }
    }

    fn with_statement(&mut self, items: &'a [(Expr, Option<Expr>)], body: &'a [Stmt]) -> bool {
        let mut guarded = false;
        for (context, target) in items {
            guarded |= guard::context_guards(context);
            let known = self.expr(context);
            if let Some(target) = target {
                self.assign(target, &known);
            }
        }
        if !guarded {
            return self.block(body);
        }
        let delta = self.path(|walker| walker.guarded(true, |walker| walker.block(body)));
        self.frame().weaken(&delta);
        true
    }

    fn try_statement(
        &mut self,
        body: &'a [Stmt],
        handlers: &'a [Handler],
        orelse: &'a [Stmt],
        finally: &'a [Stmt],
    ) -> bool {
        let guarded = guard::handlers_guard(handlers, !finally.is_empty());
        let tried = self.path(|walker| {
            walker.guarded(guarded, |walker| walker.block(body) && walker.block(orelse))
        });
        // A handler may begin behind any statement of the body.
        let mut paths = Vec::with_capacity(handlers.len() + 1);
        for handler in handlers {
            let path = self.path(|walker| {
                walker.frame().weaken(&tried);
                walker.guarded(guarded, |walker| walker.handler(handler))
            });
            paths.push(path);
        }
        paths.push(tried);
        let falls = self.join(&paths);
        self.block(finally) && falls
    }

    fn handler(&mut self, handler: &'a Handler) -> bool {
        if let Some(exception) = &handler.exception {
            self.expr(exception);
        }
        if let Some(name) = &handler.name {
            self.bind(&name.name, Entry::unknown());
        }
        self.block(&handler.body)
    }

    fn match_statement(&mut self, subject: &'a Expr, cases: &'a [Case]) -> bool {
        let (_, subject) = self.testing(|walker| walker.read(subject));
        let mut paths = vec![Delta::straight()];
        for case in cases {
            paths.push(self.path(|walker| {
                for name in &case.names {
                    walker.bind(&name.name, Entry::unknown());
                }
                let guard = case.guard.as_ref();
                let tested = guard.map(|guard| walker.testing(|walker| walker.expr(guard)).1);
                let tested = tested.unwrap_or_default().max(subject);
                walker.guarded(tested > Tested::Nothing, |walker| walker.block(&case.body))
            }));
        }
        self.join(&paths)
    }
}

/// `False` and `0`: what stands under it never runs.
fn is_false(test: &Expr) -> bool {
    matches!(test.kind, ExprKind::Bool(false) | ExprKind::Int(0))
}
