//! The keys that a body takes away from a dict of keywords, before it hands the rest on.

use rustc_hash::FxHashMap;

use super::kwargs::{self, Helpers};
use super::literals::Literals;
use super::visit;
use crate::python::ast::{ArgumentKind, Call, Expr, ExprKind, Stmt, StmtKind};

/// How many calls deep the dict is followed.
const MAX_DEPTH: u32 = 2;

/// How many names deep a list of keys is followed.
const MAX_NAMES: u32 = 8;

/// Functions that only look at what they are given.
const LOOKING: &[&str] = &[
    "all",
    "any",
    "bool",
    "dict",
    "enumerate",
    "isinstance",
    "iter",
    "len",
    "list",
    "print",
    "repr",
    "set",
    "sorted",
    "str",
    "tuple",
    "type",
    "zip",
    "copy.copy",
    "copy.deepcopy",
    "deepcopy",
];

/// The keys that `body` takes from the dict in the variable `dict`, in the order of the source; absent
/// where the source does not show all of them.
pub fn removed<'a>(
    body: &'a [Stmt],
    dict: &'a str,
    literals: &Literals<'_, 'a>,
    helpers: Helpers<'_, 'a>,
) -> Option<Vec<&'a str>> {
    keys_taken(body, dict, literals, helpers, 0)
}

fn keys_taken<'a>(
    body: &'a [Stmt],
    dict: &'a str,
    literals: &Literals<'_, 'a>,
    helpers: Helpers<'_, 'a>,
    depth: u32,
) -> Option<Vec<&'a str>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let dicts = kwargs::aliases(body, dict);
    let mut scan = Scan {
        bound: FxHashMap::default(),
        dicts,
        literals,
        helpers,
        depth,
        found: Some(Vec::new()),
    };
    scan.bind(body);
    visit::statements(body, &mut |stmt| scan.statement(stmt));
    visit::expressions(body, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind {
            scan.call(call);
        }
    });
    scan.found
}

struct Scan<'s, 'a> {
    /// Variables with the keys that they stand for or go through; absent where that is not known.
    bound: FxHashMap<&'a str, Option<Vec<&'a str>>>,
    dicts: Vec<&'a str>,
    literals: &'s Literals<'s, 'a>,
    helpers: Helpers<'s, 'a>,
    depth: u32,
    found: Option<Vec<&'a str>>,
}

