//! The one door to files and environment variables.
//!
//! Everything else in the library goes through [`Files`] (clippy.toml forbids the rest), so that tests
//! run on [`MemoryFiles`] and an editor can lay unsaved text over the disk.

mod decode;
mod disk;
mod hold;
mod memory;
mod steady;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

pub use decode::{decode, without_bom};
pub use disk::{Disk, create, replace};
pub use hold::{Hold, Writing, hold, writing, written};
pub use memory::MemoryFiles;
pub use steady::Steady;

/// The largest source file that is read unless told otherwise, in bytes.
pub const DEFAULT_LIMIT: u64 = 10 * 1024 * 1024;

/// What a path leads to, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Folder,
    /// A pipe, a socket, a device.
    Special,
}

/// Reading files, folders and environment variables.
pub trait Files: Send + Sync + fmt::Debug {
    /// All bytes of a regular file, or [`ReadError::TooLarge`] where it has more than `limit`.
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError>;
    /// The first `limit` bytes of a regular file.
    fn head(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError>;
    /// `length` bytes of a regular file from `start` on, or those that are there.
    fn part(&self, path: &Path, start: u64, length: u64) -> Result<Vec<u8>, ReadError> {
        let mut bytes = self.head(path, start.saturating_add(length))?;
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        bytes.drain(..start.min(bytes.len()));
        Ok(bytes)
    }
    /// The full paths of a folder's entries, sorted.
    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError>;
    /// What is there; `None` for nothing, a broken link or no permission.
    fn kind(&self, path: &Path) -> Option<FileKind>;
    /// When it was last written.
    fn modified(&self, path: &Path) -> Option<SystemTime>;
    /// The path with all links resolved.
    fn canonical(&self, path: &Path) -> Option<PathBuf>;
    /// An environment variable that is set, not empty and valid Unicode.
    fn variable(&self, name: &str) -> Option<String>;

    /// Whether a regular file is there.
    fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == Some(FileKind::File)
    }

    /// Whether a folder is there.
    fn is_folder(&self, path: &Path) -> bool {
        self.kind(path) == Some(FileKind::Folder)
    }
}

/// Why a file could not be read as text; every message reads well behind "`NAME` ".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing is there.
    #[error("does not exist")]
    NotFound,
    /// A folder where a file was expected.
    #[error("is a directory")]
    Folder,
    /// A pipe, a socket, a device.
    #[error("is not a regular file")]
    Special,
    /// The system refuses.
    #[error("cannot be read: permission denied")]
    Denied,
    /// More bytes than allowed.
    #[error("is larger than {} MB", .limit / (1024 * 1024))]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// Not text in UTF-8.
    #[error("is not UTF-8 text: line {line} has an invalid byte at offset {first_bad_byte}")]
    NotUtf8 {
        /// Offset of the first byte that is wrong.
        first_bad_byte: usize,
        /// Its 1-based line.
        line: u32,
    },
    /// Begins with the byte order mark of UTF-16, as some shells write redirected output.
    #[error("is UTF-16 text; save it as UTF-8")]
    Utf16,
    /// Holds a NUL byte, which Python refuses.
    #[error("holds a NUL byte at offset {at} (line {line})")]
    Nul {
        /// Offset of the first NUL byte.
        at: usize,
        /// Its 1-based line.
        line: u32,
    },
    /// Anything else, in the system's words.
    #[error("cannot be read: {0}")]
    Other(String),
}

impl ReadError {
    /// The 1-based line it is about; 1 for the whole file.
    pub const fn line(&self) -> u32 {
        match self {
            Self::NotUtf8 { line, .. } | Self::Nul { line, .. } => *line,
            _ => 1,
        }
    }
}

/// Reads a file as UTF-8. A byte order mark stays in the text, so offsets are those of the file.
pub fn read_text(files: &dyn Files, path: &Path, limit: u64) -> Result<String, ReadError> {
    decode(files.read(path, limit)?)
}
