//! hf-lsp: checks Hugging Face code against the versions a project really uses.
//!
//! Data flows one way: bytes, documents, facts, findings. `python`, `knowledge` and `rules` are pure;
//! `workspace`, `server` and `cli` do the input and output. See `docs/architecture.md`.

pub mod cli;
pub mod environment;
pub mod knowledge;
pub mod python;
pub mod rules;
pub mod text;
