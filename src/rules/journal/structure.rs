//! HFP101 to HFP110: the form of a plan.

mod bare_step;
mod duplicate_id;
mod empty_section;
mod misplaced_id;
mod missing_section;
mod missing_smoke_test;
mod uncommon_box;
mod unexplained_choice;
mod unknown_field;
mod unverified_step;
mod value;

use crate::journal::id::Id;
use crate::journal::plan::{Plan, State, Step};
use crate::rules::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &missing_section::RULE,
    &empty_section::RULE,
    &duplicate_id::RULE,
    &misplaced_id::RULE,
    &bare_step::RULE,
    &unverified_step::RULE,
    &unexplained_choice::RULE,
    &unknown_field::RULE,
    &uncommon_box::RULE,
    &missing_smoke_test::RULE,
];

/// The steps that have to say what is to be done: those with an id that are no groups of others and not left out.
fn held<'p>(plan: &'p Plan) -> impl Iterator<Item = &'p Step> + 'p {
    plan.leaves()
        .filter(|step| step.id.as_ref().is_some_and(Id::is_dotted) && step.state != State::Skipped)
}
