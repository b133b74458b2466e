//! What a journal is compared with: the rest of the project, as far as a check may look.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use crate::workspace::document::Document;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// A project. Paths are relative to its folder, with `/` between their parts; what leads out of it is not there.
/// Answers are those of the moment: of the editor's documents where they are open, else of the disk.
pub trait Project: Sync {
    /// What is at a path.
    fn place(&self, path: &str) -> Option<Place>;

    /// The document at a path: text, facts, blocks. `None` where there is none, or none that can be read.
    fn document(&self, path: &str) -> Option<Arc<Document>>;

    /// The Python files that use a library that is known, sorted; none where looking takes too long.
    fn scripts(&self) -> Arc<Vec<String>>;

    /// All files but those that version control leaves out, sorted; none where there are too many.
    fn paths(&self) -> Arc<Vec<String>>;

    /// What lies in a folder, sorted, also what version control leaves out; empty where it is none.
    fn listed(&self, folder: &str) -> Vec<String>;

    /// The first bytes of a file, at most so many; for data, which may be of any size.
    fn head(&self, path: &str, limit: u64) -> Option<Vec<u8>>;

    /// The requirement and lock files at the top of the project that are there.
    fn manifests(&self) -> Vec<String>;

    /// Whether the project's version control leaves a path out.
    fn is_ignored(&self, path: &str) -> bool;

    /// The day when a file was last changed, in UTC.
    fn changed_on(&self, path: &str) -> Option<Date>;

    /// For each step that is ticked in the plan at a path, as version control has it: how many commits ago it was
    /// ticked. By what [`super::past::key`] makes of it; empty without version control.
    fn ticked(&self, plan: &str) -> Arc<BTreeMap<String, u32>>;

    /// The text that a file had so many commits ago.
    fn past_text(&self, path: &str, commit: u32) -> Option<Arc<str>>;

    /// Today, in UTC.
    fn today(&self) -> Date;
}

impl fmt::Debug for dyn Project + '_ {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Project")
    }
}
