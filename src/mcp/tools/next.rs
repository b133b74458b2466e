//! `hf_plan_next`

use schemars::JsonSchema;
use serde::Deserialize;

use super::status::Output;
use crate::cli::plan::journal::Journal;
use crate::cli::plan::show::{data, nothing_next};
use crate::journal::graph::Graph;
use crate::journal::next::next_step;
use crate::mcp::desk::Desk;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};

/// See [`Tool::DESCRIPTION`].
pub struct Next;

/// Which step.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The id of a step, such as "4.2", instead of the one to go on with
    id: Option<String>,
    /// The folder of the project, where it is not the first of the server's folders
    project: Option<String>,
}

impl Tool for Next {
    const NAME: &'static str = "hf_plan_next";
    const TITLE: &'static str = "The next step";
    const DESCRIPTION: &'static str = "The step of the plan to go on with (or the one of an id): files, packages, arguments, commands, \
        how to verify it. `revision` belongs into hf_plan_update. `step` is null where nothing can be begun, and `note` says why.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn call(desk: &Desk, input: Input, _: &Call) -> Result<Output, Refusal> {
        let journal = Journal::open_at(desk.folder(input.project.as_deref())?)?;
        let plan = journal.plan()?;
        let at = match &input.id {
            Some(id) => Some(plan.step(id)?.0),
            None => next_step(plan.text(), plan.plan()),
        };
        let mut output = Output::of(data(&plan, at))?;
        if at.is_none() {
            let graph = Graph::new(plan.text(), plan.plan());
            let why = nothing_next(&plan, &graph);
            output.0.insert("note".to_owned(), why.into());
        }
        Ok(output)
    }
}