impl<'a> Scan<'_, 'a> {
    /// Notes what loop variables and lists of keys hold.
    fn bind(&mut self, body: &'a [Stmt]) {
        visit::statements(body, &mut |stmt| match &stmt.kind {
            StmtKind::For { target, iter, .. } => {
                let name = match &target.kind {
                    ExprKind::Tuple(items) => items.first().and_then(Expr::as_name),
                    _ => target.as_name(),
                };
                if let Some(name) = name {
                    self.note(name, self.keys(iter, 0));
                }
            }
            StmtKind::Assign { targets, value } => {
                if let Some(name) = targets[0].as_name() {
                    self.note(name, self.keys(value, 0));
                }
            }
            _ => {}
        });
    }

    fn note(&mut self, name: &'a str, keys: Option<Vec<&'a str>>) {
        match self.bound.get_mut(name) {
            None => {
                self.bound.insert(name, keys);
            }
            Some(known) => match (known.as_mut(), keys) {
                (Some(known), Some(keys)) => known.extend(keys),
                _ => *known = None,
            },
        }
    }

    /// The keys that going through an expression gives.
    fn keys(&self, expr: &'a Expr, depth: u32) -> Option<Vec<&'a str>> {
        match &expr.kind {
            _ if depth > MAX_NAMES => None,
            ExprKind::Name(name) => match self.bound.get(name.as_str()) {
                Some(keys) => keys.clone(),
                None => self.keys(self.literals.get(name)?, depth + 1),
            },
            ExprKind::Dict(items) => items
                .iter()
                .map(|item| item.key.as_ref()?.as_str())
                .collect(),
            ExprKind::Call(call) => match &call.func.kind {
                ExprKind::Attribute { value, attr } => {
                    matches!(attr.name.as_str(), "items" | "keys")
                        .then(|| self.keys(value, depth + 1))?
                }
                ExprKind::Name(name) => {
                    let same = matches!(name.as_str(), "list" | "tuple" | "set" | "sorted");
                    same.then(|| self.keys(visit::positional(call).next()?, depth + 1))?
                }
                _ => None,
            },
            ExprKind::Comprehension { clauses, parts } => {
                self.comprehended(clauses, parts, depth + 1)
            }
            _ => visit::strings(expr),
        }
    }

    /// `[key for key in KEYS if ...]`, `[key for key in kwargs if key in KEYS]`
    fn comprehended(
        &self,
        clauses: &'a [(Expr, Expr)],
        parts: &'a [Expr],
        depth: u32,
    ) -> Option<Vec<&'a str>> {
        let [(target, iter)] = clauses else {
            return None;
        };
        let name = target.as_name()?;
        let (element, conditions) = parts.split_first()?;
        if element.as_name() != Some(name) {
            return None;
        }
        let member = |condition: &'a Expr| match &condition.kind {
            ExprKind::Compare { left, rest } if left.as_name() == Some(name) => {
                match rest.as_slice() {
                    [(op, keys)] if *op == "in" => self.keys(keys, depth),
                    _ => None,
                }
            }
            _ => None,
        };
        self.keys(iter, depth)
            .or_else(|| conditions.iter().find_map(member))
    }

    fn statement(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Delete(targets) => {
                for target in targets {
                    match &target.kind {
                        ExprKind::Subscript { value, index } if self.is_dict(value) => {
                            self.take(index.first());
                        }
                        _ => {}
                    }
                }
            }
            StmtKind::Assign { targets, value } => {
                let again = targets.iter().any(|target| self.is_dict(target));
                if again && !self.stays(value) {
                    self.found = None;
                }
            }
            _ => {}
        }
    }

    /// Whether the value is still the dict: itself, a copy, or what a helper made of it.
    fn stays(&self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Call(call) => match &call.func.kind {
                ExprKind::Attribute { value, attr } => attr.name == "copy" && self.is_dict(value),
                _ => call
                    .args
                    .iter()
                    .any(|argument| self.is_dict(&argument.value)),
            },
            _ => self.is_dict(value),
        }
    }

    fn call(&mut self, call: &'a Call) {
        if let ExprKind::Attribute { value, attr } = &call.func.kind
            && self.is_dict(value)
        {
            match attr.name.as_str() {
                "pop" => self.take(visit::positional(call).next()),
                "popitem" | "clear" => self.found = None,
                _ => {}
            }
        }
        let looks = call
            .func
            .dotted()
            .is_some_and(|path| LOOKING.contains(&path.as_str()));
        for argument in &call.args {
            let whole = matches!(
                argument.kind,
                ArgumentKind::Positional | ArgumentKind::Keyword(_)
            );
            if !whole || looks || !self.is_dict(&argument.value) {
                continue;
            }
            let helper = (self.helpers)(&call.func);
            let keys = helper.and_then(|helper| {
                let dict = kwargs::parameter_of(call, argument, helper)?;
                let literals = self.literals.of(&helper.body);
                keys_taken(&helper.body, dict, &literals, self.helpers, self.depth + 1)
            });
            self.add(keys);
        }
    }

    /// Notes a key that is taken.
    fn take(&mut self, key: Option<&'a Expr>) {
        let keys = key.and_then(|key| match &key.kind {
            ExprKind::Str(_) => key.as_str().map(|key| vec![key]),
            ExprKind::Name(name) => self.bound.get(name.as_str())?.clone(),
            _ => None,
        });
        self.add(keys);
    }

    fn add(&mut self, keys: Option<Vec<&'a str>>) {
        match (self.found.as_mut(), keys) {
            (Some(found), Some(keys)) => {
                for key in keys {
                    if !found.contains(&key) {
                        found.push(key);
                    }
                }
            }
            _ => self.found = None,
        }
    }

    fn is_dict(&self, expr: &Expr) -> bool {
        expr.as_name()
            .is_some_and(|name| self.dicts.contains(&name))
    }
}
