//! Simple statements, and blocks of them.

use super::guard::Tested;
use super::scope::{Entry, FrameKind, Known};
use super::{Walker, expression, moved};
use crate::budget;
use crate::python::ast::{Expr, ExprKind, Ident, Stmt, StmtKind};
use crate::python::facts::{Access, Variable};

impl<'a> Walker<'a> {
    /// Walks statements in order; gives whether their end is reached. Behind a statement that leaves
    /// the block, nothing runs. Where a test of versions may leave it, the rest is guarded.
    pub(super) fn block(&mut self, body: &'a [Stmt]) -> bool {
        let guard = self.guard;
        let falls = self.statements(body);
        self.guard = guard;
        falls
    }

    /// The same, but what they guard stays guarded.
    pub(super) fn statements(&mut self, body: &'a [Stmt]) -> bool {
        body.iter().all(|statement| self.statement(statement))
    }

    /// Walks one statement; gives whether the next one may run.
    fn statement(&mut self, statement: &'a Stmt) -> bool {
        budget::tick();
        let place = self.at(statement.range);
        let before = std::mem::replace(&mut self.statement, place);
        self.tested = Tested::Nothing;
        let falls = match &statement.kind {
            StmtKind::FunctionDef(function) => {
                self.function(function);
                true
            }
            StmtKind::ClassDef(class) => {
                self.class_def(class, self.statement);
                true
            }
            StmtKind::Raise(error) => {
                error.iter().for_each(|error| {
                    self.expr(error);
                });
                false
            }
            StmtKind::Return(value) => {
                self.return_statement(value.as_ref());
                false
            }
            StmtKind::Expr(value) => {
                self.expr(value);
                !leaves_program(value)
            }
            StmtKind::Other => !matches!(self.statement.slice(self.text), "break" | "continue"),
            StmtKind::If(_)
            | StmtKind::For { .. }
            | StmtKind::While { .. }
            | StmtKind::With { .. }
            | StmtKind::Try { .. }
            | StmtKind::Match { .. } => self.compound(&statement.kind),
            kind => {
                self.binding_statement(kind);
                true
            }
        };
        self.statement = before;
        falls
    }

