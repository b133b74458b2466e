//! From the parser's tree to [`crate::python::ast`]: statements that hold statements.

use tree_sitter::Node;

use super::kind::{Field, Kind};
use super::{Lower, range};
use crate::python::ast::{
    ArgumentKind, Branch, Case, ClassDef, Expr, ExprKind, FunctionDef, Handler, Stmt, StmtKind,
};

impl<'n> Lower<'_, 'n> {
    pub(super) fn compound(&mut self, node: Node<'n>, kind: Kind) -> StmtKind {
        match kind {
            Kind::FunctionDefinition => self.function(node, Vec::new()),
            Kind::ClassDefinition => self.class(node, Vec::new()),
            Kind::DecoratedDefinition => self.decorated(node),
            Kind::IfStatement => StmtKind::If(self.branches(node)),
            Kind::ForStatement => StmtKind::For {
                target: self.field(node, Field::Left),
                iter: self.field(node, Field::Right),
                body: self.block(node, Field::Body),
                orelse: self.else_block(node),
            },
            Kind::WhileStatement => StmtKind::While {
                test: self.field(node, Field::Condition),
                body: self.block(node, Field::Body),
                orelse: self.else_block(node),
            },
            Kind::WithStatement => self.with(node),
            Kind::TryStatement => self.try_statement(node),
            Kind::MatchStatement => self.match_statement(node),
            _ => StmtKind::Other,
        }
    }

    fn decorated(&mut self, node: Node<'n>) -> StmtKind {
        let mut decorators = Vec::new();
        for child in self.children(node) {
            if Kind::of(child) == Kind::Decorator {
                decorators.extend(self.only_child(child));
            }
        }
        match Field::Definition.of(node) {
            Some(definition) if Kind::of(definition) == Kind::ClassDefinition => {
                self.class(definition, decorators)
            }
            Some(definition) => self.function(definition, decorators),
            None => StmtKind::Other,
        }
    }

    /// A function whose head cannot be read is an error as a whole: half its parameters would be a lie.
    fn function(&mut self, node: Node<'n>, decorators: Vec<Expr>) -> StmtKind {
        let (Some(name), Some(parameters)) = (Field::Name.of(node), Field::Parameters.of(node))
        else {
            return self.error(node);
        };
        if name.is_missing() || parameters.has_error() {
            return self.error(node);
        }
        StmtKind::FunctionDef(Box::new(FunctionDef {
            name: self.ident(name),
            params: self.parameters(parameters),
            params_range: range(parameters),
            returns: Field::ReturnType
                .of(node)
                .map(|returns| self.expression(returns)),
            decorators,
            body: self.block(node, Field::Body),
            is_async: node
                .child(0)
                .is_some_and(|first| self.slice(first) == "async"),
        }))
    }

    fn class(&mut self, node: Node<'n>, decorators: Vec<Expr>) -> StmtKind {
        let Some(name) = Field::Name.of(node).filter(|name| !name.is_missing()) else {
            return self.error(node);
        };
        let (mut bases, mut keywords) = (Vec::new(), Vec::new());
        if let Some(arguments) = Field::Superclasses.of(node) {
            for argument in self.arguments(arguments) {
                match argument.kind {
                    ArgumentKind::Positional => bases.push(argument.value),
                    _ => keywords.push(argument),
                }
            }
        }
        StmtKind::ClassDef(Box::new(ClassDef {
            name: self.ident(name),
            bases,
            keywords,
            decorators,
            body: self.block(node, Field::Body),
        }))
    }

    fn branches(&mut self, node: Node<'n>) -> Vec<Branch> {
        let mut branches = vec![Branch {
            test: Some(self.field(node, Field::Condition)),
            body: self.block(node, Field::Consequence),
        }];
        for clause in self.fields(node, Field::Alternative) {
            branches.push(if Kind::of(clause) == Kind::ElifClause {
                Branch {
                    test: Some(self.field(clause, Field::Condition)),
                    body: self.block(clause, Field::Consequence),
                }
            } else {
                Branch {
                    test: None,
                    body: self.block(clause, Field::Body),
                }
            });
        }
        branches
    }

    fn with(&mut self, node: Node<'n>) -> StmtKind {
        let mut items = Vec::new();
        for clause in self.children(node) {
            if Kind::of(clause) != Kind::WithClause {
                continue;
            }
            for item in self.children(clause) {
                if let Some(value) = Field::Value.of(item) {
                    items.push(self.with_item(value));
                }
            }
        }
        StmtKind::With {
            items,
            body: self.block(node, Field::Body),
        }
    }

    fn with_item(&mut self, value: Node<'n>) -> (Expr, Option<Expr>) {
        match self.as_pattern(value) {
            Some((context, target)) => (self.expression(context), Some(self.expression(target))),
            None => (self.expression(value), None),
        }
    }

    /// The two sides of `value as target`, which may stand in parentheses.
    fn as_pattern(&mut self, node: Node<'n>) -> Option<(Node<'n>, Node<'n>)> {
        let mut node = node;
        while Kind::of(node) == Kind::ParenthesizedExpression {
            node = self.first_child(node)?;
        }
        if Kind::of(node) != Kind::AsPattern {
            return None;
        }
        let target = Field::Alias.of(node)?;
        Some((self.first_child(node)?, self.first_child(target)?))
    }

    fn try_statement(&mut self, node: Node<'n>) -> StmtKind {
        let (mut handlers, mut orelse, mut finally) = (Vec::new(), Vec::new(), Vec::new());
        let body = self.block(node, Field::Body);
        for clause in self.children(node) {
            match Kind::of(clause) {
                Kind::ExceptClause => handlers.push(self.handler(clause)),
                Kind::ElseClause => orelse = self.block(clause, Field::Body),
                Kind::FinallyClause => finally = self.block_child(clause),
                _ => {}
            }
        }
        StmtKind::Try {
            body,
            handlers,
            orelse,
            finally,
        }
    }

    /// `except E as e` comes as one pattern or as a value with an alias; `except A, B` as two values.
    fn handler(&mut self, node: Node<'n>) -> Handler {
        let values = self.fields(node, Field::Value);
        let mut name = Field::Alias.of(node);
        let mut exceptions = Vec::new();
        for value in &values {
            let exception = match self.as_pattern(*value) {
                Some((exception, alias)) => {
                    name = Some(alias);
                    exception
                }
                None => *value,
            };
            exceptions.push(self.expression(exception));
        }
        let exception = if exceptions.len() > 1 {
            let range = exceptions[0]
                .range
                .cover(exceptions[exceptions.len() - 1].range);
            let kind = ExprKind::Tuple(exceptions);
            Some(Expr { range, kind })
        } else {
            exceptions.pop()
        };
        Handler {
            exception,
            name: name.map(|name| self.ident(name)),
            body: self.block_child(node),
        }
    }

    fn match_statement(&mut self, node: Node<'n>) -> StmtKind {
        let mut subjects = self.fields(node, Field::Subject);
        let subject = match subjects.as_slice() {
            [only] => self.expression(*only),
            _ => Expr {
                range: range(node),
                kind: ExprKind::Tuple(
                    subjects
                        .drain(..)
                        .map(|subject| self.expression(subject))
                        .collect(),
                ),
            },
        };
        let mut cases = Vec::new();
        for case in Field::Body
            .of(node)
            .map_or_else(Vec::new, |body| self.children(body))
        {
            if Kind::of(case) == Kind::CaseClause {
                cases.push(Case {
                    names: self.captures(case),
                    guard: Field::Guard
                        .of(case)
                        .and_then(|guard| self.only_child(guard)),
                    body: self.block(case, Field::Consequence),
                });
            }
        }
        StmtKind::Match { subject, cases }
    }

    fn block(&mut self, node: Node<'n>, field: Field) -> Vec<Stmt> {
        field
            .of(node)
            .map_or_else(Vec::new, |block| self.statements(block))
    }

    fn block_child(&mut self, node: Node<'n>) -> Vec<Stmt> {
        self.children(node)
            .into_iter()
            .find(|child| Kind::of(*child) == Kind::Block)
            .map_or_else(Vec::new, |block| self.statements(block))
    }

    fn else_block(&mut self, node: Node<'n>) -> Vec<Stmt> {
        Field::Alternative
            .of(node)
            .map_or_else(Vec::new, |clause| self.block(clause, Field::Body))
    }
}
