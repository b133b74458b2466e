//! What a function does when it is used as a decorator, read from its definition.

use super::decorator::Effect;
use super::kwargs::{self, Helpers};
use super::namespace::Namespace;
use super::notice::{self, Subject};
use super::visit;
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
    reader.decorator(function, &[], 0).unwrap_or_default()
}

struct Reader<'r, 'a> {
    namespace: &'r Namespace<'a>,
    helpers: Helpers<'r, 'a>,
}

impl<'a> Reader<'_, 'a> {
    /// The effect, where everything that the function returns is understood. `outer` are the parameters
    /// of the functions around it.
    fn decorator(&self, function: &'a FunctionDef, outer: &[&str], depth: u32) -> Option<Effect> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut inner: Vec<&FunctionDef> = Vec::new();
        let mut returned: Vec<&Expr> = Vec::new();
        visit::statements(&function.body, &mut |stmt| match &stmt.kind {
            StmtKind::FunctionDef(function) => inner.push(function),
            StmtKind::Return(Some(value)) => returned.push(value),
            _ => {}
        });
        let mut params: Vec<&str> = outer.to_vec();
        params.extend(function.params.iter().map(|param| param.name.name.as_str()));
        let mut effect: Option<Effect> = None;
        for value in returned {
            let this = self.returned(value, &params, &inner, depth)?;
            effect = Some(match (effect, this) {
                (None | Some(Effect::Transparent), this) => this,
                (Some(adds), Effect::Transparent) => adds,
                (Some(Effect::Adds(mut facts)), Effect::Adds(more)) => {
                    facts.extend(
                        more.into_iter()
                            .filter(|fact| !facts.contains(fact))
                            .collect::<Vec<_>>(),
                    );
                    Effect::Adds(facts)
                }
                _ => return None,
            });
        }
        effect
    }

    fn returned(
        &self,
        value: &'a Expr,
        params: &[&str],
        inner: &[&'a FunctionDef],
        depth: u32,
    ) -> Option<Effect> {
        match &value.kind {
            ExprKind::Name(name) => {
                if let Some(function) = inner.iter().rev().find(|f| f.name.name == *name) {
                    return self.inner(function, params, depth);
                }
                // The decorated function itself.
                params
                    .contains(&name.as_str())
                    .then_some(Effect::Transparent)
            }
            ExprKind::Call(call) => {
                let callee = call.func.as_name()?;
                let function = inner.iter().rev().find(|f| f.name.name == callee)?;
                self.decorator(function, params, depth + 1)
            }
            ExprKind::IfElse { body, orelse, .. } => {
                let first = self.returned(body, params, inner, depth)?;
                let second = self.returned(orelse, params, inner, depth)?;
                (first == second).then_some(first)
            }
            _ => None,
        }
    }

    /// A returned inner function wraps the decorated one, or is itself the decorator.
    fn inner(&self, function: &'a FunctionDef, params: &[&str], depth: u32) -> Option<Effect> {
        let kind = |kind: ParamKind| function.params.iter().find(|param| param.kind == kind);
        match (kind(ParamKind::VarArgs), kind(ParamKind::VarKeyword)) {
            (Some(args), Some(kwargs)) => {
                self.wrapper(function, &args.name.name, &kwargs.name.name, params)
            }
            _ => self.decorator(function, params, depth + 1),
        }
    }

    /// A wrapper that hands on `*args` and `**kwargs` to one of `params`.
    fn wrapper(
        &self,
        function: &'a FunctionDef,
        args: &str,
        kwargs: &'a str,
        params: &[&str],
    ) -> Option<Effect> {
        let mut hands_on = false;
        let mut changed: Vec<&str> = vec![kwargs];
        visit::statements(&function.body, &mut |stmt| {
            if let StmtKind::Assign { targets, value } = &stmt.kind
                && mentions(value, kwargs)
            {
                changed.extend(targets.iter().filter_map(Expr::as_name));
            }
        });
        visit::expressions(&function.body, &mut |expr| {
            if let ExprKind::Call(call) = &expr.kind {
                let calls_it = call
                    .func
                    .as_name()
                    .is_some_and(|name| params.contains(&name));
                hands_on |= calls_it && passes(call, args, &changed);
            }
        });
        if !hands_on || sets_computed_keys(&function.body, kwargs) {
            return None;
        }
        let accepted = kwargs::accepted(function, self.namespace, self.helpers);
        if accepted.is_empty() {
            return Some(Effect::Transparent);
        }
        self.taken(function, kwargs, accepted)
    }

    /// The keywords that the wrapper takes away, with its notices and those of the helpers it calls.
    fn taken(
        &self,
        function: &'a FunctionDef,
        kwargs: &'a str,
        accepted: kwargs::Accepted,
    ) -> Option<Effect> {
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
        let mut taken = Vec::new();
        let mut notices = Vec::new();
        for (body, dict) in bodies {
            let dicts = kwargs::aliases(body, dict);
            let mut gone = accepted
                .iter()
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>();
            gone.retain(|name| pops(body, name, &dicts));
            taken.extend(gone);
            let subject = Subject {
                accepted: accepted.iter().map(|(name, _)| name.clone()).collect(),
                dicts: dicts.iter().map(|dict| (*dict).to_owned()).collect(),
                open: true,
                ..Subject::default()
            };
            notices.extend(notice::notices(body, self.namespace, &subject));
            notices.extend(renamed(body, &subject.dicts));
        }
        if taken.is_empty() {
            return Some(Effect::Transparent);
        }
        let accepts = taken.into_iter().map(|name| Fact::Accepts {
            name,
            how: Acceptance::Decorator,
        });
        let notices = notices.into_iter().map(Fact::Deprecated);
        Some(Effect::Adds(accepts.chain(notices).collect()))
    }
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

fn mentions(expr: &Expr, name: &str) -> bool {
    let mut found = false;
    visit::expression(expr, &mut |part| found |= part.as_name() == Some(name));
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

/// `kwargs.pop(name)` with a computed name: no telling what it takes.
fn sets_computed_keys(body: &[Stmt], kwargs: &str) -> bool {
    let mut found = false;
    visit::expressions(body, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && let ExprKind::Attribute { value, attr } = &call.func.kind
        {
            let pops = attr.name == "pop" && value.as_name() == Some(kwargs);
            let literal = visit::positional(call).next().and_then(Expr::as_str);
            found |= pops && literal.is_none();
        }
    });
    found
}

/// Whether a body takes a literal key from one of the dicts.
fn pops(body: &[Stmt], name: &str, dicts: &[&str]) -> bool {
    let mut found = false;
    visit::expressions(body, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && let ExprKind::Attribute { value, attr } = &call.func.kind
        {
            found |= attr.name == "pop"
                && value.as_name().is_some_and(|dict| dicts.contains(&dict))
                && visit::positional(call).next().and_then(Expr::as_str) == Some(name);
        }
    });
    found
}
