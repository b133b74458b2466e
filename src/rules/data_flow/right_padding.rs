//! HF321

use super::generation::generating;
use super::tokenizer::{is_result, tokenizings, unmoved};
use crate::embedded::Format;
use crate::python::facts::{Call, CallId, Value};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF321",
    name: "right-padded-generation",
    severity: Severity::Hint,
    summary: "a batch that may be padded on the wrong side for generation",
    explanation: "A model that only decodes goes on behind the last token of each row. Tokenizers pad on the \
right unless their repository says otherwise, so the shorter texts of a batch are continued behind padding, \
and what comes out is worse without any error; `generate` logs a warning when it sees it (transformers 5.23 \
`generation/utils.py`). Pass `padding_side=\"left\"` to the tokenizer. A hint, because some repositories set it.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"org/model\")\nmodel = AutoModelForCausalLM.from_pretrained(\"org/model\")\ninputs = tokenizer([\"Hello\", \"How are you?\"], padding=True, return_tensors=\"pt\")\nprint(tokenizer.batch_decode(model.generate(**inputs, max_new_tokens=64)))\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"org/model\", padding_side=\"left\")\nmodel = AutoModelForCausalLM.from_pretrained(\"org/model\")\ninputs = tokenizer([\"Hello\", \"How are you?\"], padding=True, return_tensors=\"pt\")\nprint(tokenizer.batch_decode(model.generate(**inputs, max_new_tokens=64)))\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if memchr::memmem::find(ctx.text.as_bytes(), b"padding_side").is_some() {
        return;
    }
    for (id, tokenizing) in tokenizings(ctx) {
        let Some(padding) = tokenizing.call.keyword("padding") else {
            continue;
        };
        if tokenizing.method != "__call__"
            || tokenizing.padding().is_none()
            || !is_batch(tokenizing.call)
        {
            continue;
        }
        let mut generations = ctx.facts.calls.iter();
        let Some(generation) = generations.find(|call| generates(ctx, call, id)) else {
            continue;
        };
        let message = "the batch is padded on the right by default, and `generate` continues behind the padding";
        let mut finding = RULE.finding(ctx, padding.range, &symbol(ctx, id), message.to_owned());
        finding.argument = Some("padding".to_owned());
        finding.help =
            Some("pass `padding_side=\"left\"` where the tokenizer is loaded".to_owned());
        finding.related.push(Related {
            range: generation.callee_range,
            message: "generates from it".to_owned(),
        });
        findings.push(finding);
    }
}

fn symbol(ctx: &Context<'_>, id: CallId) -> String {
    ctx.callee(id)
        .map_or_else(String::new, |callee| callee.symbol.clone())
}

/// Whether several texts are tokenized: a list of them, or what may be one.
fn is_batch(call: &Call) -> bool {
    match call.positional.first().map(|given| &given.value) {
        Some(Value::List(items)) => items.len() > 1,
        // Whoever pads has several.
        Some(Value::Unknown) => true,
        _ => false,
    }
}

/// Whether a call is `generate` of a model that only decodes, with what the tokenizer gave.
fn generates(ctx: &Context<'_>, call: &Call, inputs: CallId) -> bool {
    let is_given = call.mappings.iter();
    let mut is_given = is_given.filter(|given| is_result(&unmoved(given), inputs));
    is_given.next().is_some()
        && generating(ctx, call)
            .and_then(|model| Some(ctx.maker(&model)?.1.symbol.clone()))
            .is_some_and(|loader| loader == "transformers.AutoModelForCausalLM.from_pretrained")
}
