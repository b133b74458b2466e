//! Where a new import may be written.

use crate::python::ast::{ExprKind, Module, Stmt, StmtKind};

/// The start of the line behind the last import at the top of the file, before any definition; without
/// one, behind the docstring or the comments at the top. At the end of a file whose last line has no
/// line end, it is the end of the file.
pub(super) fn import_insertion(module: &Module, text: &str) -> u32 {
    let top = module.body.iter().take_while(|statement| {
        !matches!(
            statement.kind,
            StmtKind::FunctionDef(_) | StmtKind::ClassDef(_)
        )
    });
    let import = top.enumerate().filter(|(_, statement)| {
        matches!(
            statement.kind,
            StmtKind::Import(_) | StmtKind::ImportFrom(_)
        )
    });
    let offset = match (import.last(), module.body.first()) {
        (Some((index, _)), _) => line_behind(&module.body[index..], text),
        (None, Some(first)) if is_docstring(first) => line_behind(&module.body, text),
        _ => behind_comments(text),
    };
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn is_docstring(statement: &Stmt) -> bool {
    matches!(&statement.kind, StmtKind::Expr(expr) if matches!(expr.kind, ExprKind::Str(_)))
}

/// The start of the first line behind the first statement on which no other statement goes on.
fn line_behind(statements: &[Stmt], text: &str) -> usize {
    let mut end = 0;
    for (index, statement) in statements.iter().enumerate() {
        if index > 0 && statement.range.start as usize >= end {
            break;
        }
        end = next_line(text, statement.range.end as usize);
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
