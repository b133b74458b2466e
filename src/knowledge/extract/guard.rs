//! Under which conditions a notice speaks, as far as that depends on one argument alone.

use rustc_hash::FxHashMap;

use super::render;
use super::text::Known;
use super::visit;
use crate::knowledge::fact::Trigger;
use crate::python::ast::{Call, Expr, ExprKind};

/// One part of the condition in front of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Guard {
    /// Holds when the argument is used in that way, whatever its value.
    About(String, Trigger),
    /// Holds when any of these is.
    Any(Vec<(String, Trigger)>),
    /// Holds when the argument is left at its default.
    Absent(String),
    /// Says nothing about arguments.
    Neutral,
    /// Depends on something else.
    Other,
}

/// What a function's expressions mean for its arguments.
#[derive(Debug)]
pub struct Arguments<'s> {
    /// Parameters with their defaults as written, and the names taken from `**kwargs`.
    pub defaults: &'s FxHashMap<String, Option<String>>,
    /// Local variables that hold a keyword taken from `**kwargs`.
    pub origins: &'s FxHashMap<String, String>,
    /// Whether `self.name` is the argument `name` (a dataclass's `__post_init__`).
    pub fields: bool,
    /// Parameters whose attributes are the arguments of another class.
    pub objects: &'s [String],
    /// The variables that hold the `**kwargs`.
    pub dicts: &'s [String],
    /// Local variables that hold a known text.
    pub known: &'s Known,
    /// The module's text.
    pub text: &'s str,
}

