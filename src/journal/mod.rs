//! The dev-journal: documents beside the code that say what is planned and what was done.
//!
//! Pure. [`markdown`] parses, [`outline`] tells the blocks of any document, [`plan`] and its neighbours what they
//! mean. Nothing here writes: [`edit`] makes edits, others apply them. The format is written down in
//! `docs/plan-format.md`.

pub mod actions;
pub mod bind;
pub mod change;
pub mod changelog;
pub mod commands;
pub mod edit;
pub mod graph;
pub mod hints;
pub mod hover;
pub mod id;
pub mod kept;
pub mod kind;
pub mod lens;
pub mod machine;
pub mod markdown;
pub mod masked;
pub mod mention;
pub mod navigate;
pub mod next;
pub mod outline;
pub mod overview;
pub mod past;
pub mod pins;
pub mod plan;
pub mod prd;
pub mod project;
pub mod releases;
pub mod repositories;
pub mod role;
pub mod snapshot;
pub mod span;
pub mod stack;
pub mod surroundings;
pub mod symbols;

#[cfg(test)]
mod world;
