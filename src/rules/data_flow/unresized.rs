//! HF325

use super::tokenizer::is_tokenizer;
use crate::embedded::Format;
use crate::python::facts::{Call, Origin, Step, Value};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF325",
    name: "tokens-without-embeddings",
    severity: Severity::Hint,
    summary: "new tokens for a model that is not told of them",
    explanation: "`add_tokens` and `add_special_tokens` give the tokenizer ids behind the last one of the \
vocabulary. The model has embeddings for them only after \
`model.resize_token_embeddings(len(tokenizer))`; without it the first new token raises an `IndexError`, or a \
CUDA error that says nothing of its cause. A hint, because some models have rows to spare, and because a \
special token may be in the vocabulary already.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"org/model\")\ntokenizer.add_tokens([\"<tool>\", \"</tool>\"])\nmodel = AutoModelForCausalLM.from_pretrained(\"org/model\")\nmodel(**tokenizer(\"<tool>search</tool>\", return_tensors=\"pt\"))\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"org/model\")\ntokenizer.add_tokens([\"<tool>\", \"</tool>\"])\nmodel = AutoModelForCausalLM.from_pretrained(\"org/model\")\nmodel.resize_token_embeddings(len(tokenizer))\nmodel(**tokenizer(\"<tool>search</tool>\", return_tensors=\"pt\"))\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let says = |word: &str| memchr::memmem::find(ctx.text.as_bytes(), word.as_bytes()).is_some();
    if !says("add_tokens") && !says("add_special_tokens") {
        return;
    }
    // Other ways to new rows, all of them with one of these words.
    if says("resize") || says("embed_tokens") || says("chat_template") || says("chat_format") {
        return;
    }
    let Some(load) = model(ctx) else { return };
    for (call, callee) in ctx.library_calls() {
        let Some((Step::Attr(method), before)) = call.callee.steps.split_last() else {
            continue;
        };
        let tokenizer = Origin {
            root: call.callee.root.clone(),
            steps: before.to_vec(),
        };
        if !adds(method, call) || !is_tokenizer(ctx, &tokenizer) {
            continue;
        }
        let message = format!("`{method}` adds tokens that the model has no embeddings for yet");
        let mut finding = RULE.finding(ctx, call.callee_range, &callee.symbol, message);
        finding.help = Some("call `model.resize_token_embeddings(len(tokenizer))`".to_owned());
        finding.related.push(Related {
            range: load.callee_range,
            message: "the model".to_owned(),
        });
        findings.push(finding);
    }
}

/// The only model of the file.
fn model<'a>(ctx: &Context<'a>) -> Option<&'a Call> {
    let mut loads = ctx.library_calls().filter(|(_, callee)| {
        let symbol = &callee.symbol;
        symbol.starts_with("transformers.AutoModel") && symbol.ends_with(".from_pretrained")
    });
    let first = loads.next()?.0;
    loads.next().is_none().then_some(first)
}

/// Whether a call surely names new tokens.
fn adds(method: &str, call: &Call) -> bool {
    let value = call.positional.first().map(|given| &given.value);
    let is_text = |value: &Value| matches!(value, Value::Str(text) if !text.is_empty());
    match (method, value) {
        ("add_tokens", Some(Value::List(items))) => items.iter().any(is_text),
        ("add_tokens", Some(value)) => is_text(value),
        ("add_special_tokens", Some(Value::Dict(items))) => items.iter().any(|(_, value)| {
            is_text(value) || matches!(value, Value::List(items) if items.iter().any(is_text))
        }),
        _ => false,
    }
}
