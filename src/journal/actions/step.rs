//! How commands and titles name a step.

use std::collections::HashMap;

use crate::journal::id::Id;
use crate::journal::plan::{Plan, Step};

/// What commands call the steps of a plan: their ids, where no other step has the same, else their first lines.
pub fn keys(text: &str, plan: &Plan) -> Vec<String> {
    let mut counts: HashMap<&Id, usize> = HashMap::new();
    for id in plan.steps.iter().filter_map(|step| step.id.as_ref()) {
        *counts.entry(id).or_default() += 1;
    }
    let key = |step: &Step| match step.id.as_ref().filter(|id| counts[*id] == 1) {
        Some(id) => id.to_string(),
        None => step.line.slice(text).to_owned(),
    };
    plan.steps.iter().map(key).collect()
}

/// What commands call the step at a place in the list; see [`keys`].
pub fn key(text: &str, plan: &Plan, step: usize) -> String {
    keys(text, plan).swap_remove(step)
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
