//! HF403

use super::{finding, models};
use crate::embedded::Format;
use crate::hub::model::ModelFacts;
use crate::knowledge::view::Entity;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF403",
    name: "unfit-auto-class",
    severity: Severity::Warning,
    summary: "a model that the auto class cannot load, or loads with a head that was never trained",
    explanation: "An auto class looks the architecture up in its table. An encoder-decoder without a decoder-only form \
is in the table of `AutoModelForSeq2SeqLM` alone, so `AutoModelForCausalLM` raises `ValueError`, and \
the other way round. A masked language model is loaded as a causal one with a warning in the log and \
generates nonsense. The architecture is what the repository's configuration names.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\"acme-labs/t5-small\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForSeq2SeqLM\n\nmodel = AutoModelForSeq2SeqLM.from_pretrained(\"acme-labs/t5-small\")\n",
    },
    check: Check::Code(check),
};

const CAUSAL: &str = "AutoModelForCausalLM";
const SEQ2SEQ: &str = "AutoModelForSeq2SeqLM";
const MASKED: &str = "AutoModelForMaskedLM";

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (loaded, facts) in models(ctx) {
        let path = loaded.callee.symbol.strip_prefix("transformers.");
        let Some(auto) = path.and_then(|path| path.strip_suffix(".from_pretrained")) else {
            continue;
        };
        let Some((wanted, what)) = unfit(ctx, auto, &facts) else {
            continue;
        };
        let message = format!("`{}` is for `{wanted}`: {what}", loaded.used.id);
        let mut found = finding(ctx, &RULE, loaded.used, message);
        found.replacement = Some(wanted.to_owned());
        found.help = Some(format!("load it with `{wanted}`"));
        findings.push(found);
    }
}

/// The auto class that fits, and what becomes of the model in the other one.
fn unfit(ctx: &Context<'_>, auto: &str, facts: &ModelFacts) -> Option<(&'static str, String)> {
    let architecture = facts.architectures.as_ref()?.first()?;
    match (auto, facts.auto_class.as_deref()?) {
        (CAUSAL, SEQ2SEQ) => {
            let stem = architecture.strip_suffix("ForConditionalGeneration")?;
            is_missing(ctx, &format!("{stem}ForCausalLM"))
                .then(|| (SEQ2SEQ, format!("`{CAUSAL}` raises `ValueError`")))
        }
        (SEQ2SEQ, CAUSAL) => {
            let stem = architecture.strip_suffix("ForCausalLM")?;
            is_missing(ctx, &format!("{stem}ForConditionalGeneration"))
                .then(|| (CAUSAL, format!("`{SEQ2SEQ}` raises `ValueError`")))
        }
        (CAUSAL, MASKED) => Some((
            MASKED,
            "as a causal language model it was never trained".to_owned(),
        )),
        _ => None,
    }
}

/// Whether the release surely has no such class.
fn is_missing(ctx: &Context<'_>, class: &str) -> bool {
    let path = format!("transformers.{class}");
    matches!(ctx.view.resolve(&path), Entity::Missing { .. }) && !ctx.is_newer_than_known(&path)
}
