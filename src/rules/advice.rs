//! HF5xx: what takes more time or memory than it has to, or than there is.

mod does_not_fit;
mod float32_base;
mod idle_workers;
mod unbatched_tokenizing;
mod upload_in_loop;

use super::rule::Rule;

/// The rules of the family, by code.
pub const RULES: &[&Rule] = &[
    &upload_in_loop::RULE,
    &unbatched_tokenizing::RULE,
    &idle_workers::RULE,
    &float32_base::RULE,
    &does_not_fit::RULE,
];
