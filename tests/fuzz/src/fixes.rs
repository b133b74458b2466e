//! Fixes keep what parsed parsing, come to an end, and lose nothing that is not theirs.

use hf_lsp::embedded::Format;
use hf_lsp::python::parse::parse_module;
use hf_lsp::rules::apply::fix_all;
use hf_lsp::rules::finding::Applicability;

use super::bytes::Bytes;
use super::common::findings;
use super::python::any_environment;

pub fn run(input: &[u8]) {
    let mut bytes = Bytes(input);
    let environment = any_environment(&mut bytes);
    let allow_unsafe = bytes.byte() % 2 == 1;
    let text = bytes.rest();
    let check = |text: &str| findings(text, environment);
    let fixable = check(&text).iter().any(|finding| {
        let fix = finding.fix.as_ref();
        fix.is_some_and(|fix| allow_unsafe || fix.applicability == Applicability::Safe)
    });
    let once = fix_all(Format::Python, &text, allow_unsafe, check);
    assert!(fixable || once.text == text, "nothing was to be fixed");
    let errors = |text: &str| parse_module(text).errors.len();
    assert!(
        errors(&once.text) <= errors(&text),
        "{text:?} -> {:?}",
        once.text
    );
    let twice = fix_all(Format::Python, &once.text, allow_unsafe, check);
    assert_eq!(twice.text, once.text, "the second time changes more");
    if errors(&text) == 0 {
        for comment in comments(&text) {
            assert!(
                once.text.contains(comment),
                "{comment:?} is lost in {:?}",
                once.text
            );
        }
    }
}

/// Comments that have their lines for themselves.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| line.starts_with('#') && !line.contains(['"', '\'']))
}
