//! HF323

use super::generation::generating;
use super::tokenizer::{is_result, tokenizings, unmoved};
use crate::embedded::Format;
use crate::knowledge::condition::evaluate::Known;
use crate::python::facts::{Access, Call, CallId, Guard, Origin, Site, Value};
use crate::rules::context::Context;
use crate::rules::finding::{Applicability, Edit, Finding, Fix, Related, Severity};
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF323",
    name: "chat-template-gives-dict",
    severity: Severity::Error,
    summary: "the dictionary of `apply_chat_template`, used as if it were token ids",
    explanation: "Since transformers 5.0 `apply_chat_template` gives a `BatchEncoding` with `input_ids` and \
`attention_mask`, as calling the tokenizer does: the default of `return_dict` went from `False` to `True` \
(`tokenization_utils_base.py:3034`). Code that takes it for a tensor raises an `AttributeError`: \
`model.generate(inputs)`, `inputs.shape`. Write `model.generate(**inputs)`, which brings the attention mask \
along, or pass `return_dict=False`.",
    fix: FixKind::Sometimes,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"org/model\")\nmodel = AutoModelForCausalLM.from_pretrained(\"org/model\")\ninputs = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors=\"pt\")\noutputs = model.generate(inputs, max_new_tokens=64)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"org/model\")\nmodel = AutoModelForCausalLM.from_pretrained(\"org/model\")\ninputs = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors=\"pt\")\noutputs = model.generate(**inputs, max_new_tokens=64)\n",
    },
    check: Check::Code(check),
};

/// What a tensor has and a `BatchEncoding` has not.
const OF_TENSORS: &[&str] = &[
    "shape",
    "size",
    "ndim",
    "dim",
    "dtype",
    "device",
    "tolist",
    "repeat",
    "unsqueeze",
    "squeeze",
    "view",
    "clone",
    "cuda",
    "cpu",
    "numel",
    "long",
    "append",
    "extend",
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if memchr::memmem::find(ctx.text.as_bytes(), b"apply_chat_template").is_none() {
        return;
    }
    for (id, tokenizing) in tokenizings(ctx) {
        if tokenizing.method == "apply_chat_template" && gives_dict(ctx, id, tokenizing.call) {
            findings.extend(misuse(ctx, id).map(|place| finding(ctx, id, tokenizing.call, place)));
        }
    }
}

/// Whether the call leaves it to the release, and that gives a dictionary.
fn gives_dict(ctx: &Context<'_>, id: CallId, call: &Call) -> bool {
    let tokenizes = match call.keyword("tokenize") {
        None => call.positional.len() < 7,
        Some(given) => given.value == Value::Bool(true),
    };
    if call.open || !tokenizes || call.keyword("return_dict").is_some() {
        return false;
    }
    let Some(callee) = ctx.callee(id) else {
        return false;
    };
    let signature = ctx.view.signature(&callee.entity);
    let default = signature.as_ref().and_then(|signature| {
        let param = signature.param("return_dict")?;
        Some(
            ctx.view
                .default_value(param.param.default.as_deref()?, &param.owner),
        )
    });
    default == Some(Known::Value(Value::Bool(true))) && !ctx.is_newer_than_known(&callee.symbol)
}

/// Where it is first used as only a tensor or a list can be: the place, and what raises there.
fn misuse(ctx: &Context<'_>, id: CallId) -> Option<(TextRange, String)> {
    let is_it = |origin: &Origin| is_result(&unmoved(origin), id);
    let attribute = ctx.facts.attributes.iter().find(|used| {
        used.access == Access::Load
            && used.guard == Guard::None
            && OF_TENSORS.contains(&used.attr.name.as_str())
            && is_it(&used.receiver)
    });
    if let Some(used) = attribute {
        return Some((used.range, format!("`.{}`", used.attr.name)));
    }
    let mut calls = ctx.facts.calls.iter();
    calls.find_map(|call| {
        let first = call.positional.first();
        let named = call.keyword("inputs").or_else(|| call.keyword("input_ids"));
        let origin = first
            .and_then(|given| given.origin.as_ref())
            .or_else(|| named.and_then(|given| given.origin.as_ref()))?;
        let takes_ids =
            is_it(origin) && call.guard == Guard::None && generating(ctx, call).is_some();
        let range = first
            .map(|given| given.range)
            .or_else(|| named.map(|given| given.range))?;
        takes_ids.then(|| (range, "`generate`".to_owned()))
    })
}

fn finding(ctx: &Context<'_>, id: CallId, call: &Call, place: (TextRange, String)) -> Finding {
    let (range, what) = place;
    let symbol = ctx
        .callee(id)
        .map_or_else(String::new, |callee| callee.symbol.clone());
    let message = format!(
        "`apply_chat_template` gives a dictionary by default since transformers 5.0, and {what} raises \
         `AttributeError` for it in {}",
        selected(ctx, &symbol)
    );
    let mut finding = RULE.finding(ctx, range, &symbol, message);
    finding.argument = Some("return_dict".to_owned());
    finding.help =
        Some("pass `**inputs`, or `return_dict=False` to `apply_chat_template`".to_owned());
    finding.related.push(Related {
        range: call.callee_range,
        message: "gives a dictionary".to_owned(),
    });
    let by_name = call
        .keywords
        .iter()
        .filter(|given| given.site == Site::Keyword);
    let by_name = by_name.map(|given| given.range.end);
    let by_place = call.positional.iter().map(|given| given.range.end);
    let last = by_name.chain(by_place).max();
    finding.fix = last.map(|last| Fix {
        title: "Add `return_dict=False`".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit {
            range: TextRange::at(last),
            content: ", return_dict=False".to_owned(),
        }],
    });
    finding
}
