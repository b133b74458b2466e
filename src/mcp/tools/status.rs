//! `hf_plan_status`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cli::plan::journal::Journal;
use crate::cli::plan::status::data;
use crate::mcp::desk::Desk;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};

/// See [`Tool::DESCRIPTION`].
pub struct Status;

/// Whose plan.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The folder of the project, where it is not the first of the server's folders
    project: Option<String>,
}

/// Data as `hf-lsp plan` writes it with `--json`.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Output(pub Map<String, Value>);

impl Output {
    /// From what can be written as an object.
    pub fn of(record: impl Serialize) -> Result<Self, Refusal> {
        match serde_json::to_value(record) {
            Ok(Value::Object(found)) => Ok(Self(found)),
            _ => Err(Refusal::new("the plan cannot be written as data")),
        }
    }
}

impl Tool for Status {
    const NAME: &'static str = "hf_plan_status";
    const TITLE: &'static str = "How far the plan is";
    const DESCRIPTION: &'static str = "Progress of the project's plan by section and kind of work, open questions, problems in it, \
        and the step to go on with.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, input: Input, _: &Call) -> Result<Output, Refusal> {
        let journal = Journal::open_at(desk.folder(input.project.as_deref())?)?;
        let plan = journal.plan()?;
        Output::of(data(&journal, &plan)?)
    }
}
