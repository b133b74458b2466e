//! The subcommands.

pub mod knowledge;
