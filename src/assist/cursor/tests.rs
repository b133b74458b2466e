use super::*;

/// The cursor at `‸`.
fn cursor(marked: &str) -> Option<(String, Cursor)> {
    let offset = marked.find('‸').expect("a cursor");
    let text = marked.replacen('‸', "", 1);
    let region = TextRange::from_usize(0, text.len());
    let cursor = Cursor::new(&text, region, u32::try_from(offset).unwrap())?;
    Some((text, cursor))
}

/// Its word, its brackets and its statement.
fn read(marked: &str) -> (String, String, String) {
    let (text, cursor) = cursor(marked).expect("a place");
    let brackets = cursor.brackets.iter().map(|it| char::from(it.kind));
    (
        cursor.word.slice(&text).to_owned(),
        brackets.collect(),
        cursor.before(&text).to_owned(),
    )
}

fn expect(marked: &str, word: &str, brackets: &str, before: &str) {
    let expected = (word.to_owned(), brackets.to_owned(), before.to_owned());
    assert_eq!(read(marked), expected, "{marked}");
}

#[test]
fn words_and_brackets_are_found() {
    expect("x = f(a, ler‸n", "lern", "(", "x = f(a, ");
    expect("x = f(a)[b, {c: ‸", "", "[{", "x = f(a)[b, {c: ");
    expect("f(')', \"(\", # (\n  b‸", "b", "(", "f(')', \"(\", # (\n  ");
    expect("f(1‸", "", "(", "f(1");
    expect("f(a1‸", "a1", "(", "f(");
    expect("a = 1; b.‸", "", "", "b.");
    expect("a = '''\n(\n'''\nb‸", "b", "", "");
    expect("f(a\\\n‸", "", "(", "f(a\\\n");
    expect("f(]‸", "", "(", "f(]");
}

#[test]
fn an_open_bracket_ends_where_a_statement_begins() {
    expect("f(a,\ndef g():\n    h‸", "h", "", "");
    expect("f(a,\nb = 3\nc‸", "c", "", "");
    expect("    f(a,\n    return g(‸", "", "(", "return g(");
    expect("f(a,\nb=3,\nc‸", "c", "(", "f(a,\nb=3,\n");
    expect("[\nx\nfor x in y‸", "y", "[", "[\nx\nfor x in ");
}

#[test]
fn strings_are_known_by_their_quotes() {
    let quoted = |marked: &str| {
        let (text, cursor) = cursor(marked)?;
        let quoted = cursor.quoted?;
        Some((quoted.content.slice(&text).to_owned(), quoted.is_closed))
    };
    let found = |text: &str, is_closed| Some((text.to_owned(), is_closed));
    assert_eq!(quoted("f(a=\"ep‸och\")"), found("epoch", true));
    assert_eq!(quoted("f(a=\"‸)"), found("", false));
    assert_eq!(quoted("f(a=\"ep‸, b=\"c\")"), found("ep", false));
    assert_eq!(quoted("f(a=\"ep‸\", b='c')"), found("ep", true));
    assert_eq!(quoted("f(a='‸"), found("", false));
    assert_eq!(quoted("f(a=r'x‸'"), found("x", true));
    assert_eq!(quoted("f(a=\"\\\"‸\")"), found("\\\"", true));
    assert_eq!(quoted("f(a='b'‸)"), None);
    assert_eq!(quoted("f(a=‸'b')"), None);
}

#[test]
fn nothing_is_offered_in_prose() {
    for marked in [
        "# f(‸",
        "'''\nf(‸\n'''",
        "\"\"\"‸",
        "f\"{a‸}\"",
        "b'‸'",
        "f(a) # TrainingA‸",
    ] {
        assert_eq!(cursor(marked), None, "{marked}");
    }
}

#[test]
fn calls_are_seen_through_lists_but_not_through_indices() {
    let call = |marked: &str| {
        let (text, cursor) = cursor(marked).expect("a place");
        let open = cursor.call()?.at as usize;
        Some((text[..open].to_owned(), cursor.is_value()))
    };
    assert_eq!(call("f(a=[‸"), Some(("f".to_owned(), true)));
    assert_eq!(call("f(a={b: ‸"), Some(("f".to_owned(), false)));
    assert_eq!(call("f(a=b[‸"), None);
    assert_eq!(call("f(a, (‸"), Some(("f".to_owned(), true)));
    assert_eq!(call("def f(‸"), None);
    assert_eq!(call("if (‸"), None);
    assert_eq!(call("f(a)(‸"), Some(("f(a)".to_owned(), true)));
}
