//! What is made from the version before is what is made from the text alone.

use proptest::prelude::*;

use super::*;
use crate::python::ast::StmtKind;

/// Lines that open and close strings, brackets and blocks, go on with statements, and import.
const LINES: &[&str] = &[
    "x = 1\n",
    "    y = f(x)\n",
    "def g(a, b=2):\n    return a\n",
    "class C(D):\n    def m(self):\n        self.n = h(self)\n",
    "    def p(self):\n        return q(self)\n\n",
    "    async def r(self, a: int = 1):\n        # s\n        await t(\n            a,\n        )\n",
    "    @u\n    def v(cls):\n        if cls:\n            w()\n",
    "if a:\n    b()\n",
    "try:\n    import a\n",
    "except ImportError:\n    a = None\n",
    "match x:\n    case 1:\n        pass\n",
    "for i in y:\n    pass\n",
    "@decorator\n",
    "from transformers import Trainer as T, pipeline\n",
    "import trl\n",
    "t = T(model=m, args=trl.SFTConfig(n=1))\n",
    "# a comment\n",
    "# hf-lsp: ignore[HF101]\n",
    "x = \"\"\"a\n    b\n\"\"\"\n",
];

/// What makes trouble.
const TROUBLE: &[&str] = &[
    "else:\n    c()\n",
    "elif d:\n    e()\n",
    "finally:\n    f()\n",
    "    case 2:\n        pass\n",
    "from datasets import *\n",
    "global x\n",
    "(y := 3)\n",
    "sys.exit()\n",
    "raise E\n",
    "yield z\n",
    "\"\"\"",
    "'''",
    "\"",
    "'",
    "f\"{a",
    "f'''{",
    "}\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "foo(",
    ",",
    ":",
    ";",
    "\\\n",
    "\n",
    "\r",
    "\r\n",
    "\u{c}",
    "\t",
    " ",
    "    ",
    "=",
    "#",
    "lambda: ",
    "return",
    "\u{feff}",
    "\u{1f917}",
    "\0",
    "else",
    "e",
    "",
];

fn any_of(lines: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    let lines = prop::collection::vec(prop::sample::select(lines), 0..most);
    lines.prop_map(|lines| lines.concat())
}

/// Enough of a kind for several pieces.
fn text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(LINES);
    let repeated = (line, 1..60_usize).prop_map(|(line, times)| line.repeat(times));
    let part = prop_oneof![
        6 => any_of(LINES, 40),
        2 => repeated,
        1 => any_of(TROUBLE, 4),
    ];
    prop::collection::vec(part, 1..14).prop_map(|parts| parts.concat())
}

/// Where, in thousandths of the text; how many bytes are removed; what is inserted.
fn edit() -> impl Strategy<Value = (usize, usize, String)> {
    let removed = prop_oneof![3 => 0..1_usize, 2 => 0..12_usize, 1 => 0..3000_usize];
    let inserted = prop_oneof![3 => any_of(TROUBLE, 3), 1 => any_of(LINES, 3)];
    (0..1001_usize, removed, inserted)
}

fn edited(text: &str, (place, removed, inserted): &(usize, usize, String)) -> String {
    let start = text.floor_char_boundary(text.len() * place / 1000);
    let end = text.floor_char_boundary(text.len().min(start + removed));
    format!("{}{inserted}{}", &text[..start], &text[end.max(start)..])
}

/// The statements at the top level: their places and kinds.
fn statements(syntax: &Syntax) -> Vec<(TextRange, std::mem::Discriminant<StmtKind>)> {
    let statements = syntax.statements();
    let shown = statements.map(|(place, stmt)| (place, std::mem::discriminant(&stmt.kind)));
    shown.collect()
}

