//! String literals, several of which may stand side by side.

use ruff_python_ast::{self as syntax, FStringPart, InterpolatedStringElement, StringFlags};
use ruff_text_size::Ranged;

use super::Lower;
use crate::python::ast::{Expr, ExprKind, StrLiteral};
use crate::text::TextRange;

impl Lower<'_> {
    pub(super) fn string(&self, it: &syntax::ExprStringLiteral) -> ExprKind {
        let content = match it.value.as_slice() {
            [only] => self.content(only, &only.flags, &only.value),
            _ => None,
        };
        ExprKind::Str(StrLiteral {
            value: it.value.to_str().to_owned(),
            content,
            is_bytes: false,
        })
    }

    /// Bytes that are no UTF-8 are of no interest to any rule.
    pub(super) fn bytes(&self, it: &syntax::ExprBytesLiteral) -> ExprKind {
        let bytes: Vec<u8> = it.value.bytes().collect();
        let value = String::from_utf8_lossy(&bytes).into_owned();
        let content = match it.value.as_slice() {
            [only] => self.content(only, &only.flags, &value),
            _ => None,
        };
        ExprKind::Str(StrLiteral {
            value,
            content,
            is_bytes: true,
        })
    }

    /// What stands between the quotes, where it is the value as it is.
    fn content(
        &self,
        part: &impl Ranged,
        flags: &impl StringFlags,
        value: &str,
    ) -> Option<TextRange> {
        let start = part.start() + flags.opener_len();
        let end = part.end().checked_sub(flags.closer_len())?;
        (start <= end)
            .then(|| TextRange::new(start.to_u32(), end.to_u32()))
            .filter(|range| range.slice(self.text) == value)
    }

    pub(super) fn f_string(&mut self, it: &syntax::ExprFString) -> ExprKind {
        let (mut literal, mut interpolated) = (String::new(), Vec::new());
        for part in it.value.as_slice() {
            match part {
                FStringPart::Literal(part) => literal.push_str(&part.value),
                FStringPart::FString(part) => {
                    self.elements(&part.elements, &mut literal, &mut interpolated);
                }
            }
        }
        interpolation(literal, interpolated)
    }

    pub(super) fn t_string(&mut self, it: &syntax::ExprTString) -> ExprKind {
        let (mut literal, mut interpolated) = (String::new(), Vec::new());
        for part in it.value.as_slice() {
            self.elements(&part.elements, &mut literal, &mut interpolated);
        }
        interpolation(literal, interpolated)
    }

    /// `{value:{width}}`: the value, and what the format is made of.
    fn elements(
        &mut self,
        elements: &[InterpolatedStringElement],
        literal: &mut String,
        interpolated: &mut Vec<Expr>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(it) => literal.push_str(&it.value),
                InterpolatedStringElement::Interpolation(it) => {
                    interpolated.push(self.expression(&it.expression));
                    let format = it.format_spec.iter().flat_map(|it| it.elements.iter());
                    for part in format.filter_map(InterpolatedStringElement::as_interpolation) {
                        interpolated.push(self.expression(&part.expression));
                    }
                }
            }
        }
    }
}

/// A string that interpolates nothing is a plain one, but cannot be edited in place.
fn interpolation(value: String, interpolated: Vec<Expr>) -> ExprKind {
    if interpolated.is_empty() {
        return ExprKind::Str(StrLiteral {
            value,
            content: None,
            is_bytes: false,
        });
    }
    ExprKind::FString(interpolated)
}
