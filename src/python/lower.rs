//! From the parser's tree to [`super::ast`]: statements.

mod expression;
mod string;

use tree_sitter::Node;

use super::ast::{
    Alias, Branch, ClassDef, Expr, FunctionDef, Handler, Ident, ImportFrom, Module, Stmt, StmtKind,
};
use crate::text::TextRange;

/// Deeper nesting than this becomes an error node: no code that people write comes near, and the
/// recursion of every later pass is bounded by it.
const MAX_DEPTH: u32 = 200;

/// Lowers the root node of `text`.
pub(super) fn module(root: Node<'_>, text: &str) -> Module {
    let mut lower = Lower {
        text,
        depth: 0,
        errors: Vec::new(),
    };
    let body = lower.statements(root);
    Module {
        body,
        errors: lower.errors,
    }
}

struct Lower<'t> {
    text: &'t str,
    depth: u32,
    errors: Vec<TextRange>,
}

fn range(node: Node<'_>) -> TextRange {
    TextRange::from_usize(node.start_byte(), node.end_byte())
}

fn named_children<'n>(node: Node<'n>) -> impl Iterator<Item = Node<'n>> {
    let mut cursor = node.walk();
    let children: Vec<_> = node
        .named_children(&mut cursor)
        .filter(|child| !matches!(child.kind(), "comment" | "line_continuation"))
        .collect();
    children.into_iter()
}

fn fields<'n>(node: Node<'n>, field: &str) -> Vec<Node<'n>> {
    let mut cursor = node.walk();
    node.children_by_field_name(field, &mut cursor).collect()
}