fn check(texts: Vec<String>) -> Result<(), TestCaseError> {
    let (mut before, mut syntax) = (String::new(), Syntax::default());
    for text in texts {
        syntax = syntax.parse_after(&before, &text);
        let whole = Syntax::parse(&text);
        prop_assert_eq!(statements(&syntax), statements(&whole));
        prop_assert_eq!(syntax.errors(), whole.errors());
        prop_assert!(syntax.comments().eq(whole.comments()));
        prop_assert_eq!(syntax.facts(&text), whole.facts(&text));
        prop_assert!(syntax.pieces.is_sorted_by_key(|piece| piece.start));
        before = text;
    }
    Ok(())
}

fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn a_version_is_as_if_it_stood_alone(
        first in text(),
        edits in prop::collection::vec(edit(), 1..12),
    ) {
        let mut texts = vec![first];
        for edit in &edits {
            texts.push(edited(&texts[texts.len() - 1], edit));
        }
        check(texts)?;
    }
}

/// Types a call into a method in the middle of a long class.
#[test]
fn typing_keeps_the_other_methods() {
    let method = "    def f(self, a):\n        \n        b = [a]\n        return b\n\n";
    let long = format!("class C(D):\n    n = 1\n\n{}x = 1\n", method.repeat(400));
    let typed = "t = Trainer(model, args='x', n=[i for i in a])";
    let middle = long.find("        \n").expect("it is there") + 200 * method.len() + 8;
    let (mut before, mut syntax) = (long.clone(), Syntax::parse(&long));
    let methods = |syntax: &Syntax| -> Vec<*const crate::python::ast::FunctionDef> {
        let body = syntax.pieces.iter().flat_map(Piece::body);
        let class = body.filter_map(|stmt| match &stmt.kind {
            StmtKind::ClassDef(class) => Some(&class.body),
            _ => None,
        });
        let methods = class.flatten().filter_map(|stmt| match &stmt.kind {
            StmtKind::FunctionDef(method) => Some(std::ptr::from_ref(method.definition())),
            _ => None,
        });
        methods.collect()
    };
    let mut shared = 0;
    for length in (0..=typed.len()).chain((0..typed.len()).rev()) {
        let mut text = long.clone();
        text.insert_str(middle, &typed[..length]);
        let next = syntax.parse_after(&before, &text);
        let whole = Syntax::parse(&text);
        assert_eq!(next.facts(&text), whole.facts(&text), "{length}");
        assert_eq!(next.errors(), whole.errors(), "{length}");
        let (known, anew) = (methods(&syntax), methods(&next));
        println!(
            "{length} {} {} {:?}",
            known.len(),
            anew.len(),
            &typed[..length]
        );
        let anew = anew.iter().filter(|method| !known.contains(method));
        shared += usize::from(anew.count() <= 1);
        (before, syntax) = (text, next);
    }
    assert!(shared > typed.len(), "{shared}");
}

/// Types a call into the middle of a long file, a character at a time, and takes it away again.
#[test]
fn typing_keeps_what_is_far_away() {
    let function = "def f(a):\n    \n    b = [a]\n    return b\n\n\n";
    let long = function.repeat(400);
    let typed = "t = Trainer(model, args='x')";
    let middle = long.len() / 2 / function.len() * function.len() + "def f(a):\n    ".len();
    let (mut before, mut syntax) = (long.clone(), Syntax::parse(&long));
    for length in (0..=typed.len()).chain((0..typed.len()).rev()) {
        let mut text = long.clone();
        text.insert_str(middle, &typed[..length]);
        let next = syntax.parse_after(&before, &text);
        assert_eq!(
            next.facts(&text),
            Syntax::parse(&text).facts(&text),
            "{length}"
        );
        let is_known = |piece: &Piece| {
            let mut known = syntax.pieces.iter();
            known.any(|known| Arc::ptr_eq(&known.tree, &piece.tree))
        };
        let anew = next.pieces.iter().filter(|piece| !is_known(piece)).count();
        assert!(
            anew <= 3,
            "{anew} of {} pieces at {length}",
            next.pieces.len()
        );
        (before, syntax) = (text, next);
    }
}
