//! HF414

use super::{finding, models};
use crate::embedded::Format;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF414",
    name: "gguf-only",
    severity: Severity::Warning,
    summary: "a repository with nothing but GGUF files, loaded without naming one",
    explanation: "`from_pretrained` looks for `model.safetensors` or an index of it and raises `OSError` where there \
are only GGUF files. Name one with `gguf_file`, which unpacks it to full precision, or take the \
repository that it was made from.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"acme-labs/chat-8b-gguf\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"acme-labs/chat-8b-gguf\", gguf_file=\"chat-8b-q4.gguf\")\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (loaded, facts) in models(ctx) {
        let symbol = &loaded.callee.symbol;
        let is_model =
            symbol.starts_with("transformers.AutoModel") && symbol.ends_with(".from_pretrained");
        let names_one = loaded.call.keyword("gguf_file").is_some() || loaded.call.open;
        if !is_model || names_one || !facts.is_gguf_only() {
            continue;
        }
        let message = format!("`{}` has its weights in GGUF files alone", loaded.used.id);
        let mut found = finding(ctx, &RULE, loaded.used, message);
        let base = facts.base_models.first();
        found.help = Some(match base {
            Some(base) => format!("name one with `gguf_file`, or load `{base}`"),
            None => "name one with `gguf_file`".to_owned(),
        });
        findings.push(found);
    }
}
