//! Which release of each known library applies to a file.
//!
//! From the strongest: a target; the selected interpreter; a script's own block (PEP 723) and its lock; the
//! nearest environment; then folder by folder upward lock files and requirement files; at last the newest
//! release known. A range only narrows: an exact version found further on that it admits is used, one that it
//! excludes is passed over, and where there is none the newest release that it admits.

mod catalog;
mod decide;
mod installed;
mod interpreter;
mod level;
mod lock;
mod manifest;
mod package;
mod resolver;
mod statement;
mod target;
#[cfg(test)]
mod tests;

pub use catalog::{Catalog, KnownReleases};
pub use interpreter::{Interpreter, InterpreterError};
pub use lock::NAMES as LOCK_FILES;
pub use package::InstalledPackage;
pub use resolver::{Answer, Options, Resolver, WATCHED, project_root};
pub use target::{TargetError, Targets};
