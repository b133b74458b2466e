//! Lines, whatever ends them.

use crate::text::TextRange;

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The first byte of the line that a place is in.
pub fn start(text: &str, at: u32) -> u32 {
    let before = &text.as_bytes()[..(at as usize).min(text.len())];
    offset(
        before
            .iter()
            .rposition(|it| is_end(*it))
            .map_or(0, |end| end + 1),
    )
}

/// The end of the line that a place is in, in front of what ends it.
pub fn end(text: &str, at: u32) -> u32 {
    let from = (at as usize).min(text.len());
    let behind = &text.as_bytes()[from..];
    offset(
        from + behind
            .iter()
            .position(|it| is_end(*it))
            .unwrap_or(behind.len()),
    )
}

/// The first byte of the line behind the one that a place is in, or the end of the text.
pub fn next(text: &str, at: u32) -> u32 {
    let end = end(text, at);
    end + offset(ending(text, end).len())
}

/// What ends a line that ends at a place.
fn ending(text: &str, end: u32) -> &'static str {
    match text.as_bytes().get(end as usize..) {
        Some([b'\r', b'\n', ..]) => "\r\n",
        Some([b'\r', ..]) => "\r",
        Some([b'\n', ..]) => "\n",
        _ => "",
    }
}

/// What ends lines around a place: that of its line, of the line before, or `\n`.
pub fn newline(text: &str, at: u32) -> &'static str {
    match ending(text, end(text, at)) {
        "" => before(text, start(text, at)),
        own => own,
    }
}

fn before(text: &str, start: u32) -> &'static str {
    let before = &text.as_bytes()[..start as usize];
    match before {
        [.., b'\r', b'\n'] => "\r\n",
        [.., b'\r'] => "\r",
        _ => "\n",
    }
}

/// The line that a place is in, without its end.
pub fn around(text: &str, at: u32) -> TextRange {
    TextRange::new(start(text, at), end(text, at))
}

/// What has to go so that the lines of a range are gone: with the end of the last one; where that is the last of
/// the text, with the end of the line before the first one.
pub fn whole(text: &str, range: TextRange) -> TextRange {
    let (from, until) = (start(text, range.start), next(text, range.end));
    let is_last = end(text, range.end) == until;
    let taken = if is_last && from > 0 {
        before(text, from).len()
    } else {
        0
    };
    TextRange::new(from - offset(taken), until)
}

/// The place behind the last line of a range that is not blank, in front of what ends it.
pub fn last_written(text: &str, range: TextRange) -> u32 {
    let length = range.slice(text).trim_end().len();
    end(text, range.start + offset(length))
}

/// How many columns a text at the start of a line takes, with a stop for tabs at every fourth.
pub fn column(front: &str) -> usize {
    front.chars().fold(0, |column, it| match it {
        '\t' => column + 4 - column % 4,
        _ => column + 1,
    })
}

/// Whether the line behind that of a place is blank, or there is none.
pub fn is_blank(text: &str, at: u32) -> bool {
    around(text, at).slice(text).trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways() {
        let text = "a\r\nbc\nd\re";
        let at = |sign: char| offset(text.find(sign).unwrap());
        assert_eq!((start(text, at('c')), end(text, at('b'))), (3, 5));
        let endings = ['a', 'b', 'd', 'e'].map(|sign| newline(text, at(sign)));
        assert_eq!(endings, ["\r\n", "\n", "\r", "\r"]);
        assert_eq!(whole(text, TextRange::at(at('c'))).slice(text), "bc\n");
        assert_eq!(whole(text, TextRange::at(at('e'))).slice(text), "\re");
        assert_eq!(whole("a", TextRange::at(0)).slice("a"), "a");
        assert_eq!(
            (newline("", 0), column("\t "), column("  \t")),
            ("\n", 5, 4)
        );
    }
}
