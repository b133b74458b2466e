use super::calls;

const HEAD: &str = "from transformers import TrainingArguments as TA\n";

fn with_head(text: &str) -> String {
    calls(&format!("{HEAD}{text}"))
}

#[test]
fn dicts_are_followed_into_calls() {
    let text = "\
kw = {'a': 1, **{'b': x}}
kw['c'] = 'z'
kw.update({'d': 2}, e=3)
kw.update(dict(f=4))
TA(**kw, g=5)
TA(**{'h': 6})
TA(**dict(i=7))
base = dict(j=8)
TA(**{**base, 'k': 9} | {'l': 10})
";
    insta::assert_snapshot!(with_head(text), @r#"
    transformers.TrainingArguments(a=1 @dict, b=? @dict, c="z" @store, d=2 @dict, e=3 @dict(), f=4 @dict(), g=5)
    transformers.TrainingArguments(h=6 @dict)
    transformers.TrainingArguments(i=7 @dict())
    transformers.TrainingArguments(j=8 @dict(), k=9 @dict, l=10 @dict)
    "#);
}

#[test]
fn what_may_have_changed_is_open() {
    for change in [
        "kw.pop('a')",
        "del kw['a']",
        "change(kw)",
        "x.kw = kw",
        "y = [kw]",
        "kw |= other",
        "kw.clear()",
        "if c: kw.pop('a')",
        "for i in j: kw.pop(i)",
        "def f(): kw.pop('a')",
        "def f(): change(kw)",
        "if c: kw['a'] = 2",
        "kw['a'] = 2",
        "g = lambda: kw.clear()",
    ] {
        let text = format!("kw = {{'a': 1}}\n{change}\nTA(**kw)\n");
        let calls = with_head(&text);
        assert_eq!(calls, "transformers.TrainingArguments(..)", "{change}");
    }
}

#[test]
fn keys_that_may_have_been_added_leave_the_others() {
    for change in [
        "if c: kw['b'] = 2",
        "kw[name] = 2",
        "kw.update(more())",
        "for i in j: kw[i] = 1",
    ] {
        let text = format!("kw = {{'a': 1}}\n{change}\nTA(**kw)\n");
        let calls = with_head(&text);
        assert_eq!(
            calls, "transformers.TrainingArguments(a=1 @dict, ..)",
            "{change}"
        );
    }
}

#[test]
fn keys_that_are_read_elsewhere_cannot_be_renamed() {
    for use_of in [
        "kw['a']",
        "kw.get('a')",
        "print(kw)",
        "json.dumps(kw)",
        "other(**kw)",
        "'a' in kw",
        "if kw: pass",
    ] {
        let text = format!("import json\nkw = {{'a': 1}}\nTA(**kw)\n{use_of}\n");
        let calls = with_head(&text);
        let expected = "transformers.TrainingArguments(a=1 @dict fixed)";
        assert_eq!(calls, expected, "{use_of}");
    }
}

#[test]
fn other_mappings_are_open() {
    for spread in ["unknown", "f()", "{**other}", "vars(x)"] {
        let calls = with_head(&format!("TA(**{spread})\n"));
        assert_eq!(calls, "transformers.TrainingArguments(..)", "{spread}");
    }
    let calls = with_head("kw = {'a': 1}\nkw = make()\nTA(**kw)\n");
    assert_eq!(calls, "transformers.TrainingArguments(..)");
    let calls = with_head("if c:\n    kw = {'a': 1}\nelse:\n    kw = {}\nTA(**kw)\n");
    assert_eq!(calls, "transformers.TrainingArguments(..)");
}

#[test]
fn dicts_of_the_module_reach_functions() {
    let calls = with_head("KW = {'a': 1}\ndef main():\n    TA(**KW)\n");
    assert_eq!(calls, "transformers.TrainingArguments(a=1 @dict)");
}

#[test]
fn the_range_of_a_key_is_the_text_in_its_quotes() {
    let text = format!("{HEAD}TA(**{{'evaluation_strategy': 1, 'a' 'b': 2}})\n");
    let facts = crate::python::analyse(&text);
    let keywords = &facts.calls[0].keywords;
    assert_eq!(keywords[0].name.range.slice(&text), "evaluation_strategy");
    assert_eq!(keywords[0].range.slice(&text), "'evaluation_strategy': 1");
    assert_eq!(keywords[1].name.name, "ab");
    assert!(keywords[1].name.range.is_empty());
}
