//! `hf_estimate`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cli::estimate::{Args, data, flags::Flags};
use crate::mcp::desk::Desk;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};

/// See [`Tool::DESCRIPTION`].
pub struct Estimate;

/// What is estimated.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A script, notebook or recipe of the project
    script: Option<String>,
    /// Without a script: the model, by its id or folder
    model: Option<String>,
    /// Without a script: the `config.json` of the model
    config: Option<String>,
    /// The machine: "24GB", "A100-80GB:2"
    gpu: Option<String>,
    /// Settings above those of the script, by their names in the libraries: {"per_device_train_batch_size": 2, "method": "qlora"}
    #[serde(default)]
    set: Map<String, Value>,
}

/// What it takes: `peak_bytes`, `low_bytes`, `high_bytes`, `fits`, `breakdown`, `advice`, `assumptions` and more.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Output(Map<String, Value>);

impl Tool for Estimate {
    const NAME: &'static str = "hf_estimate";
    const TITLE: &'static str = "Memory and time";
    const DESCRIPTION: &'static str = "Memory and time of a training or of inference, from a script of the project or from a model \
        and settings: the peak with its range, what it is made of, whether it fits a machine, and what would take less. Nothing is run.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, input: Input, _: &Call) -> Result<Output, Refusal> {
        let inside = |path: &Option<String>| path.as_deref().map(|it| desk.inside(it)).transpose();
        let mut set = Vec::new();
        for (name, value) in &input.set {
            match value {
                Value::String(text) => set.push(format!("{name}={text}")),
                Value::Bool(_) | Value::Number(_) => set.push(format!("{name}={value}")),
                _ => {
                    return Err(Refusal::new(format!(
                        "`{name}` has to be a text, a number or a boolean"
                    )));
                }
            }
        }
        if let Some(model) = &input.model
            && (model.starts_with('.') || model.starts_with('/'))
        {
            desk.inside(model)?;
        }
        let args = Args {
            script: inside(&input.script)?,
            config: inside(&input.config)?,
            gpu: input.gpu,
            flags: Flags {
                model: input.model,
                set,
                ..Flags::default()
            },
            ..Args::default()
        };
        match data(&args)? {
            Value::Object(found) => Ok(Output(found)),
            _ => Err(Refusal::new("there is no estimate")),
        }
    }
}
