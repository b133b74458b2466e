//! Lines and columns, in the three ways clients count them, to byte offsets and back.
//!
//! A line ends at `\n`, `\r\n` or a lone `\r`, as the protocol says (the features of the rope's crate are
//! chosen for it). Nothing here fails: what lies outside the text is moved to the nearest place inside.
//! Everything takes time logarithmic in the length of the text.

use std::ops::Range;

use ropey::Rope;

/// In which units columns are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// 16-bit units: characters beyond the basic plane count two.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The number of units before the character `index`.
    fn units(self, text: &Rope, index: usize) -> usize {
        match self {
            Self::Utf8 => text.char_to_byte(index),
            Self::Utf16 => text.char_to_utf16_cu(index),
            Self::Utf32 => index,
        }
    }

    /// The index of the character in which the unit `units` lies; the number of characters for units
    /// behind the end.
    fn character(self, text: &Rope, units: usize) -> usize {
        match self {
            Self::Utf8 => text.byte_to_char(units.min(text.len_bytes())),
            Self::Utf16 => text.utf16_cu_to_char(units.min(text.len_utf16_cu())),
            Self::Utf32 => units.min(text.len_chars()),
        }
    }
}

/// A place in a text; both numbers begin at 0, the column is in the units of an [`Encoding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// Units from the line's start.
    pub column: u32,
}

/// The lines of one text.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a>(&'a Rope);

impl<'a> Lines<'a> {
    /// The lines of `text`.
    pub const fn new(text: &'a Rope) -> Self {
        Self(text)
    }

    /// The bytes of a line without its line end; a line behind the last is the empty end of the text.
    pub fn line(self, line: usize) -> Range<usize> {
        let line = self.characters(line);
        self.0.char_to_byte(line.start)..self.0.char_to_byte(line.end)
    }

    /// The byte offset of `position`; a column behind the line's end is that end, one inside a character
    /// is that character's start.
    pub fn offset(self, position: Position, encoding: Encoding) -> usize {
        self.0.char_to_byte(self.character(position, encoding))
    }

    /// The same as an index of characters.
    pub fn character(self, position: Position, encoding: Encoding) -> usize {
        let line = self.characters(position.line as usize);
        let units = encoding.units(self.0, line.start) + position.column as usize;
        encoding.character(self.0, units).min(line.end)
    }

    /// The position of the byte `offset`, moved to the nearest character start that exists.
    pub fn position(self, offset: usize, encoding: Encoding) -> Position {
        let index = Encoding::Utf8.character(self.0, offset);
        let line = self.0.char_to_line(index);
        let start = self.0.line_to_char(line);
        let column = encoding.units(self.0, index) - encoding.units(self.0, start);
        Position {
            line: clamp(line),
            column: clamp(column),
        }
    }

    /// The characters of a line without its line end.
    fn characters(self, line: usize) -> Range<usize> {
        let lines = self.0.len_lines();
        let start = self.0.line_to_char(line.min(lines));
        let mut end = self.0.line_to_char(line.saturating_add(1).min(lines));
        for line_end in ['\n', '\r'] {
            if start < end && self.0.char(end - 1) == line_end {
                end -= 1;
            }
        }
        start..end
    }
}

fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a🤗b\r\nü\rx\n";
    const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    fn lines(text: &str, count: usize) -> Vec<&str> {
        let rope = Rope::from_str(text);
        let lines = Lines::new(&rope);
        (0..count).map(|line| &text[lines.line(line)]).collect()
    }

    #[test]
    fn lines_end_at_all_three_line_ends() {
        assert_eq!(lines(TEXT, 5), ["a🤗b", "ü", "x", "", ""]);
        assert_eq!(lines("\r\r\n\n\ra", 6), ["", "", "", "", "a", ""]);
        assert_eq!(lines("", 2), ["", ""]);
    }

    #[test]
    fn lines_end_at_nothing_else() {
        let text = "a\u{2028}b\u{2029}c\u{85}d\u{b}e\u{c}f";
        assert_eq!(lines(text, 2), [text, ""]);
        let rope = Rope::from_str(text);
        for encoding in ENCODINGS {
            let end = Lines::new(&rope).position(text.len(), encoding);
            assert_eq!(end.line, 0);
            assert_eq!(Lines::new(&rope).offset(end, encoding), text.len());
            assert_eq!(Lines::new(&rope).offset(at(1, 0), encoding), text.len());
        }
    }

    #[test]
    fn columns_count_their_own_units() {
        let rope = Rope::from_str(TEXT);
        let lines = Lines::new(&rope);
        for (encoding, column) in ENCODINGS.into_iter().zip([5, 3, 2]) {
            assert_eq!(lines.offset(at(0, column), encoding), 5);
            assert_eq!(lines.position(5, encoding), at(0, column));
        }
    }

    #[test]
    fn places_outside_are_moved_inside() {
        let rope = Rope::from_str(TEXT);
        let lines = Lines::new(&rope);
        let far = u32::MAX;
        for encoding in ENCODINGS {
            assert_eq!(lines.offset(at(0, far), encoding), 6);
            assert_eq!(lines.offset(at(1, 99), encoding), 10);
            assert_eq!(lines.offset(at(far, far), encoding), TEXT.len());
            assert_eq!(lines.position(usize::MAX, encoding), at(3, 0));
        }
        // The second half of a surrogate pair, and the middle of a character's bytes.
        assert_eq!(lines.offset(at(0, 2), Encoding::Utf16), 1);
        assert_eq!(lines.offset(at(0, 3), Encoding::Utf8), 1);
        assert_eq!(lines.position(3, Encoding::Utf16), at(0, 1));
    }

    #[test]
    fn every_character_start_goes_there_and_back() {
        let rope = Rope::from_str(TEXT);
        let lines = Lines::new(&rope);
        for encoding in ENCODINGS {
            for (offset, _) in TEXT.char_indices() {
                let position = lines.position(offset, encoding);
                let inside_crlf =
                    TEXT[..offset].ends_with('\r') && TEXT[offset..].starts_with('\n');
                if !inside_crlf {
                    assert_eq!(lines.offset(position, encoding), offset);
                }
            }
        }
    }
}
