//! Changes that are offered for a journal.

/// The commands that change a journal.
pub const COMMANDS: &[&str] = &[];
