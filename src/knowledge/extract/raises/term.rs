//! Expressions of a function as terms over its arguments.

use super::Walk;
use crate::knowledge::condition::{Comparison, Function, Operator, Term};
use crate::knowledge::extract::visit;
use crate::python::ast::{Call, Expr, ExprKind};
use crate::python::facts::Value;
use crate::python::literal::value_of;

/// Longer displays are data.
const MAX_ITEMS: usize = 60;

impl<'a> Walk<'_, 'a> {
    /// What an expression stands for; notes what raises while it is computed.
    pub(super) fn term(&mut self, expr: &'a Expr, path: &Term) -> Term {
        self.conversions(expr, path);
        self.term_quietly(expr)
    }

    /// Looks for members of enumerations made from values: `Strategy(self.strategy)` raises where there is
    /// no such member.
    fn conversions(&mut self, expr: &'a Expr, path: &Term) {
        match &expr.kind {
            ExprKind::IfElse { test, body, orelse } => {
                let truth = self.term_quietly(test);
                self.conversions(test, path);
                self.conversions(body, &Term::all([path.clone(), truth.clone()]));
                self.conversions(orelse, &Term::all([path.clone(), truth.negated()]));
            }
            ExprKind::BoolOp { left, op, right } => {
                self.conversions(left, path);
                let truth = self.term_quietly(left);
                let truth = if *op == "and" { truth } else { truth.negated() };
                self.conversions(right, &Term::all([path.clone(), truth]));
            }
            ExprKind::Lambda { .. } | ExprKind::Comprehension { .. } => {}
            _ => {
                for part in visit::parts(expr) {
                    self.conversions(part, path);
                }
                if let Some((values, value)) = self.member(expr) {
                    self.conversion(&values, &value, path);
                }
            }
        }
    }

    /// `Class(value)`, which may be an enumeration of the libraries.
    fn member(&self, expr: &Expr) -> Option<(Term, Term)> {
        let ExprKind::Call(call) = &expr.kind else {
            return None;
        };
        let [only] = call.args.as_slice() else {
            return None;
        };
        let name = call.func.dotted()?;
        let is_class = name
            .rsplit('.')
            .next()
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
        let plain = only.kind == crate::python::ast::ArgumentKind::Positional;
        if !is_class || !plain {
            return None;
        }
        let values = self.constant(&name)?;
        let value = self.term_quietly(&only.value);
        (value != Term::Unknown).then_some((values, value))
    }

    /// A name of the module, by absolute path.
    fn constant(&self, dotted: &str) -> Option<Term> {
        let path = self.namespace.absolute(dotted)?;
        path.contains('.').then_some(Term::Const(path))
    }

    /// A string that is known.
    pub(super) fn text(&self, expr: &Expr) -> Option<String> {
        match self.term_quietly(expr) {
            Term::Literal(Value::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// What an expression stands for.
    pub(super) fn term_quietly(&self, expr: &Expr) -> Term {
        if let Some(value) = value_of(expr) {
            return Term::Literal(value);
        }
        match &expr.kind {
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
                self.display(items)
            }
            ExprKind::Name(name) => self.name(name),
            ExprKind::Attribute { value, attr } => self.attribute(expr, value, &attr.name),
            ExprKind::Unary { op, operand } if *op == "not" => self.term_quietly(operand).negated(),
            ExprKind::BoolOp { left, op, right } => {
                let sides = [self.term_quietly(left), self.term_quietly(right)];
                match *op {
                    "and" => and(sides),
                    _ => or(sides),
                }
            }
            ExprKind::IfElse { test, body, orelse } => Term::choice(
                self.term_quietly(test),
                self.term_quietly(body),
                self.term_quietly(orelse),
            ),
            ExprKind::Compare { left, rest } => self.comparison(left, rest),
            ExprKind::Binary { left, op, right } => match Operator::from_symbol(op) {
                Some(op) => Term::Arithmetic(
                    op,
                    Box::new([self.term_quietly(left), self.term_quietly(right)]),
                ),
                None => Term::Unknown,
            },
            ExprKind::Walrus { value, .. } => self.term_quietly(value),
            ExprKind::Call(call) => self.call(expr, call),
            _ => Term::Unknown,
        }
    }

    fn display(&self, items: &[Expr]) -> Term {
        let plain = items
            .iter()
            .all(|item| !matches!(item.kind, ExprKind::Starred(_)));
        if items.len() > MAX_ITEMS || !plain {
            return Term::Unknown;
        }
        Term::List(items.iter().map(|item| self.term_quietly(item)).collect())
    }

    fn name(&self, name: &str) -> Term {
        if let Some(term) = self.state.get(name) {
            return term.clone();
        }
        if self.kwargs.as_deref() == Some(name) {
            return Term::Unknown;
        }
        // Names in small letters may be set anew while the program runs (`global`).
        let is_set_anew = name.contains(|c: char| c.is_ascii_lowercase());
        if is_set_anew && self.namespace.constant(name).is_some() {
            return Term::Unknown;
        }
        match self.namespace.fixed(name).map(literal) {
            Some(Some(term)) => term,
            _ => self.constant(name).unwrap_or(Term::Unknown),
        }
    }

    fn attribute(&self, expr: &Expr, value: &Expr, name: &str) -> Term {
        if matches!(value.as_name(), Some("self" | "cls")) {
            if let Some(known) = self.class_constant(name).and_then(literal)
                && self.state.get(&format!("self.{name}")).is_none()
            {
                return known;
            }
            return self.state.attribute(name, self.is_fields);
        }
        match self.term_quietly(value) {
            term @ (Term::Arg(_) | Term::If(_)) => self.attribute_of(term, name),
            // The value of a member compares as the member does.
            term @ (Term::Const(_) | Term::Call(Function::Member, _)) if name == "value" => term,
            Term::Const(path) => Term::Const(format!("{path}.{name}")),
            _ => expr
                .dotted()
                .filter(|path| !path.starts_with("self."))
                .and_then(|path| self.constant(&path))
                .filter(|_| matches!(value.kind, ExprKind::Name(_)) && self.is_free(value))
                .unwrap_or(Term::Unknown),
        }
    }

    /// `term.name` of an argument, or of whichever one it is.
    fn attribute_of(&self, term: Term, name: &str) -> Term {
        match term {
            Term::Arg(base) => {
                let place = format!("{base}.{name}");
                self.state.get(&place).cloned().unwrap_or(Term::Arg(place))
            }
            Term::If(parts) => {
                let [test, body, orelse] = *parts;
                let (body, orelse) = (
                    self.attribute_of(body, name),
                    self.attribute_of(orelse, name),
                );
                Term::choice(test, body, orelse)
            }
            _ => Term::Unknown,
        }
    }

    /// Whether a name is none of the function's own.
    fn is_free(&self, expr: &Expr) -> bool {
        expr.as_name()
            .is_some_and(|name| self.state.get(name).is_none())
    }

    fn comparison(&self, left: &Expr, rest: &[(&str, Expr)]) -> Term {
        let mut left = left;
        let mut parts = Vec::new();
        for (op, right) in rest {
            let Some(op) = Comparison::from_symbol(op) else {
                return Term::Unknown;
            };
            parts.push(self.compare(op, left, right));
            left = right;
        }
        Term::all(parts)
    }

    fn compare(&self, op: Comparison, left: &Expr, right: &Expr) -> Term {
        // `"name" in kwargs`
        if let (Comparison::In | Comparison::NotIn, Some(name)) = (op, right.as_name())
            && self.kwargs.as_deref() == Some(name)
        {
            let passed = self.text(left).map_or(Term::Unknown, Term::Passed);
            return if op == Comparison::In {
                passed
            } else {
                passed.negated()
            };
        }
        let (left, right) = (self.term_quietly(left), self.keys(right));
        Term::compare(op, left, right)
    }

    /// `table.keys()`, `list(Strategy)`: what is in them.
    fn keys(&self, expr: &Expr) -> Term {
        if let ExprKind::Call(call) = &expr.kind {
            match &call.func.kind {
                ExprKind::Attribute { value, attr }
                    if attr.name == "keys" && call.args.is_empty() =>
                {
                    return self.term_quietly(value);
                }
                ExprKind::Name(name)
                    if matches!(
                        name.as_str(),
                        "list" | "set" | "tuple" | "frozenset" | "sorted"
                    ) =>
                {
                    if let [only] = call.args.as_slice() {
                        return self.keys(&only.value);
                    }
                }
                _ => {}
            }
        }
        self.table(expr).unwrap_or_else(|| self.term_quietly(expr))
    }

    /// The keys of a table of the module.
    fn table(&self, expr: &Expr) -> Option<Term> {
        let name = expr
            .as_name()
            .filter(|name| self.state.get(name).is_none())?;
        let ExprKind::Dict(items) = &self.namespace.fixed(name)?.kind else {
            return None;
        };
        if items.len() > MAX_ITEMS {
            return None;
        }
        let keys = items.iter().map(|item| literal(item.key.as_ref()?));
        keys.collect::<Option<_>>().map(Term::List)
    }

    fn call(&self, expr: &Expr, call: &Call) -> Term {
        if let Some(term) = self.read_argument(call) {
            return term;
        }
        let args: Vec<&Expr> = visit::positional(call).collect();
        if args.len() != call.args.len() {
            return Term::Unknown;
        }
        match (&call.func.kind, args.as_slice()) {
            (ExprKind::Name(name), [object, types]) if name == "isinstance" => {
                let types = self.types(types).map_or(Term::Unknown, Term::List);
                Term::Call(Function::IsInstance, vec![self.term_quietly(object), types])
            }
            (ExprKind::Name(name), [only]) if matches!(name.as_str(), "len" | "int" | "str") => {
                let function = Function::from_name(name, false).unwrap_or(Function::Len);
                Term::Call(function, vec![self.term_quietly(only)])
            }
            (ExprKind::Name(name), [only]) if matches!(name.as_str(), "list" | "tuple" | "set") => {
                self.keys(only)
            }
            (ExprKind::Attribute { value, attr }, args) => {
                match Function::from_name(&attr.name, true) {
                    Some(function) => {
                        let receiver = [self.term_quietly(value)];
                        let args = args.iter().map(|arg| self.term_quietly(arg));
                        Term::Call(function, receiver.into_iter().chain(args).collect())
                    }
                    None => self.made_member(expr),
                }
            }
            _ => self.made_member(expr),
        }
    }

    fn made_member(&self, expr: &Expr) -> Term {
        match self.member(expr) {
            Some((values, value)) => Term::Call(Function::Member, vec![values, value]),
            None => Term::Unknown,
        }
    }

    /// `getattr(self, "x")`, `kwargs.get("x", default)`
    fn read_argument(&self, call: &Call) -> Option<Term> {
        let mut arguments = visit::positional(call);
        match &call.func.kind {
            ExprKind::Name(name) if name == "getattr" => {
                let object = arguments.next()?;
                let name = self.text(arguments.next()?)?;
                let has_default = arguments.next().is_some();
                match object.as_name() {
                    Some("self") => Some(self.state.attribute(&name, self.is_fields)),
                    _ if has_default => None,
                    _ => match self.term_quietly(object) {
                        Term::Arg(base) => Some(Term::Arg(format!("{base}.{name}"))),
                        _ => None,
                    },
                }
            }
            ExprKind::Attribute { value, attr } if matches!(attr.name.as_str(), "get" | "pop") => {
                if value.as_name().is_none() || value.as_name() != self.kwargs.as_deref() {
                    return None;
                }
                let name = self.text(arguments.next()?)?;
                let default = match arguments.next() {
                    Some(default) => self.term_quietly(default),
                    None => Term::Literal(Value::None),
                };
                let passed = Term::Passed(name.clone());
                Some(Term::choice(passed, Term::Arg(name), default))
            }
            _ => None,
        }
    }

    /// The types behind `isinstance`, as texts: builtin names, absolute paths.
    fn types(&self, expr: &Expr) -> Option<Vec<Term>> {
        match &expr.kind {
            ExprKind::Tuple(items) => {
                let all: Option<Vec<Vec<Term>>> =
                    items.iter().map(|item| self.types(item)).collect();
                Some(all?.concat())
            }
            ExprKind::Binary { left, op, right } if *op == "|" => {
                Some([self.types(left)?, self.types(right)?].concat())
            }
            _ => {
                let name = expr.dotted()?;
                if self.state.get(&name).is_some() {
                    return None;
                }
                let known = self.namespace.absolute(&name);
                let is_builtin = known.is_none() && !name.contains('.');
                let path = known.or(is_builtin.then_some(name))?;
                Some(vec![Term::Literal(Value::Str(path))])
            }
        }
    }
}

/// `a and b` as a value: the first that is false, or the last.
fn and([left, right]: [Term; 2]) -> Term {
    match (left.literal_truth(), right.literal_truth()) {
        (Some(true), _) => right,
        (Some(false), _) => left,
        (None, Some(_)) => Term::And(vec![left, right]),
        (None, None) => Term::all([left, right]),
    }
}

/// `a or b` as a value: the first that is true, or the last.
fn or([left, right]: [Term; 2]) -> Term {
    match (left.literal_truth(), right.literal_truth()) {
        (Some(true), _) => left,
        (Some(false), _) => right,
        (None, Some(_)) => Term::Or(vec![left, right]),
        (None, None) => Term::any([left, right]),
    }
}

/// A display or literal as a term; absent for what is computed.
fn literal(expr: &Expr) -> Option<Term> {
    match &expr.kind {
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items)
            if items.len() <= MAX_ITEMS =>
        {
            Some(Term::List(
                items.iter().map(literal).collect::<Option<_>>()?,
            ))
        }
        _ => value_of(expr).map(Term::Literal),
    }
}
