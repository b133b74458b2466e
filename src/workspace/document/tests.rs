use proptest::prelude::*;

use super::*;

fn document(text: &str) -> Document {
    Document::new(
        "file:///t.py".into(),
        None,
        Language::Python,
        Some(1),
        text.into(),
    )
}

fn at(line: u32, column: u32) -> Position {
    Position { line, column }
}

fn change(from: Position, to: Position, text: &str) -> Change {
    Change {
        range: Some((from, to)),
        text: text.into(),
    }
}

#[test]
fn reversed_and_far_ranges_are_tolerated() {
    let next = document("a = 1\nb = 2\n").changed(
        Some(2),
        &[
            change(at(1, 1), at(1, 0), "c"),
            change(at(0, 3), at(0, 99), " 3"),
            change(at(7, 0), at(9, 9), "d = 4"),
        ],
        Encoding::Utf16,
    );
    assert_eq!(next.text(), "a = 3\nc = 2\nd = 4");
}

#[test]
fn a_change_leaves_the_version_before_as_it_was() {
    let first = document("x = 1\n");
    let second = first.changed(Some(1), &[change(at(0, 4), at(0, 5), "2")], Encoding::Utf8);
    assert_eq!((first.text(), second.text()), ("x = 1\n", "x = 2\n"));
    assert!(first.revision() < second.revision());
}

#[test]
fn a_lone_carriage_return_ends_a_line_and_a_line_separator_does_not() {
    let first = document("a = 1\rb = '\u{2028}'\rc = 3");
    let changes = [
        change(at(2, 4), at(2, 5), "4"),
        change(at(1, 6), at(1, 7), "\n"),
    ];
    let next = first.changed(None, &changes, Encoding::Utf16);
    assert_eq!(next.text(), "a = 1\rb = '\u{2028}\n\rc = 4");
}

#[test]
fn the_editor_says_what_a_document_is() {
    assert_eq!(Language::from_id("python"), Language::Python);
    assert_eq!(Language::from_id("json"), Language::Embedded(Format::Json));
    assert_eq!(Language::from_id("rust"), Language::Other);
    let path = Path::new("a/requirements-dev.txt");
    assert_eq!(Language::from_path(path), Language::Requirements);
}

/// Pieces that make and break strings, blocks, line ends and characters of every width.
const PIECES: &[&str] = &[
    "x",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "    ",
    "(",
    ")",
    "[",
    "\"",
    "\"\"\"",
    "'",
    "#",
    ":",
    "=",
    ",",
    "def f(a, *, b=1):\n    return a\n",
    "class C(D):\n    x: int = 3\n",
    "f(evaluation_strategy=\"epoch\")",
    "if a:\n  b()\nelse:\n  c()\n",
    "ü",
    "🤗",
    "中",
    "\u{2028}",
    "\\\n",
    "f\"{a!r}\"",
    "",
];

fn piece() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..6).prop_map(|parts| parts.concat())
}

fn edit() -> impl Strategy<Value = (u32, u32, u32, u32, String, bool)> {
    (
        0..12u32,
        0..20u32,
        0..12u32,
        0..20u32,
        piece(),
        any::<bool>(),
    )
}

/// Replaces by walking characters only: shares no code with what it checks.
fn naive(text: &str, from: Position, to: Position, content: &str, encoding: Encoding) -> String {
    let offset = |wanted: Position| {
        let place = (wanted.line, wanted.column);
        naive_edit::offset(text, place, |character| match encoding {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16 => character.len_utf16(),
            Encoding::Utf32 => 1,
        })
    };
    let (from, to) = (offset(from), offset(to));
    let (from, to) = (from.min(to), from.max(to));
    format!("{}{}{}", &text[..from], content, &text[to..])
}

/// The bytes of each line without its line end, found by walking over the bytes.
fn naive_lines(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let line_end = ["\r\n", "\r", "\n"]
            .into_iter()
            .find(|it| rest.starts_with(it));
        let Some(line_end) = line_end else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        lines.push(start..at);
        at += line_end.len();
        start = at;
    }
    lines.push(start..text.len());
    lines
}

/// Each line, and its end as a position, is where the text says.
fn check_lines(document: &Document, encoding: Encoding) -> Result<(), TestCaseError> {
    let (text, lines) = (document.text(), document.lines());
    let expected = naive_lines(text);
    for (number, line) in expected.iter().enumerate() {
        prop_assert_eq!(&lines.line(number), line);
        let content = &text[line.clone()];
        let units = match encoding {
            Encoding::Utf8 => content.len(),
            Encoding::Utf16 => content.encode_utf16().count(),
            Encoding::Utf32 => content.chars().count(),
        };
        let end = at(number as u32, units as u32);
        prop_assert_eq!(lines.position(line.end, encoding), end);
        prop_assert_eq!(lines.offset(end, encoding), line.end);
    }
    prop_assert_eq!(lines.line(expected.len()), text.len()..text.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Long enough for a rope of many leaves, whose seams must not part `\r` and `\n`.
    #[test]
    fn long_texts_keep_their_lines(
        start in prop::collection::vec(piece(), 200..400),
        edits in prop::collection::vec((edit(), 0..400_u32, 0..3_u32), 1..12),
        encoding in prop::sample::select(&[Encoding::Utf8, Encoding::Utf16, Encoding::Utf32][..]),
    ) {
        let mut expected = start.concat();
        let mut current = document(&expected);
        for ((_, column, more, to_column, content, whole), line, copies) in edits {
            let content = content.repeat(if whole { 60 } else { copies as usize });
            let (from, to) = (at(line, column), at(line + more * copies, to_column));
            expected = naive(&expected, from, to, &content, encoding);
            current = current.changed(None, &[change(from, to, &content)], encoding);
            prop_assert_eq!(current.text(), &expected);
            check_lines(&current, encoding)?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn edits_one_by_one_equal_the_whole_text(
        start in prop::collection::vec(piece(), 1..8),
        edits in prop::collection::vec(edit(), 1..12),
        encoding in prop::sample::select(&[Encoding::Utf8, Encoding::Utf16, Encoding::Utf32][..]),
    ) {
        let mut expected = start.concat();
        let mut current = document(&expected);
        for (version, (line, column, to_line, to_column, content, _)) in (2..).zip(edits) {
            let (from, to) = (at(line, column), at(to_line, to_column));
            expected = naive(&expected, from, to, &content, encoding);
            current = current.changed(Some(version), &[change(from, to, &content)], encoding);
            prop_assert_eq!(current.text(), &expected);
            check_lines(&current, encoding)?;
        }
        let full = document(&expected);
        prop_assert_eq!(current.facts(), full.facts());
        prop_assert_eq!(current.facts(), full.facts());
    }
}
