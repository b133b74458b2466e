//! HF306

use super::training::{Training, trainings};
use crate::embedded::Format;
use crate::python::facts::{Access, Call, CallId, Origin, Value};
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Related, Severity};
use crate::rules::report::selected;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF306",
    name: "quantised-without-adapter",
    severity: Severity::Warning,
    summary: "training of a quantised model without an adapter",
    explanation: "Weights of 4 or 8 bits have no gradients. `Trainer` raises a `ValueError` for a model that \
was loaded so and has no adapter (transformers 5.23 `trainer_utils.py:131`, before 5.2 in `trainer.py`, since \
4.34). It is a warning, because a repository that holds an adapter brings it along. Put an adapter on the \
model: `get_peft_model(model, LoraConfig(...))`, or `peft_config` for a trainer of trl.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import AutoModelForCausalLM, BitsAndBytesConfig, Trainer\n\nconfig = BitsAndBytesConfig(load_in_4bit=True)\nmodel = AutoModelForCausalLM.from_pretrained(\"facebook/opt-350m\", quantization_config=config)\ntrainer = Trainer(model=model, train_dataset=dataset)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0", "peft==0.21.2"],
        baseline: &[],
        code: "from peft import LoraConfig, get_peft_model\nfrom transformers import AutoModelForCausalLM, BitsAndBytesConfig, Trainer\n\nconfig = BitsAndBytesConfig(load_in_4bit=True)\nmodel = AutoModelForCausalLM.from_pretrained(\"facebook/opt-350m\", quantization_config=config)\nmodel = get_peft_model(model, LoraConfig(task_type=\"CAUSAL_LM\"))\ntrainer = Trainer(model=model, train_dataset=dataset)\n",
    },
    check: Check::Code(check),
};

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if !ctx.is_at_least("transformers", "4.34") {
        return;
    }
    for training in trainings(ctx) {
        if !takes_adapter(&training) {
            findings.extend(judge(ctx, &training));
        }
    }
}

/// Whether the trainer may put an adapter on the model itself.
fn takes_adapter(training: &Training<'_, '_>) -> bool {
    let is_plain = training.callee.symbol.starts_with("transformers.");
    !is_plain && !training.lacks("peft_config")
}

fn judge(ctx: &Context<'_>, training: &Training<'_, '_>) -> Option<Finding> {
    let model = training.given("model")?;
    let origin = model.origin()?;
    let (load, loader) = ctx.maker(origin)?;
    let is_load = loader.symbol.starts_with("transformers.AutoModelFor")
        && loader.symbol.ends_with(".from_pretrained");
    let bits = bits(ctx, load).filter(|_| is_load)?;
    if is_changed(ctx, origin) {
        return None;
    }
    let message = format!(
        "`{}` raises `ValueError` for a model that is loaded in {bits} bits and has no adapter in {}",
        training.callee.label(),
        selected(ctx, "transformers.Trainer")
    );
    let mut finding = training.finding(&RULE, model.site().1, message);
    finding.argument = Some("model".to_owned());
    finding.help = Some("put an adapter on it with `get_peft_model`".to_owned());
    finding.related.push(Related {
        range: load.callee_range,
        message: format!("loaded in {bits} bits"),
    });
    Some(finding)
}

/// To how many bits a call of `from_pretrained` quantises for sure.
fn bits(ctx: &Context<'_>, load: &Call) -> Option<u32> {
    if let Some(bits) = flagged(load) {
        return Some(bits);
    }
    let origin = load.keyword("quantization_config")?.origin.as_ref()?;
    let (config, made) = ctx.maker(origin)?;
    (made.symbol == "transformers.BitsAndBytesConfig").then(|| flagged(config))?
}

fn flagged(call: &Call) -> Option<u32> {
    let is_true = |name: &str| {
        call.keyword(name)
            .is_some_and(|given| given.value == Value::Bool(true))
    };
    match (is_true("load_in_4bit"), is_true("load_in_8bit")) {
        (true, false) => Some(4),
        (false, true) => Some(8),
        _ => None,
    }
}

/// Whether anything but trainers gets hold of the model, or asks it for an adapter.
fn is_changed(ctx: &Context<'_>, model: &Origin) -> bool {
    let facts = ctx.facts;
    let is_handed = facts.handed.iter().any(|handed| *handed.origin == *model);
    let is_passed = ctx
        .facts
        .calls
        .iter()
        .zip((0..).map(CallId))
        .any(|(call, id)| {
            let trains = ctx
                .callee(id)
                .is_some_and(|callee| callee.symbol.ends_with("Trainer"));
            !trains && call.given().any(|given| **given == *model)
        });
    let is_asked = facts.attributes.iter().any(|used| {
        *used.receiver == *model
            && (used.access == Access::Store || used.attr.name.contains("adapter"))
    });
    is_handed || is_passed || is_asked
}
