//! HF6xx: what gives away secrets, or runs code of strangers.

mod hardcoded_token;
mod pickled_weights;
mod remote_code;
mod secret;
mod unchecked_certificates;
mod unpinned_revision;
mod unsafe_load;

use super::rule::Rule;

pub use hardcoded_token::message as secret_message;
pub use secret::{masked, secrets};

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &hardcoded_token::RULE,
    &remote_code::RULE,
    &unsafe_load::RULE,
    &pickled_weights::RULE,
    &unchecked_certificates::RULE,
    &unpinned_revision::RULE,
];
