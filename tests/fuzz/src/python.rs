//! Any text goes through analysis, rules and hover; what comes out points into the text.

use std::sync::LazyLock;

use hf_lsp::assist::documentation::Shelf;
use hf_lsp::assist::hover::hover;
use hf_lsp::docs::describe::Limits;
use hf_lsp::docs::source::Reader;
use hf_lsp::environment::Environment;
use hf_lsp::python::analyse;
use hf_lsp::rules::finding::Finding;
use hf_lsp::text::TextRange;

use super::bytes::Bytes;
use super::common::{KNOWLEDGE, environment, findings};

/// Targets and what the project has without them.
const VERSIONS: [(&[&str], &[&str]); 4] = [
    (&[], &[]),
    (&["transformers==4.40.2", "trl==0.12.2"], &[]),
    (
        &["transformers==5.23.0", "trl==1.16.0"],
        &["transformers==4.40.2", "trl==0.18.2"],
    ),
    (
        &[
            "transformers==5.23.0",
            "diffusers==0.42.1",
            "datasets==5.2.0",
        ],
        &[],
    ),
];

static ENVIRONMENTS: LazyLock<Vec<Environment>> = LazyLock::new(|| {
    let owned = |names: &[&str]| {
        names
            .iter()
            .map(|&name| name.to_owned())
            .collect::<Vec<_>>()
    };
    let made = VERSIONS.map(|(now, before)| environment(&owned(now), &owned(before)));
    made.into()
});

/// One of a few environments.
pub fn any_environment(bytes: &mut Bytes<'_>) -> &'static Environment {
    &ENVIRONMENTS[usize::from(bytes.byte()) % ENVIRONMENTS.len()]
}

pub fn run(input: &[u8]) {
    let mut bytes = Bytes(input);
    let environment = any_environment(&mut bytes);
    let offset = bytes.number();
    let text = bytes.rest();
    for finding in findings(&text, environment) {
        points_into(&text, &finding);
    }
    let facts = analyse(&text);
    let reader = Reader::default();
    let shelf = Shelf {
        reader: &reader,
        pages: None,
        limits: Limits::HOVER,
    };
    let shown = hover(&KNOWLEDGE, &text, &facts, environment, &shelf, offset);
    if let Some(hover) = shown {
        inside(&text, hover.range);
    }
}

/// Every place that a finding names is one of the text.
pub fn points_into(text: &str, finding: &Finding) {
    inside(text, finding.range);
    for related in &finding.related {
        inside(text, related.range);
    }
    for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
        inside(text, edit.range);
    }
}

fn inside(text: &str, range: TextRange) {
    let bytes = range.start as usize..range.end as usize;
    assert!(
        text.get(bytes).is_some(),
        "{range:?} is no place of {text:?}"
    );
}
