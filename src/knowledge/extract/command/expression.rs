//! Expressions.

use super::machine::{Frame, Machine};
use super::value::{Arguments, Value};
use crate::knowledge::extract::visit;
use crate::python::ast::{ArgumentKind, Call, Expr, ExprKind};

impl<'a> Machine<'a> {
    /// What an expression stands for.
    pub fn value(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        if !self.step() {
            return Value::Unknown;
        }
        match &expr.kind {
            ExprKind::None => Value::None,
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Int(value) => Value::Int(*value),
            ExprKind::Str(text) if !text.is_bytes => Value::Str(text.value.clone()),
            ExprKind::FString(parts) => self.interpolated(expr, parts, frame),
            ExprKind::Name(name) => self.name(name, frame),
            ExprKind::Attribute { value, attr } => {
                let receiver = self.value(value, frame);
                self.attribute(&receiver, &attr.name)
            }
            ExprKind::List(items) | ExprKind::Tuple(items) => self.list(items, frame),
            ExprKind::Dict(items) => {
                let mut pairs = Vec::new();
                for item in items {
                    let key = item.key.as_ref().map(|key| self.value(key, frame));
                    let value = self.value(&item.value, frame);
                    match key {
                        Some(Value::Str(key)) => pairs.push((key, value)),
                        _ => return Value::Unknown,
                    }
                }
                Value::Dict(pairs)
            }
            ExprKind::Binary { left, op, right } if *op == "+" => {
                match (self.value(left, frame), self.value(right, frame)) {
                    (Value::Str(a), Value::Str(b)) => Value::Str(a + &b),
                    (Value::List(a), Value::List(b)) => Value::List([a, b].concat()),
                    _ => Value::Unknown,
                }
            }
            ExprKind::Unary { op, operand } if *op == "not" => {
                let truth = self.value(operand, frame).truth();
                truth.map_or(Value::Unknown, |truth| Value::Bool(!truth))
            }
            ExprKind::BoolOp { left, op, right } => {
                let left = self.value(left, frame);
                match (left.truth(), *op) {
                    (Some(true), "or") | (Some(false), "and") => left,
                    (Some(_), _) => self.value(right, frame),
                    (None, _) => {
                        self.look_into(expr, frame);
                        Value::Unknown
                    }
                }
            }
            ExprKind::Compare { left, rest } => match rest.as_slice() {
                [(op, right)] => {
                    let (left, right) = (self.value(left, frame), self.value(right, frame));
                    compared(&left, op, &right)
                }
                _ => {
                    self.look_into(expr, frame);
                    Value::Unknown
                }
            },
            ExprKind::IfElse { test, body, orelse } => match self.value(test, frame).truth() {
                Some(true) => self.value(body, frame),
                Some(false) => self.value(orelse, frame),
                None => {
                    self.look_into(expr, frame);
                    Value::Unknown
                }
            },
            ExprKind::Call(call) => self.call(call, frame),
            _ => {
                self.look_into(expr, frame);
                Value::Unknown
            }
        }
    }

    /// In a script nothing may be passed over: what is done with a parser inside of an expression counts.
    fn look_into(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) {
        if self.watch.is_some() {
            self.conditions += 1;
            self.doubt(1);
            for part in visit::parts(expr) {
                let value = self.value(part, frame);
                self.escape_value(&value, 1);
            }
            self.doubt(-1);
            self.conditions -= 1;
        }
    }

    fn list(&mut self, items: &'a [Expr], frame: &mut Frame<'a>) -> Value<'a> {
        let mut values = Vec::new();
        for item in items {
            if let ExprKind::Starred(inner) = &item.kind {
                match self.value(inner, frame) {
                    Value::List(more) => values.extend(more),
                    _ => return Value::Unknown,
                }
            } else {
                values.push(self.value(item, frame));
            }
        }
        Value::List(values)
    }

    /// A string with interpolation, where all that is put in is known.
    fn interpolated(&mut self, expr: &Expr, parts: &'a [Expr], frame: &mut Frame<'a>) -> Value<'a> {
        let source = expr.range.slice(frame.text);
        let quotes = |text: &str| text.trim_matches(['"', '\'']).to_owned();
        let Some(body) = source.strip_prefix(['f', 'F']).map(quotes) else {
            return Value::Unknown;
        };
        let mut text = String::new();
        let mut rest = body.as_str();
        for part in parts {
            let Value::Str(value) = self.value(part, frame) else {
                return Value::Unknown;
            };
            let hole = format!("{{{}}}", part.range.slice(frame.text));
            let Some((before, behind)) = rest.split_once(&hole) else {
                return Value::Unknown;
            };
            text.push_str(before);
            text.push_str(&value);
            rest = behind;
        }
        text.push_str(rest);
        match text.contains(['{', '\\', '"', '\'']) {
            true => Value::Unknown,
            false => Value::Str(text),
        }
    }

    /// The arguments of a call.
    pub fn arguments(&mut self, call: &'a Call, frame: &mut Frame<'a>) -> Arguments<'a> {
        let mut arguments = Arguments::default();
        for argument in &call.args {
            let value = self.value(&argument.value, frame);
            match (&argument.kind, value) {
                (ArgumentKind::Positional, value) => arguments.positional.push(value),
                (ArgumentKind::Keyword(name), value) => {
                    arguments.named.push((name.name.to_string(), value));
                }
                (ArgumentKind::Spread, Value::List(values)) => arguments.positional.extend(values),
                (ArgumentKind::DictSpread, Value::Dict(pairs)) => arguments.named.extend(pairs),
                _ => arguments.open = true,
            }
        }
        arguments
    }
}

fn compared<'a>(left: &Value<'a>, op: &str, right: &Value<'a>) -> Value<'a> {
    let known = |truth: Option<bool>| truth.map_or(Value::Unknown, Value::Bool);
    match op {
        "==" | "is" => known(left.same(right)),
        "!=" | "is not" => known(left.same(right).map(|same| !same)),
        _ => Value::Unknown,
    }
}
