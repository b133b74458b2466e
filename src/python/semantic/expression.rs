//! Expressions: what they do, and where their values come from.

use std::rc::Rc;
use std::sync::Arc;

use super::guard::Tested;
use super::scope::{Entry, FrameKind, Known};
use super::{MAX_STEPS, Walker};
use crate::budget;
use crate::python::ast::{Expr, ExprKind, Ident};
use crate::python::facts::{Access, AttributeUse, Step, Value};
use crate::text::TextRange;

impl<'a> Walker<'a> {
    /// Walks `expr` and says what is known of its value.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Known {
        budget::tick();
        match &expr.kind {
            ExprKind::Name(name) => self.name(name, self.at(expr.range)),
            ExprKind::Attribute { value, attr } => {
                let receiver = self.expr(value);
                self.attribute(&receiver, attr, self.at(expr.range), Access::Load, false)
            }
            ExprKind::Call(call) => self.call(call, self.at(expr.range)),
            ExprKind::Subscript { value, index } => {
                self.subscript(value, index, self.at(expr.range))
            }
            ExprKind::Tuple(items) => self.tuple(items),
            ExprKind::FString(items) | ExprKind::List(items) | ExprKind::Set(items) => {
                self.all(items)
            }
            ExprKind::Yield(items) | ExprKind::Other(items) => self.all(items),
            ExprKind::Dict(items) => {
                for item in items {
                    if let Some(key) = &item.key {
                        self.expr(key);
                        self.expr(&item.value);
                    } else {
                        self.read(&item.value);
                    }
                }
                Known::Unknown
            }
            ExprKind::Binary { left, right, .. } => {
                self.read(left);
                self.read(right);
                Known::Unknown
            }
            ExprKind::Compare { left, rest } => {
                self.read(left);
                self.note_compared(left);
                for (_, right) in rest {
                    self.read(right);
                }
                Known::Unknown
            }
            ExprKind::Unary { operand, .. } => {
                self.read(operand);
                Known::Unknown
            }
            ExprKind::BoolOp { left, op, right } => {
                let mut narrowed = Vec::new();
                let (known, tested) = self.testing(|walker| walker.read(left));
                if *op == "and" {
                    self.narrow(left, &mut narrowed);
                }
                let guarded = tested > Tested::Nothing;
                let right = self.guarded(guarded, |walker| walker.read(right));
                self.widen(narrowed);
                known.join(&right)
            }
            ExprKind::IfElse { test, body, orelse } => {
                let (_, tested) = self.testing(|walker| walker.read(test));
                self.guarded(tested > Tested::Nothing, |walker| {
                    let body = walker.apart(|walker| walker.expr(body));
                    let orelse = walker.apart(|walker| walker.expr(orelse));
                    body.join(&orelse)
                })
            }
            ExprKind::Lambda { params, body } => {
                self.lambda(params, body);
                Known::Unknown
            }
            ExprKind::Starred(value) => {
                self.read(value);
                Known::Unknown
            }
            ExprKind::Await(value) => self.expr(value),
            ExprKind::Walrus { name, value } => {
                let known = self.value(value);
                self.bind_outside_comprehensions(&name.name, known.clone());
                known
            }
            ExprKind::Comprehension { clauses, parts } => self.comprehension(clauses, parts),
            ExprKind::None => Known::Constant(Rc::new(Value::None)),
            ExprKind::Str(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Ellipsis
            | ExprKind::Error => Known::Unknown,
        }
    }

