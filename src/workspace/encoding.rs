//! Lines and columns, in the three ways clients count them, to byte offsets and back.
//!
//! A line ends at `\n`, `\r\n` or a lone `\r`, as the protocol says. Nothing here fails: what lies
//! outside the text is moved to the nearest place inside.

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
    /// The number of units that `character` counts.
    const fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// The number of units in `text`.
    pub fn units(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            _ => text.chars().map(|character| self.width(character)).sum(),
        }
    }

    /// The byte offset of `column` in `line`; a column behind the end is the end, one inside a
    /// character is that character's start.
    fn byte(self, line: &str, column: usize) -> usize {
        if self == Self::Utf8 || line.is_ascii() {
            return floor(line, column);
        }
        let mut units = 0;
        for (byte, character) in line.char_indices() {
            units += self.width(character);
            if units > column {
                return byte;
            }
        }
        line.len()
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

/// Where the lines of one text begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'))
            .map(|at| clamp(at + 1));
        Self {
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    /// The number of lines; an empty text has one.
    pub const fn count(&self) -> usize {
        self.starts.len()
    }

    /// The bytes of a line without its line end; a line behind the last is the empty end of the text.
    pub fn line(&self, text: &str, line: usize) -> std::ops::Range<usize> {
        let Some(&start) = self.starts.get(line) else {
            return text.len()..text.len();
        };
        let start = start as usize;
        let end = self.starts.get(line + 1).map_or(text.len(), |&next| {
            let line = &text[start..next as usize];
            start + line.trim_end_matches(['\n', '\r']).len()
        });
        start..end
    }

    /// The byte offset of `position`, moved to the nearest place that exists.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let line = self.line(text, position.line as usize);
        line.start + encoding.byte(&text[line], position.column as usize)
    }

    /// The position of the byte `offset`, moved to the nearest character start that exists.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let offset = floor(text, offset);
        let line = self
            .starts
            .partition_point(|&start| start as usize <= offset)
            .saturating_sub(1);
        let before = &text[self.starts[line] as usize..offset];
        Position {
            line: clamp(line),
            column: clamp(encoding.units(before)),
        }
    }
}

/// The last character start at or before `offset`.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a🤗b\r\nü\rx\n";

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    #[test]
    fn lines_end_at_all_three_line_ends() {
        let index = LineIndex::new(TEXT);
        let lines: Vec<&str> = (0..5).map(|line| &TEXT[index.line(TEXT, line)]).collect();
        assert_eq!(lines, ["a🤗b", "ü", "x", "", ""]);
        assert_eq!(index.count(), 4);
    }

    #[test]
    fn columns_count_their_own_units() {
        let index = LineIndex::new(TEXT);
        for (encoding, column) in [
            (Encoding::Utf8, 5),
            (Encoding::Utf16, 3),
            (Encoding::Utf32, 2),
        ] {
            assert_eq!(index.offset(TEXT, at(0, column), encoding), 5);
            assert_eq!(index.position(TEXT, 5, encoding), at(0, column));
        }
    }

    #[test]
    fn places_outside_are_moved_inside() {
        let index = LineIndex::new(TEXT);
        assert_eq!(index.offset(TEXT, at(0, 99), Encoding::Utf16), 6);
        assert_eq!(index.offset(TEXT, at(99, 0), Encoding::Utf16), TEXT.len());
        // The second half of a surrogate pair, and the middle of a character's bytes.
        assert_eq!(index.offset(TEXT, at(0, 2), Encoding::Utf16), 1);
        assert_eq!(index.offset(TEXT, at(0, 3), Encoding::Utf8), 1);
        assert_eq!(index.position(TEXT, 3, Encoding::Utf16), at(0, 1));
        assert_eq!(index.position(TEXT, 999, Encoding::Utf16), at(3, 0));
    }

    #[test]
    fn every_character_start_goes_there_and_back() {
        let index = LineIndex::new(TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (offset, _) in TEXT.char_indices() {
                let position = index.position(TEXT, offset, encoding);
                let inside_crlf =
                    TEXT[..offset].ends_with('\r') && TEXT[offset..].starts_with('\n');
                if !inside_crlf {
                    assert_eq!(index.offset(TEXT, position, encoding), offset);
                }
            }
        }
    }
}
