//! From the parser's tree to [`crate::python::ast`]: expressions, arguments and parameters.

use tree_sitter::Node;

use super::{Lower, MAX_DEPTH, fields, named_children, range};
use crate::python::ast::{
    Argument, ArgumentKind, Call, DictItem, Expr, ExprKind, Ident, Param, ParamKind,
};
use crate::text::TextRange;

impl Lower<'_> {
    pub(super) fn expression(&mut self, node: Node<'_>) -> Expr {
        // `((a))` is `a`: the parentheses carry no meaning of their own.
        if node.kind() == "parenthesized_expression" && !node.has_error() {
            if let Some(inner) = named_children(node).next() {
                return self.expression(inner);
            }
        }
        let kind = if node.is_error() || node.is_missing() || self.depth >= MAX_DEPTH {
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

    fn expression_kind(&mut self, node: Node<'_>) -> ExprKind {
        match node.kind() {
            "identifier" | "dotted_name" => ExprKind::Name(self.slice(node).to_owned()),
            "attribute" => self.attribute(node),
            "call" => self.call(node),
            "subscript" => ExprKind::Subscript {
                value: self.boxed(node, "value"),
                index: fields(node, "subscript")
                    .into_iter()
                    .map(|index| self.expression(index))
                    .collect(),
            },
            "string" | "concatenated_string" => self.string(node),
            "integer" => parse_integer(self.slice(node)),
            "float" => parse_float(self.slice(node)),
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "none" => ExprKind::None,
            "ellipsis" => ExprKind::Ellipsis,
            "list" | "list_pattern" => ExprKind::List(self.expressions(node)),
            "tuple" | "tuple_pattern" | "expression_list" | "pattern_list" => {
                ExprKind::Tuple(self.expressions(node))
            }
            "set" => ExprKind::Set(self.expressions(node)),
            "dictionary" => ExprKind::Dict(self.dict_items(node)),
            "binary_operator" => ExprKind::Binary {
                left: self.boxed(node, "left"),
                op: self.operator(node),
                right: self.boxed(node, "right"),
            },
            "unary_operator" | "not_operator" => ExprKind::Unary {
                op: node
                    .child(0)
                    .map_or_else(String::new, |op| self.slice(op).to_owned()),
                operand: self.boxed(node, "argument"),
            },
            "boolean_operator" => ExprKind::BoolOp {
                left: self.boxed(node, "left"),
                op: self.operator(node),
                right: self.boxed(node, "right"),
            },
            "comparison_operator" => self.comparison(node),
            "conditional_expression" => self.conditional(node),
            "lambda" => ExprKind::Lambda {
                params: node
                    .child_by_field_name("parameters")
                    .map_or_else(Vec::new, |parameters| self.parameters(parameters)),
                body: self.boxed(node, "body"),
            },
            "list_splat"
            | "list_splat_pattern"
            | "dictionary_splat"
            | "dictionary_splat_pattern" => match self.only_child(node) {
                Some(value) => ExprKind::Starred(Box::new(value)),
                None => ExprKind::Error,
            },
            "await" => match self.only_child(node) {
                Some(value) => ExprKind::Await(Box::new(value)),
                None => ExprKind::Error,
            },
            "named_expression" => self.walrus(node),
            "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression" => self.comprehension(node),
            "type" => match self.only_child(node) {
                Some(inner) => inner.kind,
                None => ExprKind::Error,
            },
            "parenthesized_expression" => ExprKind::Error,
            _ => ExprKind::Other(self.expressions(node)),
        }
    }

    /// The expression behind `:` or `->` in an annotation.
    pub(super) fn type_expression(&mut self, node: Node<'_>) -> Expr {
        self.expression(node)
    }

    pub(super) fn expressions(&mut self, node: Node<'_>) -> Vec<Expr> {
        named_children(node)
            .map(|child| self.expression(child))
            .collect()
    }

    pub(super) fn tuple(&mut self, node: Node<'_>) -> Expr {
        Expr {
            range: range(node),
            kind: ExprKind::Tuple(self.expressions(node)),
        }
    }

    /// The first named child, where there is one.
    pub(super) fn only_child(&mut self, node: Node<'_>) -> Option<Expr> {
        let child = named_children(node).next()?;
        Some(self.expression(child))
    }

    /// The expression in `field`; an error expression where the parser left it out.
    pub(super) fn field(&mut self, node: Node<'_>, field: &str) -> Expr {
        match node.child_by_field_name(field) {
            Some(child) => self.expression(child),
            None => Expr {
                range: TextRange::at(range(node).end),
                kind: ExprKind::Error,
            },
        }
    }

    fn boxed(&mut self, node: Node<'_>, field: &str) -> Box<Expr> {
        Box::new(self.field(node, field))
    }

    fn operator(&self, node: Node<'_>) -> String {
        node.child_by_field_name("operator")
            .map_or_else(String::new, |op| self.slice(op).to_owned())
    }

    fn attribute(&mut self, node: Node<'_>) -> ExprKind {
        match node.child_by_field_name("attribute") {
            Some(attr) => ExprKind::Attribute {
                value: self.boxed(node, "object"),
                attr: self.ident(attr),
            },
            None => ExprKind::Error,
        }
    }

    fn call(&mut self, node: Node<'_>) -> ExprKind {
        let Some(arguments) = node.child_by_field_name("arguments") else {
            return ExprKind::Error;
        };
        let args = if arguments.kind() == "generator_expression" {
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
            func: self.field(node, "function"),
            args,
            args_range: range(arguments),
        }))
    }

    pub(super) fn arguments(&mut self, node: Node<'_>) -> Vec<Argument> {
        named_children(node)
            .map(|child| self.argument(child))
            .collect()
    }

    fn argument(&mut self, node: Node<'_>) -> Argument {
        let spread = |lower: &mut Self| {
            lower.only_child(node).unwrap_or(Expr {
                range: range(node),
                kind: ExprKind::Error,
            })
        };
        let (kind, value) = match node.kind() {
            "keyword_argument" => match node.child_by_field_name("name") {
                Some(name) => (
                    ArgumentKind::Keyword(self.ident(name)),
                    self.field(node, "value"),
                ),
                None => (ArgumentKind::Positional, self.field(node, "value")),
            },
            "list_splat" => (ArgumentKind::Spread, spread(self)),
            "dictionary_splat" => (ArgumentKind::DictSpread, spread(self)),
            _ => (ArgumentKind::Positional, self.expression(node)),
        };
        Argument {
            kind,
            value,
            range: range(node),
        }
    }

    fn dict_items(&mut self, node: Node<'_>) -> Vec<DictItem> {
        named_children(node)
            .filter_map(|child| match child.kind() {
                "pair" => Some(DictItem {
                    key: Some(self.field(child, "key")),
                    value: self.field(child, "value"),
                    range: range(child),
                }),
                "dictionary_splat" => Some(DictItem {
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
    fn comparison(&mut self, node: Node<'_>) -> ExprKind {
        let operators: Vec<String> = fields(node, "operators")
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

    fn conditional(&mut self, node: Node<'_>) -> ExprKind {
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

    fn walrus(&mut self, node: Node<'_>) -> ExprKind {
        match node.child_by_field_name("name") {
            Some(name) => ExprKind::Walrus {
                name: self.ident(name),
                value: self.boxed(node, "value"),
            },
            None => ExprKind::Error,
        }
    }

    fn comprehension(&mut self, node: Node<'_>) -> ExprKind {
        let (mut clauses, mut parts) = (Vec::new(), Vec::new());
        for child in named_children(node) {
            match child.kind() {
                "for_in_clause" => {
                    clauses.push((self.field(child, "left"), self.field(child, "right")));
                }
                "if_clause" => parts.extend(self.expressions(child)),
                "pair" => {
                    parts.push(self.field(child, "key"));
                    parts.push(self.field(child, "value"));
                }
                _ => parts.push(self.expression(child)),
            }
        }
        ExprKind::Comprehension { clauses, parts }
    }

    pub(super) fn parameters(&mut self, node: Node<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        let mut kind = ParamKind::Normal;
        for child in named_children(node) {
            match child.kind() {
                "positional_separator" => {
                    for param in &mut params {
                        let Param { kind, .. } = param;
                        *kind = ParamKind::PositionalOnly;
                    }
                }
                "keyword_separator" => kind = ParamKind::KeywordOnly,
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

    fn parameter(&mut self, node: Node<'_>, kind: ParamKind) -> Option<Param> {
        let name_node = match node.kind() {
            "identifier" => node,
            "typed_parameter" | "list_splat_pattern" | "dictionary_splat_pattern" => {
                named_children(node).next()?
            }
            "default_parameter" | "typed_default_parameter" => node.child_by_field_name("name")?,
            _ => return None,
        };
        let (name, kind) = self.parameter_name(name_node, node, kind)?;
        Some(Param {
            name,
            kind,
            annotation: node
                .child_by_field_name("type")
                .map(|annotation| self.type_expression(annotation)),
            default: node
                .child_by_field_name("value")
                .map(|value| self.expression(value)),
            range: range(node),
        })
    }

    /// Stars may stand on the parameter itself or, where it is typed, inside of it.
    fn parameter_name(
        &self,
        name: Node<'_>,
        whole: Node<'_>,
        kind: ParamKind,
    ) -> Option<(Ident, ParamKind)> {
        let starred = [name, whole]
            .into_iter()
            .find_map(|node| match node.kind() {
                "list_splat_pattern" => Some(ParamKind::VarArgs),
                "dictionary_splat_pattern" => Some(ParamKind::VarKeyword),
                _ => None,
            });
        let name = if name.kind() == "identifier" {
            name
        } else {
            named_children(name).next()?
        };
        Some((self.ident(name), starred.unwrap_or(kind)))
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