    /// Walks the right side of an assignment. A value that is not known otherwise may be a constant, or
    /// the outcome of a test.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Known {
        if self.binds_dicts()
            && let Some(id) = self.mapping(expr)
        {
            return Known::Dict(id);
        }
        let (known, tested) = self.testing(|walker| walker.expr(expr));
        match known {
            Known::Unknown if tested > Tested::Nothing => Known::Test,
            Known::Unknown => self.constant_to_bind(expr),
            known => known,
        }
    }

    fn all(&mut self, items: &'a [Expr]) -> Known {
        for item in items {
            self.expr(item);
        }
        Known::Unknown
    }

    pub(super) fn tuple(&mut self, items: &'a [Expr]) -> Known {
        let items: Vec<Known> = items.iter().map(|item| self.expr(item)).collect();
        if items.iter().all(|item| *item == Known::Unknown) {
            Known::Unknown
        } else {
            Known::Items(items.into())
        }
    }

    fn subscript(&mut self, value: &'a Expr, index: &'a [Expr], range: TextRange) -> Known {
        let known = self.read(value);
        self.all(index);
        let [index] = index else {
            return Known::Unknown;
        };
        match (super::constant::integer(index), index.as_str()) {
            (Some(index), _) => {
                self.measure(&known, range, "__getitem__");
                item(&known, index)
            }
            (None, Some(key)) => entry(&known, key),
            (None, None) => Known::Unknown,
        }
    }

    /// Records `receiver.attr` where the receiver's origin is known, and follows it.
    pub(super) fn attribute(
        &mut self,
        receiver: &Known,
        attr: &Ident,
        range: TextRange,
        access: Access,
        called: bool,
    ) -> Known {
        // `model.parameters()` is no signature.
        if !(called && attr.name == "parameters") {
            self.mention_name(&attr.name);
        }
        let Known::Origin(origin) = receiver else {
            return Known::Unknown;
        };
        self.facts.attributes.push(AttributeUse {
            receiver: Arc::clone(origin),
            attr: self.ident(attr),
            range,
            access,
            called,
            guard: self.guard(),
        });
        if let Some(known) = self.own_attribute(origin, &attr.name) {
            return known;
        }
        if origin.steps.len() >= MAX_STEPS {
            return Known::Unknown;
        }
        Known::Origin(Arc::new(origin.then(Step::Attr(attr.name.clone()))))
    }

    /// The conditions come behind the element, but decide whether it is evaluated.
    fn comprehension(&mut self, clauses: &'a [(Expr, Expr)], parts: &'a [Expr]) -> Known {
        self.push_frame(FrameKind::Comprehension);
        for (target, iter) in clauses {
            self.read(iter);
            self.assign(target, &Known::Unknown);
        }
        let mut guarded = false;
        self.apart(|walker| {
            for part in parts.iter().rev() {
                let (_, tested) = walker.guarded(guarded, |walker| {
                    walker.testing(|walker| walker.looping(|walker| walker.expr(part)))
                });
                guarded |= tested > Tested::Nothing;
            }
        });
        self.frames.pop();
        Known::Unknown
    }

    /// `:=` binds in the scope around a comprehension.
    fn bind_outside_comprehensions(&mut self, name: &'a str, known: Known) {
        let frame = self
            .frames
            .iter_mut()
            .rfind(|frame| frame.kind != FrameKind::Comprehension);
        if let Some(frame) = frame {
            frame.bind(name, Entry::of(known));
        }
    }
}

/// What a mapping holds under `key`.
fn entry(known: &Known, key: &str) -> Known {
    match known {
        Known::Origin(origin) if origin.steps.len() < MAX_STEPS => {
            Known::from_origin(origin.then(Step::Key(key.into())))
        }
        _ => Known::Unknown,
    }
}

/// Element `index` of a value, counted from the end where it is negative.
pub(super) fn item(known: &Known, index: i32) -> Known {
    match known {
        Known::Origin(origin) if origin.steps.len() < MAX_STEPS => {
            Known::Origin(Arc::new(origin.then(Step::Item(index))))
        }
        Known::Items(items) => {
            let length = i32::try_from(items.len()).unwrap_or(i32::MAX);
            let index = if index < 0 { index + length } else { index };
            let element = usize::try_from(index)
                .ok()
                .and_then(|index| items.get(index));
            element.cloned().unwrap_or_default()
        }
        _ => Known::Unknown,
    }
}
