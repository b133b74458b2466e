//! What is written by hand about commands.

use serde::Deserialize;

use super::ArgumentFix;

/// A command of a program that went away.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandChange {
    /// The words that called it: `huggingface-cli login`.
    pub name: String,
    /// What does the same, best first: the first one that a release has is used.
    #[serde(default)]
    pub to: Vec<String>,
    /// Whether it takes the same positional words.
    #[serde(default = "super::change::yes")]
    pub safe: bool,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}

/// An option of a command that went away.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionChange {
    /// The commands that had it.
    pub commands: Vec<String>,
    /// The option.
    pub name: String,
    /// What to write instead.
    #[serde(default)]
    pub fix: ArgumentFix,
    /// One sentence without final period.
    pub why: String,
    /// Where the fact can be seen.
    pub evidence: String,
}
