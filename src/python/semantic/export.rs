//! What other files may import: names that the top level binds once and for all to what a call gives.

use memchr::memmem;
use rustc_hash::FxHashMap;

use super::prescan::{self, Bound};
use super::{bodies, names};
use crate::python::ast::{ExprKind, Name, Stmt, StmtKind};
use crate::python::facts::{CallId, Facts, Guard};
use crate::python::pieces::Syntax;
use crate::text::TextRange;

/// Code that may bind names without naming them.
const HIDDEN: [&str; 3] = ["globals(", "exec(", "import *"];

/// The names with the calls. A name that anything else may bind is left out, and so is all of a text with a
/// syntax error.
pub fn exported(syntax: &Syntax, text: &str, facts: &Facts) -> Vec<(Name, CallId)> {
    let mentions = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    if !facts.errors.is_empty() || HIDDEN.into_iter().any(mentions) {
        return Vec::new();
    }
    let made: FxHashMap<TextRange, &str> = syntax
        .pieces()
        .iter()
        .flat_map(|piece| {
            let made = piece.body().iter().filter_map(made);
            made.map(|(name, range)| (piece.place(range), name))
        })
        .collect();
    let bindings = bindings(syntax, text);
    let calls = facts.calls.iter().zip((0..).map(CallId));
    calls
        .filter_map(|(call, id)| {
            let name = *made.get(&call.range)?;
            let once = bindings.get(name) == Some(&1);
            let runs = call.guard == Guard::None && !call.partial;
            (once && runs).then(|| (name.into(), id))
        })
        .collect()
}

/// `name = call(...)`
fn made(statement: &Stmt) -> Option<(&str, TextRange)> {
    let (target, value) = match &statement.kind {
        StmtKind::Assign { targets, value } => match targets.as_slice() {
            [target] => (target, value),
            _ => return None,
        },
        StmtKind::AnnAssign { target, value, .. } => (target, value.as_ref()?),
        _ => return None,
    };
    let is_call = matches!(value.kind, ExprKind::Call(_));
    Some((target.as_name().filter(|_| is_call)?, value.range))
}

/// How often names of the module are bound, in whatever code.
fn bindings<'a>(syntax: &'a Syntax, text: &'a str) -> FxHashMap<&'a str, u32> {
    let mut counts = FxHashMap::default();
    for body in bodies(syntax) {
        prescan::bindings(body, false, &mut |bound| match bound {
            Bound::Name(name) => *counts.entry(name).or_default() += 1,
            Bound::Target(target) => prescan::target_names(target, &mut |name| {
                *counts.entry(name).or_default() += 1;
            }),
            Bound::Shared(_) | Bound::Star => {}
        });
    }
    let shared = bodies(syntax).flat_map(prescan::shared);
    for name in shared.chain(names::walrus_names(text)) {
        *counts.entry(name).or_default() += 1;
    }
    counts
}
