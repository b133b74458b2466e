//! From the parser's tree to [`crate::python::ast`]: expressions, arguments and parameters.

use tree_sitter::Node;

use super::kind::{Field, Kind};
use super::{Lower, MAX_DEPTH, range};
use crate::budget;
use crate::python::ast::{Argument, ArgumentKind, Call, DictItem, Expr, ExprKind};
use crate::text::TextRange;

impl<'n> Lower<'_, 'n> {
    pub(super) fn expression(&mut self, node: Node<'n>) -> Expr {
        budget::tick();
        let node = self.without_parentheses(node);
        let kind = if node.has_error() || self.depth >= MAX_DEPTH {
            self.errors.push(range(node));
            ExprKind::Error
        } else {
            self.depth += 1;
            let kind = self.expression_kind(node);
            self.depth -= 1;
            kind
        };
        Expr {
            range: range(node),
            kind,
        }
    }

    /// `((a))` is `a`: the parentheses carry no meaning of their own.
    fn without_parentheses(&mut self, node: Node<'n>) -> Node<'n> {
        let mut node = node;
        while matches!(Kind::of(node), Kind::ParenthesizedExpression | Kind::Type) {
            match self.first_child(node) {
                Some(inner) if !node.has_error() => node = inner,
                _ => break,
            }
        }
        node
    }

    fn expression_kind(&mut self, node: Node<'n>) -> ExprKind {
        match Kind::of(node) {
            Kind::Identifier | Kind::DottedName => ExprKind::Name(self.slice(node).to_owned()),
            Kind::Attribute => self.attribute(node),
            Kind::Call => self.call(node),
            Kind::Subscript => ExprKind::Subscript {
                value: self.boxed(node, Field::Value),
                index: self
                    .fields(node, Field::Subscript)
                    .into_iter()
                    .map(|index| self.expression(index))
                    .collect(),
            },
            Kind::String | Kind::ConcatenatedString => self.string(node),
            Kind::Integer => parse_integer(self.slice(node)),
            Kind::Float => parse_float(self.slice(node)),
            Kind::True => ExprKind::Bool(true),
            Kind::False => ExprKind::Bool(false),
            Kind::None => ExprKind::None,
            Kind::Ellipsis => ExprKind::Ellipsis,
            Kind::List | Kind::ListPattern => ExprKind::List(self.expressions(node)),
            Kind::Tuple | Kind::TuplePattern | Kind::ExpressionList | Kind::PatternList => {
                ExprKind::Tuple(self.expressions(node))
            }
            Kind::Set => ExprKind::Set(self.expressions(node)),
            Kind::Dictionary => ExprKind::Dict(self.dict_items(node)),
            Kind::BinaryOperator => ExprKind::Binary {
                left: self.boxed(node, Field::Left),
                op: self.operator(node),
                right: self.boxed(node, Field::Right),
            },
            Kind::UnaryOperator | Kind::NotOperator => ExprKind::Unary {
                op: node
                    .child(0)
                    .map_or_else(String::new, |op| self.slice(op).to_owned()),
                operand: self.boxed(node, Field::Argument),
            },
            Kind::BooleanOperator => ExprKind::BoolOp {
                left: self.boxed(node, Field::Left),
                op: self.operator(node),
                right: self.boxed(node, Field::Right),
            },
            Kind::ComparisonOperator => self.comparison(node),
            Kind::ConditionalExpression => self.conditional(node),
            Kind::Lambda => ExprKind::Lambda {
                params: Field::Parameters
                    .of(node)
                    .map_or_else(Vec::new, |parameters| self.parameters(parameters)),
                body: self.boxed(node, Field::Body),
            },
            Kind::ListSplat
            | Kind::ListSplatPattern
            | Kind::DictionarySplat
            | Kind::DictionarySplatPattern
            | Kind::SplatType => match self.only_child(node) {
                Some(value) => ExprKind::Starred(Box::new(value)),
                None => ExprKind::Error,
            },
            Kind::Await => match self.only_child(node) {
                Some(value) => ExprKind::Await(Box::new(value)),
                None => ExprKind::Error,
            },
            Kind::NamedExpression => self.walrus(node),
            Kind::ListComprehension
            | Kind::SetComprehension
            | Kind::DictionaryComprehension
            | Kind::GeneratorExpression => self.comprehension(node),
            Kind::GenericType => self.generic_type(node),
            Kind::UnionType => self.union_type(node),
            Kind::MemberType => self.member_type(node),
            Kind::ParenthesizedExpression | Kind::Type => ExprKind::Error,
            _ => ExprKind::Other(self.expressions(node)),
        }
    }

    pub(super) fn expressions(&mut self, node: Node<'n>) -> Vec<Expr> {
        self.children(node)
            .into_iter()
            .map(|child| self.expression(child))
            .collect()
    }

    pub(super) fn tuple(&mut self, node: Node<'n>) -> Expr {
        Expr {
            range: range(node),
            kind: ExprKind::Tuple(self.expressions(node)),
        }
    }

    /// The first named child, where there is one.
    pub(super) fn only_child(&mut self, node: Node<'n>) -> Option<Expr> {
        let child = self.first_child(node)?;
        Some(self.expression(child))
    }

    /// The expression in `field`; an error expression where the parser left it out.
    pub(super) fn field(&mut self, node: Node<'n>, field: Field) -> Expr {
        match field.of(node) {
            Some(child) => self.expression(child),
            None => Expr {
                range: TextRange::at(range(node).end),
                kind: ExprKind::Error,
            },
        }
    }

    fn boxed(&mut self, node: Node<'n>, field: Field) -> Box<Expr> {
        Box::new(self.field(node, field))
    }

    fn operator(&self, node: Node<'n>) -> String {
        Field::Operator
            .of(node)
            .map_or_else(String::new, |op| self.slice(op).to_owned())
    }

    fn attribute(&mut self, node: Node<'n>) -> ExprKind {
        match Field::Attribute.of(node) {
            Some(attr) if self.is_torn(node, attr) => {
                self.errors.push(range(node));
                ExprKind::Error
            }
            Some(attr) => ExprKind::Attribute {
                value: self.boxed(node, Field::Object),
                attr: self.ident(attr),
            },
            None => ExprKind::Error,
        }
    }

    /// The parser reads `x.` and a name at the start of the next line as one attribute. Outside of
    /// brackets that is somebody typing.
    fn is_torn(&self, node: Node<'n>, attr: Node<'n>) -> bool {
        let row = attr.start_position().row;
        if Field::Object
            .of(node)
            .is_none_or(|object| object.end_position().row == row)
        {
            return false;
        }
        let dot = attr.prev_sibling();
        if dot.is_none_or(|dot| dot.end_position().row == row) {
            return false;
        }
        let before = &self.text.as_bytes()[..attr.start_byte()];
        let line_end = before.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
        let continued = before[..line_end].trim_ascii_end().ends_with(b"\\");
        let mut parent = node.parent();
        while let Some(node) = parent.filter(|node| Kind::of(*node) != Kind::Block) {
            if node
                .child(0)
                .is_some_and(|first| matches!(self.slice(first), "(" | "[" | "{"))
            {
                return false;
            }
            parent = node.parent();
        }
        !continued
    }

    fn call(&mut self, node: Node<'n>) -> ExprKind {
        let Some(arguments) = Field::Arguments.of(node) else {
            return ExprKind::Error;
        };
        let args = if Kind::of(arguments) == Kind::GeneratorExpression {
            let value = self.expression(arguments);
            vec![Argument {
                kind: ArgumentKind::Positional,
                range: value.range,
                value,
            }]
        } else {
            self.arguments(arguments)
        };
        ExprKind::Call(Box::new(Call {
            func: self.field(node, Field::Function),
            args,
            args_range: range(arguments),
        }))
    }

    pub(super) fn arguments(&mut self, node: Node<'n>) -> Vec<Argument> {
        self.children(node)
            .into_iter()
            .map(|child| self.argument(child))
            .collect()
    }

    fn argument(&mut self, node: Node<'n>) -> Argument {
        let spread = |lower: &mut Self| {
            lower.only_child(node).unwrap_or(Expr {
                range: range(node),
                kind: ExprKind::Error,
            })
        };
        let (kind, value) = match Kind::of(node) {
            Kind::KeywordArgument => match Field::Name.of(node) {
                Some(name) => (
                    ArgumentKind::Keyword(self.ident(name)),
                    self.field(node, Field::Value),
                ),
                None => (ArgumentKind::Positional, self.field(node, Field::Value)),
            },
            Kind::ListSplat => (ArgumentKind::Spread, spread(self)),
            Kind::DictionarySplat => (ArgumentKind::DictSpread, spread(self)),
            _ => (ArgumentKind::Positional, self.expression(node)),
        };
        Argument {
            kind,
            value,
            range: range(node),
        }
    }

    fn dict_items(&mut self, node: Node<'n>) -> Vec<DictItem> {
        self.children(node)
            .into_iter()
            .filter_map(|child| match Kind::of(child) {
                Kind::Pair => Some(DictItem {
                    key: Some(self.field(child, Field::Key)),
                    value: self.field(child, Field::Value),
                    range: range(child),
                }),
                Kind::DictionarySplat => Some(DictItem {
                    key: None,
                    value: self.only_child(child)?,
                    range: range(child),
                }),
                _ => None,
            })
            .collect()
    }

    /// The parser names the operators' tokens `operators`, in the order of the operands; `not in` and
    /// `is not` come as one token each.
    fn comparison(&mut self, node: Node<'n>) -> ExprKind {
        let operators: Vec<String> = self
            .fields(node, Field::Operators)
            .into_iter()
            .map(|op| {
                self.slice(op)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        let mut operands = self.expressions(node).into_iter();
        match operands.next() {
            Some(left) => ExprKind::Compare {
                left: Box::new(left),
                rest: operators.into_iter().zip(operands).collect(),
            },
            None => ExprKind::Error,
        }
    }

    fn conditional(&mut self, node: Node<'n>) -> ExprKind {
        let mut parts = self.expressions(node).into_iter();
        match (parts.next(), parts.next(), parts.next()) {
            (Some(body), Some(test), Some(orelse)) => ExprKind::IfElse {
                test: Box::new(test),
                body: Box::new(body),
                orelse: Box::new(orelse),
            },
            _ => ExprKind::Error,
        }
    }

    /// `Optional[int]` in an annotation.
    fn generic_type(&mut self, node: Node<'n>) -> ExprKind {
        let mut children = self.children(node).into_iter();
        let value = children.next().map(|value| self.expression(value));
        let index = children.next().map(|index| self.expressions(index));
        match (value, index) {
            (Some(value), Some(index)) => ExprKind::Subscript {
                value: Box::new(value),
                index,
            },
            _ => ExprKind::Error,
        }
    }

    fn union_type(&mut self, node: Node<'n>) -> ExprKind {
        let mut sides = self.expressions(node).into_iter();
        match (sides.next(), sides.next()) {
            (Some(left), Some(right)) => ExprKind::Binary {
                left: Box::new(left),
                op: "|".to_owned(),
                right: Box::new(right),
            },
            _ => ExprKind::Error,
        }
    }

    fn member_type(&mut self, node: Node<'n>) -> ExprKind {
        match self.children(node).as_slice() {
            [value, attr] => ExprKind::Attribute {
                value: Box::new(self.expression(*value)),
                attr: self.ident(*attr),
            },
            _ => ExprKind::Error,
        }
    }

    fn walrus(&mut self, node: Node<'n>) -> ExprKind {
        match Field::Name.of(node) {
            Some(name) => ExprKind::Walrus {
                name: self.ident(name),
                value: self.boxed(node, Field::Value),
            },
            None => ExprKind::Error,
        }
    }

    fn comprehension(&mut self, node: Node<'n>) -> ExprKind {
        let (mut clauses, mut parts) = (Vec::new(), Vec::new());
        for child in self.children(node) {
            match Kind::of(child) {
                Kind::ForInClause => {
                    let target = self.field(child, Field::Left);
                    clauses.push((target, self.field(child, Field::Right)));
                }
                Kind::IfClause => parts.extend(self.expressions(child)),
                Kind::Pair => {
                    parts.push(self.field(child, Field::Key));
                    parts.push(self.field(child, Field::Value));
                }
                _ => parts.push(self.expression(child)),
            }
        }
        ExprKind::Comprehension { clauses, parts }
    }
}

fn parse_integer(text: &str) -> ExprKind {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let lower = digits.to_ascii_lowercase();
    let parsed = match lower.get(..2) {
        Some("0x") => i64::from_str_radix(&lower[2..], 16),
        Some("0o") => i64::from_str_radix(&lower[2..], 8),
        Some("0b") => i64::from_str_radix(&lower[2..], 2),
        _ => lower.parse(),
    };
    parsed.map_or(ExprKind::Other(Vec::new()), ExprKind::Int)
}

fn parse_float(text: &str) -> ExprKind {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    digits
        .parse()
        .map_or(ExprKind::Other(Vec::new()), ExprKind::Float)
}
