//! HF320 to HF349: values that go where they do not fit: tokenizers, datasets, what they give.

mod chat_dict;
mod default_length;
pub mod generation;
mod late_variable;
mod missing_pad_token;
mod removed_columns;
mod right_padding;
mod streaming;
pub mod tokenizer;
pub mod transform;
mod unresized;
mod untruncated;

use super::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &missing_pad_token::RULE,
    &right_padding::RULE,
    &untruncated::RULE,
    &chat_dict::RULE,
    &removed_columns::RULE,
    &unresized::RULE,
    &streaming::RULE,
    &late_variable::RULE,
    &default_length::RULE,
];
