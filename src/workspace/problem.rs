//! Something wrong with a project's own files, told once and then worked around.

use std::path::PathBuf;

/// A warning about a file that says nothing usable, or not all it should.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// The file.
    pub path: PathBuf,
    /// 1-based line; 1 where the whole file is meant.
    pub line: u32,
    /// What is wrong, and what was done about it: one sentence without final period.
    pub message: String,
}

impl Problem {
    /// A problem at a byte offset of `text`.
    pub fn at(path: impl Into<PathBuf>, text: &str, offset: usize, message: String) -> Self {
        Self {
            path: path.into(),
            line: line_of(text, offset),
            message,
        }
    }

    /// A problem with a file as a whole.
    pub fn whole(path: impl Into<PathBuf>, message: String) -> Self {
        Self {
            path: path.into(),
            line: 1,
            message,
        }
    }
}

/// The 1-based line that holds a byte offset; the last line for offsets behind the end.
pub fn line_of(text: &str, offset: usize) -> u32 {
    let before = &text.as_bytes()[..offset.min(text.len())];
    u32::try_from(memchr::memchr_iter(b'\n', before).count()).map_or(u32::MAX, |n| n + 1)
}

/// The lines of a text, for many questions.
pub struct Lines(Vec<usize>);

impl Lines {
    /// Finds the line breaks.
    pub fn new(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The 1-based line that holds a byte offset.
    pub fn line(&self, offset: usize) -> u32 {
        let before = self.0.partition_point(|&newline| newline < offset);
        u32::try_from(before).map_or(u32::MAX, |count| count + 1)
    }
}
