//! HF703

use crate::embedded::Format;
use crate::environment::Distributions;
use crate::knowledge::view::Entity;
use crate::python::facts::{Guard, Value};
use crate::rules::arguments::ArgumentUse;
use crate::rules::context::Context;
use crate::rules::finding::{Finding, Severity};
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF703",
    name: "missing-package",
    severity: Severity::Warning,
    summary: "an argument that needs a package which is not installed",
    explanation: "The library imports the package only when the argument asks for it (transformers 5.23 \
`trainer_optimizer.py`, `integrations/integration_utils.py`, `quantizers/quantizer_bnb_4bit.py`), so nothing \
is missing until then. It is told where the versions come from an installed environment, which then is known \
as a whole.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &["installed==transformers,accelerate"],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(\"out\", optim=\"paged_adamw_8bit\")\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &["installed==transformers,accelerate,bitsandbytes"],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(\"out\", optim=\"paged_adamw_8bit\")\n",
    },
    check: Check::Code(check),
};

/// What reports to a service need; others come with their own name.
const REPORTERS: &[(&str, &[&str])] = &[
    ("wandb", &["wandb"]),
    ("tensorboard", &["tensorboard", "tensorboardx"]),
    ("mlflow", &["mlflow", "mlflow-skinny"]),
    ("comet_ml", &["comet-ml"]),
    ("clearml", &["clearml"]),
    ("swanlab", &["swanlab"]),
    ("trackio", &["trackio"]),
    ("codecarbon", &["codecarbon"]),
    ("dvclive", &["dvclive"]),
    ("dagshub", &["dagshub"]),
    ("neptune", &["neptune", "neptune-client"]),
];

/// What optimizers need, by a part of their names; the first that fits counts.
const OPTIMIZERS: &[(&str, &str)] = &[
    ("galore_", "galore-torch"),
    ("apollo_", "apollo-torch"),
    ("lomo", "lomo-optim"),
    ("grokadamw", "grokadamw"),
    ("schedule_free_", "schedulefree"),
    ("stable_adamw", "torch-optimi"),
    ("adamw_torch_4bit", "torchao"),
    ("adamw_torch_8bit", "torchao"),
    ("paged_", "bitsandbytes"),
    ("bnb", "bitsandbytes"),
    ("_8bit", "bitsandbytes"),
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(installed) = &ctx.environment.installed else {
        return;
    };
    for used in ctx.arguments() {
        if used.call(ctx).guard == Guard::Guarded || used.keyword(ctx).optional {
            continue;
        }
        findings.extend(needs(ctx, used).and_then(|needed| missing(ctx, used, needed, installed)));
    }
}

/// The packages of which one is needed for an argument.
fn needs(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> Option<&'static [&'static str]> {
    let keyword = used.keyword(ctx);
    let is_on = keyword.value == Value::Bool(true);
    let is_given = !matches!(
        keyword.value,
        Value::Unknown | Value::None | Value::Bool(false)
    );
    match keyword.name.name.as_str() {
        "load_in_4bit" | "load_in_8bit" if is_on => Some(&["bitsandbytes"]),
        "use_vllm" if is_on => Some(&["vllm"]),
        "use_liger_kernel" | "use_liger_loss" if is_on => Some(&["liger-kernel"]),
        "device_map" if is_given && is_loading(used) => Some(&["accelerate"]),
        "deepspeed" if is_given && is_of_trainer(ctx, used) => Some(&["deepspeed"]),
        "attn_implementation" if keyword.value == Value::Str("flash_attention_2".to_owned()) => {
            Some(&["flash-attn", "kernels"])
        }
        "optim" if is_of_trainer(ctx, used) => match &keyword.value {
            Value::Str(name) => {
                let found = OPTIMIZERS.iter().find(|(part, _)| name.contains(part));
                found.map(|(_, package)| std::slice::from_ref(package))
            }
            _ => None,
        },
        "report_to" if is_of_trainer(ctx, used) => {
            let names = match &keyword.value {
                Value::List(names) => names.as_slice(),
                name => std::slice::from_ref(name),
            };
            let installed = ctx.environment.installed.as_ref()?;
            names.iter().find_map(|name| {
                let Value::Str(name) = name else { return None };
                let (_, packages) = REPORTERS.iter().find(|(known, _)| known == name)?;
                (!installed.has_any(packages)).then_some(*packages)
            })
        }
        _ => None,
    }
}

fn is_loading(used: &ArgumentUse<'_>) -> bool {
    used.callee.symbol.ends_with(".from_pretrained")
        || used.callee.symbol == "transformers.pipeline"
}

/// Whether it is an argument of the trainer's configuration.
fn is_of_trainer(ctx: &Context<'_>, used: &ArgumentUse<'_>) -> bool {
    let Entity::Class(wanted) = ctx.view.resolve("transformers.TrainingArguments") else {
        return false;
    };
    match &used.callee.entity {
        Entity::Class(class) => ctx.view.mro(class).classes.contains(&wanted),
        _ => false,
    }
}

fn missing(
    ctx: &Context<'_>,
    used: &ArgumentUse<'_>,
    needed: &[&str],
    installed: &Distributions,
) -> Option<Finding> {
    if installed.has_any(needed) {
        return None;
    }
    let keyword = used.keyword(ctx);
    let written = keyword.range.slice(ctx.text);
    let shown = match written.len() {
        ..=60 => written,
        _ => keyword.name.name.as_str(),
    };
    let names: Vec<String> = needed.iter().map(|name| format!("`{name}`")).collect();
    let message = format!(
        "`{shown}` needs {}, which is not installed in {}",
        names.join(" or "),
        installed.place
    );
    let mut finding = RULE.finding(ctx, keyword.range, &used.callee.symbol, message);
    finding.help = Some(format!("install `{}`", needed[0]));
    finding.argument = Some(keyword.name.name.to_string());
    Some(finding)
}
