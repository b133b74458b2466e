//! HF328

use super::generation::generating;
use super::tokenizer::{is_tokenizer, unmoved};
use crate::embedded::Format;
use crate::python::facts::{Call, Guard, Origin};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF328",
    name: "default-generation-length",
    severity: Severity::Hint,
    summary: "a generation that may end after twenty tokens",
    explanation: "`generate` makes at most 20 new tokens where neither the call nor the repository's \
generation configuration says how many (transformers 5.23 `generation/utils.py:2046`), and most repositories \
say nothing. The text breaks off in the middle of a sentence. Pass `max_new_tokens`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"org/model\")\nmodel = AutoModelForCausalLM.from_pretrained(\"org/model\")\noutput = model.generate(**tokenizer(\"Once upon\", return_tensors=\"pt\"))\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained(\"org/model\")\nmodel = AutoModelForCausalLM.from_pretrained(\"org/model\")\noutput = model.generate(**tokenizer(\"Once upon\", return_tensors=\"pt\"), max_new_tokens=200)\n",
    },
    check: Check::Code(check),
};

/// Arguments that end a generation, or may.
const ENDS: &[&str] = &[
    "max_new_tokens",
    "max_length",
    "max_time",
    "generation_config",
    "stopping_criteria",
    "custom_generate",
    "assistant_model",
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    // A configuration of the model that the file changes.
    if memchr::memmem::find(ctx.text.as_bytes(), b"generation_config").is_some() {
        return;
    }
    for call in &ctx.facts.calls {
        if call.guard == Guard::Guarded || call.partial || ends(ctx, call) {
            continue;
        }
        let loader = generating(ctx, call).and_then(|model| Some(ctx.maker(&model)?.1));
        let decodes = loader.is_some_and(|loader| {
            loader.symbol == "transformers.AutoModelForCausalLM.from_pretrained"
        });
        if !decodes {
            continue;
        }
        let message = "`generate` makes 20 tokens at most, unless the repository says otherwise";
        let symbol = "transformers.GenerationMixin.generate";
        let mut finding = RULE.finding(ctx, call.callee_range, symbol, message.to_owned());
        finding.argument = Some("max_new_tokens".to_owned());
        finding.help = Some("pass `max_new_tokens`".to_owned());
        findings.push(finding);
    }
}

/// Whether the call says where it ends, or passes mappings that may. What a tokenizer gave does not.
fn ends(ctx: &Context<'_>, call: &Call) -> bool {
    let says = call
        .keywords
        .iter()
        .any(|given| ENDS.contains(&given.name.name.as_str()));
    let is_text = |origin: &Origin| {
        let maker = ctx.maker(&unmoved(origin));
        maker.is_some_and(|(made, _)| is_tokenizer(ctx, &made.callee))
    };
    let texts = call.mappings.iter().filter(|origin| is_text(origin));
    let spreads = call.args_range.slice(ctx.text).matches('*').count();
    says || texts.count() * 2 != spreads
}
