//! The protocol, spoken to the real program over standard input and output.
//!
//! A few tests put an engine of their own behind the same server in this process, to see what the
//! server does with one that is slow or fails.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod abuse;
mod announced;
mod client;
mod code_actions;
mod commands;
mod completion;
mod configs;
mod diagnostics;
mod documents;
mod engine;
mod estimating;
mod failures;
mod hover;
mod journal;
mod journal_changes;
mod journal_live;
mod lifecycle;
mod network;
mod notebooks;
mod order;
mod plan_outline;
mod planning;
mod robustness;
#[path = "../common/hub/mod.rs"]
mod stand_in;
mod workspace;
