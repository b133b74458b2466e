//! The names that the patterns of a `case` bind.

use ruff_python_ast::{Identifier, Pattern, PatternOrKeyword};

use super::{MAX_DEPTH, ident};
use crate::python::ast::Ident;

/// The names that `pattern` binds, in order.
pub(super) fn captures(pattern: &Pattern) -> Vec<Ident> {
    let mut names = Vec::new();
    collect(pattern, 0, &mut names);
    names
}

fn collect(pattern: &Pattern, depth: u32, names: &mut Vec<Ident>) {
    if depth >= MAX_DEPTH {
        return;
    }
    let mut below = |pattern: &Pattern| collect(pattern, depth + 1, names);
    let name: Option<&Identifier> = match pattern {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => None,
        Pattern::MatchSequence(it) => {
            it.patterns.iter().for_each(&mut below);
            None
        }
        Pattern::MatchOr(it) => {
            it.patterns.iter().for_each(&mut below);
            None
        }
        Pattern::MatchMapping(it) => {
            it.patterns.iter().for_each(&mut below);
            it.rest.as_ref()
        }
        Pattern::MatchClass(it) => {
            for argument in it.arguments.iter_source_order() {
                match argument {
                    PatternOrKeyword::Pattern(pattern) => below(pattern),
                    PatternOrKeyword::Keyword(keyword) => below(&keyword.pattern),
                }
            }
            None
        }
        Pattern::MatchStar(it) => it.name.as_ref(),
        Pattern::MatchAs(it) => {
            it.pattern.iter().for_each(|pattern| below(pattern));
            it.name.as_ref()
        }
    };
    names.extend(name.map(ident));
}
