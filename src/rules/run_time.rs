//! HF2xx and HF3xx: what raises when the code runs, though every name and argument exists.

mod advice;
mod conflicting_arguments;
mod invalid_value;
mod missing_argument;
mod nearest;
mod report;
mod unlisted_value;

use super::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &invalid_value::RULE,
    &unlisted_value::RULE,
    &conflicting_arguments::RULE,
    &missing_argument::RULE,
];
