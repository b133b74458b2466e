//! `hf_plan_use_cases`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::mcp::desk::Desk;
use crate::mcp::tool::{Call, Effect, Refusal, Tool};
use crate::planner::library::cases;

/// See [`Tool::DESCRIPTION`].
pub struct UseCases;

/// Nothing has to be said.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {}

/// What can be planned.
#[derive(Serialize, JsonSchema)]
pub struct Output {
    use_cases: Vec<UseCase>,
}

/// A kind of work.
#[derive(Serialize, JsonSchema)]
struct UseCase {
    /// For `use_cases` of hf_plan_generate
    id: String,
    title: String,
    summary: String,
}

impl Tool for UseCases {
    const NAME: &'static str = "hf_plan_use_cases";
    const TITLE: &'static str = "What can be planned";
    const DESCRIPTION: &'static str =
        "The kinds of work that hf_plan_generate makes complete plans for.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn call(_: &Desk, Input {}: Input, _: &Call) -> Result<Output, Refusal> {
        let row = |case: &crate::planner::library::Case| UseCase {
            id: case.id.clone(),
            title: case.title.clone(),
            summary: case.summary.clone(),
        };
        let use_cases = cases().iter().map(row).collect();
        Ok(Output { use_cases })
    }
}
