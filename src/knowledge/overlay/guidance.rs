//! What is written by hand about calls that raise: conditions that cannot be read from the sources, how
//! others are said, and the values that an argument is for.

use serde::Deserialize;

/// A condition that the sources state in a way that is not followed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Public path of the callable.
    pub symbol: String,
    /// The class of what is raised.
    pub exception: String,
    /// The condition, as the store writes them.
    pub when: String,
    /// First minor release for which it is true; all of them without it.
    pub since: Option<String>,
    /// First minor release for which it is true no more.
    pub until: Option<String>,
    /// The arguments that it is about.
    pub about: Vec<String>,
    /// Names that a file may use to make it untrue.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Values with what to use instead.
    #[serde(default)]
    pub instead: Vec<Instead>,
    /// Where it can be seen.
    pub evidence: String,
}

/// What to use instead of a value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instead {
    /// The value.
    pub value: String,
    /// One sentence without final period.
    pub say: String,
}

/// How a condition is said, and mended.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// Definition path of the function that raises, or the end of it behind a dot.
    pub owner: String,
    /// The arguments that take part: the last segment of each, in any order.
    pub arguments: Vec<String>,
    /// A piece of the condition, where several are about the same arguments.
    #[serde(default)]
    pub holding: String,
    /// What is wrong: one sentence without final period.
    pub say: String,
    /// What to do.
    pub help: String,
    /// The change that does it.
    pub fix: Option<AdviceFix>,
}

/// A change of one argument.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum AdviceFix {
    /// Leaves it out.
    Remove(String),
    /// Gives it a value, as Python source.
    Set {
        /// The argument.
        name: String,
        /// Its value.
        to: String,
    },
    /// Gives it the value of another one.
    Copy {
        /// The argument.
        name: String,
        /// The other one.
        from: String,
    },
}

/// The values that an argument is for, where nothing at the call itself checks them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Public path of the callable; one `*` stands for any part of a name.
    pub symbol: String,
    /// The argument.
    pub name: String,
    /// Absolute path of the table, list or enumeration that is looked into.
    pub table: Option<String>,
    /// The values, or those beside the table's.
    #[serde(default)]
    pub values: Vec<String>,
    /// Whether there may be others: then only a slip of one of these is told.
    #[serde(default)]
    pub open: bool,
    /// What makes a value one of another kind: `/` in a repository's name.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Values with what to use instead.
    #[serde(default)]
    pub instead: Vec<Instead>,
    /// What happens with any other: one sentence without final period.
    pub why: String,
    /// Where it can be seen.
    pub evidence: String,
}
