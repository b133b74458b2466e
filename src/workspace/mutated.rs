//! Broken variants of files, for property tests.

use proptest::prelude::*;

/// Changes that people and broken tools make: cuts, doubled and foreign pieces.
pub(crate) fn mutated(text: &'static str) -> impl Strategy<Value = String> {
    const PIECES: [&str; 24] = [
        "\n",
        "\r\n",
        "\\",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        "#",
        "==",
        ">=",
        "^",
        "~",
        ",",
        ";",
        "=",
        "*",
        "18446744073709551615",
        "\u{0}",
        "é",
        "# ///",
        "- ",
        "python_version ~= '3'",
    ];
    let edit = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..PIECES.len(),
        0..4u8,
    );
    prop::collection::vec(edit, 0..6).prop_map(move |edits| {
        let mut chars: Vec<char> = text.chars().collect();
        for (first, second, piece, action) in edits {
            let (first, second) = (first.index(chars.len() + 1), second.index(chars.len() + 1));
            let (start, end) = (first.min(second), first.max(second));
            match action {
                0 => drop(chars.drain(start..end.min(start + 3))),
                1 => chars.truncate(end.max(1)),
                2 => drop(chars.splice(start..start, PIECES[piece].chars())),
                _ => drop(chars.splice(start..end.min(start + 1), PIECES[piece].chars())),
            }
        }
        chars.into_iter().collect()
    })
}
