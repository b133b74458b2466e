//! Keywords that a function takes from its `**kwargs` by name.

use rustc_hash::FxHashMap;

use super::namespace::Namespace;
use super::visit;
use crate::knowledge::fact::Acceptance;
use crate::python::ast::{
    Argument, ArgumentKind, Call, Expr, ExprKind, FunctionDef, ParamKind, Stmt, StmtKind,
};

/// How many calls deep `**kwargs` is followed.
const MAX_DEPTH: u32 = 2;

/// A keyword and how it is taken, in the order of the source.
pub type Accepted = Vec<(String, Acceptance)>;

/// Finds the definition behind the callee of a call, in the same module or class.
pub type Helpers<'h, 'a> = &'h dyn Fn(&Expr) -> Option<&'a FunctionDef>;

/// The keywords that `function` takes from its `**kwargs`.
pub fn accepted<'a>(
    function: &'a FunctionDef,
    namespace: &Namespace<'a>,
    helpers: Helpers<'_, 'a>,
) -> Accepted {
    let variable = function
        .params
        .iter()
        .find(|param| param.kind == ParamKind::VarKeyword);
    match variable {
        Some(param) => taken_from(function, &param.name.name, namespace, helpers, 0),
        None => Vec::new(),
    }
}

/// The keywords that `function` takes from the dict in its variable `dict`.
pub fn taken_from<'a>(
    function: &'a FunctionDef,
    dict: &'a str,
    namespace: &Namespace<'a>,
    helpers: Helpers<'_, 'a>,
    depth: u32,
) -> Accepted {
    let mut scan = Scan {
        namespace,
        helpers,
        depth,
        dicts: aliases(&function.body, dict),
        locals: local_constants(&function.body),
        uses: uses(&function.body),
        found: Vec::new(),
    };
    scan.block(&function.body);
    let own = |name: &str| {
        function
            .params
            .iter()
            .any(|param| param.name.name == name && param.kind != ParamKind::VarKeyword)
    };
    scan.found.retain(|(name, _)| !own(name));
    scan.found
}

struct Scan<'s, 'a> {
    namespace: &'s Namespace<'a>,
    helpers: Helpers<'s, 'a>,
    depth: u32,
    dicts: Vec<&'a str>,
    locals: FxHashMap<&'a str, Vec<&'a str>>,
    uses: FxHashMap<&'a str, usize>,
    found: Accepted,
}

/// `kwargs` and the names of its copies.
pub fn aliases<'a>(body: &'a [Stmt], dict: &'a str) -> Vec<&'a str> {
    let mut names = vec![dict];
    visit::statements(body, &mut |stmt| {
        let StmtKind::Assign { targets, value } = &stmt.kind else {
            return;
        };
        let copy = match &value.kind {
            ExprKind::Name(name) => names.contains(&name.as_str()),
            ExprKind::Call(call) => match &call.func.kind {
                ExprKind::Attribute { value, attr } if attr.name == "copy" => {
                    value.as_name().is_some_and(|name| names.contains(&name))
                }
                _ => {
                    let called = call.func.dotted().unwrap_or_default();
                    let argument = visit::positional(call).next().and_then(Expr::as_name);
                    matches!(
                        called.as_str(),
                        "dict" | "copy.copy" | "copy.deepcopy" | "deepcopy"
                    ) && argument.is_some_and(|name| names.contains(&name))
                }
            },
            _ => false,
        };
        if copy {
            names.extend(targets.iter().filter_map(Expr::as_name));
        }
    });
    names
}

/// Local names of literal lists of strings.
fn local_constants(body: &[Stmt]) -> FxHashMap<&str, Vec<&str>> {
    let mut locals = FxHashMap::default();
    visit::statements(body, &mut |stmt| {
        if let StmtKind::Assign { targets, value } = &stmt.kind
            && let (Some(name), Some(strings)) = (targets[0].as_name(), visit::strings(value))
        {
            locals.insert(name, strings);
        }
    });
    locals
}

/// How often each name stands in a body.
fn uses(body: &[Stmt]) -> FxHashMap<&str, usize> {
    let mut uses = FxHashMap::default();
    visit::expressions(body, &mut |expr| {
        if let ExprKind::Name(name) = &expr.kind {
            *uses.entry(name.as_str()).or_insert(0) += 1;
        }
    });
    uses
}

