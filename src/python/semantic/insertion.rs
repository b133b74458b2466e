//! Where a new import may be written.

use crate::python::ast::{ExprKind, Stmt, StmtKind};
use crate::python::pieces::Syntax;
use crate::text::TextRange;

/// The start of the line behind the last import at the top of the file, before any definition; without
/// one, behind the docstring or the comments at the top. At the end of a file whose last line has no
/// line end, it is the end of the file.
pub(super) fn import_insertion(syntax: &Syntax, text: &str) -> u32 {
    let is_definition = |statement: &Stmt| {
        matches!(
            statement.kind,
            StmtKind::FunctionDef(_) | StmtKind::ClassDef(_)
        )
    };
    let is_import = |statement: &Stmt| {
        matches!(
            statement.kind,
            StmtKind::Import(_) | StmtKind::ImportFrom(_)
        )
    };
    let top = syntax.statements().enumerate();
    let top = top.take_while(|(_, (_, statement))| !is_definition(statement));
    let import = top
        .filter(|(_, (_, statement))| is_import(statement))
        .last();
    let places = syntax.statements().map(|(place, _)| place);
    let offset = match (import, syntax.statements().next()) {
        (Some((index, _)), _) => line_behind(places.skip(index), text),
        (None, Some((_, first))) if is_docstring(first) => line_behind(places, text),
        _ => behind_comments(text),
    };
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn is_docstring(statement: &Stmt) -> bool {
    matches!(&statement.kind, StmtKind::Expr(expr) if matches!(expr.kind, ExprKind::Str(_)))
}

/// The start of the first line behind the first statement on which no other statement goes on.
fn line_behind(statements: impl Iterator<Item = TextRange>, text: &str) -> usize {
    let mut end = 0;
    for (index, statement) in statements.enumerate() {
        if index > 0 && statement.start as usize >= end {
            break;
        }
        end = next_line(text, statement.end as usize);
    }
    end
}

fn next_line(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |end| offset + end + 1)
}

fn behind_comments(text: &str) -> usize {
    let mut offset = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while text[offset..].starts_with('#') {
        offset = next_line(text, offset);
    }
    offset
}
