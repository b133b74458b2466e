//! A cell that is no Python on its own is never run; it must not swallow the cells behind it.

use crate::python::ast::{Module, StmtKind};
use crate::python::parse::{is_broken, parse_module};
use crate::text::TextRange;

/// So many statements of a cell are left out one by one; of a cell with more, all.
const ATTEMPTS: usize = 8;

/// A cell with more bytes is left out as a whole: each attempt reads all of it.
const LARGE: usize = 256 * 1024;

/// The same code without what would leak out of a cell, and how many pieces were left out; `None` where
/// nothing has to be.
pub fn contain(code: &str, cells: impl Iterator<Item = TextRange>) -> Option<(String, usize)> {
    if !is_broken(code) {
        return None;
    }
    let (mut contained, mut lost) = (code.to_owned(), 0);
    for cell in cells {
        let source = cell.slice(code);
        if is_closed(source) {
            continue;
        }
        let (source, pieces) = closed(source);
        lost += pieces;
        contained.replace_range(cell.start as usize..cell.end as usize, &source);
    }
    (lost > 0).then_some((contained, lost))
}

/// Whether what stands behind `source` is read as if it stood alone.
fn is_closed(source: &str) -> bool {
    if !is_broken(source) {
        return true;
    }
    const NEXT: &str = "pass";
    let module = parse_module(&format!("{source}\n{NEXT}\n"));
    let start = source.len() + 1;
    let next = TextRange::from_usize(start, start + NEXT.len());
    let whole = |stmt: &crate::python::ast::Stmt| {
        stmt.range == next && !matches!(stmt.kind, StmtKind::Error)
    };
    let errors_before = module
        .errors
        .iter()
        .all(|error| (error.end as usize) < start);
    errors_before && module.body.last().is_some_and(whole)
}

/// `source` without the statements that keep it from ending where it ends.
fn closed(source: &str) -> (String, usize) {
    let mut code = source.to_owned();
    let attempts = if source.len() > LARGE { 0 } else { ATTEMPTS };
    for pieces in 1..=attempts {
        let Some(range) = suspect(&code) else { break };
        blank(&mut code, range);
        if is_closed(&code) {
            return (code, pieces);
        }
    }
    let all = TextRange::from_usize(0, code.len());
    blank(&mut code, all);
    (code, ATTEMPTS)
}

/// The lines of the first statement that cannot be trusted.
fn suspect(code: &str) -> Option<TextRange> {
    let Module { body, errors } = parse_module(code);
    let error = errors.first()?;
    let is_suspect = |stmt: &crate::python::ast::Stmt| {
        matches!(stmt.kind, StmtKind::Error) || error.start <= stmt.range.end
    };
    let at = body.iter().position(is_suspect).unwrap_or(body.len());
    let start = body.get(at).map_or(error.start, |stmt| stmt.range.start);
    let start = code[..(start.min(error.start) as usize).min(code.len())]
        .rfind('\n')
        .map_or(0, |line| line + 1);
    let behind = |stmt: &&crate::python::ast::Stmt| stmt.range.start as usize > start;
    let next = body.iter().skip(at + 1).find(behind);
    let end = next.map_or(code.len(), |stmt| {
        let before = &code[..stmt.range.start as usize];
        before.rfind('\n').map_or(0, |line| line + 1)
    });
    (start < end).then(|| TextRange::from_usize(start, end))
}

fn blank(code: &mut String, range: TextRange) {
    let keep = |byte: u8| match byte {
        b'\n' | b'\r' => char::from(byte),
        _ => ' ',
    };
    let blanks: String = range.slice(code).bytes().map(keep).collect();
    code.replace_range(range.start as usize..range.end as usize, &blanks);
}
