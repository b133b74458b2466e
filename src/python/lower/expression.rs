//! From the parser's tree to [`crate::python::ast`]: expressions and arguments.

use ruff_python_ast::token::parenthesized_range;
use ruff_python_ast::{self as syntax, AnyNodeRef, ArgOrKeyword, Arguments, ExprRef, Number};

use super::{Lower, MAX_DEPTH, ident, range};
use crate::budget;
use crate::python::ast::{Argument, ArgumentKind, Call, DictItem, Expr, ExprKind};
use crate::text::TextRange;

impl Lower<'_> {
    pub(super) fn expression(&mut self, expr: &syntax::Expr) -> Expr {
        budget::tick();
        let range = range(expr);
        let kind = if self.depth >= MAX_DEPTH {
            self.errors.push(range);
            ExprKind::Error
        } else {
            self.depth += 1;
            let kind = self.expression_kind(expr);
            self.depth -= 1;
            kind
        };
        Expr { range, kind }
    }

    pub(super) fn expressions(&mut self, exprs: &[syntax::Expr]) -> Vec<Expr> {
        exprs.iter().map(|expr| self.expression(expr)).collect()
    }

    pub(super) fn optional(&mut self, expr: Option<&syntax::Expr>) -> Option<Expr> {
        expr.map(|expr| self.expression(expr))
    }

    fn boxed(&mut self, expr: &syntax::Expr) -> Box<Expr> {
        Box::new(self.expression(expr))
    }

    fn other<'e>(&mut self, parts: impl IntoIterator<Item = &'e syntax::Expr>) -> ExprKind {
        ExprKind::Other(parts.into_iter().map(|it| self.expression(it)).collect())
    }

    fn expression_kind(&mut self, expr: &syntax::Expr) -> ExprKind {
        use syntax::Expr as E;
        match expr {
            // The parser puts an empty name where it misses an expression.
            E::Name(it) if it.id.is_empty() => ExprKind::Error,
            E::Name(it) => ExprKind::Name(it.id.clone()),
            E::Attribute(it) if it.attr.is_empty() => ExprKind::Error,
            E::Attribute(it) => ExprKind::Attribute {
                value: self.boxed(&it.value),
                attr: ident(&it.attr),
            },
            E::Call(it) => ExprKind::Call(Box::new(self.call(it))),
            E::Subscript(it) => ExprKind::Subscript {
                value: self.boxed(&it.value),
                index: match &*it.slice {
                    E::Tuple(tuple) if !tuple.parenthesized => self.expressions(&tuple.elts),
                    index => vec![self.expression(index)],
                },
            },
            E::StringLiteral(it) => self.string(it),
            E::BytesLiteral(it) => self.bytes(it),
            E::FString(it) => self.f_string(it),
            E::TString(it) => self.t_string(it),
            E::NumberLiteral(it) => number(&it.value),
            E::BooleanLiteral(it) => ExprKind::Bool(it.value),
            E::NoneLiteral(_) => ExprKind::None,
            E::EllipsisLiteral(_) => ExprKind::Ellipsis,
            E::List(it) => ExprKind::List(self.expressions(&it.elts)),
            E::Tuple(it) => ExprKind::Tuple(self.expressions(&it.elts)),
            E::Set(it) => ExprKind::Set(self.expressions(&it.elts)),
            E::Dict(it) => ExprKind::Dict(self.dict_items(it)),
            E::BinOp(it) => ExprKind::Binary {
                left: self.boxed(&it.left),
                op: it.op.as_str(),
                right: self.boxed(&it.right),
            },
            E::UnaryOp(it) => ExprKind::Unary {
                op: it.op.as_str(),
                operand: self.boxed(&it.operand),
            },
            E::BoolOp(it) => self.bool_op(it),
            E::Compare(it) => self.comparison(it),
            E::If(it) => ExprKind::IfElse {
                test: self.boxed(&it.test),
                body: self.boxed(&it.body),
                orelse: self.boxed(&it.orelse),
            },
            E::Lambda(it) => ExprKind::Lambda {
                params: it
                    .parameters
                    .as_deref()
                    .map_or_else(Vec::new, |it| self.parameters(it)),
                body: self.boxed(&it.body),
            },
            E::Starred(it) => ExprKind::Starred(self.boxed(&it.value)),
            E::Await(it) => ExprKind::Await(self.boxed(&it.value)),
            E::Named(it) => self.walrus(it),
            E::ListComp(it) => self.comprehension([&*it.elt], &it.generators),
            E::SetComp(it) => self.comprehension([&*it.elt], &it.generators),
            E::Generator(it) => self.comprehension([&*it.elt], &it.generators),
            E::DictComp(it) => {
                let element = it.key.as_deref().into_iter().chain([&*it.value]);
                self.comprehension(element, &it.generators)
            }
            E::Slice(it) => {
                let parts = [&it.lower, &it.upper, &it.step];
                self.other(parts.into_iter().filter_map(|part| part.as_deref()))
            }
            E::Yield(it) => {
                let value = self.optional(it.value.as_deref());
                ExprKind::Yield(value.into_iter().collect())
            }
            E::YieldFrom(it) => ExprKind::Yield(vec![self.expression(&it.value)]),
            E::IpyEscapeCommand(_) => ExprKind::Other(Vec::new()),
        }
    }

    fn call(&mut self, it: &syntax::ExprCall) -> Call {
        let arguments = it.arguments.iter_source_order();
        Call {
            func: self.expression(&it.func),
            args: arguments
                .map(|argument| self.argument(argument, Some(&it.arguments)))
                .collect(),
            args_range: range(&it.arguments),
        }
    }

    /// An argument of `parent`.
    pub(super) fn argument(
        &mut self,
        argument: ArgOrKeyword<'_>,
        parent: Option<&Arguments>,
    ) -> Argument {
        match argument {
            ArgOrKeyword::Arg(syntax::Expr::Starred(it)) => Argument {
                kind: ArgumentKind::Spread,
                value: self.expression(&it.value),
                range: range(it),
            },
            ArgOrKeyword::Arg(it) => Argument {
                kind: ArgumentKind::Positional,
                value: self.expression(it),
                range: match parent {
                    Some(parent) => self.with_parentheses(it, parent.into()),
                    None => range(it),
                },
            },
            ArgOrKeyword::Keyword(it) => Argument {
                kind: match &it.arg {
                    Some(name) => ArgumentKind::Keyword(ident(name)),
                    None => ArgumentKind::DictSpread,
                },
                value: self.expression(&it.value),
                range: range(it),
            },
        }
    }

    /// `expr`, a part of `parent`, with the parentheses around it.
    fn with_parentheses(&self, expr: &syntax::Expr, parent: AnyNodeRef<'_>) -> TextRange {
        let plain = range(expr);
        // Asking the tokens costs more than looking at the byte behind, a comment apart.
        let behind = self.text.as_bytes()[plain.end as usize..]
            .iter()
            .find(|byte| !byte.is_ascii_whitespace());
        if !matches!(behind, Some(b')' | b'#' | b'\\')) {
            return plain;
        }
        let found = parenthesized_range(ExprRef::from(expr), parent, self.tokens);
        found.map_or(plain, |outer| range(&outer))
    }

    fn dict_items(&mut self, it: &syntax::ExprDict) -> Vec<DictItem> {
        let lower = |item: &syntax::DictItem| {
            let value = self.with_parentheses(&item.value, it.into());
            DictItem {
                range: match &item.key {
                    Some(key) => self.with_parentheses(key, it.into()).cover(value),
                    None => self.stars_before(value).cover(value),
                },
                key: self.optional(item.key.as_ref()),
                value: self.expression(&item.value),
            }
        };
        it.items.iter().map(lower).collect()
    }

    /// The `**` that stands before `value`.
    fn stars_before(&self, value: TextRange) -> TextRange {
        let before = self.tokens.before(value.start.into());
        let stars = before.iter().rev().find(|token| !token.kind().is_trivia());
        stars.map_or(value, range)
    }

    /// `a and b and c` comes as one; it is `(a and b) and c`.
    /// `a and b and c` is `(a and b) and c`, as deep as it has operands.
    fn bool_op(&mut self, it: &syntax::ExprBoolOp) -> ExprKind {
        if it.values.len() > MAX_DEPTH as usize {
            self.errors.push(range(it));
            return ExprKind::Error;
        }
        let op = it.op.as_str();
        let operands = it.values.iter().map(|value| self.expression(value));
        let joined = operands.reduce(|left, right| Expr {
            range: left.range.cover(right.range),
            kind: ExprKind::BoolOp {
                left: Box::new(left),
                op,
                right: Box::new(right),
            },
        });
        joined.map_or(ExprKind::Error, |joined| joined.kind)
    }

    fn comparison(&mut self, it: &syntax::ExprCompare) -> ExprKind {
        let left = self.boxed(&it.left);
        let rest = it.ops.iter().zip(&it.comparators);
        ExprKind::Compare {
            left,
            rest: rest
                .map(|(op, right)| (op.as_str(), self.expression(right)))
                .collect(),
        }
    }

    fn walrus(&mut self, it: &syntax::ExprNamed) -> ExprKind {
        match &*it.target {
            syntax::Expr::Name(name) => ExprKind::Walrus {
                name: crate::python::ast::Ident {
                    name: name.id.as_str().into(),
                    range: range(name),
                },
                value: self.boxed(&it.value),
            },
            _ => ExprKind::Error,
        }
    }

    fn comprehension<'e>(
        &mut self,
        element: impl IntoIterator<Item = &'e syntax::Expr>,
        generators: &'e [syntax::Comprehension],
    ) -> ExprKind {
        let element: Vec<&syntax::Expr> = element.into_iter().collect();
        let conditions = generators.iter().flat_map(|it| &it.ifs);
        ExprKind::Comprehension {
            clauses: generators
                .iter()
                .map(|it| (self.expression(&it.target), self.expression(&it.iter)))
                .collect(),
            parts: element
                .into_iter()
                .chain(conditions)
                .map(|part| self.expression(part))
                .collect(),
        }
    }
}

fn number(number: &Number) -> ExprKind {
    match number {
        Number::Int(it) => it
            .as_i64()
            .map_or(ExprKind::Other(Vec::new()), ExprKind::Int),
        Number::Float(it) => ExprKind::Float(*it),
        Number::Complex { .. } => ExprKind::Other(Vec::new()),
    }
}
