//! HF415

use super::{finding, models};
use crate::embedded::Format;
use crate::python::facts::Step;
use crate::rules::arguments::label;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF415",
    name: "quantised-twice",
    severity: Severity::Warning,
    summary: "a quantisation for a model that is quantised already",
    explanation: "The weights in the repository are quantised, and its configuration says how. A configuration of the \
same kind that is passed is dropped with a warning; one of another kind makes `from_pretrained` \
raise `ValueError` (transformers 5.23 `quantizers/auto.py:259`).",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, BitsAndBytesConfig\n\nmodel = AutoModelForCausalLM.from_pretrained(\n    \"acme-labs/chat-8b-gptq\",\n    quantization_config=BitsAndBytesConfig(load_in_4bit=True),\n)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, BitsAndBytesConfig\n\nmodel = AutoModelForCausalLM.from_pretrained(\n    \"acme-labs/chat-8b\",\n    quantization_config=BitsAndBytesConfig(load_in_4bit=True),\n)\n",
    },
    check: Check::Code(check),
};

/// What the Hub calls a method, and the class of its configuration in transformers.
const CLASSES: [(&str, &str); 3] = [
    ("bitsandbytes", "BitsAndBytesConfig"),
    ("gptq", "GPTQConfig"),
    ("awq", "AwqConfig"),
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (loaded, facts) in models(ctx) {
        let Some(method) = facts.quantised.get() else {
            continue;
        };
        let Some(given) = loaded.call.keyword("quantization_config") else {
            continue;
        };
        let maker = given
            .origin
            .as_ref()
            .and_then(|origin| match origin.steps.last() {
                Some(Step::Call(id)) => ctx.callee(*id),
                _ => None,
            });
        let Some(maker) = maker else { continue };
        let class = label(&maker.symbol);
        let own = CLASSES.iter().find(|(name, _)| name == method);
        let what = match own {
            Some((_, own)) if *own != class => format!("`{class}` makes `from_pretrained` raise"),
            Some(_) => format!("`{class}` is dropped"),
            None => "its own configuration counts".to_owned(),
        };
        let message = format!(
            "`{}` is quantised already, with {method}: {what}",
            loaded.used.id
        );
        let mut found = finding(ctx, &RULE, loaded.used, message);
        found.range = given.range;
        found.argument = Some("quantization_config".to_owned());
        findings.push(found);
    }
}
