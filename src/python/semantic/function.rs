//! Functions and lambdas: their heads run at once, their bodies when all around them is known.

use std::sync::Arc;

use memchr::memmem;

use super::guard::Tested;
use super::scope::{Entry, FrameKind, Known};
use super::{Walker, prescan};
use crate::python::ast::{Expr, ExprKind, Function, FunctionDef, Param, ParamKind};
use crate::python::facts::{ClassId, Origin, Root};
use crate::text::TextRange;

/// A body that waits.
pub(super) struct Deferred<'a> {
    body: Body<'a>,
    scope: usize,
    /// The class whose methods see `super()` there.
    class: Option<ClassId>,
    /// What the first parameter is, in a method.
    receiver: Option<Origin>,
    guard: bool,
    statement: TextRange,
    /// See [`Walker::at`].
    shift: u32,
}

enum Body<'a> {
    Function(&'a FunctionDef, usize),
    Lambda(&'a [Param], &'a Expr),
}

/// What calling a function of the file gives.
#[derive(Debug, Default)]
pub(super) enum Returns {
    /// Its body was not walked yet, or returns nothing of interest so far.
    #[default]
    Nothing,
    /// Its only `return` gives this.
    Value(Arc<Origin>),
    Unknown,
}

impl<'a> Walker<'a> {
    /// Walks the head of a function and puts its body off.
    pub(super) fn function(&mut self, function: &'a Function) {
        let around = self.shift;
        self.shift = around.wrapping_add(function.shift());
        self.definition(function.definition());
        self.shift = around;
    }

    fn definition(&mut self, function: &'a FunctionDef) {
        let (_, tested) = self.testing(|walker| {
            for decorator in &function.decorators {
                walker.expr(decorator);
            }
        });
        self.parameters(&function.params);
        if let Some(returns) = &function.returns {
            self.expr(returns);
        }
        let method_of = match self.frames.last().map(|frame| frame.kind) {
            Some(FrameKind::Class(id)) => Some(id),
            _ => None,
        };
        let index = self.returns.len();
        self.functions.push(self.statement);
        let plain = function.decorators.is_empty() && !function.is_async;
        self.returns.push(if plain {
            Returns::Nothing
        } else {
            Returns::Unknown
        });
        self.deferred.push_back(Deferred {
            body: Body::Function(function, index),
            scope: self.scope(),
            class: method_of.or(self.class),
            receiver: method_of.and_then(|id| receiver(function, id)),
            guard: self.guard || tested > Tested::Nothing,
            statement: self.statement,
            shift: self.shift,
        });
        if let Some(id) = method_of {
            self.add_method(id, function);
            self.frame()
                .bind(&function.name.name, Entry::of(Known::Unknown));
        } else {
            self.bind(&function.name.name, Entry::of(Known::Function(index)));
        }
    }

    pub(super) fn lambda(&mut self, params: &'a [Param], body: &'a Expr) {
        self.parameters(params);
        self.deferred.push_back(Deferred {
            body: Body::Lambda(params, body),
            scope: self.scope(),
            class: self.class,
            receiver: None,
            guard: self.guard,
            statement: self.statement,
            shift: self.shift,
        });
    }

    /// Defaults and annotations are evaluated where the function stands.
    fn parameters(&mut self, params: &'a [Param]) {
        for param in params {
            for expr in [&param.default, &param.annotation].into_iter().flatten() {
                self.expr(expr);
            }
        }
    }

    /// Walks a body that was put off.
    pub(super) fn run_deferred(&mut self, deferred: Deferred<'a>) {
        self.outer = Some(deferred.scope);
        self.class = deferred.class;
        self.guard = deferred.guard;
        self.statement = deferred.statement;
        self.shift = deferred.shift;
        self.loops = 0;
        self.contexts += 1;
        self.context = self.contexts;
        self.push_frame(FrameKind::Function);
        match deferred.body {
            Body::Function(function, index) => {
                if !self.shared.is_empty() && prescan::has_definitions(&function.body) {
                    self.frame().shared = self.shared.clone();
                }
                self.bind_parameters(&function.params, deferred.receiver);
                self.run_function(function, index);
            }
            Body::Lambda(params, body) => {
                self.bind_parameters(params, None);
                self.expr(body);
            }
        }
        self.leave_scope();
    }

    fn run_function(&mut self, function: &'a FunctionDef, index: usize) {
        let before = std::mem::replace(&mut self.returning, index);
        self.block(&function.body);
        self.returning = before;
        let whole = function.body.first().zip(function.body.last());
        let body = whole.map(|(first, last)| self.at(first.range.cover(last.range)));
        if body
            .is_some_and(|body| memmem::find(body.slice(self.text).as_bytes(), b"yield").is_some())
        {
            self.returns[index] = Returns::Unknown;
        }
    }

    fn bind_parameters(&mut self, params: &'a [Param], receiver: Option<Origin>) {
        let mut receiver = receiver;
        for param in params {
            let first = receiver.take().filter(|_| param.kind <= ParamKind::Normal);
            let known = match (first, &param.annotation) {
                (Some(receiver), _) => Known::from_origin(receiver),
                (None, Some(annotation))
                    if !matches!(param.kind, ParamKind::VarArgs | ParamKind::VarKeyword) =>
                {
                    self.instance_of(annotation)
                }
                _ => Known::Unknown,
            };
            let default = param.default.as_ref().map(|default| &default.kind);
            let entry = Entry {
                optional: matches!(default, Some(ExprKind::None)),
                ..Entry::of(known)
            };
            self.bind(&param.name.name, entry);
        }
    }

    /// Notes what a `return` gives.
    pub(super) fn returned(&mut self, known: &Known) {
        let Some(returns) = self.returns.get_mut(self.returning) else {
            return;
        };
        *returns = match (&returns, known) {
            (Returns::Nothing, Known::Origin(origin)) => Returns::Value(Arc::clone(origin)),
            _ => Returns::Unknown,
        };
    }
}

/// What a method gets as its first argument.
fn receiver(function: &FunctionDef, class: ClassId) -> Option<Origin> {
    let decorated = |name: &str| {
        let names = function.decorators.iter();
        names
            .filter_map(Expr::dotted)
            .any(|decorator| decorator == name)
    };
    let name = function.name.name.as_str();
    let root = if decorated("staticmethod") {
        return None;
    } else if decorated("classmethod")
        || matches!(name, "__new__" | "__init_subclass__" | "__class_getitem__")
    {
        Root::Class(class)
    } else {
        Root::SelfOf(class)
    };
    Some(Origin {
        root,
        steps: Vec::new(),
    })
}
