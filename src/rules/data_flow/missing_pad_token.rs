//! HF320

use crate::embedded::Format;
use std::sync::Arc;

use super::tokenizer::{is_result, is_tokenizer, tokenizings};
use crate::knowledge::view::Entity;
use crate::python::facts::{Call, CallId, Origin, Step, Value};
use crate::rules::context::{Context, Thing};
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF320",
    name: "missing-pad-token",
    severity: Severity::Warning,
    summary: "padding by a tokenizer that has no token to pad with",
    explanation: "GPT-2 and its kin, the first three generations of Llama and the first models of Mistral were \
trained without padding, and their tokenizers come without a pad token. Padding with one raises a \
`ValueError` (transformers 5.23 `tokenization_utils_base.py:2426`), in `Trainer` and data collators when the \
first batch is made. Set `tokenizer.pad_token` first: `tokenizer.pad_token = tokenizer.eos_token` needs no \
new embedding. Only names of models that are known to lack the token are reported, and nothing where the file \
says `pad_token` anywhere, or gives the tokenizer to code that cannot be seen. An error for GPT-2, whose class \
says the same.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"gpt2\")\nbatch = tokenizer([\"Hello\", \"How are you?\"], padding=True, return_tensors=\"pt\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"gpt2\")\ntokenizer.pad_token = tokenizer.eos_token\nbatch = tokenizer([\"Hello\", \"How are you?\"], padding=True, return_tensors=\"pt\")\n",
    },
    check: Check::Code(check),
};

/// Models of OpenAI's: their tokenizer's class has no pad token by default, their repositories name none.
const GPT2: &[&str] = &[
    "gpt2",
    "gpt2-medium",
    "gpt2-large",
    "gpt2-xl",
    "distilgpt2",
    "openai-community/gpt2",
    "openai-community/gpt2-medium",
    "openai-community/gpt2-large",
    "openai-community/gpt2-xl",
    "distilbert/distilgpt2",
];

/// Others whose repositories name none. No model belongs here that names one in some file of its own.
const OTHERS: &[&str] = &[
    "EleutherAI/gpt-neo-125m",
    "EleutherAI/gpt-neo-1.3B",
    "EleutherAI/gpt-neo-2.7B",
    "EleutherAI/gpt-j-6b",
    "EleutherAI/gpt-j-6B",
    "meta-llama/Llama-2-7b-hf",
    "meta-llama/Llama-2-13b-hf",
    "meta-llama/Llama-2-70b-hf",
    "meta-llama/Llama-2-7b-chat-hf",
    "meta-llama/Llama-2-13b-chat-hf",
    "meta-llama/Llama-2-70b-chat-hf",
    "meta-llama/Meta-Llama-3-8B",
    "meta-llama/Meta-Llama-3-70B",
    "meta-llama/Meta-Llama-3-8B-Instruct",
    "meta-llama/Meta-Llama-3-70B-Instruct",
    "mistralai/Mistral-7B-v0.1",
    "mistralai/Mistral-7B-Instruct-v0.1",
    "mistralai/Mistral-7B-Instruct-v0.2",
    "mistralai/Mixtral-8x7B-v0.1",
    "mistralai/Mixtral-8x7B-Instruct-v0.1",
];

/// Collators that pad with the tokenizer that they are given.
const COLLATORS: &[&str] = &[
    "transformers.DataCollatorWithPadding",
    "transformers.DataCollatorForLanguageModeling",
    "transformers.DataCollatorForSeq2Seq",
    "transformers.DataCollatorForTokenClassification",
];

/// A tokenizer without a pad token.
struct Bare<'f> {
    id: CallId,
    load: &'f Call,
    model: &'f str,
}

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let loads: Vec<Bare<'_>> = ctx
        .numbered_calls()
        .filter_map(|(id, call, callee)| {
            let is_load = callee.symbol.ends_with(".from_pretrained");
            bare(id, call).filter(|_| is_load)
        })
        .collect();
    for bare in &loads {
        if !is_tokenizer(ctx, &result(bare)) || says_pad_token(ctx.text) || escapes(ctx, bare) {
            continue;
        }
        padded(ctx, bare, findings);
        collated(ctx, bare, findings);
    }
}

fn bare<'f>(id: CallId, load: &'f Call) -> Option<Bare<'f>> {
    let named = load
        .keyword("pretrained_model_name_or_path")
        .map(|given| &given.value);
    let first = load.positional.first().map(|given| &given.value);
    let Value::Str(model) = named.or(first)? else {
        return None;
    };
    let is_known = GPT2.contains(&model.as_str()) || OTHERS.contains(&model.as_str());
    (is_known && !load.open).then_some(Bare { id, load, model })
}

