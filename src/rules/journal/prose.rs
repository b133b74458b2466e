//! What is prose in a document of a journal, and what is not.

use crate::journal::span::code_spans;
use crate::text::TextRange;

/// The parts of a range outside of comments.
pub fn without_comments(text: &str, range: TextRange) -> Vec<TextRange> {
    let mut parts = Vec::new();
    let mut start = range.start;
    let mut rest = range.slice(text);
    while let Some(open) = rest.find("<!--") {
        let close = rest[open..]
            .find("-->")
            .map_or(rest.len(), |it| open + it + "-->".len());
        parts.push(TextRange::new(start, start + length(&rest[..open])));
        start += length(&rest[..close]);
        rest = &rest[close..];
    }
    parts.push(TextRange::new(start, range.end));
    parts.retain(|part| !part.is_empty());
    parts
}

/// What a value says: without comments behind it, and without space around it.
pub fn said(text: &str, value: TextRange) -> TextRange {
    let first = without_comments(text, value).first().copied();
    let part = first.unwrap_or(TextRange::at(value.start));
    let slice = part.slice(text);
    let lead = length(slice) - length(slice.trim_start());
    let end = part.start + length(slice.trim_end());
    TextRange::new((part.start + lead).min(end), end)
}

/// The parts of a range that are prose: outside of comments, code spans and quotes, and not the target of a link.
pub fn prose(text: &str, range: TextRange) -> Vec<TextRange> {
    let mut parts = Vec::new();
    for part in without_comments(text, range) {
        let mut start = part.start;
        for span in code_spans(text, part) {
            parts.extend(unquoted(text, TextRange::new(start, span.start)));
            start = span.end;
        }
        parts.extend(unquoted(text, TextRange::new(start, part.end)));
    }
    parts
}

/// Signs that open something which is not said by the author, with those that close it.
const QUOTES: [(&str, &str); 6] = [
    ("\"", "\""),
    ("“", "”"),
    ("„", "“"),
    ("«", "»"),
    ("「", "」"),
    ("](", ")"),
];

fn unquoted(text: &str, range: TextRange) -> Vec<TextRange> {
    let mut parts = Vec::new();
    let mut start = range.start;
    let mut rest = range.slice(text);
    loop {
        let openings = QUOTES
            .iter()
            .filter_map(|(open, close)| Some((rest.find(open)?, *open, *close)));
        let Some((at, open, close)) = openings.min_by_key(|(at, ..)| *at) else {
            break;
        };
        parts.push(TextRange::new(start, start + length(&rest[..at])));
        let inner = &rest[at + open.len()..];
        let end = inner
            .find(close)
            .map_or(rest.len(), |it| at + open.len() + it + close.len());
        start += length(&rest[..end]);
        rest = &rest[end..];
    }
    parts.push(TextRange::new(start, range.end));
    parts.retain(|part| !part.is_empty());
    parts
}

/// The words of a range, in lower case, with their places.
pub fn words(text: &str, range: TextRange) -> Vec<(String, TextRange)> {
    let slice = range.slice(text);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'' | '’');
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in slice.char_indices().chain([(slice.len(), ' ')]) {
        match (is_part(c), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let place = TextRange::new(
                    range.start + length(&slice[..from]),
                    range.start + length(&slice[..at]),
                );
                found.push((slice[from..at].to_lowercase(), place));
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> TextRange {
        TextRange::from_usize(0, text.len())
    }

    #[test]
    fn prose_is_what_the_author_says() {
        let text = "say `code` and \"no more\" but <!-- not --> [this](here) „oder“ so";
        let parts: Vec<_> = prose(text, all(text))
            .into_iter()
            .map(|it| it.slice(text))
            .collect();
        assert_eq!(parts, ["say `", "` and ", " but ", " [this", " ", " so"]);
    }

    #[test]
    fn comments_are_no_part_of_a_value() {
        let text = " a `b` <!-- c -->  ";
        assert_eq!(said(text, all(text)).slice(text), "a `b`");
        assert_eq!(said("<!-- c -->", TextRange::new(0, 10)), TextRange::at(0));
    }

    #[test]
    fn words_have_places() {
        let text = "Pick a Größe, in-progress";
        let words = words(text, all(text));
        let said: Vec<_> = words.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(said, ["pick", "a", "größe", "in-progress"]);
        assert_eq!(words[2].1.slice(text), "Größe");
    }
}
