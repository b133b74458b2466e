//! Files, settings and the versions a project uses: everything that is read before analysis begins.

pub mod discover;
pub mod files;
#[cfg(test)]
mod mutated;
pub mod problem;
pub mod requirements;
pub mod settings;
pub mod versions;
