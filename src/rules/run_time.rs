//! HF2xx and HF3xx: what raises when the code runs, though every name and argument exists.

mod conflicting_arguments;
mod invalid_value;
mod missing_argument;
mod report;

use super::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &invalid_value::RULE,
    &conflicting_arguments::RULE,
    &missing_argument::RULE,
];
