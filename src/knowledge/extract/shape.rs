//! What a function does when it is used as a decorator, read from its definition.

use super::decorator::{self, Effect, RawDecorator};
use super::kwargs::{self, Helpers};
use super::literals::Literals;
use super::namespace::Namespace;
use super::notice::{self, Subject};
use super::{removed, visit};
use crate::knowledge::fact::{Acceptance, Deprecation, Fact, Trigger};
use crate::python::ast::{
    ArgumentKind, Call, Expr, ExprKind, FunctionDef, ParamKind, Stmt, StmtKind,
};

/// Deeper factories of factories are not followed.
const MAX_DEPTH: u32 = 4;

/// The effect of the decorator that `function` is, or that it returns when it is called.
pub fn effect<'a>(
    function: &'a FunctionDef,
    namespace: &Namespace<'a>,
    helpers: Helpers<'_, 'a>,
) -> Effect {
    let reader = Reader { namespace, helpers };
    let around = Around {
        params: Vec::new(),
        literals: Literals::of_module(namespace),
    };
    reader.decorator(function, &around, 0).unwrap_or_default()
}

struct Reader<'r, 'a> {
    namespace: &'r Namespace<'a>,
    helpers: Helpers<'r, 'a>,
}

/// What the functions around a body bring in.
#[derive(Clone)]
struct Around<'r, 'a> {
    params: Vec<&'a str>,
    literals: Literals<'r, 'a>,
}

impl<'r, 'a> Around<'r, 'a> {
    /// The same inside of one more function.
    fn inside(&self, function: &'a FunctionDef) -> Self {
        let mut inner = self.clone();
        let params = function.params.iter();
        inner
            .params
            .extend(params.map(|param| param.name.name.as_str()));
        inner.literals.enter(&function.body);
        inner
    }
}

