//! HFP501 to HFP506: what a plan says about libraries and repositories, beside what is known of them.

mod api;
mod columns;
mod names;
mod no_estimate;
mod pins;
mod removed_method;
mod repository;
mod too_small;

pub use removed_method::taken_over;

use crate::rules::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &api::RULE,
    &removed_method::RULE,
    &too_small::RULE,
    &no_estimate::RULE,
    &repository::RULE,
    &columns::RULE,
];