impl<'a> Scan<'_, 'a> {
    fn block(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Expr(expr) => {
                let dropped = self.taken(expr, &FxHashMap::default());
                if dropped.is_empty() || !is_pop(expr) {
                    self.expression(expr);
                } else {
                    self.note(&dropped, Acceptance::Ignored);
                }
            }
            StmtKind::Assign { targets, value } => self.assign(targets, value),
            StmtKind::Delete(targets) => {
                for target in targets {
                    if let Some(name) = self.subscript(target) {
                        self.note(&[name], Acceptance::Popped);
                    }
                }
            }
            StmtKind::If(branches) => {
                for branch in branches {
                    let refused = branch
                        .body
                        .first()
                        .is_some_and(|stmt| matches!(stmt.kind, StmtKind::Raise(_)));
                    match &branch.test {
                        // `if "x" in kwargs: raise` takes nothing.
                        Some(test) if !refused => self.expression(test),
                        _ => {}
                    }
                    self.block(&branch.body);
                }
            }
            StmtKind::For {
                target, iter, body, ..
            } => {
                let known = target.as_name().zip(self.strings(iter));
                if let Some((name, strings)) = known {
                    // The loop variable stands for all of them.
                    let before = self.locals.insert(name, strings);
                    self.expression(iter);
                    self.block(body);
                    match before {
                        Some(before) => self.locals.insert(name, before),
                        None => self.locals.remove(name),
                    };
                } else {
                    self.expression(iter);
                    self.block(body);
                }
            }
            _ => {
                for expr in visit::own_expressions(stmt) {
                    self.expression(expr);
                }
                for block in visit::blocks(stmt) {
                    self.block(block);
                }
            }
        }
    }

    fn assign(&mut self, targets: &'a [Expr], value: &'a Expr) {
        let taken = self.taken(value, &FxHashMap::default());
        let unused = targets.iter().all(|target| {
            target
                .as_name()
                .is_some_and(|name| name == "_" || self.uses.get(name) == Some(&1))
        });
        if !taken.is_empty() && unused {
            self.note(&taken, Acceptance::Ignored);
        } else {
            self.expression(value);
        }
        for target in targets {
            // `kwargs["x"] = 1` sets; only what stands inside of the brackets is read.
            if let ExprKind::Subscript { index, .. } = &target.kind {
                index.iter().for_each(|index| self.expression(index));
            }
        }
    }

    fn expression(&mut self, expr: &'a Expr) {
        let mut found: Vec<(Vec<&'a str>, bool)> = Vec::new();
        let mut calls: Vec<&'a Call> = Vec::new();
        let mut variables: FxHashMap<&'a str, Vec<&'a str>> = FxHashMap::default();
        visit::expression(expr, &mut |part| {
            if let ExprKind::Comprehension { clauses, .. } = &part.kind {
                for (target, iter) in clauses {
                    if let Some((name, strings)) = target.as_name().zip(self.strings(iter)) {
                        variables.insert(name, strings);
                    }
                }
            }
            let taken = self.taken(part, &variables);
            if !taken.is_empty() {
                found.push((taken, true));
            }
            if let ExprKind::Call(call) = &part.kind {
                calls.push(call);
            }
        });
        for (names, _) in found {
            self.note(&names, Acceptance::Popped);
        }
        for call in calls {
            self.forwarded(call);
        }
    }

    /// The names that an expression itself takes from the dict.
    fn taken(&self, expr: &'a Expr, variables: &FxHashMap<&'a str, Vec<&'a str>>) -> Vec<&'a str> {
        let names = |key: &'a Expr| match &key.kind {
            ExprKind::Str(_) => key.as_str().into_iter().collect(),
            ExprKind::Name(name) => variables
                .get(name.as_str())
                .or_else(|| self.locals.get(name.as_str()))
                .cloned()
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        match &expr.kind {
            ExprKind::Call(call) => match &call.func.kind {
                ExprKind::Attribute { value, attr }
                    if matches!(attr.name.as_str(), "pop" | "get" | "setdefault")
                        && self.is_dict(value) =>
                {
                    visit::positional(call).next().map_or_else(Vec::new, names)
                }
                _ => self.deprecated_from(call),
            },
            ExprKind::Compare { left, rest } => match rest.as_slice() {
                [(op, right)] if (*op == "in" || *op == "not in") && self.is_dict(right) => {
                    names(left)
                }
                _ => Vec::new(),
            },
            ExprKind::Subscript { value, index } => match index.as_slice() {
                [key] if self.is_dict(value) => names(key),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// `deprecate("x", "1.0", "...", take_from=kwargs)` takes `x`.
    fn deprecated_from(&self, call: &'a Call) -> Vec<&'a str> {
        let from = visit::keyword(call, "take_from");
        if !from.is_some_and(|from| self.is_dict(from)) {
            return Vec::new();
        }
        visit::positional(call)
            .next()
            .and_then(Expr::as_str)
            .into_iter()
            .collect()
    }

    fn subscript(&self, expr: &'a Expr) -> Option<&'a str> {
        match &expr.kind {
            ExprKind::Subscript { value, index } if self.is_dict(value) => index.first()?.as_str(),
            _ => None,
        }
    }

    fn is_dict(&self, expr: &Expr) -> bool {
        expr.as_name()
            .is_some_and(|name| self.dicts.contains(&name))
    }

    /// The strings of a literal, or of a constant by name.
    fn strings(&self, expr: &'a Expr) -> Option<Vec<&'a str>> {
        match &expr.kind {
            ExprKind::Name(name) => match self.locals.get(name.as_str()) {
                Some(strings) => Some(strings.clone()),
                None => visit::strings(self.namespace.constant(name)?),
            },
            _ => visit::strings(expr),
        }
    }

    /// A helper that gets the rest: what it takes is taken, and so are its parameters.
    fn forwarded(&mut self, call: &'a Call) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        let Some(helper) = (self.helpers)(&call.func) else {
            return;
        };
        for argument in &call.args {
            if !self.is_dict(&argument.value) {
                continue;
            }
            if argument.kind == ArgumentKind::DictSpread {
                self.spread_into(call, helper);
            } else if let Some(parameter) = parameter_of(call, argument, helper) {
                let inner = taken_from(
                    helper,
                    parameter,
                    self.namespace,
                    self.helpers,
                    self.depth + 1,
                );
                self.note_all(inner);
            }
        }
    }

    fn spread_into(&mut self, call: &'a Call, helper: &'a FunctionDef) {
        let passed = visit::positional(call).count();
        let by_name = |name: &str| visit::keyword(call, name).is_some();
        let explicit: Vec<(String, Acceptance)> = helper
            .params
            .iter()
            .filter(|param| !matches!(param.name.name.as_str(), "self" | "cls"))
            .enumerate()
            .filter(|(index, param)| match param.kind {
                ParamKind::Normal => *index >= passed,
                ParamKind::KeywordOnly => true,
                _ => false,
            })
            .map(|(_, param)| param.name.name.as_str())
            .filter(|name| !by_name(name))
            .map(|name| (name.to_owned(), Acceptance::Popped))
            .collect();
        self.note_all(explicit);
        let rest = helper
            .params
            .iter()
            .find(|param| param.kind == ParamKind::VarKeyword);
        if let Some(rest) = rest {
            let inner = taken_from(
                helper,
                &rest.name.name,
                self.namespace,
                self.helpers,
                self.depth + 1,
            );
            self.note_all(inner);
        }
    }

    fn note_all(&mut self, accepted: Accepted) {
        for (name, how) in accepted {
            self.note(&[&name], how);
        }
    }

    /// A name that is used somewhere is not ignored.
    fn note(&mut self, names: &[&str], how: Acceptance) {
        for name in names {
            match self.found.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => {
                    if *known == Acceptance::Ignored && how == Acceptance::Popped {
                        *known = how;
                    }
                }
                None => self.found.push(((*name).to_owned(), how)),
            }
        }
    }
}

/// `kwargs.pop(...)`, whose result counts for nothing where it stands alone.
fn is_pop(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(call) => {
            matches!(&call.func.kind, ExprKind::Attribute { attr, .. } if attr.name == "pop")
        }
        _ => false,
    }
}

/// The parameter of `helper` that gets `argument`.
pub fn parameter_of<'a>(
    call: &Call,
    argument: &Argument,
    helper: &'a FunctionDef,
) -> Option<&'a str> {
    let wanted = match &argument.kind {
        ArgumentKind::Keyword(name) => {
            return helper
                .params
                .iter()
                .map(|param| param.name.name.as_str())
                .find(|param| *param == name.name);
        }
        ArgumentKind::Positional => call.args.iter().position(|other| other == argument)?,
        _ => return None,
    };
    helper
        .params
        .iter()
        .filter(|param| !matches!(param.name.name.as_str(), "self" | "cls"))
        .map(|param| param.name.name.as_str())
        .nth(wanted)
}
