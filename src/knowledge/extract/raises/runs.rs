//! Calls of other functions and of the base's constructor, which may raise for what they are given.

use super::{MAX_TEXT, Walk};
use crate::knowledge::condition::Term;
use crate::knowledge::extract::visit;
use crate::knowledge::fact::Fact;
use crate::python::ast::{ArgumentKind, Call, Expr, ExprKind, FunctionDef};
use crate::python::facts::Value;

/// What is passed is not kept where it is longer than this, in bytes.
const MAX_VALUE: usize = 400;

/// The callee that is the constructor of the base.
pub const BASE: &str = "super";
/// The argument that stands for all that `**kwargs` holds.
pub const FORWARDED: &str = "**";
/// The argument that stands for others of which nothing is known.
pub const OTHERS: &str = "...";

/// A call of another function.
#[derive(Debug)]
pub struct Run {
    /// Absolute path of the function, or [`BASE`].
    callee: String,
    /// When it is called.
    when: Term,
    /// The methods of the class that stand between.
    through: Vec<String>,
    /// By name or, for positional ones, by number; `args.x` where an attribute was set; see [`FORWARDED`]
    /// and [`OTHERS`].
    arguments: Vec<(String, Term)>,
}

impl Run {
    /// The same as a fact; `None` where it would be too long.
    pub fn fact(self) -> Option<Fact> {
        let short = |term: Term| match term.to_string().len() <= MAX_VALUE {
            true => term,
            false => Term::Unknown,
        };
        let pair = |(name, term)| Term::List(vec![Term::Literal(Value::Str(name)), short(term)]);
        let arguments = Term::List(self.arguments.into_iter().map(pair).collect()).to_string();
        (arguments.len() <= 4 * MAX_TEXT).then(|| Fact::Runs {
            callee: self.callee,
            when: self.when.to_string(),
            through: (!self.through.is_empty()).then(|| self.through.join(" ")),
            arguments,
        })
    }
}

impl<'a> Walk<'_, 'a> {
    /// Notes a call whose callee may raise for what it is given.
    pub(super) fn run(&mut self, call: &'a Call, path: &Term) {
        if self.caught > 0 {
            return;
        }
        let Some(callee) = self.callee(call) else {
            return;
        };
        let Some(when) = path.sure() else { return };
        let arguments = self.passed_on(call);
        let says =
            |(name, term): &(String, Term)| name == FORWARDED || !term.arguments().is_empty();
        if when.to_string().len() > MAX_TEXT || !arguments.iter().any(says) {
            return;
        }
        let through = self.stack[1..].iter().map(|name| (*name).to_owned());
        self.outcome.runs.push(Run {
            callee,
            when,
            through: through.collect(),
            arguments,
        });
    }

    /// What is called, where it is a function of the same library or the base's constructor.
    fn callee(&self, call: &'a Call) -> Option<String> {
        if visit::is_of_base(call, "__init__") {
            let in_constructor = self.stack == ["__init__"] && !self.is_fields;
            return in_constructor.then(|| BASE.to_owned());
        }
        let name = call.func.dotted()?;
        let head = name.split('.').next().unwrap_or_default();
        if head == "self" || head == "cls" || self.state.get(head).is_some() {
            return None;
        }
        let path = self.namespace.absolute(&name)?;
        let root = self.namespace.module.split('.').next()?;
        let is_own = path.strip_prefix(root)?.starts_with('.');
        let last = path.rsplit('.').next()?;
        let is_function = last.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
        (is_own && is_function && !last.starts_with("__")).then_some(path)
    }

    fn passed_on(&self, call: &'a Call) -> Vec<(String, Term)> {
        let mut arguments = Vec::new();
        let others = (OTHERS.to_owned(), Term::truth(true));
        let mut by_place = 0_usize;
        let mut places_known = true;
        for argument in &call.args {
            let name = match &argument.kind {
                ArgumentKind::Positional if places_known => {
                    by_place += 1;
                    (by_place - 1).to_string()
                }
                ArgumentKind::Keyword(name) => name.name.to_string(),
                ArgumentKind::DictSpread if self.forwards(&argument.value) => {
                    arguments.push((FORWARDED.to_owned(), Term::truth(true)));
                    continue;
                }
                // What has no name keeps its place further down.
                ArgumentKind::Spread if by_place == 0 && self.takes_all(&argument.value) => {
                    places_known = false;
                    continue;
                }
                _ => {
                    places_known = false;
                    arguments.push(others.clone());
                    continue;
                }
            };
            let term = self.bounded(self.term_quietly(&argument.value));
            arguments.extend(self.set_attributes(&name, &term));
            arguments.push((name, term));
        }
        arguments
    }

    /// Whether an expression is `*args` as the function got it, and that is all it takes by place.
    fn takes_all(&self, value: &Expr) -> bool {
        let name = value.as_name();
        name.is_some() && name == self.all_places.as_deref()
    }

    /// Whether an expression is `**kwargs` as the function got it.
    fn forwards(&self, value: &Expr) -> bool {
        let name = value.as_name();
        name.is_some()
            && name == self.kwargs.as_deref()
            && !self.kwargs_change
            && name.is_some_and(|name| self.state.get(name).is_none())
    }

    /// The attributes of an argument that the function has set before it passes it on.
    fn set_attributes(&self, name: &str, term: &Term) -> Vec<(String, Term)> {
        let mut set = Vec::new();
        for base in term.arguments() {
            for (attribute, value) in self.state.attributes_of(&base) {
                let whole = *term == Term::Arg(base.clone());
                let value = if whole { value.clone() } else { Term::Unknown };
                let place = format!("{name}.{attribute}");
                if set.iter().all(|(known, _)| *known != place) {
                    set.push((place, value));
                }
            }
        }
        set
    }
}

/// Whether a function changes what its `**kwargs` hold.
pub fn changes_kwargs(function: &FunctionDef, kwargs: &str) -> bool {
    let mut changes = false;
    visit::expressions(&function.body, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && let ExprKind::Attribute { value, attr } = &call.func.kind
            && value.as_name() == Some(kwargs)
        {
            changes |= !matches!(
                attr.name.as_str(),
                "get" | "items" | "keys" | "values" | "copy"
            );
        }
    });
    changes
}
