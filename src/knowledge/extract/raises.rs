//! Under which conditions a function raises, as far as these depend on its arguments.
//!
//! The body is run with its arguments as unknowns. Each local name, and each attribute of `self`, stands
//! for a [`Term`] over the arguments; behind an `if` it stands for a choice. A `raise` is a fact when the
//! tests around it can be told from arguments, constants and literals. Methods of the same class are
//! entered; whatever else may change an attribute makes it unknown. Loops over literal lists are run,
//! others make unknown what they assign. What stands in a `try` with handlers is not said to raise.

mod state;
mod term;

use super::body::{Body, Kind};
use super::kwargs::Helpers;
use super::namespace::Namespace;
use super::visit;
use crate::knowledge::condition::{Comparison, Term};
use crate::knowledge::fact::{Fact, Flag, Stage};
use crate::python::ast::{Call, Expr, ExprKind, FunctionDef, ParamKind, Stmt, StmtKind};
use state::State;

/// Terms with more parts than this are not followed.
const MAX_TERM: usize = 150;
/// Conditions longer than this are not kept, in bytes.
const MAX_TEXT: usize = 1200;
/// Methods that call methods are entered this deep.
const MAX_DEPTH: usize = 3;
/// Statements run for one function, those of loops and methods counted each time.
const MAX_STEPS: usize = 4000;
/// Longer lists are not looped over.
const MAX_TURNS: usize = 16;

/// What a function's body says about its arguments.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The exceptions with what makes them, in source order.
    pub raises: Vec<Raise>,
    /// In a `__post_init__`: what fields are when the base's runs, and in the end. Only those that change.
    pub fields: Vec<(Stage, String, Term)>,
    /// Whether the base's `__post_init__` runs.
    pub runs_base: bool,
}

/// One exception.
#[derive(Debug)]
pub struct Raise {
    /// Its class.
    pub exception: String,
    /// What makes it.
    pub when: Term,
    /// The methods of the class that stand between, from outside to inside.
    pub through: Vec<String>,
}

impl Outcome {
    /// The same as facts.
    pub fn facts(self) -> Vec<Fact> {
        let runs_base = self.runs_base.then_some(Fact::Flag(Flag::RunsBase));
        let raises = self.raises.into_iter().map(|raise| Fact::Raises {
            exception: raise.exception,
            when: raise.when.to_string(),
            through: (!raise.through.is_empty()).then(|| raise.through.join(" ")),
        });
        let fields = self
            .fields
            .into_iter()
            .map(|(stage, name, value)| Fact::Field {
                stage,
                name,
                value: value.to_string(),
            });
        runs_base.into_iter().chain(raises).chain(fields).collect()
    }
}

/// Whether the end of a block is reached.
enum End {
    /// Yes, under this condition where some of its paths return before.
    Falls(Option<Term>),
    Raises,
    Returns,
}

/// Reads one function.
pub fn read<'a>(
    function: &'a FunctionDef,
    namespace: &Namespace<'a>,
    class: Option<&Body<'a>>,
    helpers: Helpers<'_, 'a>,
) -> Outcome {
    let mut walk = Walk {
        namespace,
        class,
        helpers,
        state: State::default(),
        outcome: Outcome::default(),
        is_fields: function.name.name == "__post_init__" && class.is_some(),
        kwargs: None,
        steps: 0,
        losses: Vec::new(),
        stack: vec![function.name.name.as_str()],
        caught: 0,
    };
    walk.parameters(function);
    walk.block(&function.body, Term::truth(true));
    if walk.is_fields {
        walk.fields(Stage::After);
    }
    if function.name.name == "__init__" {
        walk.losses();
    }
    walk.outcome
}

struct Walk<'w, 'a> {
    namespace: &'w Namespace<'a>,
    class: Option<&'w Body<'a>>,
    helpers: Helpers<'w, 'a>,
    state: State,
    outcome: Outcome,
    /// Whether `self.x` is the argument `x`.
    is_fields: bool,
    /// The name of `**kwargs`.
    kwargs: Option<String>,
    steps: usize,
    /// Attributes that losses are chosen by.
    losses: Vec<(String, Term)>,
    /// The functions that are entered.
    stack: Vec<&'a str>,
    /// How many `try` with handlers are around.
    caught: usize,
}

