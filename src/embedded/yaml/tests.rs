use proptest::prelude::*;

use super::*;
use crate::python::facts::Value;

fn one(text: &str) -> Arc<Node> {
    let mut documents = read(text).unwrap();
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0)
}

/// Every scalar with its slice, in order.
fn slices<'t>(node: &Node, text: &'t str, out: &mut Vec<(String, &'t str)>) {
    match &node.kind {
        Kind::Scalar(scalar) => out.push((scalar.text.clone(), node.range.slice(text))),
        Kind::List(items) => items.iter().for_each(|item| slices(item, text, out)),
        Kind::Map(entries) => entries.iter().for_each(|entry| {
            slices(&entry.key, text, out);
            slices(&entry.value, text, out);
        }),
        Kind::Alias(_) => out.push(("*".to_owned(), node.range.slice(text))),
    }
}

fn all(text: &str) -> Vec<(String, &str)> {
    let mut out = Vec::new();
    for document in read(text).unwrap() {
        slices(&document, text, &mut out);
    }
    out
}

fn expect(text: &str, expected: &[(&str, &str)]) {
    let found = all(text);
    let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), *b)).collect();
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn scalars_know_where_they_stand() {
    expect(
        "a: b # c\n'd':  \"e\\n\"\n",
        &[("a", "a"), ("b", "b"), ("d", "'d'"), ("e\n", "\"e\\n\"")],
    );
    expect(
        "a: b c   \r\nd: é\r\n🤗: f g\r\n",
        &[
            ("a", "a"),
            ("b c", "b c"),
            ("d", "d"),
            ("é", "é"),
            ("🤗", "🤗"),
            ("f g", "f g"),
        ],
    );
    expect("\u{feff}a: é\n", &[("a", "a"), ("é", "é")]);
    expect(
        "a:\nb: [é, {c: d}]\n",
        &[
            ("a", "a"),
            ("", ""),
            ("b", "b"),
            ("é", "é"),
            ("c", "c"),
            ("d", "d"),
        ],
    );
    expect(
        "a: &x !!str 1\nb: *x\n",
        &[("a", "a"), ("1", "1"), ("b", "b"), ("*", "*x")],
    );
    expect("- a\n---\n- b\n...\n", &[("a", "a"), ("b", "b")]);
    expect("a\n  b\n", &[("a b", "a\n  b")]);
}

#[test]
fn block_scalars_are_their_lines() {
    let text = "run: |\n  pip install é\n\n  trl sft\n\nb: >-\n    x\n    y\n  # no\nc: |2\n   z\n";
    expect(
        text,
        &[
            ("run", "run"),
            ("pip install é\n\ntrl sft\n", "pip install é\n\n  trl sft"),
            ("b", "b"),
            ("x y", "x\n    y"),
            ("c", "c"),
            (" z\n", " z"),
        ],
    );
    expect(
        "a: |\r\n  x\r\n  y\r\nb: c",
        &[("a", "a"), ("x\ny\n", "x\r\n  y"), ("b", "b"), ("c", "c")],
    );
    expect(
        "a: |\nb: |\n  \n",
        &[("a", "a"), ("", ""), ("b", "b"), ("", "")],
    );
}

#[test]
fn anchors_and_tags_stand_in_front() {
    let text =
        "a: &x\n  b: !t [c]\nd: &y !!str |\n  e\n  f\ng: !!str # h\n  'i'\nj: &z\nk: &q [l]\n";
    let root = one(text);
    let slice = |name| root.get(name).unwrap().range.slice(text);
    assert_eq!(slice("a"), "b: !t [c]");
    assert_eq!(
        root.get("a").unwrap().get("b").unwrap().range.slice(text),
        "[c]"
    );
    assert_eq!(slice("d"), "e\n  f");
    assert_eq!(slice("g"), "'i'");
    assert_eq!(slice("j"), "");
    assert_eq!(slice("k"), "[l]");
}

#[test]
fn lists_and_mappings_know_where_they_stand() {
    let text = "a:\n  - b: c # d\n\n# e\nf: [g,\n  h]\n";
    let root = one(text);
    assert_eq!(root.get("a").unwrap().range.slice(text), "- b: c");
    assert_eq!(root.get("a").unwrap().items()[0].range.slice(text), "b: c");
    assert_eq!(root.get("f").unwrap().range.slice(text), "[g,\n  h]");
}

#[test]
fn values_are_those_of_python() {
    let of = |text: &str| one(&format!("a: {text}\n")).get("a").unwrap().value();
    for (text, value) in [
        ("1", Value::Int(1)),
        ("-1", Value::Int(-1)),
        ("1.5", Value::Float(1.5)),
        ("1.0e-5", Value::Float(1e-5)),
        ("5.", Value::Float(5.0)),
        ("yes", Value::Bool(true)),
        ("off", Value::Bool(false)),
        ("null", Value::None),
        ("~", Value::None),
        ("", Value::None),
        ("no_way", Value::Str("no_way".into())),
        ("'1'", Value::Str("1".into())),
        ("!!str 1", Value::Str("1".into())),
        ("1.2.3", Value::Str("1.2.3".into())),
        ("7b-model", Value::Str("7b-model".into())),
        ("1e-5", Value::Unknown),
        ("2e5", Value::Unknown),
        ("017", Value::Unknown),
        ("0x1f", Value::Unknown),
        ("1_000", Value::Unknown),
        ("12:30", Value::Unknown),
        ("2024-01-01", Value::Unknown),
        ("!env HOME", Value::Unknown),
        ("!!int '1'", Value::Unknown),
    ] {
        assert_eq!(of(text), value, "{text}");
    }
    assert_eq!(
        of("[1, {b: null}]"),
        Value::List(vec![
            Value::Int(1),
            Value::Dict(vec![("b".into(), Value::None)])
        ])
    );
}

