//! The source line with a caret, in colour on a terminal.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{FileFindings, Places, There, based_on};
use crate::rules::finding::{Finding, Severity};
use crate::rules::security::masked;

/// Renders the findings of one file.
pub fn render(file: &FileFindings, colour: bool) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let places = Places::of(file);
    let shown = masked(&file.text);
    let mut out = String::new();
    for (at, finding) in file.findings.iter().enumerate() {
        let group = group(file, &shown, &places, finding, file.there(at));
        out.push_str(&renderer.render(&[group]));
        out.push_str("\n\n");
    }
    out
}

fn group<'f>(
    file: &'f FileFindings,
    shown: &'f str,
    places: &Places<'f>,
    finding: &'f Finding,
    there: &[There],
) -> Group<'f> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO,
        Severity::Hint => Level::HELP.with_name("hint"),
    };
    let (row, lines) = places.lines_of(finding.range);
    let start = (finding.range.start - lines.start) as usize;
    let end = (finding.range.end.min(lines.end).max(finding.range.start) - lines.start) as usize;
    let mut annotation = AnnotationKind::Primary.span(start..end);
    if let Some(help) = &finding.help {
        annotation = annotation.label(help.as_str());
    }
    let snippet = Snippet::source(lines.slice(shown))
        .line_start(row)
        .path(file.place_name(places.place(finding.range.start)))
        .annotation(annotation);
    let mut group = level
        .primary_title(finding.message.as_str())
        .id(finding.code)
        .element(snippet);
    if let Some(based_on) = based_on(finding) {
        group = group.element(Level::NOTE.message(based_on));
    }
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    for place in there {
        let (start, message) = (place.start, &place.message);
        let note = format!("{}:{}:{}: {message}", place.path, start.row, start.column);
        group = group.element(Level::NOTE.message(note));
    }
    if let Some(fix) = &finding.fix {
        let what = format!(
            "{} ({})",
            lower_first(&fix.title),
            fix.applicability.as_str()
        );
        group = group.element(Level::NOTE.with_name("fix").message(what));
    }
    group
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
