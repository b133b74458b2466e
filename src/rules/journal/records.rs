//! HFP701 to HFP706: what the other documents of the journal say, and whether they are there.

mod changelog_form;
mod missing_document;
mod stack_drift;
mod stack_gap;
mod unmeasured;
mod untold_step;

use crate::rules::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &stack_drift::RULE,
    &stack_gap::RULE,
    &untold_step::RULE,
    &changelog_form::RULE,
    &unmeasured::RULE,
    &missing_document::RULE,
];
