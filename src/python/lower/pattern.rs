//! The names that the patterns of a `case` bind.

use tree_sitter::Node;

use super::Lower;
use super::kind::Kind;
use crate::python::ast::Ident;

impl<'n> Lower<'_, 'n> {
    /// The names that the patterns of the clause `case` bind, in order.
    pub(super) fn captures(&mut self, case: Node<'n>) -> Vec<Ident> {
        let mut names = Vec::new();
        let mut pending: Vec<Node<'n>> = self
            .children(case)
            .into_iter()
            .filter(|child| Kind::of(*child) == Kind::CasePattern)
            .collect();
        pending.reverse();
        while let Some(pattern) = pending.pop() {
            let children = self.children(pattern);
            match Kind::of(pattern) {
                Kind::DottedName if children.len() > 1 => {}
                Kind::DottedName | Kind::Identifier => names.push(self.ident(pattern)),
                // The first child names the class or the attribute.
                Kind::ClassPattern | Kind::KeywordPattern => {
                    pending.extend(children.into_iter().skip(1).rev());
                }
                _ => pending.extend(children.into_iter().rev()),
            }
        }
        names
    }
}
