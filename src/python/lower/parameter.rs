//! From the parser's tree to [`crate::python::ast`]: parameters.

use tree_sitter::Node;

use super::kind::{Field, Kind};
use super::{Lower, range};
use crate::python::ast::{Ident, Param, ParamKind};

impl<'n> Lower<'_, 'n> {
    /// The parameters of a function or lambda; separators only change the kinds of the others.
    pub(super) fn parameters(&mut self, node: Node<'n>) -> Vec<Param> {
        let mut params: Vec<Param> = Vec::new();
        let mut kind = ParamKind::Normal;
        for child in self.children(node) {
            match Kind::of(child) {
                Kind::PositionalSeparator => {
                    for param in &mut params {
                        param.kind = ParamKind::PositionalOnly;
                    }
                }
                Kind::KeywordSeparator => kind = ParamKind::KeywordOnly,
                _ => {
                    if let Some(param) = self.parameter(child, kind) {
                        if param.kind == ParamKind::VarArgs {
                            kind = ParamKind::KeywordOnly;
                        }
                        params.push(param);
                    }
                }
            }
        }
        params
    }

    fn parameter(&mut self, node: Node<'n>, kind: ParamKind) -> Option<Param> {
        let name_node = match Kind::of(node) {
            Kind::Identifier => node,
            Kind::TypedParameter | Kind::ListSplatPattern | Kind::DictionarySplatPattern => {
                self.first_child(node)?
            }
            Kind::DefaultParameter | Kind::TypedDefaultParameter => Field::Name.of(node)?,
            _ => return None,
        };
        let (name, kind) = self.parameter_name(name_node, node, kind)?;
        Some(Param {
            name,
            kind,
            annotation: Field::Type
                .of(node)
                .map(|annotation| self.expression(annotation)),
            default: Field::Value.of(node).map(|value| self.expression(value)),
            range: range(node),
        })
    }

    /// Stars may stand on the parameter itself or, where it is typed, inside of it.
    fn parameter_name(
        &mut self,
        name: Node<'n>,
        whole: Node<'n>,
        kind: ParamKind,
    ) -> Option<(Ident, ParamKind)> {
        let starred = [name, whole]
            .into_iter()
            .find_map(|node| match Kind::of(node) {
                Kind::ListSplatPattern => Some(ParamKind::VarArgs),
                Kind::DictionarySplatPattern => Some(ParamKind::VarKeyword),
                _ => None,
            });
        let name = if Kind::of(name) == Kind::Identifier {
            name
        } else {
            self.first_child(name)?
        };
        Some((self.ident(name), starred.unwrap_or(kind)))
    }
}
