//! What is done with values: given away, measured, repeated.

use crate::python::analyse;
use crate::python::facts::Value;

#[test]
fn values_are_given_to_code_that_is_not_followed() {
    let text = "\
from transformers import AutoTokenizer
tok = AutoTokenizer.from_pretrained('gpt2')
print(tok, len(tok))
def prepare(tok): ...
prepare(tok)
other.prepare(tok, texts)
tok(texts)
";
    let facts = analyse(text);
    let handed: Vec<_> = facts
        .handed
        .iter()
        .map(|handed| format!("{} at {}", handed.origin, handed.range.slice(text)))
        .collect();
    assert_eq!(
        handed,
        ["transformers.AutoTokenizer.from_pretrained() at tok"; 2]
    );
}

#[test]
fn lengths_elements_and_keys_are_seen() {
    let text = "\
from datasets import load_dataset
data = load_dataset('imdb')
print(len(data['train']), data['train'][0], data[name], data['train'][1:2])
def size(): return len(data)
";
    let facts = analyse(text);
    let measured: Vec<_> = facts
        .measured
        .iter()
        .map(|measured| format!("{}.{}", measured.origin, measured.method))
        .collect();
    assert_eq!(
        measured,
        [
            "datasets.load_dataset()[\"train\"].__len__",
            "datasets.load_dataset()[\"train\"].__getitem__",
            "datasets.load_dataset().__len__",
        ]
    );
}

#[test]
fn calls_know_loops_and_spread_mappings() {
    let text = "\
from a import once, again, inside, kept
inputs = once()
for x in once():
    again(**inputs)
    def f(): once()
    kept([again(y) for y in x])
while inside(): again()
";
    let facts = analyse(text);
    let looped: Vec<_> = facts
        .calls
        .iter()
        .map(|call| (call.callee.to_string(), call.in_loop, call.mappings.len()))
        .collect();
    let expected = [
        ("a.once", false, 0),
        ("a.once", false, 0),
        ("a.again", true, 1),
        ("a.once", false, 0),
        ("a.again", true, 0),
        ("a.kept", true, 0),
        ("a.inside", false, 0),
        ("a.again", true, 0),
    ];
    let expected = expected.map(|(callee, looped, spread)| (callee.to_owned(), looped, spread));
    assert_eq!(looped, expected);
}

#[test]
fn functions_and_lists_are_followed_into_arguments() {
    let text = "\
from a import call, A, B
def plain(row):
    return row
call(plain, key=lambda row: row)
call(callbacks=[A(), B])
";
    let facts = analyse(text);
    let call = &facts.calls[0];
    let function = call.positional[0].function.map(|range| range.slice(text));
    assert_eq!(function, Some("def plain(row):\n    return row"));
    let lambda = call.keywords[0].function.map(|range| range.slice(text));
    assert_eq!(lambda, Some("lambda row: row"));
    let list = facts
        .calls
        .iter()
        .find_map(|call| call.keyword("callbacks"));
    let elements: Vec<_> = list
        .iter()
        .flat_map(|given| &given.elements)
        .map(|origin| origin.as_ref().map(ToString::to_string))
        .collect();
    assert_eq!(elements, [Some("a.A()".to_owned()), Some("a.B".to_owned())]);
}

#[test]
fn environment_variables_are_seen() {
    let text = "\
import os
os.environ['HF_HOME'] = '/data'
os.environ[name] = 'x'
os.environ['TOKEN'] = read()
other['HF_HOME'] = '/data'
";
    let facts = analyse(text);
    let variables: Vec<_> = facts
        .variables
        .iter()
        .map(|variable| (variable.name.as_str(), &variable.value))
        .collect();
    assert_eq!(
        variables,
        [
            ("HF_HOME", &Value::Str("/data".to_owned())),
            ("TOKEN", &Value::Unknown)
        ]
    );
}
