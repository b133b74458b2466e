//! HF1xx: names and arguments that came, went or changed between releases.

mod changed_default;
mod deprecated_argument;
mod deprecated_symbol;
mod ignored_argument;
mod misspelled_keyword;
mod moved_argument;
mod moved_symbol;
mod outdated_override;
mod removed_argument;
mod removed_attribute;
mod removed_symbol;
mod renamed_argument;
mod replacement;
mod unavailable_argument;
mod unavailable_symbol;
mod unknown_argument;
mod unknown_symbol;

pub(super) mod symbols;

use super::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &removed_symbol::RULE,
    &moved_symbol::RULE,
    &renamed_argument::RULE,
    &removed_argument::RULE,
    &moved_argument::RULE,
    &deprecated_argument::RULE,
    &deprecated_symbol::RULE,
    &unknown_argument::RULE,
    &unavailable_argument::RULE,
    &unavailable_symbol::RULE,
    &ignored_argument::RULE,
    &misspelled_keyword::RULE,
    &changed_default::RULE,
    &outdated_override::RULE,
    &removed_attribute::RULE,
    &unknown_symbol::RULE,
];
