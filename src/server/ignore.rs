//! The edit that silences one rule on one line.

use crate::embedded::Format;
use crate::python::parse::strings;
use crate::rules::finding::Edit;
use crate::text::TextRange;
use crate::workspace::document::{Document, Language};
use crate::workspace::encoding::Encoding;

const DIRECTIVE: &str = "# hf-lsp: ignore";

/// Adds `code` to the line in which `range` begins: to the directive it has, or in a new one at its end.
/// `None` where no comment can stand: in a string, before a line continuation, outside Python.
pub fn ignore(document: &Document, range: TextRange, code: &str) -> Option<Edit> {
    let offset = range.start;
    match document.language() {
        Language::Python => {}
        Language::Embedded(Format::Markdown) => return ignore_in_journal(document, range, code),
        Language::Embedded(format) => return ignore_in(document, format, offset, code),
        _ => return None,
    }
    let text = document.code();
    let lines = document.lines();
    let position = lines.position(offset as usize, Encoding::Utf8);
    let line = lines.line(position.line as usize);
    let content = &text[line.clone()];
    let strings = strings(text);
    if content.ends_with('\\') || in_string(&strings, line.end) {
        return None;
    }
    if let Some(at) = directive(document, line.clone(), &strings) {
        let behind = &text[at + DIRECTIVE.len()..line.end];
        let list = behind.strip_prefix('[')?;
        let end = at + DIRECTIVE.len() + 1 + list.find(']')?;
        let empty = text[at + DIRECTIVE.len() + 1..end].trim().is_empty();
        let separator = if empty { "" } else { ", " };
        return Some(insertion(end, format!("{separator}{code}")));
    }
    let end = line.start + content.trim_end().len();
    let range = TextRange::from_usize(end, line.end);
    Some(Edit {
        range,
        content: format!("  {DIRECTIVE}[{code}]"),
    })
}

/// The same where it is not known what is a string: at the end of lines in which a comment may stand.
fn ignore_in(document: &Document, format: Format, offset: u32, code: &str) -> Option<Edit> {
    if !matches!(format, Format::Shell | Format::Makefile | Format::Yaml) {
        return None;
    }
    let lines = document.lines();
    let position = lines.position(offset as usize, Encoding::Utf8);
    let line = lines.line(position.line as usize);
    let content = &document.text()[line.clone()];
    if content.contains(DIRECTIVE) || content.ends_with(['\\', '|', '>']) {
        return None;
    }
    let end = line.start + content.trim_end().len();
    Some(Edit {
        range: TextRange::from_usize(end, line.end),
        content: format!("  {DIRECTIVE}[{code}]"),
    })
}

/// The same in a document of a journal: a comment at the end of a line of prose, which says nothing in code, in a
/// table or in a heading.
fn ignore_in_journal(document: &Document, finding: TextRange, code: &str) -> Option<Edit> {
    let lines = document.lines();
    let position = lines.position(finding.start as usize, Encoding::Utf8);
    let line = lines.line(position.line as usize);
    let content = &document.text()[line.clone()];
    let range = TextRange::from_usize(line.start, line.end);
    let outline = document.outline();
    let is_apart = !range.contains_range(finding)
        || content.contains("<!--")
        || content.trim_start().starts_with(['|', '#', '`', '~'])
        || content.matches('`').count() % 2 == 1
        || outline.fences.iter().any(|it| it.body().intersects(range))
        || outline.comments.iter().any(|it| it.intersects(range));
    if is_apart || !code.starts_with("HFP") || content.trim().is_empty() {
        return None;
    }
    let end = line.start + content.trim_end().len();
    Some(insertion(end, format!(" <!-- hf-plan: ignore {code} -->")))
}

/// Where the directive of a line begins.
fn directive(
    document: &Document,
    line: std::ops::Range<usize>,
    strings: &[TextRange],
) -> Option<usize> {
    let content = &document.code()[line.clone()];
    let found = content
        .match_indices(DIRECTIVE)
        .map(|(at, _)| line.start + at);
    let is_directive = |&at: &usize| {
        let behind = &document.code()[at + DIRECTIVE.len()..line.end];
        !behind.starts_with("-file") && !in_string(strings, at)
    };
    found.filter(is_directive).last()
}

/// Whether the byte `offset` lies inside one of the strings, where no comment can begin.
fn in_string(strings: &[TextRange], offset: usize) -> bool {
    let inside =
        |string: &TextRange| (string.start as usize) < offset && offset < string.end as usize;
    strings.iter().any(inside)
}

fn insertion(offset: usize, content: String) -> Edit {
    let range = TextRange::from_usize(offset, offset);
    Edit { range, content }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(text: &str) -> Option<String> {
        let offset = u32::try_from(text.find('@').unwrap()).unwrap();
        let mut text = text.replace('@', "");
        let document = Document::new("u".into(), None, Language::Python, None, text.clone());
        let edit = ignore(&document, TextRange::at(offset), "HF103")?;
        let range = edit.range.start as usize..edit.range.end as usize;
        text.replace_range(range, &edit.content);
        Some(text)
    }

    #[test]
    fn adds_a_comment_at_the_end_of_the_line() {
        for (before, after) in [
            ("f(@a=1)\nb\n", "f(a=1)  # hf-lsp: ignore[HF103]\nb\n"),
            ("f(@a=1)  \r\nb", "f(a=1)  # hf-lsp: ignore[HF103]\r\nb"),
            ("f(@a=1)  # why", "f(a=1)  # why  # hf-lsp: ignore[HF103]"),
            (
                "f(\n  @a='# hf-lsp: ignore[X]',\n)",
                "f(\n  a='# hf-lsp: ignore[X]',  # hf-lsp: ignore[HF103]\n)",
            ),
        ] {
            assert_eq!(ignored(before).as_deref(), Some(after));
        }
    }

    #[test]
    fn joins_the_directive_that_is_there() {
        for (before, after) in [
            (
                "f(@a=1)  # hf-lsp: ignore[HF101]\n",
                "f(a=1)  # hf-lsp: ignore[HF101, HF103]\n",
            ),
            (
                "f(@a=1)  # hf-lsp: ignore[] x\n",
                "f(a=1)  # hf-lsp: ignore[HF103] x\n",
            ),
        ] {
            assert_eq!(ignored(before).as_deref(), Some(after));
        }
    }

    #[test]
    fn comments_in_a_journal_are_its_own() {
        let language = Language::Embedded(Format::Markdown);
        let text = "- [ ] 1.1 a\n| b |\n```\nc\n```\n- d <!-- e -->\n";
        let document = Document::new("u".into(), None, language, None, text.into());
        let at = |needle: &str| {
            let start = text.find(needle).unwrap();
            TextRange::from_usize(start, start + needle.len())
        };
        let edit = ignore(&document, at("1.1"), "HFP105").unwrap();
        assert_eq!(edit.range, TextRange::at(11));
        assert_eq!(edit.content, " <!-- hf-plan: ignore HFP105 -->");
        for needle in ["b", "c", "d"] {
            assert_eq!(ignore(&document, at(needle), "HFP105"), None);
        }
        assert_eq!(ignore(&document, at("1.1"), "HF103"), None);
    }

    #[test]
    fn stays_away_where_no_comment_can_stand() {
        for text in [
            "f(@a='''x\ny''')",
            "x = @f(a) + \\\n  1",
            "f(@a)  # hf-lsp: ignore",
        ] {
            assert_eq!(ignored(text), None, "{text}");
        }
    }
}
