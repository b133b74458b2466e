//! HFP801 to HFP804: what the words leave open.

mod alternatives;
mod open_question;
mod placeholder;
mod vague;

use crate::journal::plan::{Plan, Step};
use crate::rules::rule::Rule;
use crate::text::TextRange;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &placeholder::RULE,
    &vague::RULE,
    &alternatives::RULE,
    &open_question::RULE,
];

/// What the steps of a plan say: titles and values of fields.
fn said(plan: &Plan) -> impl Iterator<Item = TextRange> + '_ {
    let of = |step: &Step| {
        let values: Vec<TextRange> = step.fields.iter().map(|field| field.value).collect();
        std::iter::once(step.title).chain(values)
    };
    plan.steps.iter().flat_map(of)
}