impl Arguments<'_> {
    /// The conditions that `test` stands for, or its opposite.
    pub fn guards(&self, test: &Expr, holds: bool) -> Vec<Guard> {
        match &test.kind {
            ExprKind::Unary { op, operand } if *op == "not" => self.guards(operand, !holds),
            ExprKind::BoolOp { left, op, right } => {
                let mut guards = self.guards(left, holds);
                guards.extend(self.guards(right, holds));
                if (*op == "and") == holds {
                    guards
                } else {
                    vec![any_of(&guards)]
                }
            }
            ExprKind::Compare { left, rest } => match rest.as_slice() {
                [(op, right)] => vec![self.comparison(left, op, right, holds)],
                _ => vec![Guard::Other],
            },
            ExprKind::Call(call) if is_about_tracing(call) => vec![Guard::Neutral],
            ExprKind::Call(call) if holds && is_about_backend(call) => vec![Guard::Neutral],
            ExprKind::Call(call) if holds && self.fields && asks_for_field(call) => {
                vec![Guard::Neutral]
            }
            _ => vec![match self.argument(test) {
                Some(name) if holds => Guard::About(name, Trigger::Truthy),
                Some(name) if self.is_false(&name) => Guard::Absent(name),
                _ => Guard::Other,
            }],
        }
    }

    fn comparison(&self, left: &Expr, op: &str, right: &Expr, holds: bool) -> Guard {
        if matches!(op, "in" | "not in") {
            return match (left.as_str().or(self.known_text(left)), &right.kind) {
                (Some(name), ExprKind::Name(dict))
                    if self.dicts.iter().any(|known| dict == known) =>
                {
                    if (op == "in") == holds {
                        Guard::About(name.to_owned(), Trigger::Used)
                    } else {
                        Guard::Absent(name.to_owned())
                    }
                }
                _ => Guard::Other,
            };
        }
        // The framework that nearly everybody has.
        if holds && op == "==" && left.dotted().as_deref() == Some("self.framework") {
            return match right.as_str() {
                Some("pt") => Guard::Neutral,
                _ => Guard::Other,
            };
        }
        let Some(name) = self.argument(left) else {
            return Guard::Other;
        };
        if op == ">" && holds && self.is_default(&name, right) {
            return Guard::About(name, Trigger::Truthy);
        }
        let same = match op {
            "is" | "==" => holds,
            "is not" | "!=" => !holds,
            _ => return Guard::Other,
        };
        let value = render::default(right, self.text);
        let default = self.defaults.get(&name).cloned().flatten();
        let is_default = default.as_deref() == Some(value.as_str());
        match (value.as_str(), same) {
            ("None", false) => Guard::About(name, Trigger::NotNone),
            ("None", true) => Guard::Absent(name),
            (_, false) if is_default => Guard::About(name, Trigger::Used),
            (_, true) if is_default => Guard::Absent(name),
            ("True", true) => Guard::About(name, Trigger::Truthy),
            _ => Guard::Other,
        }
    }

    fn is_default(&self, name: &str, value: &Expr) -> bool {
        let default = self.defaults.get(name).cloned().flatten();
        default.as_deref() == Some(render::default(value, self.text).as_str())
    }

    /// Whether the argument counts as false where it is not passed.
    fn is_false(&self, name: &str) -> bool {
        let default = self.defaults.get(name).cloned().flatten();
        matches!(default.as_deref(), Some("None" | "False"))
    }

    fn known_text<'k>(&'k self, expr: &Expr) -> Option<&'k str> {
        self.known.get(expr.as_name()?).map(String::as_str)
    }

    /// The argument whose value an expression is.
    pub fn argument(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Name(name) => match self.origins.get(name.as_str()) {
                Some(origin) => Some(origin.clone()),
                None => self
                    .defaults
                    .contains_key(name.as_str())
                    .then(|| name.to_string()),
            },
            ExprKind::Attribute { value, attr } => {
                let receiver = value.as_name()?;
                if self.fields && receiver == "self" {
                    return Some(attr.name.to_string());
                }
                let is_object = self.objects.iter().any(|object| object == receiver);
                is_object.then(|| format!("{receiver}.{}", attr.name))
            }
            ExprKind::Walrus { value, .. } => self.argument(value),
            ExprKind::Call(call) => self.read(call),
            _ => None,
        }
    }

    /// `kwargs.pop("x", None)`, `getattr(self, "x")`
    fn read(&self, call: &Call) -> Option<String> {
        let text = |expr: &Expr| {
            let literal = expr.as_str().or_else(|| self.known_text(expr));
            literal.map(ToOwned::to_owned)
        };
        let mut arguments = visit::positional(call);
        match &call.func.kind {
            ExprKind::Name(name) if name == "getattr" && self.fields => {
                let receiver = arguments.next()?.as_name()?;
                (receiver == "self").then(|| arguments.next().and_then(text))?
            }
            ExprKind::Attribute { value, attr } if matches!(attr.name.as_str(), "pop" | "get") => {
                let dict = value.as_name()?;
                let taken = self.dicts.iter().any(|known| known == dict);
                taken.then(|| arguments.next().and_then(text))?
            }
            _ => None,
        }
    }
}

/// An `or` speaks of several arguments at once only where each side speaks of one.
fn any_of(guards: &[Guard]) -> Guard {
    let mut names = Vec::new();
    for guard in guards {
        match guard {
            Guard::About(name, when) => names.push((name.clone(), *when)),
            Guard::Any(more) => names.extend(more.iter().cloned()),
            _ => return Guard::Other,
        }
    }
    Guard::Any(names)
}

/// `is_torch_available()`: whether something is installed that the code around needs anyway.
fn is_about_backend(call: &Call) -> bool {
    call.args.is_empty()
        && call
            .func
            .as_name()
            .is_some_and(|name| matches!(name, "is_torch_available" | "is_accelerate_available"))
}

/// `hasattr(self, name)` beside a look at its value.
fn asks_for_field(call: &Call) -> bool {
    let object = visit::positional(call).next().and_then(Expr::as_name);
    call.func.as_name() == Some("hasattr") && object == Some("self")
}

/// Whether a notice is held back only while a graph is traced.
fn is_about_tracing(call: &Call) -> bool {
    call.func.dotted().is_some_and(|path| {
        let name = path.rsplit('.').next().unwrap_or_default();
        name.starts_with("is_") && (name.contains("compiling") || name.contains("tracing"))
    })
}
