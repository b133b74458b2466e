//! HF310

use crate::embedded::Format;
use crate::knowledge::condition::evaluate::{Known, is_true};
use crate::knowledge::view::Entity;
use crate::python::facts::{Call, Guard, Value};
use crate::rules::arguments::Callee;
use crate::rules::context::Context;
use crate::rules::data_flow::generation::generating;
use crate::rules::finding::{Finding, Severity};
use crate::rules::refusal::Construction;
use crate::rules::rule::{Check, Example, FixKind, Rule};

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HF310",
    name: "setting-without-effect",
    severity: Severity::Warning,
    summary: "a setting that another one switches off",
    explanation: "The argument is taken, and nothing ever looks at it, because of the value that another \
argument has or defaults to: `eval_steps` where `eval_strategy` is \"no\" evaluates never; `temperature` with \
`do_sample=False` samples nothing. What it asks for does not happen, and nothing says so. Read from \
transformers 5.23 `trainer_callback.py` (`DefaultFlowCallback`), `trainer.py:1506`, \
`generation/configuration_utils.py:713` and `utils/quantization_config.py`; the same since 4.30.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", eval_steps=500)\n",
    },
    good: Example {
        format: Format::Python,
        targets: &["transformers==5.23.0"],
        baseline: &[],
        code: "from transformers import TrainingArguments\n\nargs = TrainingArguments(output_dir=\"out\", eval_strategy=\"steps\", eval_steps=500)\n",
    },
    check: Check::Code(check),
};

/// An argument and what decides whether it counts.
struct Setting {
    name: &'static str,
    /// Arguments of which the first that exists decides.
    switch: &'static [&'static str],
    /// What leaves the argument without effect.
    off: Off,
}

enum Off {
    /// The switch is one of these strings.
    Is(&'static [&'static str]),
    /// The switch is false or absent, and the argument something else than these.
    Unset,
}

const fn setting(name: &'static str, switch: &'static [&'static str], off: Off) -> Setting {
    Setting { name, switch, off }
}

const EVALUATION: &[&str] = &["eval_strategy", "evaluation_strategy"];
const CHECKPOINTING: &[&str] = &["activation_checkpointing", "gradient_checkpointing"];

const TRAINING: &[Setting] = &[
    setting("eval_steps", EVALUATION, Off::Is(&["no", "epoch"])),
    setting("eval_delay", EVALUATION, Off::Is(&["no"])),
    setting(
        "save_steps",
        &["save_strategy"],
        Off::Is(&["no", "epoch", "best"]),
    ),
    setting(
        "logging_steps",
        &["logging_strategy"],
        Off::Is(&["no", "epoch"]),
    ),
    setting("gradient_checkpointing_kwargs", CHECKPOINTING, Off::Unset),
    setting("activation_checkpointing_kwargs", CHECKPOINTING, Off::Unset),
];

const QUANTISATION: &[Setting] = &[
    setting("bnb_4bit_compute_dtype", &["load_in_4bit"], Off::Unset),
    setting("bnb_4bit_quant_type", &["load_in_4bit"], Off::Unset),
    setting("bnb_4bit_use_double_quant", &["load_in_4bit"], Off::Unset),
];

fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (call, callee) in ctx.library_calls() {
        if call.keywords.is_empty() {
            continue;
        }
        let Some(settings) = settings(ctx, callee) else {
            continue;
        };
        let Some(made) = Construction::new(ctx, call, callee) else {
            continue;
        };
        let judged = settings.iter();
        findings.extend(judged.filter_map(|setting| judge(ctx, callee, &made, setting)));
    }
    for call in &ctx.facts.calls {
        findings.extend(sampling(ctx, call));
    }
}

