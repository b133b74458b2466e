//! HFP601 to HFP605: what a plan gives away, or lets in.

mod dangerous_command;
mod secret;
mod unpinned_code;
mod unsaid_licence;
mod unsaid_visibility;

use crate::rules::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &secret::RULE,
    &unsaid_visibility::RULE,
    &unpinned_code::RULE,
    &unsaid_licence::RULE,
    &dangerous_command::RULE,
];