fn result(bare: &Bare<'_>) -> Origin {
    bare.load.callee.then(Step::Call(bare.id))
}

/// Whether the file sets a pad token, or looks at one. An argument `pad_token_id=...` of a generation does
/// neither.
fn says_pad_token(text: &str) -> bool {
    let is_argument = |at: usize| {
        let before = text[..at].chars().next_back();
        let behind = text[at + "pad_token".len()..].strip_prefix("_id");
        before.is_some_and(|c| matches!(c, ' ' | '(' | ',' | '\n'))
            && behind.is_some_and(|behind| behind.trim_start().starts_with('='))
    };
    memchr::memmem::find_iter(text.as_bytes(), b"pad_token").any(|at| !is_argument(at))
        || memchr::memmem::find(text.as_bytes(), b"add_special_tokens(").is_some()
}

/// Whether code that cannot be seen gets the tokenizer. The trainers of trl set the token on it.
fn escapes(ctx: &Context<'_>, bare: &Bare<'_>) -> bool {
    let facts = ctx.facts;
    let is_handed = facts
        .handed
        .iter()
        .any(|handed| is_result(&handed.origin, bare.id));
    let packages = ["trl", "unsloth", "peft"];
    let imports = facts.imports.iter().any(|import| {
        let package = import.module.split('.').next().unwrap_or_default();
        packages.contains(&package)
    });
    let is_passed = facts.calls.iter().any(|call| {
        // A function of the project's own may set the token.
        let is_known = match ctx.thing(&call.callee) {
            Thing::Object(entity) => entity != Entity::Unknown,
            thing => matches!(thing, Thing::Instance { .. }),
        };
        !is_known && call.given().any(|given| is_result(given, bare.id))
    });
    is_handed || imports || is_passed
}

/// Calls that pad.
fn padded(ctx: &Context<'_>, bare: &Bare<'_>, findings: &mut Vec<Finding>) {
    for (_, tokenizing) in tokenizings(ctx) {
        if !is_result(&tokenizing.tokenizer, bare.id) || tokenizing.method == "apply_chat_template"
        {
            continue;
        }
        let Some(padding) = tokenizing.call.keyword("padding") else {
            continue;
        };
        // Up to `max_length`, where there is no such number, nothing is padded.
        let pads = match tokenizing.padding() {
            Some(Value::Str(how)) if how == "max_length" => {
                let length = tokenizing.call.keyword("max_length");
                length.is_some_and(|length| matches!(length.value, Value::Int(_)))
            }
            Some(_) => true,
            None => false,
        };
        if pads {
            let message = format!(
                "padding raises `ValueError`: the tokenizer of \"{}\" has no pad token",
                bare.model
            );
            let mut finding = finding(ctx, bare, padding.range, message);
            if GPT2.contains(&bare.model) {
                finding.severity = Severity::Error;
            }
            findings.push(finding);
        }
    }
}

/// Collators and trainers that will pad.
fn collated(ctx: &Context<'_>, bare: &Bare<'_>, findings: &mut Vec<Finding>) {
    for (call, callee) in ctx.library_calls() {
        let is_trainer = matches!(
            callee.symbol.as_str(),
            "transformers.Trainer" | "transformers.Seq2SeqTrainer"
        ) && !call.open
            && call.keyword("data_collator").is_none()
            && call.positional.len() < 3;
        if !is_trainer && !COLLATORS.contains(&callee.symbol.as_str()) {
            continue;
        }
        let is_it = |origin: &Option<Arc<Origin>>| {
            origin
                .as_ref()
                .is_some_and(|origin| is_result(origin, bare.id))
        };
        let named = call.keywords.iter().find(|given| {
            matches!(given.name.name.as_str(), "tokenizer" | "processing_class")
                && is_it(&given.origin)
        });
        let by_place = call.positional.first().filter(|given| is_it(&given.origin));
        let place = named
            .map(|given| given.range)
            .or_else(|| by_place.map(|given| given.range));
        if let Some(place) = place {
            let message = format!(
                "`{}` raises `ValueError` at the first batch: the tokenizer of \"{}\" has no pad token",
                callee.label(),
                bare.model
            );
            findings.push(finding(ctx, bare, place, message));
        }
    }
}

fn finding(ctx: &Context<'_>, bare: &Bare<'_>, range: TextRange, message: String) -> Finding {
    let mut finding = RULE.finding(ctx, range, "transformers.AutoTokenizer", message);
    finding.help = Some("set `tokenizer.pad_token = tokenizer.eos_token` before".to_owned());
    finding.related.push(Related {
        range: bare.load.callee_range,
        message: "the tokenizer is loaded here".to_owned(),
    });
    finding
}