#[test]
fn merges_are_followed() {
    let root =
        one("d: &d {a: 1, b: 2}\ne: &e\n  <<: *d\n  c: 3\nf:\n  b: 4\n  <<: [*e, {a: 5, z: 6}]\n");
    let f = root.get("f").unwrap();
    let pairs = f.pairs().unwrap();
    let found: Vec<_> = pairs
        .iter()
        .map(|it| (it.name, it.value.value(), it.merged))
        .collect();
    assert_eq!(
        found,
        [
            ("b", Value::Int(4), false),
            ("c", Value::Int(3), true),
            ("a", Value::Int(1), true),
            ("z", Value::Int(6), true),
        ]
    );
    assert_eq!(one("a: 1\nb: 2\na: 3\n").pairs().unwrap().len(), 2);
    assert_eq!(one("a: 1\na: 3\n").get("a").unwrap().value(), Value::Int(3));
}

#[test]
fn bombs_do_not_go_off() {
    let level = |n: usize| {
        format!(
            "a{n}: &a{n} [{}]\n",
            vec![format!("*a{}", n - 1); 9].join(", ")
        )
    };
    let bomb = "a0: &a0 [x]\n".to_owned() + &(1..30).map(level).collect::<String>();
    let root = one(&bomb);
    assert_eq!(root.value(), Value::Unknown);
    assert_eq!(
        root.get("a1").unwrap().value(),
        Value::List(vec![Value::List(vec![Value::Str("x".into())]); 9])
    );
    let level = |n: usize| {
        format!(
            "a{n}: &a{n}\n  <<: [{}]\n",
            vec![format!("*a{}", n - 1); 9].join(", ")
        )
    };
    let bomb = "a0: &a0 {x: 1}\n".to_owned() + &(1..30).map(level).collect::<String>();
    assert!(one(&bomb).get("a29").unwrap().pairs().is_none());
    let fault = |text: &str| read(text).unwrap_err().what;
    assert_eq!(fault("a: &a [*a]\n"), "this anchor stands for itself");
    assert_eq!(fault(&"- ".repeat(1_000)), "it is nested too deeply");
    assert_eq!(
        fault(&"- a\n".repeat(MAX_NODES + 2)),
        "it has too many values"
    );
    assert!(read(&"[".repeat(1 << 20)).is_err());
    assert!(read(&"{a: ".repeat(1 << 18)).is_err());
}

#[test]
fn what_is_no_yaml_is_told() {
    for (text, at) in [
        ("a: b\n c: d\n", 6),
        ("a: [é", 6),
        ("a: *b\n", 3),
        ("é: \"\n", 4),
    ] {
        let fault = read(text).unwrap_err();
        assert!(fault.at.abs_diff(at) <= 2, "{text:?}: {fault:?}");
    }
    assert!(read("a:\n\tb: c\n").is_err());
    assert!(read("").unwrap().is_empty());
    assert!(read("# nothing\n").unwrap().is_empty());
}

const PIECES: &[&str] = &[
    "a", "é", "🤗", ": ", ":", "\n", "\r\n", "  ", "- ", "? ", "|", ">-\n", "'", "\"", "\\", "[",
    "]", "{", "}", ", ", "#", "&x ", "*x", "!!str ", "---\n", "...\n", "\t", "\u{feff}", "<<: ",
    "%", "1", "\0",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    /// Nothing panics, ranges are those of characters, children lie in their parents.
    #[test]
    fn anything_is_read_or_refused(parts in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let text = parts.concat();
        match read(&text) {
            Ok(documents) => documents.iter().for_each(|node| sound(node, &text)),
            Err(fault) => prop_assert!(text.is_char_boundary(fault.at)),
        }
    }
}

fn sound(node: &Node, text: &str) {
    let (start, end) = (node.range.start as usize, node.range.end as usize);
    assert!(
        start <= end && text.get(start..end).is_some(),
        "{text:?} {node:?}"
    );
    if let Kind::Scalar(scalar) = &node.kind {
        match scalar.style {
            Style::Plain if !scalar.text.contains([' ', '\n']) => {
                assert_eq!(&text[start..end], scalar.text, "{text:?}");
            }
            Style::Single => assert!(
                text[start..end].starts_with('\'') && text[start..end].ends_with('\''),
                "{text:?} {node:?}"
            ),
            Style::Double => assert!(
                text[start..end].starts_with('"') && text[start..end].ends_with('"'),
                "{text:?} {node:?}"
            ),
            _ => {}
        }
    }
    node.items()
        .iter()
        .filter(|_| !matches!(node.kind, Kind::Alias(_)))
        .for_each(|item| sound(item, text));
    if let Kind::Map(entries) = &node.kind {
        for entry in entries {
            sound(&entry.key, text);
            sound(&entry.value, text);
            if !entry.value.range.is_empty() {
                assert!(entry.key.range.end <= entry.value.range.start, "{text:?}");
            }
        }
    }
}
