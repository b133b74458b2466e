//! HFP301 to HFP308: what a plan says about code, beside the code.

mod absent_argument;
mod changed_file;
mod different_value;
mod fence;
mod missing_path;
mod missing_symbol;
mod other_repository;
mod script;
mod unplanned_script;

use crate::journal::plan::{State, Step};
use crate::rules::finding::Severity;
use crate::rules::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &missing_path::RULE,
    &missing_symbol::RULE,
    &different_value::RULE,
    &absent_argument::RULE,
    &changed_file::RULE,
    &unplanned_script::RULE,
    &fence::RULE,
    &other_repository::RULE,
];

/// How bad it is that code is not as a step says: nothing where the step is left out, and a mere note where it is
/// still to be done, since the code may be about to change.
const fn severity(step: &Step) -> Option<Severity> {
    match step.state {
        State::Done | State::Started => Some(Severity::Warning),
        State::Open | State::Blocked => Some(Severity::Information),
        State::Skipped => None,
    }
}

/// The step as messages name it: "step 4.1".
fn named(step: &Step) -> String {
    match &step.id {
        Some(id) => format!("step {id}"),
        None => "a step".to_owned(),
    }
}
