//! HF502

use crate::embedded::Format;
use crate::python::facts::{Call, Value};
use crate::rules::context::Context;
use crate::rules::data_flow::tokenizer::tokenizings;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF502",
    name: "unbatched-tokenizing",
    severity: Severity::Information,
    summary: "a tokenizer that is given one row at a time",
    explanation: "Tokenizers work on many texts at once, on all cores. `Dataset.map` calls its function for \
each row unless `batched=True`, and a call for one text costs far more than its share of a call for a thousand. \
Only short functions that do nothing but tokenize are reported: for them `batched=True` changes nothing else, \
as each column is then a list.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom transformers import AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"bert-base-uncased\")\ndataset = load_dataset(\"imdb\", split=\"train\")\ndataset = dataset.map(lambda row: tokenizer(row[\"text\"], truncation=True))\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "datasets==5.2.0"],
        baseline: &[],
        code: "from datasets import load_dataset\nfrom transformers import AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"bert-base-uncased\")\ndataset = load_dataset(\"imdb\", split=\"train\")\ndataset = dataset.map(lambda row: tokenizer(row[\"text\"], truncation=True), batched=True)\n",
    },
    check: Check::Code(check),
};

/// Longer functions do more than tokenize.
const MAX_LINES: usize = 3;

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (call, callee) in ctx.library_calls() {
        let is_map = matches!(
            callee.symbol.as_str(),
            "datasets.Dataset.map" | "datasets.DatasetDict.map"
        );
        if !is_map || call.open || is_by_batch(call) {
            continue;
        }
        let Some((function, place)) = function(call) else {
            continue;
        };
        let Some(tokenizing) = only_tokenizes(ctx, function) else {
            continue;
        };
        let message = "the tokenizer gets one row at a time".to_owned();
        let mut finding = RULE.finding(ctx, call.callee_range, &callee.symbol, message);
        finding.help = Some("pass `batched=True`".to_owned());
        finding.related.push(Related {
            range: tokenizing,
            message: "called for each row".to_owned(),
        });
        finding.fix = Some(Fix {
            title: "Add `batched=True`".to_owned(),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                range: TextRange::at(place.end),
                content: ", batched=True".to_owned(),
            }],
        });
        findings.push(finding);
    }
}

/// Whether rows come together, or with something else that a batch would change.
fn is_by_batch(call: &Call) -> bool {
    let sets = |name: &str| {
        call.keyword(name)
            .is_some_and(|given| given.value != Value::Bool(false))
    };
    [
        "batched",
        "with_indices",
        "with_rank",
        "input_columns",
        "fn_kwargs",
    ]
    .into_iter()
    .any(sets)
        || call.positional.len() > 1
}

/// Where the function stands, and where it is passed.
fn function(call: &Call) -> Option<(TextRange, TextRange)> {
    let named = call
        .keyword("function")
        .and_then(|given| Some((given.function?, given.range)));
    let first = call.positional.first();
    named.or_else(|| first.and_then(|given| Some((given.function?, given.range))))
}

/// Where the function calls the tokenizer, if it does nothing else.
fn only_tokenizes(ctx: &Context<'_>, function: TextRange) -> Option<TextRange> {
    let text = function.slice(ctx.text);
    let is_short = text.trim_end().lines().count() <= MAX_LINES;
    let is_plain = ![
        "return_tensors",
        "if ",
        "for ",
        "[0]",
        ".join",
        "+",
        "f\"",
        "f'",
        "decode",
    ]
    .iter()
    .any(|word| text.contains(word));
    if !is_short || !is_plain {
        return None;
    }
    let mut calls = tokenizings(ctx).filter(|(_, tokenizing)| {
        function.contains_range(tokenizing.call.range) && tokenizing.method == "__call__"
    });
    let only = calls.next()?.1.call.callee_range;
    calls.next().is_none().then_some(only)
}
