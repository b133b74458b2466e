//! HFP201 to HFP207: what has to be done before what.

mod circular;
mod done_too_early;
mod missing_dependency;
mod parent_state;
mod stale;
mod started_too_early;
mod unknown_dependency;

use crate::rules::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &unknown_dependency::RULE,
    &circular::RULE,
    &done_too_early::RULE,
    &started_too_early::RULE,
    &parent_state::RULE,
    &stale::RULE,
    &missing_dependency::RULE,
];
