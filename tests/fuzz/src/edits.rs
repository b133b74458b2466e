//! A document that is edited piece by piece is the document that is opened with the same text.

use hf_lsp::rules;
use hf_lsp::workspace::document::{Change, Document, Language};
use hf_lsp::workspace::encoding::{Encoding, Position};

use super::bytes::Bytes;
use super::common::KNOWLEDGE;
use super::naive_edit;
use super::python::any_environment;

const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

/// Pieces that make and break strings, blocks, line ends and characters of every width.
const PIECES: [&str; 40] = [
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
    "]",
    "{",
    "}",
    "\"",
    "\"\"\"",
    "'",
    "'''",
    "#",
    ":",
    "=",
    ",",
    "\\",
    "\\\n",
    "f\"{a!r:>{w}}\"",
    "{",
    "lambda: ",
    "async ",
    "match x:\n case 1: pass\n",
    "def f(a, *, b=1):\n    return a\n",
    "class C(TrainingArguments):\n    x: int = 3\n",
    "TrainingArguments(evaluation_strategy=\"epoch\")",
    "from transformers import *\n",
    "if a:\n  b()\nelse:\n  c()\n",
    "try:\n  import trl\nexcept ImportError:\n  trl = None\n",
    "ü",
    "🤗",
    "中",
    "\u{2028}",
    "\u{c}",
    "",
];

const START: &str = "from transformers import TrainingArguments, Trainer\n\n\
    args = TrainingArguments(\"out\", evaluation_strategy=\"epoch\", **{\"no_cuda\": True})\n\
    trainer = Trainer(model, args, tokenizer=\"\"\"ü\n🤗\"\"\")\r\nprint(f\"{args.seed}\")\n";

pub fn run(input: &[u8]) {
    let mut bytes = Bytes(input);
    let environment = any_environment(&mut bytes);
    let encoding = *bytes.pick(&ENCODINGS);
    let own_start = bytes.byte() % 4 == 3;
    let mut expected = if own_start {
        bytes.text()
    } else {
        START.to_owned()
    };
    let mut current = document(&expected);
    // More edits than these say nothing new.
    for number in 1..=64 {
        if bytes.is_empty() {
            break;
        }
        let change = any_change(&mut bytes);
        expected = replaced(&expected, &change, encoding);
        current = current.changed(Some(number), &[change], encoding);
        assert_eq!(current.text(), expected);
        if bytes.byte().is_multiple_of(8) {
            current.facts();
        }
    }
    let fresh = document(&expected);
    assert_eq!(current.facts(), fresh.facts(), "{expected:?}");
    let found = |document: &Document| {
        rules::check(&KNOWLEDGE, document.text(), document.facts(), environment)
    };
    assert_eq!(found(&current), found(&fresh), "{expected:?}");
}

fn document(text: &str) -> Document {
    Document::new(
        "file:///t.py".into(),
        None,
        Language::Python,
        Some(0),
        text.into(),
    )
}

fn any_change(bytes: &mut Bytes<'_>) -> Change {
    let kind = bytes.byte();
    let from = Position {
        line: u32::from(bytes.byte() % 16),
        column: u32::from(bytes.byte() % 96),
    };
    let to = match kind % 4 {
        0 => from,
        1 => Position {
            line: from.line,
            column: from.column + u32::from(bytes.byte() % 16),
        },
        2 => Position {
            line: from.line + u32::from(bytes.byte() % 4),
            column: u32::from(bytes.byte() % 64),
        },
        _ => Position {
            line: u32::from(bytes.byte()),
            column: bytes.number(),
        },
    };
    let text = if kind & 64 == 0 {
        (*bytes.pick(&PIECES)).to_owned()
    } else {
        bytes.text()
    };
    let whole = kind == 255;
    Change {
        range: (!whole).then_some((from, to)),
        text,
    }
}

/// Replaces by walking over the characters: shares no code with what it checks.
fn replaced(text: &str, change: &Change, encoding: Encoding) -> String {
    let Some((from, to)) = change.range else {
        return change.text.clone();
    };
    let (from, to) = (offset(text, from, encoding), offset(text, to, encoding));
    let (from, to) = (from.min(to), from.max(to));
    format!("{}{}{}", &text[..from], change.text, &text[to..])
}

fn offset(text: &str, wanted: Position, encoding: Encoding) -> usize {
    naive_edit::offset(
        text,
        (wanted.line, wanted.column),
        |character| match encoding {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16 => character.len_utf16(),
            Encoding::Utf32 => 1,
        },
    )
}
