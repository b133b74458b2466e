//! Workflow commands that show findings beside the changed lines on GitHub.

use super::{FileFindings, Places, based_on};
use crate::rules::finding::Severity;

/// Renders the findings of one file.
pub fn render(file: &FileFindings) -> String {
    let places = Places::new(&file.text);
    let mut out = String::new();
    for (finding, in_file) in file.with_places() {
        let range = finding.range;
        let of_text = || (places.place(range.start), places.place(range.end));
        let (start, end) = in_file.map_or_else(of_text, |it| (it.start, it.end));
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information | Severity::Hint => "notice",
        };
        let mut message = finding.message.clone();
        for more in finding.help.iter().cloned().chain(based_on(finding)) {
            message.push('\n');
            message.push_str(&more);
        }
        out.push_str(&format!(
            "::{command} title=hf-lsp ({}),file={},line={},col={},endLine={},endColumn={}::{}\n",
            finding.code,
            property(&file.path),
            start.row,
            start.column,
            end.row,
            end.column,
            data(&message)
        ));
    }
    out
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
