//! Code spans: what is written between backticks is for machines, all else is prose.

use crate::text::TextRange;

/// The place of `part`, a piece of what stands in `range` of a text; the start of the range for what is none, as an
/// empty default is.
pub fn place_of(text: &str, range: TextRange, part: &str) -> TextRange {
    let whole = range.slice(text).as_bytes().as_ptr_range();
    let piece = part.as_bytes().as_ptr_range();
    if piece.start < whole.start || whole.end < piece.end {
        return TextRange::at(range.start);
    }
    let start = range.start as usize + (piece.start.addr() - whole.start.addr());
    TextRange::from_usize(start, start + part.len())
}

/// The places between the backticks of the code spans in `range` of a text, in order. A run of backticks that none
/// of the same length follows opens nothing, as in CommonMark; one space at both ends belongs to the backticks.
pub fn code_spans(text: &str, range: TextRange) -> Vec<TextRange> {
    let (start, inner) = (range.start as usize, range.slice(text));
    let bytes = inner.as_bytes();
    let run = |at: usize| bytes[at..].iter().take_while(|it| **it == b'`').count();
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'`', &bytes[at..]).map(|found| at + found) {
        let ticks = run(open);
        let mut close = open + ticks;
        let end = loop {
            match memchr::memchr(b'`', &bytes[close..]).map(|found| close + found) {
                Some(found) if run(found) == ticks => break Some(found),
                Some(found) => close = found + run(found),
                None => break None,
            }
        };
        let is_escaped = open > 0 && bytes[open - 1] == b'\\';
        match end.filter(|_| !is_escaped) {
            Some(end) => {
                spans.push(content(start, inner, open + ticks, end));
                at = end + ticks;
            }
            None => at = open + ticks,
        }
    }
    spans
}

fn content(start: usize, inner: &str, open: usize, end: usize) -> TextRange {
    let content = &inner[open..end];
    let is_padded = content.len() > 2 && content.starts_with(' ') && content.ends_with(' ');
    let pad = usize::from(is_padded && !content.trim().is_empty());
    TextRange::from_usize(start + open + pad, start + end - pad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_know_their_places() {
        let text = "abc def";
        let range = TextRange::new(4, 7);
        let place = |part| place_of(text, range, part);
        assert_eq!(place(&text[5..6]), TextRange::new(5, 6));
        assert_eq!(place(&text[7..]), TextRange::new(7, 7));
        assert_eq!(place("def"), TextRange::new(4, 4));
    }

    #[test]
    fn spans_are_found_as_commonmark_says() {
        let spans = |text: &'static str| {
            let all = TextRange::from_usize(0, text.len());
            let spans = code_spans(text, all).into_iter();
            spans.map(|it| it.slice(text)).collect::<Vec<_>>()
        };
        assert_eq!(spans("a `b` `c d`"), ["b", "c d"]);
        assert_eq!(spans("`` a `b` c ``, `d`"), ["a `b` c", "d"]);
        assert_eq!(spans("`open and `` two"), [""; 0]);
        assert_eq!(spans("`a` `b"), ["a"]);
        assert_eq!(spans(r"\`no` `yes`"), [" "]);
    }
}