impl Lower<'_> {
    fn slice(&self, node: Node<'_>) -> &str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn ident(&self, node: Node<'_>) -> Ident {
        Ident {
            name: self.slice(node).to_owned(),
            range: range(node),
        }
    }

    fn statements(&mut self, node: Node<'_>) -> Vec<Stmt> {
        if self.depth >= MAX_DEPTH {
            return Vec::new();
        }
        self.depth += 1;
        let statements = named_children(node)
            .map(|child| self.statement(child))
            .collect();
        self.depth -= 1;
        statements
    }

    fn statement(&mut self, node: Node<'_>) -> Stmt {
        let kind = if node.is_error() || node.is_missing() {
            self.error(node)
        } else if node.has_error() && !is_compound(node) {
            // A half-typed statement is left alone as a whole.
            self.error(node)
        } else {
            self.statement_kind(node)
        };
        Stmt {
            range: range(node),
            kind,
        }
    }

    fn error(&mut self, node: Node<'_>) -> StmtKind {
        self.errors.push(range(node));
        StmtKind::Error
    }

    fn statement_kind(&mut self, node: Node<'_>) -> StmtKind {
        match node.kind() {
            "expression_statement" => self.expression_statement(node),
            "import_statement" => StmtKind::Import(self.aliases(node)),
            "import_from_statement" => StmtKind::ImportFrom(self.import_from(node)),
            "return_statement" => StmtKind::Return(self.only_child(node)),
            "raise_statement" => StmtKind::Raise(self.only_child(node)),
            "assert_statement" => StmtKind::Assert(self.expressions(node)),
            "delete_statement" => StmtKind::Delete(self.delete_targets(node)),
            "global_statement" | "nonlocal_statement" => {
                StmtKind::Global(named_children(node).map(|n| self.ident(n)).collect())
            }
            "function_definition" => self.function(node, Vec::new()),
            "class_definition" => self.class(node, Vec::new()),
            "decorated_definition" => self.decorated(node),
            "if_statement" => StmtKind::If(self.branches(node)),
            "for_statement" => StmtKind::For {
                target: self.field(node, "left"),
                iter: self.field(node, "right"),
                body: self.block(node, "body"),
                orelse: self.else_block(node),
            },
            "while_statement" => StmtKind::While {
                test: self.field(node, "condition"),
                body: self.block(node, "body"),
                orelse: self.else_block(node),
            },
            "with_statement" => self.with(node),
            "try_statement" => self.try_statement(node),
            "match_statement" => self.match_statement(node),
            _ => StmtKind::Other,
        }
    }

    fn expression_statement(&mut self, node: Node<'_>) -> StmtKind {
        let children: Vec<_> = named_children(node).collect();
        match children.as_slice() {
            [] => StmtKind::Other,
            [only] if only.kind() == "assignment" => self.assignment(*only),
            [only] if only.kind() == "augmented_assignment" => StmtKind::AugAssign {
                target: self.field(*only, "left"),
                value: self.field(*only, "right"),
            },
            [only] => StmtKind::Expr(self.expression(*only)),
            // A bare tuple: `a, b`
            _ => StmtKind::Expr(self.tuple(node)),
        }
    }

    /// `a = b = value` is nested to the right in the parser's tree.
    fn assignment(&mut self, node: Node<'_>) -> StmtKind {
        let target = self.field(node, "left");
        let right = node.child_by_field_name("right");
        if let Some(annotation) = node.child_by_field_name("type") {
            return StmtKind::AnnAssign {
                target,
                annotation: self.type_expression(annotation),
                value: right.map(|value| self.expression(value)),
            };
        }
        let mut targets = vec![target];
        let mut value = right;
        while let Some(next) = value.filter(|value| value.kind() == "assignment") {
            targets.push(self.field(next, "left"));
            value = next.child_by_field_name("right");
        }
        match value {
            Some(value) => StmtKind::Assign {
                targets,
                value: self.expression(value),
            },
            None => StmtKind::Other,
        }
    }

    fn aliases(&mut self, node: Node<'_>) -> Vec<Alias> {
        fields(node, "name")
            .into_iter()
            .map(|name| self.alias(name))
            .collect()
    }

    fn alias(&mut self, node: Node<'_>) -> Alias {
        let (name, asname) = if node.kind() == "aliased_import" {
            let child = |field| node.child_by_field_name(field);
            (child("name").unwrap_or(node), child("alias"))
        } else {
            (node, None)
        };
        Alias {
            name: self.ident(name),
            asname: asname.map(|asname| self.ident(asname)),
            range: range(node),
        }
    }

    fn import_from(&mut self, node: Node<'_>) -> ImportFrom {
        let mut level = 0;
        let mut module = None;
        if let Some(name) = node.child_by_field_name("module_name") {
            if name.kind() == "relative_import" {
                for part in named_children(name) {
                    match part.kind() {
                        "import_prefix" => {
                            level = self.slice(part).bytes().filter(|b| *b == b'.').count() as u32;
                        }
                        _ => module = Some(self.ident(part)),
                    }
                }
            } else {
                module = Some(self.ident(name));
            }
        }
        let star = named_children(node).find(|child| child.kind() == "wildcard_import");
        ImportFrom {
            level,
            module,
            names: self.aliases(node),
            star: star.map(range),
        }
    }

    fn delete_targets(&mut self, node: Node<'_>) -> Vec<Expr> {
        let children: Vec<_> = named_children(node).collect();
        match children.as_slice() {
            [only] if only.kind() == "expression_list" => self.expressions(*only),
            _ => self.expressions(node),
        }
    }

    fn decorated(&mut self, node: Node<'_>) -> StmtKind {
        let decorators = named_children(node)
            .filter(|child| child.kind() == "decorator")
            .filter_map(|decorator| self.only_child(decorator))
            .collect();
        match node.child_by_field_name("definition") {
            Some(definition) if definition.kind() == "class_definition" => {
                self.class(definition, decorators)
            }
            Some(definition) => self.function(definition, decorators),
            None => StmtKind::Other,
        }
    }

    fn function(&mut self, node: Node<'_>, decorators: Vec<Expr>) -> StmtKind {
        let Some(name) = node.child_by_field_name("name") else {
            return self.error(node);
        };
        let parameters = node.child_by_field_name("parameters");
        StmtKind::FunctionDef(Box::new(FunctionDef {
            name: self.ident(name),
            params: parameters.map_or_else(Vec::new, |parameters| self.parameters(parameters)),
            params_range: parameters.map_or(TextRange::at(range(name).end), range),
            returns: node
                .child_by_field_name("return_type")
                .map(|returns| self.type_expression(returns)),
            decorators,
            body: self.block(node, "body"),
            is_async: node.child(0).is_some_and(|child| child.kind() == "async"),
        }))
    }

    fn class(&mut self, node: Node<'_>, decorators: Vec<Expr>) -> StmtKind {
        let Some(name) = node.child_by_field_name("name") else {
            return self.error(node);
        };
        let (mut bases, mut keywords) = (Vec::new(), Vec::new());
        if let Some(arguments) = node.child_by_field_name("superclasses") {
            for argument in self.arguments(arguments) {
                match argument.kind {
                    super::ast::ArgumentKind::Positional => bases.push(argument.value),
                    _ => keywords.push(argument),
                }
            }
        }
        StmtKind::ClassDef(Box::new(ClassDef {
            name: self.ident(name),
            bases,
            keywords,
            decorators,
            body: self.block(node, "body"),
        }))
    }

    fn branches(&mut self, node: Node<'_>) -> Vec<Branch> {
        let mut branches = vec![Branch {
            test: Some(self.field(node, "condition")),
            body: self.block(node, "consequence"),
        }];
        for clause in fields(node, "alternative") {
            branches.push(if clause.kind() == "elif_clause" {
                Branch {
                    test: Some(self.field(clause, "condition")),
                    body: self.block(clause, "consequence"),
                }
            } else {
                Branch {
                    test: None,
                    body: self.block(clause, "body"),
                }
            });
        }
        branches
    }

    fn with(&mut self, node: Node<'_>) -> StmtKind {
        let mut items = Vec::new();
        let clause = named_children(node).find(|child| child.kind() == "with_clause");
        for item in clause.into_iter().flat_map(named_children) {
            let Some(value) = item.child_by_field_name("value") else {
                continue;
            };
            if value.kind() == "as_pattern" {
                let context = named_children(value).next();
                let target = value
                    .child_by_field_name("alias")
                    .and_then(|alias| named_children(alias).next());
                items.extend(context.map(|context| {
                    (
                        self.expression(context),
                        target.map(|target| self.expression(target)),
                    )
                }));
            } else {
                items.push((self.expression(value), None));
            }
        }
        StmtKind::With {
            items,
            body: self.block(node, "body"),
        }
    }

    fn try_statement(&mut self, node: Node<'_>) -> StmtKind {
        let (mut handlers, mut orelse, mut finally) = (Vec::new(), Vec::new(), Vec::new());
        for clause in named_children(node) {
            match clause.kind() {
                "except_clause" => handlers.push(self.handler(clause)),
                "else_clause" => orelse = self.block(clause, "body"),
                "finally_clause" => finally = self.block_child(clause),
                _ => {}
            }
        }
        StmtKind::Try {
            body: self.block(node, "body"),
            handlers,
            orelse,
            finally,
        }
    }

    fn handler(&mut self, node: Node<'_>) -> Handler {
        let value = node.child_by_field_name("value");
        let (exception, name) = match value {
            // `except Error as name` is one pattern in older grammars.
            Some(value) if value.kind() == "as_pattern" => {
                let name = value
                    .child_by_field_name("alias")
                    .and_then(|alias| named_children(alias).next());
                (named_children(value).next(), name)
            }
            _ => (value, node.child_by_field_name("alias")),
        };
        Handler {
            exception: exception.map(|exception| self.expression(exception)),
            name: name.map(|name| self.ident(name)),
            body: self.block_child(node),
        }
    }

    fn match_statement(&mut self, node: Node<'_>) -> StmtKind {
        let body = node.child_by_field_name("body");
        let cases = body
            .into_iter()
            .flat_map(named_children)
            .filter(|case| case.kind() == "case_clause")
            .map(|case| self.block(case, "consequence"))
            .collect();
        StmtKind::Match {
            subject: self.field(node, "subject"),
            cases,
        }
    }

    fn block(&mut self, node: Node<'_>, field: &str) -> Vec<Stmt> {
        node.child_by_field_name(field)
            .map_or_else(Vec::new, |block| self.statements(block))
    }

    fn block_child(&mut self, node: Node<'_>) -> Vec<Stmt> {
        named_children(node)
            .find(|child| child.kind() == "block")
            .map_or_else(Vec::new, |block| self.statements(block))
    }

    fn else_block(&mut self, node: Node<'_>) -> Vec<Stmt> {
        node.child_by_field_name("alternative")
            .map_or_else(Vec::new, |clause| self.block(clause, "body"))
    }
}

fn is_compound(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "function_definition"
            | "class_definition"
            | "decorated_definition"
            | "if_statement"
            | "for_statement"
            | "while_statement"
            | "with_statement"
            | "try_statement"
            | "match_statement"
    )
}
