use proptest::prelude::*;

use super::*;

fn whole(marked: &str) -> Option<String> {
    let offset = marked.find('‸').expect("a cursor");
    let text = marked.replacen('‸', "", 1);
    let region = TextRange::from_usize(0, text.len());
    let cursor = Cursor::new(&text, region, u32::try_from(offset).unwrap())?;
    Some(Whole::new(&text, region, &cursor).text)
}

fn becomes(marked: &str, expected: &str) {
    assert_eq!(whole(marked).as_deref(), Some(expected), "{marked}");
}

#[test]
fn brackets_are_closed_where_the_statement_ends() {
    becomes("f(‸", "f()");
    becomes("a = f(b, [c‸\n\nd = 3\n", "a = f(b, [c])\n\nd = 3\n");
    becomes("a = f(g(‸)\nb()", "a = f(g())\nb()");
    becomes("f([‸)\n", "f([])\n");
    becomes("f(\n    a,‸\n    b=2,\n", "f(\n    a,\n    b=2,)\n");
    becomes("f(‸  # why\nx = 1", "f()  # why\nx = 1");
    becomes("if f(‸\n", "if f(): pass\n");
    becomes("f(a)‸", "f(a)");
}

#[test]
fn what_is_missing_is_put_in() {
    becomes("f(a=‸)", "f(a=None)");
    becomes("f(a‸, b=, c=", "f(a, b=None, c=None)");
    becomes("f(a=‸, b=1)", "f(a=None, b=1)");
    becomes("f(\n  a=‸\n  b=1)", "f(\n  a=None,\n  b=1)");
    becomes("f(a=1, lea‸)", "f(a=1, lea=None)");
    becomes("f(lea‸)", "f(lea)");
    becomes(
        "f(\n  a=1,\n  lea‸\n  b=2)",
        "f(\n  a=1,\n  lea=None,\n  b=2)",
    );
    becomes("f(a=1, lea‸=2)", "f(a=1, lea=2)");
    becomes("f(a=1,‸,b=2)", "f(a=1,_=None,b=2)");
    becomes("x.‸\ny", "x._\ny");
    becomes("f(a=\"‸)", "f(a=\"\")");
    becomes("f(a=\"ep‸, b=\"c\")", "f(a=\"ep\", b=\"c\")");
    becomes("from trl import ‸\nx", "from trl import _\nx");
    becomes("from trl import A, ‸\nx", "from trl import A, _\nx");
    becomes("from trl import (A, ‸)\nx", "from trl import (A, )\nx");
    becomes("from trl import (‸\nx = 3", "from trl import (_)\nx = 3");
}

const PIECES: &[&str] = &[
    "f(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "a=",
    "a",
    ",",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\"",
    "'",
    "\"\"\"",
    "#",
    ".",
    "    ",
    "if ",
    ":",
    "from trl import ",
    "x = ",
    "\\",
    "ü",
    "🤗",
    "\\\n",
    "=",
    "*",
    "1",
    "lambda",
    "def ",
    ";",
    "f'",
    "%",
];

proptest! {
    /// Whatever the text: only insertions, places go there and back, and the word stays where it is.
    #[test]
    fn nothing_is_taken_away(
        parts in prop::collection::vec(prop::sample::select(PIECES), 0..30),
        place in any::<prop::sample::Index>(),
    ) {
        let text = parts.concat();
        let places: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        let offset = places[place.index(places.len())];
        let region = TextRange::from_usize(0, text.len());
        let Some(cursor) = Cursor::new(&text, region, u32::try_from(offset).unwrap()) else {
            return Ok(());
        };
        let word = cursor.typed();
        prop_assert!(word.touches(cursor.offset));
        prop_assert!(!word.slice(&text).contains(['\n', '\r']));
        let whole = Whole::new(&text, region, &cursor);
        let mut rest = whole.text.clone();
        for (at, length) in &whole.inserted {
            rest.replace_range(*at as usize..(at + length) as usize, "");
        }
        prop_assert_eq!(&rest, &text);
        for at in places {
            let at = u32::try_from(at).unwrap();
            prop_assert_eq!(whole.back(whole.forth(at)), at);
        }
        prop_assert_eq!(whole.forth(word.start) - word.start,
            whole.forth(cursor.statement) - cursor.statement);
    }
}
