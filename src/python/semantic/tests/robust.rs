//! Nothing panics, and every range fits the text.

use proptest::prelude::*;

use crate::python::analyse;
use crate::python::facts::{Facts, Site};
use crate::text::TextRange;

const TEXTS: &[&str] = &[
    include_str!("../../tests/training.py"),
    "from a import *\nkw = {'b': 1}\nC(**kw, d=[x for x in y])\nif a.version:\n\tdel kw['b']\n",
    "\u{feff}import a\r\nclass B(a.C):\r\n\tdef f(self): super().f(é='ü')\r\n",
];

fn check(text: &str) {
    let facts = analyse(text);
    let mut ranges = Vec::new();
    collect(&facts, &mut ranges);
    ranges.extend(facts.errors.iter().copied());
    ranges.push(TextRange::at(facts.import_insertion));
    for range in ranges {
        assert!(range.start <= range.end, "{range:?} in {text:?}");
        let end = range.end as usize;
        assert!(
            text.is_char_boundary(range.start as usize) && text.is_char_boundary(end),
            "{range:?} in {text:?}"
        );
    }
}

/// All ranges; the ones that lie inside of others are checked on the way.
fn collect(facts: &Facts, ranges: &mut Vec<TextRange>) {
    let mut inside = |outer: TextRange, inner: TextRange| {
        assert!(
            outer.contains_range(inner),
            "{inner:?} outside of {outer:?}"
        );
        ranges.extend([outer, inner]);
    };
    for import in &facts.imports {
        inside(import.statement, import.range);
        inside(import.statement, import.module_range);
    }
    for attribute in &facts.attributes {
        inside(attribute.range, attribute.attr.range);
    }
    for call in &facts.calls {
        inside(call.statement, call.range);
        inside(call.range, call.callee_range);
        inside(call.range, call.args_range);
        for argument in &call.positional {
            inside(call.args_range, argument.range);
        }
        for keyword in &call.keywords {
            inside(keyword.range, keyword.value_range);
            match keyword.site {
                Site::Keyword => inside(call.args_range, keyword.range),
                Site::DictEntry(dict) | Site::DictKeyword(dict) => inside(dict, keyword.range),
                Site::DictStore(statement) => inside(statement, keyword.range),
            }
            inside(keyword.range, keyword.name.range);
        }
    }
    for class in &facts.classes {
        inside(class.range, class.name.range);
        for method in &class.methods {
            inside(class.range, method.name.range);
            for param in &method.params {
                inside(method.params_range, param.range);
            }
        }
    }
    for suppression in &facts.suppressions {
        inside(suppression.covers, suppression.range);
    }
    ranges.extend(facts.names.iter().map(|name| name.range));
}

#[derive(Clone, Debug)]
enum Change {
    Truncate,
    Remove(usize),
    Insert(String),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Truncate),
        (1_usize..30).prop_map(Change::Remove),
        "\\PC{0,6}".prop_map(Change::Insert),
        "[(){}\\[\\]:,=.*\"'\n\t \\\\#@|]{1,6}".prop_map(Change::Insert),
        prop::sample::select(vec![
            "\0", "\"\"\"", "\r\n", "\u{feff}", " := ", "**", "lambda ", "yield "
        ])
        .prop_map(|text| Change::Insert(text.to_owned())),
    ]
}

fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damaged_texts_never_panic(
        which in 0..TEXTS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..6),
    ) {
        let mut text = TEXTS[which].to_owned();
        for (place, change) in changes {
            let at = boundary(&text, place.index(text.len() + 1));
            match change {
                Change::Truncate => text.truncate(at),
                Change::Remove(length) => {
                    let end = boundary(&text, at + length);
                    text.replace_range(at..end, "");
                }
                Change::Insert(inserted) => text.insert_str(at, &inserted),
            }
        }
        check(&text);
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,200}") {
        check(&text);
    }
}

#[test]
fn whole_texts_fit() {
    for text in TEXTS {
        check(text);
        assert!(!analyse(text).calls.is_empty());
    }
    check("");
    check("\u{feff}");
    check("\0\0");
}

#[test]
fn deep_nesting_is_cut_off() {
    let repeat = |before: &str, inner: &str, after: &str| {
        format!("x = {}{inner}{}\n", before.repeat(5000), after.repeat(5000))
    };
    for text in [
        repeat("(", "a", ")"),
        repeat("[", "a", "]"),
        repeat("f(", "a", ")"),
        repeat("{'a': ", "a", "}"),
        repeat("-", "a", ""),
        repeat("a.b().", "a", ""),
        repeat("a + ", "a", ""),
        repeat("lambda: ", "a", ""),
        repeat("'a' if b else ", "a", ""),
        format!("if a: b()\n{}", "elif c: d()\n".repeat(5000)),
        (0..400)
            .map(|depth| " ".repeat(depth) + "if a:\n")
            .collect(),
        (0..400)
            .map(|depth| " ".repeat(depth) + "def f():\n")
            .collect(),
        (0..400)
            .map(|depth| " ".repeat(depth) + "class A:\n")
            .collect(),
        format!(
            "match x:\n  case {}a{}: pass\n",
            "[".repeat(5000),
            "]".repeat(5000)
        ),
    ] {
        check(&text);
    }
}

#[test]
fn long_files_take_linear_time() {
    let mut text = "import a\nkw = {}\nx = a\n".to_owned();
    for index in 0..5000 {
        text.push_str(&format!(
            "x = x.y(a, {index})\nkw['k{index}'] = x\nif x: z{index} = a.b\n"
        ));
    }
    let started = std::time::Instant::now();
    check(&text);
    assert!(started.elapsed().as_secs() < 10);
}
