//! HFP401 to HFP407: packages and commands of a plan.

mod broken_command;
mod broken_script_call;
mod conflicting_pins;
mod different_release;
mod judged;
mod outdated_service;
mod release;
mod unpinned_install;

use crate::rules::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &release::RULE,
    &different_release::RULE,
    &conflicting_pins::RULE,
    &broken_command::RULE,
    &outdated_service::RULE,
    &broken_script_call::RULE,
    &unpinned_install::RULE,
];
