//! Rows and cells of tables.

use super::{Sheet, line, one_line};
use crate::journal::outline::Table;
use crate::rules::finding::Edit;
use crate::text::TextRange;

impl Sheet<'_> {
    /// Writes a row as the last one of a table, filled up with empty cells.
    pub fn insert_row(&self, table: &Table, cells: &[&str]) -> Vec<Edit> {
        let at = line::end(self.text, table.range.end);
        let last = line::around(self.text, at).slice(self.text);
        let front = &last[..last.len() - last.trim_start_matches([' ', '\t', '>']).len()];
        let columns = table.rows.first().map_or(0, Vec::len).max(cells.len());
        let mut cells: Vec<_> = cells.iter().map(|it| cell(it)).collect();
        cells.resize(columns, String::new());
        let written = format!("{}{front}{}", line::newline(self.text, at), row(&cells));
        self.insertion(at, written)
    }

    /// Gives a cell another text.
    pub fn set_cell(&self, range: TextRange, content: &str) -> Vec<Edit> {
        let content = cell(content);
        if range.slice(self.text) == content {
            return Vec::new();
        }
        vec![Edit { range, content }]
    }
}

/// A text as it stands in a cell.
pub fn cell(text: &str) -> String {
    let mut escaped = String::new();
    let mut is_escaped = false;
    for sign in one_line(text).chars() {
        if sign == '|' && !is_escaped {
            escaped.push('\\');
        }
        is_escaped = sign == '\\' && !is_escaped;
        escaped.push(sign);
    }
    escaped
}

/// Cells as a row.
pub fn row(cells: &[String]) -> String {
    let cells = cells.iter().map(|cell| match cell.as_str() {
        "" => " |".to_owned(),
        cell => format!(" {cell} |"),
    });
    format!("|{}", cells.collect::<String>())
}
