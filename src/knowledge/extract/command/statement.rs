//! Statements.

use super::machine::{Frame, Machine};
use super::value::{Binding, ClassRef, Def, Value};
use crate::knowledge::extract::visit;
use crate::python::ast::{Branch, Expr, ExprKind, FunctionDef, Stmt, StmtKind};

/// How a block ended.
pub enum Flow<'a> {
    /// At its end.
    Done,
    /// With a value.
    Returned(Value<'a>),
}

impl<'a> Machine<'a> {
    /// Runs statements in order.
    pub fn block(&mut self, body: &'a [Stmt], frame: &mut Frame<'a>) -> Flow<'a> {
        for stmt in body {
            if !self.step() {
                break;
            }
            if let Flow::Returned(value) = self.statement(stmt, frame) {
                if self.conditions == 0 {
                    return Flow::Returned(value);
                }
                // It may go on behind: both are followed.
                frame.maybe.get_or_insert(value);
                return Flow::Done;
            }
        }
        Flow::Done
    }

    /// Runs the top of a module. Values are read when they are asked for.
    pub fn top(&mut self, body: &'a [Stmt], frame: &mut Frame<'a>) {
        self.block(body, frame);
    }

    fn statement(&mut self, stmt: &'a Stmt, frame: &mut Frame<'a>) -> Flow<'a> {
        match &stmt.kind {
            StmtKind::Import(aliases) => {
                for alias in aliases {
                    let path = alias.name.name.to_string();
                    let (name, path) = match &alias.asname {
                        Some(asname) => (asname.name.to_string(), path),
                        None => {
                            let head = path.split('.').next().unwrap_or_default().to_owned();
                            (head.clone(), head)
                        }
                    };
                    self.bind(&name, Binding::Import(path), frame);
                }
            }
            StmtKind::ImportFrom(import) => {
                if let Some(module) = frame.place().absolute(import) {
                    for alias in &import.names {
                        let path = format!("{module}.{}", alias.name.name);
                        self.bind(&alias.bound().name, Binding::Import(path), frame);
                    }
                }
            }
            StmtKind::FunctionDef(def) => self.function(def, frame),
            StmtKind::ClassDef(def) => {
                let class = Value::Class(ClassRef {
                    module: frame.module,
                    def,
                });
                self.bind(&def.name.name, Binding::Value(class), frame);
            }
            StmtKind::Assign { targets, value } => self.assign(targets, value, frame),
            StmtKind::AnnAssign {
                target,
                value: Some(value),
                ..
            } => self.assign(std::slice::from_ref(target), value, frame),
            StmtKind::Expr(expr) => self.run(expr, frame),
            StmtKind::Return(value) => {
                let value = value.as_ref();
                let value = value.map_or(Value::None, |value| self.value(value, frame));
                return Flow::Returned(value);
            }
            StmtKind::If(branches) => return self.branches(branches, frame),
            StmtKind::For {
                target, iter, body, ..
            } => return self.repeat(target, iter, body, frame),
            StmtKind::With { items, body } => {
                for (expr, target) in items {
                    let value = self.value(expr, frame);
                    if let Some(target) = target {
                        self.set(target, value, frame);
                    }
                }
                return self.block(body, frame);
            }
            StmtKind::Try { body, orelse, .. } => {
                self.doubt(1);
                let flow = match self.block(body, frame) {
                    Flow::Done => self.block(orelse, frame),
                    returned => returned,
                };
                self.doubt(-1);
                self.aside(stmt, frame);
                return flow;
            }
            StmtKind::While { body, .. } => {
                self.conditions += 1;
                self.doubt(1);
                self.block(body, frame);
                self.doubt(-1);
                self.conditions -= 1;
            }
            _ => self.aside(stmt, frame),
        }
        Flow::Done
    }

    /// In a script nothing may be passed over: what is not followed is still looked at.
    fn aside(&mut self, stmt: &'a Stmt, frame: &mut Frame<'a>) {
        if self.watch.is_none() {
            return;
        }
        let blocks: Vec<&'a [Stmt]> = match &stmt.kind {
            StmtKind::Try {
                handlers, finally, ..
            } => {
                let handlers = handlers.iter().map(|handler| handler.body.as_slice());
                handlers.chain([finally.as_slice()]).collect()
            }
            StmtKind::Match { cases, .. } => cases.iter().map(|it| it.body.as_slice()).collect(),
            _ => Vec::new(),
        };
        for expr in visit::own_expressions(stmt) {
            self.value(expr, frame);
        }
        if let StmtKind::AugAssign { target, .. } = &stmt.kind {
            self.set(target, Value::Unknown, frame);
        }
        self.conditions += 1;
        self.doubt(1);
        for block in blocks {
            self.block(block, frame);
        }
        self.doubt(-1);
        self.conditions -= 1;
    }

    /// An expression that stands alone. At the top of a module only what is done to its own values counts.
    fn run(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) {
        let is_run = frame.locals.is_some() || self.is_top_of_script(frame);
        if is_run || self.is_own_app(expr, frame) {
            self.value(expr, frame);
        }
    }

    fn is_own_app(&mut self, expr: &Expr, frame: &Frame<'a>) -> bool {
        let mut root = expr;
        loop {
            root = match &root.kind {
                ExprKind::Call(call) => &call.func,
                ExprKind::Attribute { value, .. } => value,
                ExprKind::Name(name) => {
                    return matches!(self.name(name, frame), Value::App(_) | Value::Parser(_));
                }
                _ => return false,
            };
        }
    }

    fn function(&mut self, def: &'a FunctionDef, frame: &mut Frame<'a>) {
        let function = Def {
            module: frame.module,
            class: frame.class,
            def,
            this: None,
        };
        for decorator in &def.decorators {
            self.decorate(decorator, &function, frame);
        }
        let function = Binding::Value(Value::Function(function));
        self.bind(&def.name.name, function, frame);
    }

    fn assign(&mut self, targets: &'a [Expr], value: &'a Expr, frame: &mut Frame<'a>) {
        let names = targets.iter().map(Expr::as_name);
        let is_lazy = frame.locals.is_none() && !self.is_top_of_script(frame);
        if is_lazy && names.clone().all(|name| name.is_some()) {
            for name in names.flatten() {
                self.bind(name, Binding::Expr(value), frame);
            }
            return;
        }
        let value = self.value(value, frame);
        for target in targets {
            self.set(target, value.clone(), frame);
        }
    }

    fn set(&mut self, target: &'a Expr, value: Value<'a>, frame: &mut Frame<'a>) {
        match &target.kind {
            ExprKind::Name(name) => self.bind(name, Binding::Value(value), frame),
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                let mut values = match value {
                    Value::List(values) if values.len() == targets.len() => values,
                    _ => Vec::new(),
                };
                values.resize(targets.len(), Value::Unknown);
                for (target, value) in targets.iter().zip(values) {
                    self.set(target, value, frame);
                }
            }
            ExprKind::Attribute {
                value: receiver,
                attr,
            } => {
                match self.value(receiver, frame) {
                    Value::Object(number) => {
                        if let Some(object) = self.objects.get_mut(number) {
                            object.attributes.push((attr.name.to_string(), value));
                        }
                    }
                    // `parser.error = ...`
                    Value::Parser(node) if self.watch.is_some() => self.tree.node(node).open(),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Binds a name in a frame.
    pub fn bind(&mut self, name: &str, binding: Binding<'a>, frame: &mut Frame<'a>) {
        match &mut frame.locals {
            Some(locals) => {
                locals.insert(name.to_owned(), binding);
            }
            None => self.set_global(frame.module, name, binding),
        }
    }

    fn branches(&mut self, branches: &'a [Branch], frame: &mut Frame<'a>) -> Flow<'a> {
        let mut unsure = false;
        let mut doubt = 0;
        for branch in branches {
            let test = branch.test.as_ref();
            // At the top of a module it asks for what is installed.
            let asks = frame.locals.is_none() && test.is_some_and(calls);
            let holds = match test {
                Some(_) if asks => None,
                Some(test) => self.value(test, frame).truth(),
                None => Some(true),
            };
            match holds {
                Some(false) => continue,
                Some(true) if !unsure => return self.block(&branch.body, frame),
                _ => {
                    self.conditions += 1;
                    doubt = doubt.max(self.doubt_about(test, frame));
                    self.doubt(doubt);
                    self.block(&branch.body, frame);
                    self.doubt(-doubt);
                    self.conditions -= 1;
                    unsure = true;
                }
            }
            if holds == Some(true) {
                break;
            }
        }
        Flow::Done
    }

    fn repeat(
        &mut self,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        frame: &mut Frame<'a>,
    ) -> Flow<'a> {
        match self.value(iter, frame) {
            Value::List(values) => {
                for value in values {
                    self.set(target, value, frame);
                    if let Flow::Returned(value) = self.block(body, frame) {
                        return Flow::Returned(value);
                    }
                }
            }
            _ => {
                self.set(target, Value::Unknown, frame);
                self.conditions += 1;
                self.doubt(1);
                self.block(body, frame);
                self.doubt(-1);
                self.conditions -= 1;
            }
        }
        Flow::Done
    }
}

/// Whether anything is called in an expression.
fn calls(expr: &Expr) -> bool {
    let mut found = false;
    visit::expression(expr, &mut |part| {
        found |= matches!(part.kind, ExprKind::Call(_))
    });
    found
}