impl<'r, 'a> Reader<'r, 'a> {
    /// The effect, where everything that the function returns is understood.
    fn decorator(
        &self,
        function: &'a FunctionDef,
        around: &Around<'r, 'a>,
        depth: u32,
    ) -> Option<Effect> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut inner: Vec<&'a FunctionDef> = Vec::new();
        let mut returned: Vec<&'a Expr> = Vec::new();
        visit::statements(&function.body, &mut |stmt| match &stmt.kind {
            StmtKind::FunctionDef(function) => inner.push(function),
            StmtKind::Return(Some(value)) => returned.push(value),
            _ => {}
        });
        let around = around.inside(function);
        let mut effect: Option<Effect> = None;
        for value in returned {
            let this = self.returned(value, &around, &inner, depth)?;
            effect = Some(match effect {
                None => this,
                Some(effect) => together(effect, this)?,
            });
        }
        effect
    }

    fn returned(
        &self,
        value: &'a Expr,
        around: &Around<'r, 'a>,
        inner: &[&'a FunctionDef],
        depth: u32,
    ) -> Option<Effect> {
        match &value.kind {
            ExprKind::Name(name) => {
                if let Some(function) = inner.iter().rev().find(|f| f.name.name == *name) {
                    return self.inner(function, around, depth);
                }
                // The decorated function itself.
                around
                    .params
                    .contains(&name.as_str())
                    .then_some(Effect::Transparent)
            }
            ExprKind::Call(call) => {
                let callee = call.func.dotted()?;
                if callee.rsplit('.').next() == Some("cast") {
                    let value = visit::positional(call).nth(1)?;
                    return self.returned(value, around, inner, depth);
                }
                let function = inner.iter().rev().find(|f| f.name.name == callee)?;
                self.decorator(function, around, depth + 1)
            }
            ExprKind::IfElse { body, orelse, .. } => {
                let first = self.returned(body, around, inner, depth)?;
                let second = self.returned(orelse, around, inner, depth)?;
                (first == second).then_some(first)
            }
            _ => None,
        }
    }

    /// A returned inner function wraps the decorated one, or is itself the decorator.
    fn inner(
        &self,
        function: &'a FunctionDef,
        around: &Around<'r, 'a>,
        depth: u32,
    ) -> Option<Effect> {
        let kind = |kind: ParamKind| function.params.iter().find(|param| param.kind == kind);
        match (kind(ParamKind::VarArgs), kind(ParamKind::VarKeyword)) {
            (Some(args), Some(kwargs)) => {
                let (args, kwargs) = (&args.name.name, &kwargs.name.name);
                let around = around.inside(function);
                let own = self.wrapper(function, args, kwargs, &around)?;
                together(own, self.decorated(function)?)
            }
            _ => self.decorator(function, around, depth + 1),
        }
    }

    /// What the decorators of a wrapper do, as far as their names tell.
    fn decorated(&self, function: &FunctionDef) -> Option<Effect> {
        let mut effect = Effect::Transparent;
        for decorator in &function.decorators {
            let decorator = RawDecorator::read(decorator, self.namespace, None);
            effect = together(effect, decorator::known_effect(&decorator, &[])?)?;
        }
        Some(effect)
    }

    /// A wrapper that hands on `*args` and `**kwargs` to the decorated function.
    fn wrapper(
        &self,
        function: &'a FunctionDef,
        args: &str,
        kwargs: &'a str,
        around: &Around<'r, 'a>,
    ) -> Option<Effect> {
        let made = made_of(&function.body, kwargs);
        let mut hands_on = false;
        visit::expressions(&function.body, &mut |expr| {
            if let ExprKind::Call(call) = &expr.kind {
                let callee = call.func.as_name();
                let calls_it = callee.is_some_and(|name| around.params.contains(&name));
                hands_on |= calls_it && passes(call, args, &made);
            }
        });
        if !hands_on {
            return None;
        }
        let taken = removed::removed(&function.body, kwargs, &around.literals, self.helpers)?;
        if taken.is_empty() {
            return Some(Effect::Transparent);
        }
        Some(self.taken(function, kwargs, &taken, around))
    }

    /// The keywords that the wrapper takes away, with its notices and those of the helpers it calls.
    fn taken(
        &self,
        function: &'a FunctionDef,
        kwargs: &'a str,
        taken: &[&'a str],
        around: &Around<'r, 'a>,
    ) -> Effect {
        let mut bodies = vec![(function.body.as_slice(), kwargs)];
        visit::expressions(&function.body, &mut |expr| {
            let ExprKind::Call(call) = &expr.kind else {
                return;
            };
            let given = call
                .args
                .iter()
                .find(|argument| argument.value.as_name() == Some(kwargs));
            if let (Some(argument), Some(helper)) = (given, (self.helpers)(&call.func)) {
                let parameter = kwargs::parameter_of(call, argument, helper);
                bodies.extend(parameter.map(|dict| (helper.body.as_slice(), dict)));
            }
        });
        let mut warns = false;
        let mut notices: Vec<Deprecation> = Vec::new();
        for (body, dict) in bodies {
            let dicts = kwargs::aliases(body, dict);
            let subject = Subject {
                accepted: taken.iter().map(|name| (*name).to_owned()).collect(),
                dicts: dicts.iter().map(|dict| (*dict).to_owned()).collect(),
                literals: Some(around.literals.clone()),
                open: true,
                ..Subject::default()
            };
            warns |= notice::warns(body, self.namespace);
            for notice in notice::notices(body, self.namespace, &subject) {
                note(&mut notices, notice);
            }
            for notice in renamed(body, &subject.dicts) {
                note(&mut notices, notice);
            }
        }
        let accepts = taken.iter().map(|name| Fact::Accepts {
            name: (*name).to_owned(),
            how: if warns || notices.iter().any(|n| n.name.as_deref() == Some(name)) {
                Acceptance::Decorator
            } else {
                Acceptance::Popped
            },
        });
        let accepts: Vec<Fact> = accepts.collect();
        let notices = notices.into_iter().map(Fact::Deprecated);
        Effect::Adds(accepts.into_iter().chain(notices).collect())
    }
}

/// One notice for each name; a later one only adds the replacement.
fn note(notices: &mut Vec<Deprecation>, notice: Deprecation) {
    match notices.iter_mut().find(|known| known.name == notice.name) {
        Some(known) => known.replacement = known.replacement.take().or(notice.replacement),
        None => notices.push(notice),
    }
}

/// Two effects on one function.
fn together(first: Effect, second: Effect) -> Option<Effect> {
    Some(match (first, second) {
        (Effect::Transparent, other) | (other, Effect::Transparent) => other,
        (Effect::Adds(mut facts), Effect::Adds(more)) => {
            for fact in more {
                if !facts.contains(&fact) {
                    facts.push(fact);
                }
            }
            Effect::Adds(facts)
        }
        _ => return None,
    })
}

/// The variables that hold the keywords, or what a helper or a display made of them.
fn made_of<'a>(body: &'a [Stmt], kwargs: &'a str) -> Vec<&'a str> {
    let mut names = kwargs::aliases(body, kwargs);
    visit::statements(body, &mut |stmt| {
        if let StmtKind::Assign { targets, value } = &stmt.kind
            && matches!(value.kind, ExprKind::Call(_) | ExprKind::Dict(_))
            && visit::parts(value)
                .iter()
                .any(|part| part.as_name().is_some_and(|name| names.contains(&name)))
        {
            names.extend(targets.iter().filter_map(Expr::as_name));
        }
    });
    names
}

/// `kwargs["new"] = old` for an `old` taken from them: passed on under another name.
fn renamed(body: &[Stmt], dicts: &[String]) -> Vec<Deprecation> {
    let origins = notice::origins(body, dicts);
    let mut found = Vec::new();
    visit::statements(body, &mut |stmt| {
        let StmtKind::Assign { targets, value } = &stmt.kind else {
            return;
        };
        let ExprKind::Subscript { value: dict, index } = &targets[0].kind else {
            return;
        };
        let is_dict = dict
            .as_name()
            .is_some_and(|name| dicts.iter().any(|dict| dict == name));
        let old = value.as_name().and_then(|name| origins.get(name));
        let new = index.first().and_then(Expr::as_str);
        if let (true, Some(old), Some(new)) = (is_dict, old, new) {
            found.push(Deprecation {
                name: Some(old.clone()),
                when: Trigger::NotNone,
                replacement: Some(new.to_owned()),
                announced: None,
            });
        }
    });
    found
}

/// Whether a call spreads both, `**kwargs` under its own name or that of what was made of it.
fn passes(call: &Call, args: &str, kwargs: &[&str]) -> bool {
    let mut spread = (false, false);
    for argument in &call.args {
        let name = argument.value.as_name();
        match argument.kind {
            ArgumentKind::Spread => spread.0 |= name == Some(args),
            ArgumentKind::DictSpread => {
                spread.1 |= name.is_some_and(|name| kwargs.contains(&name));
            }
            _ => {}
        }
    }
    spread == (true, true)
}
