//! Files, settings, versions and documents: everything that is read before analysis begins.
//!
//! Knows lines and columns in every encoding that a client may ask for, but no type of the protocol.

pub mod discover;
pub mod document;
pub mod documents;
pub mod encoding;
pub mod files;
pub mod git;
pub mod inside;
pub mod modules;
#[cfg(test)]
mod mutated;
pub mod problem;
pub mod requirements;
mod scripts;
pub mod settings;
pub mod versions;