fn settings(ctx: &Context<'_>, callee: &Callee) -> Option<&'static [Setting]> {
    let Entity::Class(class) = &callee.entity else {
        return None;
    };
    if callee.symbol == "transformers.BitsAndBytesConfig" {
        Some(QUANTISATION)
    } else if callee.symbol.ends_with("Config") || callee.symbol.ends_with("Arguments") {
        let is_training = ctx.derives(class, "transformers.TrainingArguments");
        is_training.then_some(TRAINING)
    } else {
        None
    }
}

fn judge(
    ctx: &Context<'_>,
    callee: &Callee,
    made: &Construction<'_, '_>,
    setting: &Setting,
) -> Option<Finding> {
    let passed = made.passed(setting.name)?;
    // Whoever passes a variable may set the switch by another one.
    if passed.may_be_none() || is_true(passed.value()) == Some(false) {
        return None;
    }
    let (switch, how) = match setting.off {
        Off::Is(values) => off_by_value(made, setting, values)?,
        Off::Unset => off_by_default(made, setting)?,
    };
    let message = format!(
        "`{}` has no effect {how} of `{}`",
        setting.name,
        callee.label()
    );
    let mut finding = RULE.finding(ctx, passed.site().1, &callee.symbol, message);
    finding.argument = Some(setting.name.to_owned());
    finding.help = Some(format!("set `{switch}` too, or leave it out"));
    Some(finding)
}

/// The switch and how it is set, where it is one of these strings.
fn off_by_value(
    made: &Construction<'_, '_>,
    setting: &Setting,
    values: &[&str],
) -> Option<(&'static str, String)> {
    // The old name of a switch decides where it is passed.
    let names = || setting.switch.iter().filter(|switch| made.takes(switch));
    let passed = names().find(|switch| made.passed(switch).is_some());
    let switch = *passed.or_else(|| names().next())?;
    let Known::Value(Value::Str(text)) = made.entry(switch) else {
        return None;
    };
    let default = match made.is_passed(switch) {
        Some(true) => "",
        _ => "the default ",
    };
    let how = format!("with {default}`{switch}=\"{text}\"`");
    values.contains(&text.as_str()).then_some((switch, how))
}

/// The switch that should be set, where none of them is.
fn off_by_default(
    made: &Construction<'_, '_>,
    setting: &Setting,
) -> Option<(&'static str, String)> {
    let switches = setting.switch.iter().filter(|switch| made.takes(switch));
    let switches: Vec<&&str> = switches.collect();
    let is_off = |switch: &&&&str| match made.entry(switch) {
        Known::Value(value) => is_true(&value) == Some(false),
        _ => false,
    };
    let first = **switches.first()?;
    let all_off = switches.iter().filter(is_off).count() == switches.len();
    all_off.then(|| (first, format!("without `{first}=True`")))
}

/// What only sampling looks at, each with the value that asks for nothing.
const SAMPLING: &[(&str, Option<f64>)] = &[
    ("temperature", Some(1.0)),
    ("top_p", Some(1.0)),
    ("top_k", Some(50.0)),
    ("min_p", None),
    ("typical_p", Some(1.0)),
    ("epsilon_cutoff", Some(0.0)),
    ("eta_cutoff", Some(0.0)),
];

/// Settings of sampling for a generation that does not sample.
fn sampling(ctx: &Context<'_>, call: &Call) -> Option<Finding> {
    let sampled = call.keyword("do_sample")?;
    if sampled.value != Value::Bool(false) || call.guard == Guard::Guarded {
        return None;
    }
    let asks = |value: &Value, nothing: Option<f64>| match value {
        #[expect(clippy::cast_precision_loss, reason = "such numbers are small")]
        Value::Int(value) => Some(*value as f64) != nothing,
        Value::Float(value) => Some(*value) != nothing,
        _ => false,
    };
    let given = SAMPLING.iter().find_map(|(name, nothing)| {
        let given = call.keyword(name)?;
        asks(&given.value, *nothing).then_some(given)
    })?;
    generating(ctx, call)?;
    let name = &given.name.name;
    let message = format!("`{name}` has no effect with `do_sample=False` of `generate`");
    let symbol = "transformers.GenerationMixin.generate";
    let mut finding = RULE.finding(ctx, given.range, symbol, message);
    finding.argument = Some(name.to_string());
    finding.help = Some("set `do_sample=True`, or leave it out".to_owned());
    Some(finding)
}
