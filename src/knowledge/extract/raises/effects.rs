//! What calls do to the names of a function: methods of the class that are entered, attributes that may have
//! changed, lists that grow.

use super::{MAX_DEPTH, MAX_TEXT, Stage, Term, Walk, targets};
use crate::knowledge::extract::body::Kind;
use crate::knowledge::extract::visit;
use crate::python::ast::{ArgumentKind, Call, Expr, ExprKind, FunctionDef, ParamKind, Stmt};

impl<'a> Walk<'_, 'a> {
    /// What calls in a body that may run, or not, may change is unknown.
    pub(super) fn forget_called(&mut self, body: &'a [Stmt]) {
        visit::expressions(body, &mut |expr| {
            if let ExprKind::Call(call) = &expr.kind {
                self.forget_changed(call);
                if self.may_change_self(call) {
                    self.state.forget_self();
                }
            }
        });
    }

    /// `names.append(name)` changes `names`.
    pub(super) fn forget_changed(&mut self, call: &'a Call) {
        const CHANGING: &[&str] = &[
            "append",
            "extend",
            "insert",
            "update",
            "add",
            "pop",
            "popitem",
            "remove",
            "discard",
            "clear",
            "setdefault",
            "sort",
            "reverse",
        ];
        if let ExprKind::Attribute { value, attr } = &call.func.kind
            && CHANGING.contains(&attr.name.as_str())
            && value
                .as_name()
                .is_none_or(|name| self.kwargs.as_deref() != Some(name))
        {
            self.forget(value);
        }
    }

    /// What the calls in an expression do to `self`.
    pub(super) fn effects(&mut self, expr: &'a Expr, path: &Term) {
        match &expr.kind {
            // What is not surely evaluated changes what it may, and is said to raise where it is evaluated.
            ExprKind::IfElse { test, body, orelse } => {
                self.effects(test, path);
                let truth = self.term_quietly(test);
                self.effects(body, &Term::in_order([path.clone(), truth.clone()]));
                return self.effects(orelse, &Term::in_order([path.clone(), truth.negated()]));
            }
            ExprKind::BoolOp { left, op, right } => {
                self.effects(left, path);
                let truth = self.term_quietly(left);
                let truth = if *op == "and" { truth } else { truth.negated() };
                return self.effects(right, &Term::in_order([path.clone(), truth]));
            }
            ExprKind::Lambda { .. } | ExprKind::Comprehension { .. } => {
                self.caught += 1;
                for part in visit::parts(expr) {
                    self.effects(part, &Term::Unknown);
                }
                self.caught -= 1;
                return;
            }
            _ => {}
        }
        for part in visit::parts(expr) {
            self.effects(part, path);
        }
        let ExprKind::Call(call) = &expr.kind else {
            return;
        };
        if visit::is_of_base(call, "__post_init__") && self.is_fields && self.stack.len() == 1 {
            return self.base_constructor(path);
        }
        self.run(call, path);
        if let Some(names) = self.literal_setattr(call) {
            let place = format!("self.{names}");
            let value = visit::positional(call).nth(2);
            let term = value.map_or(Term::Unknown, |value| self.term(value, path));
            let term = self.bounded(term);
            return self.state.set(&place, term);
        }
        self.forget_changed(call);
        let of_class = match &call.func.kind {
            ExprKind::Attribute { value, .. } if value.as_name() == Some("self") => {
                (self.helpers)(&call.func)
            }
            _ => None,
        };
        match of_class {
            Some(function) if is_of_the_class(function) => {}
            Some(function) if self.enter(function, call, path) => {}
            Some(_) => self.forget_assigned(),
            None if self.may_change_self(call) => self.state.forget_self(),
            None => {}
        }
    }

    /// A method of the class runs that is not entered: what any method of it sets is unknown.
    pub(super) fn forget_assigned(&mut self) {
        let Some(class) = self.class else {
            return self.state.forget_self();
        };
        for entry in &class.entries {
            let Kind::Function(definitions) = &entry.kind else {
                continue;
            };
            for definition in definitions
                .iter()
                .filter(|it| it.name.name != self.stack[0])
            {
                let mut sets_any = false;
                visit::expressions(&definition.body, &mut |expr| {
                    if let ExprKind::Call(call) = &expr.kind {
                        sets_any |= call.func.as_name() == Some("setattr");
                    }
                });
                if sets_any {
                    return self.state.forget_self();
                }
                visit::statements(&definition.body, &mut |stmt| {
                    for target in targets(stmt) {
                        let place = target.dotted().unwrap_or_default();
                        if place.starts_with("self.") && place.matches('.').count() == 1 {
                            self.state.set(&place, Term::Unknown);
                        }
                    }
                });
            }
        }
    }

    /// Whether no method but the constructor sets an attribute.
    pub(super) fn is_set_once(&self, place: &str) -> bool {
        let Some(class) = self.class else {
            return false;
        };
        let methods = class.entries.iter().filter_map(|entry| match &entry.kind {
            Kind::Function(definitions) if entry.name != "__init__" => Some(definitions),
            _ => None,
        });
        let mut sets = false;
        for definition in methods.flatten() {
            visit::statements(&definition.body, &mut |stmt| {
                let mut targets = targets(stmt).into_iter();
                sets |= targets.any(|target| target.dotted().as_deref() == Some(place));
            });
        }
        !sets
    }

    /// `setattr(self, name, value)` with a name that is known.
    pub(super) fn literal_setattr(&self, call: &'a Call) -> Option<String> {
        if call.func.as_name() != Some("setattr") {
            return None;
        }
        let mut arguments = visit::positional(call);
        if arguments.next()?.as_name() != Some("self") {
            return None;
        }
        self.text(arguments.next()?)
    }

    /// Runs a method of the same class in place.
    pub(super) fn enter(&mut self, function: &'a FunctionDef, call: &'a Call, path: &Term) -> bool {
        let name = function.name.name.as_str();
        if self.stack.len() > MAX_DEPTH
            || self.stack.contains(&name)
            || !function.decorators.is_empty()
        {
            return false;
        }
        let mut locals: Vec<(String, Term)> = Vec::new();
        let params: Vec<_> = function
            .params
            .iter()
            .filter(|param| param.name.name != "self")
            .collect();
        if call.args.iter().any(|argument| {
            matches!(
                argument.kind,
                ArgumentKind::Spread | ArgumentKind::DictSpread
            )
        }) {
            return false;
        }
        for (index, param) in params.iter().enumerate() {
            let passed = visit::keyword(call, &param.name.name).or_else(|| {
                let by_place = matches!(param.kind, ParamKind::Normal | ParamKind::PositionalOnly);
                visit::positional(call).nth(index).filter(|_| by_place)
            });
            let term = match (passed, &param.default, param.kind) {
                (Some(value), _, _) => self.term_quietly(value),
                (None, Some(default), _) => self.term_quietly(default),
                _ => Term::Unknown,
            };
            locals.push((param.name.name.to_string(), self.bounded(term)));
        }
        let outside = self.state.take_locals();
        let kwargs = self.kwargs.take();
        for (name, term) in locals {
            self.state.set(&name, term);
        }
        self.stack.push(name);
        let _ = self.block(&function.body, path.clone());
        self.stack.pop();
        self.kwargs = kwargs;
        self.state.restore_locals(outside);
        true
    }

    pub(super) fn base_constructor(&mut self, path: &Term) {
        if *path != Term::truth(true) || self.outcome.runs_base {
            self.state.forget_self();
            return;
        }
        self.fields(Stage::Before);
        self.outcome.runs_base = true;
        self.state.enter_base();
    }

    /// Notes what the fields stand for now.
    pub(super) fn fields(&mut self, stage: Stage) {
        let mut changed: Vec<(Stage, String, Term)> = self
            .state
            .attributes()
            .filter(|(name, term)| {
                let same = Term::Arg((*name).to_owned());
                let base = Term::Base((*name).to_owned());
                **term != same && **term != base
            })
            .map(|(name, term)| {
                let short = term.to_string().len() <= MAX_TEXT;
                let term = if short { term.clone() } else { Term::Unknown };
                (stage, name.to_owned(), term)
            })
            .collect();
        let unknown = self.state.self_unknown().clone();
        if unknown != Term::truth(false) {
            changed.push((stage, "*".to_owned(), unknown));
        }
        changed.sort_by(|a, b| a.1.cmp(&b.1));
        self.outcome.fields.extend(changed);
    }

    /// Whether a call may set attributes of `self` in ways that are not seen here.
    pub(super) fn may_change_self(&self, call: &Call) -> bool {
        const HARMLESS: &[&str] = &[
            "isinstance",
            "hasattr",
            "getattr",
            "type",
            "len",
            "id",
            "repr",
            "str",
            "fields",
            "asdict",
            "super",
            "print",
            "vars",
            "dir",
        ];
        let name = call.func.as_name().unwrap_or_default();
        let passes_self = call
            .args
            .iter()
            .any(|argument| argument.value.as_name() == Some("self"));
        if passes_self && !HARMLESS.contains(&name) {
            return true;
        }
        match &call.func.kind {
            // A function that was put into an attribute knows nothing of `self`.
            ExprKind::Attribute { value, attr } => {
                value.as_name() == Some("self")
                    && self.state.get(&format!("self.{}", attr.name)).is_none()
                    || matches!(&value.kind, ExprKind::Call(inner) if inner.func.as_name() == Some("super"))
                    || value.dotted().as_deref() == Some("self.__dict__")
            }
            _ => false,
        }
    }
}

/// Whether a method gets the class or nothing, and so sets nothing of an instance.
fn is_of_the_class(function: &FunctionDef) -> bool {
    function.decorators.iter().any(|decorator| {
        let name = decorator.dotted().unwrap_or_default();
        matches!(name.as_str(), "classmethod" | "staticmethod")
    })
}
