//! HF322

use super::tokenizer::tokenizings;
use crate::embedded::Format;
use crate::python::facts::{Call, Value};
use crate::rules::context::Context;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF322",
    name: "max-length-without-truncation",
    severity: Severity::Warning,
    summary: "a `max_length` that nothing is cut to",
    explanation: "With `padding` and without `truncation`, a tokenizer cuts nothing: `max_length` is what \
`padding=\"max_length\"` fills up to, and `padding=True` ignores it. A text that is longer stays longer, and \
makes a batch of unequal rows or more tokens than the model has positions, which fails with the first such \
text only (transformers 5.23 `tokenization_utils_base.py:2376`; the same since 4.30). Pass `truncation=True`; \
or `truncation=False` where longer texts are wanted, which says so.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"bert-base-uncased\")\nbatch = tokenizer(texts, padding=\"max_length\", max_length=128)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"bert-base-uncased\")\nbatch = tokenizer(texts, padding=\"max_length\", max_length=128, truncation=True)\n",
    },
    check: Check::Code(check),
};

/// Whether the texts are literals, whose lengths their author knows.
fn is_written_out(ctx: &Context<'_>, call: &Call) -> bool {
    let is_literal = |value: &Value| match value {
        Value::Str(_) => true,
        Value::List(items) => items.iter().all(|item| matches!(item, Value::Str(_))),
        _ => false,
    };
    // `[""] * batch_size`
    let is_repeated = call.positional.first().is_some_and(|given| {
        let written = given.range.slice(ctx.text);
        written.starts_with("[\"") || written.starts_with("['")
    });
    let text = call.positional.first().map(|given| &given.value);
    let text = text.or_else(|| call.keyword("text").map(|given| &given.value));
    is_repeated || text.is_some_and(is_literal)
}

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, tokenizing) in tokenizings(ctx) {
        let call = tokenizing.call;
        let is_it = !call.open
            && matches!(
                tokenizing.method,
                "__call__" | "encode" | "encode_plus" | "batch_encode_plus"
            )
            && call.keyword("truncation").is_none()
            && call.positional.len() < 4
            && !is_written_out(ctx, call);
        let Some(length) = call.keyword("max_length").filter(|_| is_it) else {
            continue;
        };
        let Some(padding) = tokenizing.padding() else {
            continue;
        };
        if length.value == Value::None || length.optional {
            continue;
        }
        let what = match padding {
            Value::Str(how) if how == "max_length" => "does not cut longer texts",
            _ => "is ignored",
        };
        let symbol = "transformers.AutoTokenizer";
        let message = format!(
            "`max_length` {what} without `truncation` in {}",
            selected(ctx, symbol)
        );
        let mut finding = RULE.finding(ctx, length.range, symbol, message);
        finding.argument = Some("max_length".to_owned());
        finding.help = Some("pass `truncation=True`".to_owned());
        finding.fix = Some(Fix {
            title: "Add `truncation=True`".to_owned(),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                range: TextRange::at(length.range.end),
                content: ", truncation=True".to_owned(),
            }],
        });
        findings.push(finding);
    }
}
