//! From the parser's tree to [`super::ast`]: statements.

mod compound;
mod expression;
mod kind;
mod parameter;
mod pattern;
mod string;
#[cfg(test)]
mod tests;

use tree_sitter::{Node, TreeCursor};

use self::kind::{Field, Kind};
use super::ast::{Alias, Expr, ExprKind, Ident, ImportFrom, Module, Stmt, StmtKind};
use crate::budget;
use crate::text::TextRange;

/// Deeper nesting than this becomes an error node: no code that people write comes near, and the
/// recursion of every later pass is bounded by it.
const MAX_DEPTH: u32 = 200;

/// Lowers the root node of `text`.
pub(super) fn module(root: Node<'_>, text: &str) -> Module {
    let mut lower = Lower {
        text,
        cursor: root.walk(),
        depth: 0,
        errors: Vec::new(),
    };
    let body = lower.statements(root);
    Module {
        body,
        errors: lower.errors,
    }
}

struct Lower<'t, 'n> {
    text: &'t str,
    /// Used for one node's children at a time; kept because making one costs an allocation.
    cursor: TreeCursor<'n>,
    depth: u32,
    errors: Vec<TextRange>,
}

fn range(node: Node<'_>) -> TextRange {
    TextRange::from_usize(node.start_byte(), node.end_byte())
}

