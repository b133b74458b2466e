//! The role of a planner, for agents that take prompts.

use rmcp::model::{
    GetPromptResult, JsonObject, Prompt, PromptArgument, PromptMessage, Role as Speaker,
};
use serde_json::Value;

use super::tool::Refusal;

const NAME: &str = "plan";
/// A goal is a sentence or two; more is no goal.
const LONGEST: usize = 2_000;

const ROLE: &str = include_str!("planner.md");

/// The prompts there are.
pub fn list() -> Vec<Prompt> {
    let goal = PromptArgument::new("goal")
        .with_title("Goal")
        .with_description("What is to be reached, in a sentence")
        .with_required(false);
    let about = "Plan a Hugging Face project: research with these tools, ask what is open, write a plan that needs no further \
                 decisions, and never implement it";
    vec![Prompt::new(NAME, Some(about), Some(vec![goal])).with_title("Plan a Hugging Face project")]
}

/// A prompt by its name.
///
/// # Errors
/// Where there is none of that name, or its goal is none.
pub fn get(name: &str, arguments: Option<&JsonObject>) -> Result<GetPromptResult, Refusal> {
    if name != NAME {
        return Err(Refusal::new(format!(
            "there is no prompt `{name}`; there is `{NAME}`"
        )));
    }
    let goal = match arguments.and_then(|it| it.get("goal")) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(goal)) if goal.len() <= LONGEST => goal.trim().to_owned(),
        Some(_) => {
            return Err(Refusal::new(format!(
                "`goal` has to be a text of at most {LONGEST} bytes"
            )));
        }
    };
    let goal = match goal.is_empty() {
        true => "Ask what is to be reached.".to_owned(),
        false => format!("The goal: {goal}"),
    };
    let message = PromptMessage::new_text(Speaker::User, format!("{ROLE}\n{goal}\n"));
    Ok(GetPromptResult::new(vec![message]))
}
