//! What must hold for every input, whatever its bytes: one module for each fuzz target.
//!
//! `tests/fuzzed.rs` runs the same on the stored inputs, without a fuzzer.

#![allow(clippy::unwrap_used, reason = "an input that fails shall fail loudly")]

pub mod bytes;
#[path = "../../common/mod.rs"]
mod common;
pub mod config;
pub mod edits;
pub mod fixes;
pub mod frames;
pub mod journal;
pub mod metadata;
#[path = "../../common/naive_edit.rs"]
mod naive_edit;
pub mod notebook;
pub mod python;
pub mod session;
pub mod shell;