impl<'n> Lower<'_, 'n> {
    /// The named children of `node`, comments left out.
    fn children(&mut self, node: Node<'n>) -> Vec<Node<'n>> {
        let count = node.named_child_count();
        let mut children = Vec::with_capacity(count);
        if count == 0 {
            return children;
        }
        self.cursor.reset(node);
        let mut more = self.cursor.goto_first_child();
        while more {
            let child = self.cursor.node();
            if child.is_named() && !is_trivia(child) {
                children.push(child);
            }
            more = self.cursor.goto_next_sibling();
        }
        children
    }

    /// All children of `node` in `field`.
    fn fields(&mut self, node: Node<'n>, field: Field) -> Vec<Node<'n>> {
        let mut children = Vec::new();
        self.cursor.reset(node);
        let mut more = self.cursor.goto_first_child();
        while more {
            if self.cursor.field_id() == field.id() {
                children.push(self.cursor.node());
            }
            more = self.cursor.goto_next_sibling();
        }
        children
    }

    /// The first of [`Lower::children`].
    fn first_child(&mut self, node: Node<'n>) -> Option<Node<'n>> {
        let first = node.named_child(0)?;
        if is_trivia(first) {
            return self.children(node).into_iter().next();
        }
        Some(first)
    }

    fn slice(&self, node: Node<'_>) -> &str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn ident(&self, node: Node<'_>) -> Ident {
        Ident {
            name: self.slice(node).to_owned(),
            range: range(node),
        }
    }

    /// The statements among the children of `node`. What shares a line with something unreadable is
    /// unreadable too: the parser has only guessed where it ends.
    fn statements(&mut self, node: Node<'n>) -> Vec<Stmt> {
        if self.depth >= MAX_DEPTH {
            self.errors.push(range(node));
            return Vec::new();
        }
        self.depth += 1;
        let nodes = self.children(node);
        let mut statements = Vec::with_capacity(nodes.len());
        for (index, child) in nodes.iter().enumerate() {
            let before = index.checked_sub(1).map(|index| nodes[index]);
            let after = nodes.get(index + 1);
            let broken = before.is_some_and(|before| spoils(before, before.end_position(), *child))
                || after.is_some_and(|after| spoils(*after, after.start_position(), *child));
            let statement = if broken {
                Stmt {
                    range: range(*child),
                    kind: self.error(*child),
                }
            } else {
                self.statement(*child)
            };
            statements.push(statement);
        }
        self.depth -= 1;
        statements
    }

    fn statement(&mut self, node: Node<'n>) -> Stmt {
        budget::tick();
        let kind = Kind::of(node);
        // A half-typed statement is left alone as a whole.
        let kind = if unreadable(node) || (node.has_error() && !kind.is_compound()) {
            self.error(node)
        } else {
            self.statement_kind(node, kind)
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

    fn statement_kind(&mut self, node: Node<'n>, kind: Kind) -> StmtKind {
        match kind {
            Kind::ExpressionStatement => self.expression_statement(node),
            Kind::ImportStatement => StmtKind::Import(self.aliases(node)),
            Kind::ImportFromStatement => StmtKind::ImportFrom(self.import_from(node)),
            Kind::FutureImportStatement => StmtKind::ImportFrom(self.future_import(node)),
            Kind::ReturnStatement => StmtKind::Return(self.only_child(node)),
            Kind::RaiseStatement => StmtKind::Raise(self.only_child(node)),
            Kind::AssertStatement => StmtKind::Assert(self.expressions(node)),
            Kind::DeleteStatement => StmtKind::Delete(self.delete_targets(node)),
            Kind::GlobalStatement | Kind::NonlocalStatement => {
                let names = self.children(node);
                StmtKind::Global(names.into_iter().map(|name| self.ident(name)).collect())
            }
            Kind::PrintStatement => StmtKind::Expr(self.tuple(node)),
            Kind::TypeAliasStatement => self.type_alias(node),
            _ if kind.is_compound() => self.compound(node, kind),
            _ => StmtKind::Other,
        }
    }

    fn expression_statement(&mut self, node: Node<'n>) -> StmtKind {
        let children = self.children(node);
        match children.as_slice() {
            [] => StmtKind::Other,
            [only] => match Kind::of(*only) {
                Kind::Assignment => self.assignment(*only),
                Kind::AugmentedAssignment => StmtKind::AugAssign {
                    target: self.field(*only, Field::Left),
                    value: self.field(*only, Field::Right),
                },
                _ => StmtKind::Expr(self.expression(*only)),
            },
            // A bare tuple: `a, b`
            _ => StmtKind::Expr(self.tuple(node)),
        }
    }

    /// `a = b = value` is nested to the right in the parser's tree.
    fn assignment(&mut self, node: Node<'n>) -> StmtKind {
        let target = self.field(node, Field::Left);
        let right = Field::Right.of(node);
        if let Some(annotation) = Field::Type.of(node) {
            return StmtKind::AnnAssign {
                target,
                annotation: self.expression(annotation),
                value: right.map(|value| self.expression(value)),
            };
        }
        let mut targets = vec![target];
        let mut value = right;
        while let Some(next) = value.filter(|value| Kind::of(*value) == Kind::Assignment) {
            targets.push(self.field(next, Field::Left));
            value = Field::Right.of(next);
        }
        match value {
            Some(value) => StmtKind::Assign {
                targets,
                value: self.expression(value),
            },
            None => StmtKind::Other,
        }
    }

    /// `type name = value` binds like an assignment; what it is evaluated to is of no interest.
    fn type_alias(&mut self, node: Node<'n>) -> StmtKind {
        let value = self.field(node, Field::Right);
        StmtKind::Assign {
            targets: vec![self.field(node, Field::Left)],
            value: Expr {
                range: value.range,
                kind: ExprKind::Other(vec![value]),
            },
        }
    }

    fn aliases(&mut self, node: Node<'n>) -> Vec<Alias> {
        let names = self.fields(node, Field::Name);
        names.into_iter().map(|name| self.alias(name)).collect()
    }

    fn alias(&mut self, node: Node<'n>) -> Alias {
        let (name, asname) = match Kind::of(node) {
            Kind::AliasedImport => (Field::Name.of(node).unwrap_or(node), Field::Alias.of(node)),
            _ => (node, None),
        };
        Alias {
            name: self.dotted(name),
            asname: asname.map(|asname| self.ident(asname)),
            range: range(node),
        }
    }

    /// A dotted name; blanks around the dots belong to the range but not to the name.
    fn dotted(&self, node: Node<'_>) -> Ident {
        let mut ident = self.ident(node);
        ident.name.retain(|c| !c.is_whitespace() && c != '\\');
        ident
    }

    fn import_from(&mut self, node: Node<'n>) -> ImportFrom {
        let mut level = 0;
        let mut module = None;
        if let Some(name) = Field::ModuleName.of(node) {
            if Kind::of(name) == Kind::RelativeImport {
                for part in self.children(name) {
                    match Kind::of(part) {
                        Kind::ImportPrefix => {
                            let dots = self.slice(part).bytes().filter(|byte| *byte == b'.');
                            level = u32::try_from(dots.count()).unwrap_or(u32::MAX);
                        }
                        _ => module = Some(self.dotted(part)),
                    }
                }
            } else {
                module = Some(self.dotted(name));
            }
        }
        let star = self.children(node);
        let star = star
            .into_iter()
            .find(|child| Kind::of(*child) == Kind::WildcardImport);
        ImportFrom {
            level,
            module,
            names: self.aliases(node),
            star: star.map(range),
        }
    }

    /// `__future__` is a keyword to the parser, not a name.
    fn future_import(&mut self, node: Node<'n>) -> ImportFrom {
        let module = node.child(1).map(|module| self.ident(module));
        ImportFrom {
            level: 0,
            module,
            names: self.aliases(node),
            star: None,
        }
    }

    fn delete_targets(&mut self, node: Node<'n>) -> Vec<Expr> {
        let children = self.children(node);
        match children.as_slice() {
            [only] if Kind::of(*only) == Kind::ExpressionList => self.expressions(*only),
            _ => self.expressions(node),
        }
    }
}

fn is_trivia(node: Node<'_>) -> bool {
    matches!(Kind::of(node), Kind::Comment | Kind::LineContinuation)
}

fn unreadable(node: Node<'_>) -> bool {
    node.is_error() || node.is_missing()
}

/// Whether `neighbour` is an error whose `edge` lies on a line of the simple statement `node`.
fn spoils(neighbour: Node<'_>, edge: tree_sitter::Point, node: Node<'_>) -> bool {
    neighbour.is_error()
        && (edge.row == node.start_position().row || edge.row == node.end_position().row)
}
