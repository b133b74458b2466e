//! hf-lsp: checks Hugging Face code against the versions a project really uses.
//!
//! Data flows one way: bytes, documents, facts, findings. `python`, `knowledge` and `rules` are pure;
//! `workspace`, `server` and `cli` do the input and output. See `docs/architecture.md`.

#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod assist;
pub mod budget;
pub mod checker;
pub mod cli;
pub mod docs;
pub mod embedded;
pub mod engine;
pub mod environment;
pub mod estimate;
pub mod hub;
pub mod incident;
pub mod journal;
pub mod knowledge;
pub mod mcp;
pub mod notebook;
pub mod planner;
pub mod python;
pub mod rules;
pub mod server;
pub mod text;
pub mod workspace;
