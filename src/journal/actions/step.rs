//! How commands and titles name a step.

use crate::journal::id::Id;
use crate::journal::plan::{Plan, Step};

/// What a command calls a step: its id, where no other step has it, else its first line.
pub fn key(text: &str, plan: &Plan, step: usize) -> String {
    let own = &plan.steps[step];
    let is_only = |id: &&Id| {
        plan.steps
            .iter()
            .filter(|it| it.id.as_ref() == Some(*id))
            .count()
            == 1
    };
    match own.id.as_ref().filter(is_only) {
        Some(id) => id.to_string(),
        None => own.line.slice(text).to_owned(),
    }
}

/// The step of a key.
///
/// # Errors
/// A sentence where there is none, or more than one.
pub fn find(text: &str, plan: &Plan, key: &str) -> Result<usize, String> {
    let key = key.trim();
    let id = Id::parse(key);
    let is_meant = |step: &Step| match &id {
        Some(id) => step.id.as_ref() == Some(id),
        None => step.line.slice(text).trim() == key,
    };
    let mut found = (0..plan.steps.len()).filter(|at| is_meant(&plan.steps[*at]));
    match (found.next(), found.next()) {
        (Some(step), None) => Ok(step),
        (None, _) => Err(format!("the plan has no step `{key}`")),
        (Some(_), Some(_)) => Err(format!("more than one step is called `{key}`")),
    }
}

/// A step in a title: "step 1.2", or its first words.
pub fn named(text: &str, step: &Step) -> String {
    match &step.id {
        Some(id) => format!("step {id}"),
        None => {
            let title = step.title.slice(text);
            let short: String = title.chars().take(40).collect();
            let more = if short.len() < title.len() { "…" } else { "" };
            format!("“{}{more}”", short.trim_end())
        }
    }
}
