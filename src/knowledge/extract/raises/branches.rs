//! What a function does on its ways: branches, and loops whose turns are known.

use super::state::State;
use super::{End, MAX_TURNS, Term, Walk, targets};
use crate::knowledge::condition::Function;
use crate::knowledge::extract::visit;
use crate::python::ast::{Branch, Expr, ExprKind, Stmt, StmtKind};

impl<'a> Walk<'_, 'a> {
    pub(super) fn branches(&mut self, branches: &'a [Branch], path: &Term) -> End {
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

    pub(super) fn branches_rest(&mut self, rest: &'a [Branch], path: &Term) -> End {
        if rest.is_empty() {
            End::Falls(None)
        } else {
            self.branches(rest, path)
        }
    }

    /// Loops over literal lists are run turn by turn.
    pub(super) fn for_loop(
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
            _ if !leaves && let Some(lists) = self.looped_over(target, iter) => {
                return self.each(target, lists, body, path);
            }
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
                self.forget_called(body);
                return End::Falls(None);
            }
        };
        for turn in turns {
            self.assign(target, &turn);
            if !matches!(self.block(body, path.clone()), End::Falls(_)) {
                break;
            }
        }
        self.block(orelse, path.clone())
    }

    /// The names of a loop with the lists that they are elements of, where the function was given these.
    fn looped_over(&self, target: &'a Expr, iter: &'a Expr) -> Option<Vec<(&'a Expr, Term)>> {
        let pairs: Vec<(&Expr, &Expr)> = match (&target.kind, &iter.kind) {
            (ExprKind::Tuple(targets), ExprKind::Call(call)) => {
                let lists = visit::positional(call);
                match call.func.as_name()? {
                    // Otherwise the end of a longer list is not reached.
                    "zip" if visit::keyword(call, "strict").is_some() => {
                        targets.iter().zip(lists).collect()
                    }
                    "enumerate" => targets.iter().skip(1).zip(lists).collect(),
                    _ => return None,
                }
            }
            _ => vec![(target, iter)],
        };
        let given = |(name, list): (&'a Expr, &'a Expr)| {
            let list = self.term_quietly(list);
            let known = list.sure().is_some_and(|list| !list.arguments().is_empty());
            let is_new = known && name.as_name().is_some() && !self.each.contains(&list);
            is_new.then_some((name, list))
        };
        let lists: Vec<_> = pairs.into_iter().filter_map(given).collect();
        (!lists.is_empty()).then_some(lists)
    }

    /// Runs a body for some elements of lists. What it assigns may be of the turn before.
    fn each(
        &mut self,
        target: &'a Expr,
        lists: Vec<(&'a Expr, Term)>,
        body: &'a [Stmt],
        path: &Term,
    ) -> End {
        for name in self.loop_targets(target, body) {
            self.forget(name);
        }
        self.forget_called(body);
        let behind = self.state.clone();
        let around = self.each.len();
        for (name, list) in lists {
            let element = Term::Call(Function::Each, vec![list.clone()]);
            self.assign(name, &element);
            self.each.push(list);
        }
        let _ = self.block(body, path.clone());
        self.each.truncate(around);
        self.state = behind;
        End::Falls(None)
    }

    pub(super) fn loop_targets(&self, target: &'a Expr, body: &'a [Stmt]) -> Vec<&'a Expr> {
        let mut names = vec![target];
        visit::statements(body, &mut |stmt| names.extend(targets(stmt)));
        names
    }
}
