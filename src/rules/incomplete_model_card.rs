//! HF717

use crate::embedded::Format;
use crate::embedded::markdown::CARD;
use crate::python::facts::CardFault;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF717",
    name: "incomplete-model-card",
    severity: Severity::Information,
    summary: "a model card without a licence, or an adapter's without its base model",
    explanation: "The Hub shows, filters and gates by the front matter of a model card. Without `license` nobody \
knows whether they may use the model; without `base_model` an adapter is found under no model, and whoever loads it \
has to guess what it belongs to. Only front matter that is surely a model card's is looked at: it has `library_name`, \
`pipeline_tag` or `base_model`.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "---\nlibrary_name: peft\npipeline_tag: text-generation\n---\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "---\nlibrary_name: peft\npipeline_tag: text-generation\nlicense: apache-2.0\nbase_model: Qwen/Qwen3-0.6B\n---\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for CardFault { range, part, key } in &ctx.facts.card {
        if *part != CARD {
            continue;
        }
        let message = match *key {
            "license" => "the model card names no licence".to_owned(),
            _ => format!("the card of an adapter has no `{key}`"),
        };
        let mut found = RULE.plain_finding(*range, message);
        found.argument = Some((*key).to_owned());
        found.help = Some(format!("add `{key}:` to the front matter"));
        findings.push(found);
    }
}
