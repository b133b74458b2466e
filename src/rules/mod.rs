//! The rules, and the one function that runs them.
//!
//! Rules see facts, resolved versions and knowledge; they know neither files nor the protocol.

pub mod finding;
