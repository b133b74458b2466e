//! Where a position lies in a text, found by walking over its characters: shares no code with what it
//! checks, nor any type, so that unit tests and fuzz targets can both include it.

/// The byte of a 0-based line and column, columns counted by `width`; behind a line, its end.
pub fn offset(text: &str, place: (u32, u32), width: impl Fn(char) -> usize) -> usize {
    let (mut line, mut column, mut before) = (0, 0, ' ');
    for (byte, character) in text.char_indices() {
        let ends_line = matches!(character, '\n' | '\r');
        let width = width(character) as u32;
        let second_of_two = before == '\r' && character == '\n';
        if before == '\r' && !second_of_two {
            (line, column) = (line + 1, 0);
        }
        if line == place.0 && !second_of_two && (ends_line || column + width > place.1) {
            return byte;
        }
        column += width;
        if character == '\n' {
            (line, column) = (line + 1, 0);
        }
        before = character;
    }
    text.len()
}
