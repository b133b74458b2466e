//! Under which conditions a function raises, as far as these depend on its arguments.
//!
//! The body is run with its arguments as unknowns. Each local name, and each attribute of `self`, stands
//! for a [`Term`] over the arguments; behind an `if` it stands for a choice. A `raise` is a fact when the
//! tests around it can be told from arguments, constants and literals. Methods of the same class are
//! entered; whatever else may change an attribute makes it unknown. Loops over literal lists are run,
//! others make unknown what they assign. What stands in a `try` with handlers is not said to raise.

mod branches;
mod effects;
mod runs;
mod state;
mod term;

use super::body::{Body, Kind};
use super::kwargs::Helpers;
use super::namespace::Namespace;
use super::visit;
use crate::knowledge::condition::{Comparison, Term};
use crate::knowledge::fact::{Fact, Flag, Stage};
use crate::python::ast::{Expr, ExprKind, FunctionDef, Param, ParamKind, Stmt, StmtKind};
use runs::Run;

pub use runs::{BASE, FORWARDED, OTHERS};

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
    /// Calls of others that may raise.
    pub runs: Vec<Run>,
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
        let runs = self.runs.into_iter().filter_map(Run::fact);
        let all = runs_base.into_iter().chain(raises).chain(fields);
        all.chain(runs).collect()
    }
}

/// Whether the end of a block is reached.
enum End {
    /// Yes, under this condition where some of its paths return before.
    Falls(Option<Term>),
    Raises,
    Returns,
}

/// Reads one function. A generator runs nothing when it is called.
pub fn read<'a>(
    function: &'a FunctionDef,
    namespace: &Namespace<'a>,
    class: Option<&Body<'a>>,
    helpers: Helpers<'_, 'a>,
) -> Outcome {
    if is_generator(&function.body) {
        return Outcome::default();
    }
    let mut walk = Walk {
        namespace,
        class,
        helpers,
        state: State::default(),
        outcome: Outcome::default(),
        is_fields: function.name.name == "__post_init__" && class.is_some(),
        kwargs: None,
        kwargs_change: false,
        all_places: None,
        each: Vec::new(),
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
    /// Whether what they hold is changed.
    kwargs_change: bool,
    /// The name of `*args`, where nothing else is taken by place.
    all_places: Option<String>,
    /// The lists that are looped over.
    each: Vec<Term>,
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
                ParamKind::VarKeyword => {
                    self.kwargs = Some(name.to_string());
                    self.kwargs_change = runs::changes_kwargs(function, name);
                }
                ParamKind::VarArgs => {
                    let by_place = |param: &&Param| {
                        param.name.name != "self"
                            && matches!(param.kind, ParamKind::Normal | ParamKind::PositionalOnly)
                    };
                    if function.params.iter().find(by_place).is_none() {
                        self.all_places = Some(name.to_string());
                    }
                    self.state.set(name, Term::Unknown);
                }
                _ if matches!(name.as_str(), "self" | "cls") => {}
                _ => self.state.set(name, Term::Arg(name.to_string())),
            }
        }
    }

    /// What the constructor stores decides later which loss is computed, and whether there is one.
    fn losses(&mut self) {
        let Some(class) = self.class else { return };
        let mut made = State::default();
        made.forget_self();
        for (place, term) in std::mem::take(&mut self.losses) {
            if self.is_set_once(&place) {
                made.fix(place, term);
            } else {
                made.set(&place, term);
            }
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
                    self.assign(target, &term);
                }
            }
            StmtKind::AnnAssign {
                target,
                value: Some(value),
                ..
            } => {
                let term = self.term(value, path);
                self.assign(target, &term);
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
        self.forget_called(std::slice::from_ref(stmt));
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

    fn assign(&mut self, target: &'a Expr, term: &Term) {
        match &target.kind {
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                let parts = match term {
                    Term::List(parts) if parts.len() == targets.len() => parts.clone(),
                    _ => vec![Term::Unknown; targets.len()],
                };
                for (target, part) in targets.iter().zip(&parts) {
                    self.assign(target, part);
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
            ExprKind::Name(name) => Some(name.to_string()),
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
            _ => match (self.place(target), &target.kind) {
                (Some(place), _) => self.state.set(&place, Term::Unknown),
                // It may be an attribute of any of them.
                (None, ExprKind::Attribute { value, attr }) => {
                    for base in self.term_quietly(value).arguments() {
                        let place = format!("{base}.{}", attr.name);
                        self.state.set(&place, Term::Unknown);
                    }
                }
                _ => {}
            },
        }
    }

    fn bounded(&self, term: Term) -> Term {
        if term.size() > MAX_TERM {
            Term::Unknown
        } else {
            term
        }
    }

    /// A constant of the class. One in small letters is there to be set by subclasses.
    fn class_constant(&self, name: &str) -> Option<&'a Expr> {
        if name.contains(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        match &self.class?.get(name)?.kind {
            Kind::Value(Some(value), None) => Some(value),
            _ => None,
        }
    }

    /// Notes that making a member of an enumeration raises, should `values` be one.
    fn conversion(&mut self, values: &Term, value: &Term, path: &Term) {
        let sides = Box::new([value.clone(), values.clone()]);
        let outside = Term::Compare(Comparison::NotIn, sides);
        self.note("ValueError", [path.clone(), outside]);
    }
}

fn is_generator(body: &[Stmt]) -> bool {
    let mut yields = false;
    visit::expressions(body, &mut |expr| {
        yields |= matches!(expr.kind, ExprKind::Yield(_))
    });
    yields
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