impl<'a> Walk<'_, 'a> {
    fn parameters(&mut self, function: &'a FunctionDef) {
        for param in &function.params {
            let name = &param.name.name;
            match param.kind {
                ParamKind::VarKeyword => self.kwargs = Some(name.clone()),
                ParamKind::VarArgs => self.state.set(name, Term::Unknown),
                _ if matches!(name.as_str(), "self" | "cls") => {}
                _ => self.state.set(name, Term::Arg(name.clone())),
            }
        }
    }

    /// What the constructor stores decides later which loss is computed, and whether there is one.
    fn losses(&mut self) {
        let Some(class) = self.class else { return };
        let mut made = State::default();
        made.forget_self();
        for (place, term) in std::mem::take(&mut self.losses) {
            made.set(&place, term);
        }
        for entry in class
            .entries
            .iter()
            .filter(|entry| entry.name.contains("loss"))
        {
            let Kind::Function(definitions) = &entry.kind else {
                continue;
            };
            let Some(method) = definitions.last().filter(|it| it.decorators.is_empty()) else {
                continue;
            };
            self.state = made.clone();
            for param in method
                .params
                .iter()
                .filter(|param| param.name.name != "self")
            {
                self.state.set(&param.name.name, Term::Unknown);
            }
            self.kwargs = None;
            self.stack.push(entry.name);
            let _ = self.block(&method.body, Term::truth(true));
            self.stack.pop();
        }
    }

    fn block(&mut self, body: &'a [Stmt], path: Term) -> End {
        let mut narrowed = None;
        for stmt in body {
            match self.statement(stmt, narrowed.as_ref().unwrap_or(&path)) {
                End::Falls(None) => {}
                End::Falls(next) => narrowed = next,
                end => return end,
            }
        }
        End::Falls(narrowed)
    }

    fn statement(&mut self, stmt: &'a Stmt, path: &Term) -> End {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.state.forget_all();
            return End::Returns;
        }
        for expr in visit::own_expressions(stmt) {
            self.effects(expr, path);
        }
        match &stmt.kind {
            StmtKind::Assign { targets, value } => {
                let term = self.term(value, path);
                for target in targets {
                    self.assign(target, value, &term, path);
                }
            }
            StmtKind::AnnAssign {
                target,
                value: Some(value),
                ..
            } => {
                let term = self.term(value, path);
                self.assign(target, value, &term, path);
            }
            StmtKind::AugAssign { target, .. } => self.forget(target),
            StmtKind::Delete(targets) => targets.iter().for_each(|target| self.forget(target)),
            StmtKind::Return(_) => return End::Returns,
            StmtKind::Raise(error) => {
                self.raise(error.as_ref(), path);
                return End::Raises;
            }
            StmtKind::Assert(parts) => {
                if let Some(test) = parts.first() {
                    let test = self.term(test, path);
                    self.note("AssertionError", [path.clone(), test.negated()]);
                }
            }
            StmtKind::If(branches) => return self.branches(branches, path),
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => return self.for_loop(target, iter, body, orelse, path),
            StmtKind::With { body, .. } => return self.block(body, path.clone()),
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finally,
            } if handlers.is_empty() => {
                let end = self.block(body, path.clone());
                let _ = self.block(orelse, path.clone());
                let _ = self.block(finally, path.clone());
                return end;
            }
            StmtKind::Try { .. } | StmtKind::While { .. } | StmtKind::Match { .. } => {
                self.somehow(stmt);
            }
            _ => {}
        }
        End::Falls(None)
    }

    /// What may run, or in part: whatever it assigns is unknown behind it, and it is not known to raise.
    fn somehow(&mut self, stmt: &'a Stmt) {
        self.caught += 1;
        let before = self.state.clone();
        for block in visit::blocks(stmt) {
            self.state = before.clone();
            let _ = self.block(block, Term::Unknown);
        }
        self.caught -= 1;
        self.state = before;
        let mut assigned = Vec::new();
        visit::statements(std::slice::from_ref(stmt), &mut |inner| {
            assigned.extend(targets(inner));
        });
        assigned.into_iter().for_each(|target| self.forget(target));
        visit::expressions(std::slice::from_ref(stmt), &mut |expr| {
            if let ExprKind::Call(call) = &expr.kind
                && self.may_change_self(call)
            {
                self.state.forget_self();
            }
        });
    }

    fn branches(&mut self, branches: &'a [crate::python::ast::Branch], path: &Term) -> End {
        let Some((first, rest)) = branches.split_first() else {
            return End::Falls(None);
        };
        let Some(test) = &first.test else {
            return self.block(&first.body, path.clone());
        };
        let test = self.bounded(self.term_quietly(test));
        let before = self.state.clone();
        let then_path = Term::in_order([path.clone(), test.clone()]);
        let both = then_path.clone();
        let then = match then_path {
            Term::Literal(_) if then_path == Term::truth(false) => End::Raises,
            then_path => self.block(&first.body, then_path),
        };
        let then_state = std::mem::replace(&mut self.state, before);
        // Where the first branch raises, what follows may do as if it did not: either way something raises.
        let else_path = match then {
            End::Raises => path.clone(),
            _ => Term::in_order([path.clone(), test.clone().negated()]),
        };
        let orelse = match else_path.literal_truth() {
            Some(false) => End::Raises,
            _ => self.branches_rest(rest, &else_path),
        };
        match (then, orelse) {
            (End::Falls(then), End::Falls(orelse)) => {
                let orelse_state = std::mem::take(&mut self.state);
                self.state = State::merged(&test, then_state, orelse_state);
                let narrowed = (then.is_some() || orelse.is_some()).then(|| {
                    let paths = [then.unwrap_or(both), orelse.unwrap_or(else_path)];
                    self.bounded(Term::any(paths))
                });
                End::Falls(narrowed)
            }
            // What raises needs no saying: either way something does.
            (End::Falls(then), End::Raises) => {
                self.state = then_state;
                End::Falls(then)
            }
            (End::Falls(then), End::Returns) => {
                self.state = then_state;
                End::Falls(Some(then.unwrap_or(both)))
            }
            (End::Raises, End::Falls(orelse)) => End::Falls(orelse),
            (End::Returns, End::Falls(orelse)) => End::Falls(Some(orelse.unwrap_or(else_path))),
            (End::Raises, End::Raises) => End::Raises,
            _ => End::Returns,
        }
    }

    fn branches_rest(&mut self, rest: &'a [crate::python::ast::Branch], path: &Term) -> End {
        if rest.is_empty() {
            End::Falls(None)
        } else {
            self.branches(rest, path)
        }
    }

    /// Loops over literal lists are run turn by turn.
    fn for_loop(
        &mut self,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
        path: &Term,
    ) -> End {
        let mut leaves = false;
        visit::statements(body, &mut |stmt| {
            leaves |= stmt.kind == StmtKind::Other || matches!(stmt.kind, StmtKind::Return(_))
        });
        let turns = match self.term(iter, path) {
            Term::List(items) if items.len() <= MAX_TURNS && !leaves => items,
            _ => {
                let names: Vec<&Expr> = self.loop_targets(target, body);
                names.into_iter().for_each(|name| self.forget(name));
                self.caught += 1;
                let before = self.state.clone();
                let _ = self.block(body, Term::Unknown);
                self.caught -= 1;
                self.state = before;
                for name in self.loop_targets(target, body) {
                    self.forget(name);
                }
                visit::expressions(body, &mut |expr| {
                    if let ExprKind::Call(call) = &expr.kind
                        && self.may_change_self(call)
                    {
                        self.state.forget_self();
                    }
                });
                return End::Falls(None);
            }
        };
        for turn in turns {
            self.assign(target, iter, &turn, path);
            if !matches!(self.block(body, path.clone()), End::Falls(_)) {
                break;
            }
        }
        self.block(orelse, path.clone())
    }

    fn loop_targets(&self, target: &'a Expr, body: &'a [Stmt]) -> Vec<&'a Expr> {
        let mut names = vec![target];
        visit::statements(body, &mut |stmt| names.extend(targets(stmt)));
        names
    }

    fn raise(&mut self, error: Option<&'a Expr>, path: &Term) {
        let name = match error.map(|error| &error.kind) {
            Some(ExprKind::Call(call)) => call.func.dotted(),
            Some(_) => error.and_then(Expr::dotted),
            None => None,
        };
        let name = name.unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or_default();
        let is_exception = name.ends_with("Error") || name.ends_with("Exception");
        // A base class that wants to be filled in raises whatever the arguments are.
        if is_exception {
            self.note(name, [path.clone()]);
        }
    }

    /// Notes that something raises when all of `terms` hold.
    fn note(&mut self, exception: &str, terms: impl IntoIterator<Item = Term>) {
        if self.caught > 0 {
            return;
        }
        let Some(when) = Term::in_order(terms).sure() else {
            return;
        };
        if when.arguments().is_empty() || when.to_string().len() > MAX_TEXT {
            return;
        }
        if self.outcome.raises.iter().all(|known| known.when != when) {
            self.outcome.raises.push(Raise {
                exception: exception.to_owned(),
                when,
                through: self.stack[1..]
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect(),
            });
        }
    }

    fn assign(&mut self, target: &'a Expr, value: &'a Expr, term: &Term, path: &Term) {
        match &target.kind {
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                let parts = match term {
                    Term::List(parts) if parts.len() == targets.len() => parts.clone(),
                    _ => vec![Term::Unknown; targets.len()],
                };
                for (target, part) in targets.iter().zip(&parts) {
                    self.assign(target, value, part, path);
                }
            }
            _ => match self.place(target) {
                Some(place) => {
                    let term = self.bounded(term.clone());
                    if self.stack.len() == 1 && place.starts_with("self.") && place.contains("loss")
                    {
                        self.losses.push((place.clone(), term.clone()));
                    }
                    self.state.set(&place, term);
                }
                None => self.forget(target),
            },
        }
    }

    /// The key of a name or attribute in the state.
    fn place(&self, target: &Expr) -> Option<String> {
        match &target.kind {
            ExprKind::Name(name) => Some(name.clone()),
            ExprKind::Attribute { value, attr } => match &value.kind {
                ExprKind::Name(name) if matches!(name.as_str(), "self" | "cls") => {
                    Some(format!("self.{}", attr.name))
                }
                _ => match self.term_quietly(value) {
                    Term::Arg(base) => Some(format!("{base}.{}", attr.name)),
                    _ => None,
                },
            },
            _ => None,
        }
    }

    fn forget(&mut self, target: &'a Expr) {
        match &target.kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().for_each(|item| self.forget(item));
            }
            ExprKind::Starred(inner) => self.forget(inner),
            ExprKind::Subscript { value, .. } => self.forget(value),
            _ => {
                if let Some(place) = self.place(target) {
                    self.state.set(&place, Term::Unknown);
                }
            }
        }
    }

    fn bounded(&self, term: Term) -> Term {
        if term.size() > MAX_TERM {
            Term::Unknown
        } else {
            term
        }
    }

    /// What the calls in an expression do to `self`.
    fn effects(&mut self, expr: &'a Expr, path: &Term) {
        for part in visit::parts(expr) {
            self.effects(part, path);
        }
        let ExprKind::Call(call) = &expr.kind else {
            return;
        };
        if is_super(call, "__post_init__") && self.is_fields && self.stack.len() == 1 {
            return self.base_constructor(path);
        }
        if let Some(names) = self.literal_setattr(call) {
            let place = format!("self.{names}");
            let value = visit::positional(call).nth(2);
            let term = value.map_or(Term::Unknown, |value| self.term(value, path));
            let term = self.bounded(term);
            return self.state.set(&place, term);
        }
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
    fn forget_assigned(&mut self) {
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

    /// `setattr(self, name, value)` with a name that is known.
    fn literal_setattr(&self, call: &'a Call) -> Option<String> {
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
    fn enter(&mut self, function: &'a FunctionDef, call: &'a Call, path: &Term) -> bool {
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
            use crate::python::ast::ArgumentKind as A;
            matches!(argument.kind, A::Spread | A::DictSpread)
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
            locals.push((param.name.name.clone(), self.bounded(term)));
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

    fn base_constructor(&mut self, path: &Term) {
        if *path != Term::truth(true) || self.outcome.runs_base {
            self.state.forget_self();
            return;
        }
        self.fields(Stage::Before);
        self.outcome.runs_base = true;
        self.state.enter_base();
    }

    /// Notes what the fields stand for now.
    fn fields(&mut self, stage: Stage) {
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
    fn may_change_self(&self, call: &Call) -> bool {
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

    fn class_constant(&self, name: &str) -> Option<&'a Expr> {
        match &self.class?.get(name)?.kind {
            Kind::Value(Some(value), None) => Some(value),
            _ => None,
        }
    }

    /// Notes that making a member of an enumeration raises, should `values` be one.
    fn conversion(&mut self, values: &Term, value: &Term, path: &Term, exception: &str) {
        let sides = Box::new([value.clone(), values.clone()]);
        let outside = Term::Compare(Comparison::NotIn, sides);
        self.note(exception, [path.clone(), outside]);
    }
}

/// Whether a method gets the class or nothing, and so sets nothing of an instance.
fn is_of_the_class(function: &FunctionDef) -> bool {
    function.decorators.iter().any(|decorator| {
        let name = decorator.dotted().unwrap_or_default();
        matches!(name.as_str(), "classmethod" | "staticmethod")
    })
}

fn is_super(call: &Call, method: &str) -> bool {
    match &call.func.kind {
        ExprKind::Attribute { value, attr } => {
            attr.name == method
                && matches!(&value.kind, ExprKind::Call(inner) if inner.func.as_name() == Some("super"))
        }
        _ => false,
    }
}

/// What a statement assigns, those in its blocks left out.
fn targets(stmt: &Stmt) -> Vec<&Expr> {
    match &stmt.kind {
        StmtKind::Assign { targets, .. } | StmtKind::Delete(targets) => targets.iter().collect(),
        StmtKind::AnnAssign { target, .. }
        | StmtKind::AugAssign { target, .. }
        | StmtKind::For { target, .. } => vec![target],
        StmtKind::With { items, .. } => items
            .iter()
            .filter_map(|(_, target)| target.as_ref())
            .collect(),
        _ => Vec::new(),
    }
}
