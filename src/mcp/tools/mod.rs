//! The tools, a file each.

mod changes;
mod check;
mod context;
mod docs;
mod env_check;
mod estimate;
mod generate;
mod next;
mod repository;
mod signature;
mod status;
mod update;
mod use_cases;

use super::tool::{Entry, entry};

/// All tools, in the order in which clients show them.
pub fn all() -> Vec<Entry> {
    vec![
        entry::<context::Context>(),
        entry::<check::Check>(),
        entry::<env_check::EnvCheck>(),
        entry::<signature::Signature>(),
        entry::<docs::Docs>(),
        entry::<changes::Changes>(),
        entry::<repository::Model>(),
        entry::<repository::Dataset>(),
        entry::<estimate::Estimate>(),
        entry::<use_cases::UseCases>(),
        entry::<generate::Generate>(),
        entry::<status::Status>(),
        entry::<next::Next>(),
        entry::<update::Update>(),
    ]
}