    fn binding_statement(&mut self, kind: &'a StmtKind) {
        match kind {
            StmtKind::Import(aliases) => self.import(aliases),
            StmtKind::ImportFrom(import) => self.import_from(import),
            StmtKind::Assign { targets, value } => self.assignment(targets, value),
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
            } => self.annotated_assignment(target, annotation, value.as_ref()),
            StmtKind::AugAssign { target, value } => self.augmented_assignment(target, value),
            StmtKind::Assert(parts) => {
                for part in parts {
                    self.read(part);
                }
                self.guard |= self.tested == Tested::Version;
            }
            StmtKind::Delete(targets) => targets.iter().for_each(|target| self.delete(target)),
            StmtKind::Global(names) => self.global(names),
            _ => {}
        }
    }

    fn return_statement(&mut self, value: Option<&'a Expr>) {
        if let Some(value) = value {
            let known = self.read(value);
            self.returned(&known);
        }
    }

    fn assignment(&mut self, targets: &'a [Expr], value: &'a Expr) {
        if let [
            Expr {
                kind:
                    ExprKind::Subscript {
                        value: receiver,
                        index,
                    },
                ..
            },
        ] = targets
            && let Some(id) = self.dict_named(receiver)
        {
            self.dict_store(id, index, value);
            return;
        }
        let to_names = targets.iter().all(|target| target.as_name().is_some());
        let known = if to_names {
            self.value(value)
        } else {
            self.expr(value)
        };
        if let [target] = targets {
            self.note_assigned(target, value);
            self.note_variable(target, value);
        }
        for target in targets {
            self.assign(target, &known);
        }
    }

    fn annotated_assignment(
        &mut self,
        target: &'a Expr,
        annotation: &'a Expr,
        value: Option<&'a Expr>,
    ) {
        self.expr(annotation);
        let annotated = self.instance_of(annotation);
        let known = match value {
            Some(value) if target.as_name().is_some() => self.value(value),
            Some(value) => self.expr(value),
            None => Known::Unknown,
        };
        if let Some(value) = value {
            self.note_assigned(target, value);
        }
        let known = match known {
            Known::Origin(_) | Known::Dict(_) => known,
            _ if annotated != Known::Unknown => annotated.clone(),
            known => known,
        };
        match (target.as_name(), value) {
            (Some(name), None) => self.declare(name, &annotated),
            (Some(name), Some(_)) => {
                self.assign(target, &known);
                self.note_field(name, &annotated);
            }
            // `self.x: int` alone assigns nothing.
            (None, None) => {}
            (None, Some(_)) => self.assign(target, &known),
        }
    }

    /// `name: T` in a class is a field; elsewhere it binds nothing.
    fn declare(&mut self, name: &'a str, annotated: &Known) {
        if let Some(FrameKind::Class(id)) = self.frames.last().map(|frame| frame.kind) {
            self.add_own(id, name);
            self.note_field(name, annotated);
        }
    }

    fn augmented_assignment(&mut self, target: &'a Expr, value: &'a Expr) {
        if let Some(id) = self.dict_named(target) {
            // `kw |= other`
            self.escape(id);
            self.expr(value);
            return;
        }
        match &target.kind {
            ExprKind::Name(name) => {
                self.name(name, self.at(target.range));
                self.bind(name, Entry::unknown());
            }
            ExprKind::Attribute {
                value: receiver,
                attr,
            } => {
                let receiver = self.expr(receiver);
                self.attribute(&receiver, attr, self.at(target.range), Access::Load, false);
                self.attribute(&receiver, attr, self.at(target.range), Access::Store, false);
                self.note_store(&receiver, &attr.name);
            }
            _ => self.assign(target, &Known::Unknown),
        }
        self.expr(value);
    }

    /// The name that the result of a call is given to.
    fn note_assigned(&mut self, target: &Expr, value: &Expr) {
        if let (Some(name), ExprKind::Call(_)) = (target.as_name(), &value.kind)
            && let Some(call) = self.facts.calls.last_mut()
            && call.range == moved(value.range, self.shift)
            && !call.partial
        {
            call.assigned_to = Some(name.into());
        }
    }

    /// Notes `os.environ["NAME"] = value`.
    fn note_variable(&mut self, target: &Expr, value: &Expr) {
        let ExprKind::Subscript {
            value: mapping,
            index,
        } = &target.kind
        else {
            return;
        };
        if let ([key], Some("os.environ" | "environ")) =
            (index.as_slice(), mapping.dotted().as_deref())
            && let Some(name) = key.as_str()
        {
            let variable = Variable {
                name: name.into(),
                value: self.constant(value),
                range: self.statement,
                guard: self.guard(),
            };
            self.facts.variables.push(variable);
        }
    }

    /// Binds `name` in the innermost scope.
    pub(super) fn bind(&mut self, name: &'a str, entry: Entry) {
        if let FrameKind::Class(id) = self.frame().kind {
            self.add_own(id, name);
        }
        self.frame().bind(name, entry);
    }

    /// Assigns `known` to a target.
    pub(super) fn assign(&mut self, target: &'a Expr, known: &Known) {
        match &target.kind {
            ExprKind::Name(name) => self.bind(name, Entry::of(known.clone())),
            ExprKind::Attribute { value, attr } => {
                let receiver = self.expr(value);
                self.attribute(&receiver, attr, self.at(target.range), Access::Store, false);
                self.note_store(&receiver, &attr.name);
                self.note_value(&receiver, &attr.name, known);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => self.unpack(items, known),
            ExprKind::Starred(inner) => self.assign(inner, &Known::Unknown),
            _ => {
                self.expr(target);
            }
        }
    }

    /// Elements behind a starred target are counted from the end.
    fn unpack(&mut self, items: &'a [Expr], known: &Known) {
        let starred = items
            .iter()
            .position(|item| matches!(item.kind, ExprKind::Starred(_)));
        for (index, target) in items.iter().enumerate() {
            let place = match starred {
                Some(star) if index > star => i32::try_from(items.len() - index).map(|i| -i),
                _ => i32::try_from(index),
            };
            let element = place.map_or(Known::Unknown, |place| expression::item(known, place));
            self.assign(target, &element);
        }
    }

    fn delete(&mut self, target: &'a Expr) {
        match &target.kind {
            ExprKind::Name(name) => self.frame().forget(name),
            ExprKind::Attribute { value, attr } => {
                let receiver = self.expr(value);
                self.attribute(&receiver, attr, self.at(target.range), Access::Store, false);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().for_each(|item| self.delete(item));
            }
            ExprKind::Subscript { value, index } => {
                // Removes a key: `expr` lets a followed dict go.
                self.expr(value);
                for index in index {
                    self.expr(index);
                }
            }
            _ => {
                self.expr(target);
            }
        }
    }

    /// Names that belong to another scope are not known in this one.
    fn global(&mut self, names: &'a [Ident]) {
        for Ident { name, .. } in names {
            self.frame().shared.insert(name);
            self.frame().bind(name, Entry::unknown());
        }
    }
}

/// `sys.exit()`, `exit()`, `quit()`, `os._exit()`
fn leaves_program(expr: &Expr) -> bool {
    let ExprKind::Call(call) = &expr.kind else {
        return false;
    };
    match &call.func.kind {
        ExprKind::Name(name) => matches!(name.as_str(), "exit" | "quit"),
        ExprKind::Attribute { value, attr } => matches!(
            (value.as_name(), attr.name.as_str()),
            (Some("sys"), "exit") | (Some("os"), "_exit")
        ),
        _ => false,
    }
}
