//! Documentation for clients that read Markdown, and for those that show it letter by letter.

use tower_lsp_server::gen_lsp_types::{Documentation, MarkupContent, MarkupKind};

/// A text in Markdown, in the format that the client reads.
pub fn markup(text: String, reads_markdown: bool) -> MarkupContent {
    match reads_markdown {
        true => MarkupContent {
            kind: MarkupKind::Markdown,
            value: text,
        },
        false => MarkupContent {
            kind: MarkupKind::PlainText,
            value: plain(&text),
        },
    }
}

/// The same where a bare string, which every client reads, says that there are no marks.
pub fn documentation(text: String, reads_markdown: bool) -> Documentation {
    match reads_markdown {
        true => markup(text, true).into(),
        false => Documentation::String(plain(&text)),
    }
}

/// The words without the marks. What stands in fences stays as it is.
fn plain(markdown: &str) -> String {
    let mut lines = Vec::new();
    let mut is_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if is_code {
            lines.push(line.to_owned());
        } else {
            lines.push(words(line.trim_start_matches('#').trim_start_matches("> ")));
        }
    }
    lines.join("\n").trim().to_owned()
}

/// A line without emphasis and code marks, with the addresses of links behind their texts.
fn words(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['`', '*', '[', '\\']) {
        out.push_str(&rest[..at]);
        let from = &rest[at..];
        rest = &from[1..];
        if let Some(behind) = from.strip_prefix("**") {
            rest = behind;
        } else if let Some((text, address, behind)) = link(from) {
            out.push_str(&words(text));
            if text != address {
                out.push_str(&format!(" ({address})"));
            }
            rest = behind;
        } else if from.starts_with('`') {
            // Nothing is a mark between two of these.
            if let Some((code, behind)) = rest.split_once('`') {
                out.push_str(code);
                rest = behind;
            }
        } else if from.starts_with('\\') {
            let escaped = rest.chars().next().filter(char::is_ascii_punctuation);
            out.push(escaped.unwrap_or('\\'));
            rest = &rest[escaped.map_or(0, char::len_utf8)..];
        } else {
            out.push_str(&from[..1]);
        }
    }
    out + rest
}

/// Text and address of a link at the start, and what follows.
fn link(from: &str) -> Option<(&str, &str, &str)> {
    let (text, behind) = from.strip_prefix('[')?.split_once("](")?;
    let (address, behind) = behind.split_once(')')?;
    (!text.contains(']')).then_some((text, address, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_marks_away_and_leaves_the_words() {
        for (markdown, expected) in [
            ("```python\nx = `a` * 2\n```\nHere", "x = `a` * 2\nHere"),
            ("use `a_b` **now**, 2 * 3", "use a_b now, 2 * 3"),
            (
                "see [the `guide`](https://h/x) and [0]",
                "see the guide (https://h/x) and [0]",
            ),
            ("## Title\n\n`a*b*` a\\_b \\x", "Title\n\na*b* a_b \\x"),
            ("`open", "open"),
            ("", ""),
        ] {
            let expected = expected.replace("Title", " Title");
            assert_eq!(plain(markdown), expected.trim());
        }
    }
}
