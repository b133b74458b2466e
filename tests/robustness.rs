//! Damaged scripts: nothing panics, and fixes stay within what they were asked to do.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod common;

use common::{environment, findings_in, fixtures, format, header};
use hf_lsp::embedded::Format;
use hf_lsp::python::parse::parse_module;
use hf_lsp::rules::apply::fix_all;
use proptest::prelude::*;
use proptest::sample::Index;

/// What happens to a text.
#[derive(Clone, Debug)]
enum Damage {
    /// Everything behind a place is lost.
    Truncate(Index),
    /// One byte becomes another.
    Flip(Index, u8),
    /// A piece is put in.
    Insert(Index, &'static str),
    /// Lines change their places.
    Swap(Index, Index),
}

const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "}",
    "\"\"\"",
    "'",
    "**",
    ",",
    "=",
    "\\",
    "\n",
    "    ",
    "\u{0}",
    "\u{feff}",
    "\r",
    "#",
    "lambda:",
    "async ",
    "\u{1f917}",
    "del ",
    "TrainingArguments(evaluation_strategy=",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<Index>().prop_map(Damage::Truncate),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (any::<Index>(), prop::sample::select(PIECES))
            .prop_map(|(at, piece)| Damage::Insert(at, piece)),
        (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Damage::Swap(one, other)),
    ]
}

fn apply(text: &str, damage: &Damage) -> String {
    let mut bytes = text.as_bytes().to_vec();
    if bytes.is_empty() {
        return String::new();
    }
    match damage {
        Damage::Truncate(at) => bytes.truncate(at.index(bytes.len())),
        Damage::Flip(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Damage::Insert(at, piece) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, piece.bytes());
        }
        Damage::Swap(one, other) => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
            return lines.concat();
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn damaged_scripts_are_checked_and_fixed_without_harm(
        which in any::<Index>(),
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        let files = fixtures();
        let path = &files[which.index(files.len())];
        let format = format(path);
        let original = std::fs::read_to_string(path).unwrap();
        let environment = environment(&header(&original, "targets"), &header(&original, "baseline"));
        let text = damages.iter().fold(original, |text, damage| apply(&text, damage));
        let check = |text: &str| findings_in(format, text, &environment);
        for finding in check(&text) {
            let (start, end) = (finding.range.start as usize, finding.range.end as usize);
            prop_assert!(text.get(start..end).is_some(), "{finding:?}");
            for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
                let (start, end) = (edit.range.start as usize, edit.range.end as usize);
                prop_assert!(text.get(start..end).is_some(), "{edit:?}");
            }
        }
        let once = fix_all(format, &text, true, check);
        if format == Format::Python {
            prop_assert!(parse_module(&once.text).errors.len() <= parse_module(&text).errors.len());
        }
        let twice = fix_all(format, &once.text, true, check);
        prop_assert_eq!(&twice.text, &once.text);
    }
}
