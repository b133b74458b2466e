//! What a rule reports.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::text::TextRange;

/// How bad it is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum Severity {
    /// The sources of the resolved versions show that it raises or fails to import.
    Error,
    /// Deprecated, ignored, or silently different.
    Warning,
    /// Advice.
    #[default]
    Information,
    /// A guess worth a look.
    Hint,
}

impl Severity {
    /// The word for it in messages and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Hint => "hint",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Whether a fix keeps the meaning of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Applicability {
    /// The program means the same, or what its author surely meant.
    Safe,
    /// To be looked at first.
    Unsafe,
}

impl Applicability {
    /// The word for it in messages and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// Replaces the bytes of `range` by `content`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub range: TextRange,
    /// The new text.
    pub content: String,
}

/// A change that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// Begins with a verb: "Rename to `eval_strategy`".
    pub title: String,
    /// Safe or not.
    pub applicability: Applicability,
    /// Sorted, never overlapping.
    pub edits: Vec<Edit>,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Where.
    pub range: TextRange,
    /// What it has to do with it.
    pub message: String,
}

/// A place in another file of the project that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// The file, relative to the project's folder, with `/` between its parts.
    pub path: String,
    /// Where in it.
    pub range: TextRange,
    /// What it has to do with it.
    pub message: String,
}

/// A rule's code or name.
pub type Word = &'static str;

/// One finding in one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's code, `HF103`.
    #[serde(deserialize_with = "known_word")]
    pub code: Word,
    /// The rule's name, `renamed-argument`.
    #[serde(deserialize_with = "known_word")]
    pub name: Word,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in which release: one sentence without final period.
    pub message: String,
    /// What to do, for the caret line: "use `eval_strategy`, available since 4.41".
    pub help: Option<String>,
    /// More that is worth knowing, one sentence each.
    pub notes: Vec<String>,
    /// Where.
    pub range: TextRange,
    /// Other places that take part.
    pub related: Vec<Related>,
    /// Places in other files that take part.
    pub elsewhere: Vec<Elsewhere>,
    /// The change that removes it.
    pub fix: Option<Fix>,
    /// Distribution name, `transformers`.
    pub library: Option<String>,
    /// Public path of the symbol, `transformers.TrainingArguments`.
    pub symbol: Option<String>,
    /// The argument or attribute.
    pub argument: Option<String>,
    /// What to use instead.
    pub replacement: Option<String>,
    /// The first release in which a notice was seen.
    pub deprecated_in: Option<String>,
    /// The first release in which it was not there any more.
    pub removed_in: Option<String>,
    /// The version it is based on.
    pub version: Option<String>,
    /// Where that version was found: "uv.lock", ".venv", "--target", "newest known".
    pub version_source: Option<String>,
    /// Whether editors should strike it through.
    pub deprecated: bool,
}

impl Finding {
    /// The same in a text that holds the document from `start` on.
    #[must_use]
    pub fn by(mut self, start: u32) -> Self {
        let move_by = |range: &mut TextRange| {
            *range = TextRange::new(range.start + start, range.end + start);
        };
        move_by(&mut self.range);
        self.related
            .iter_mut()
            .for_each(|it| move_by(&mut it.range));
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits);
        edits.for_each(|edit| move_by(&mut edit.range));
        self
    }
}

/// A rule's code or name, as this program writes it.
fn known_word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
    let word = String::deserialize(deserializer)?;
    let known = super::names().flat_map(|(code, name)| [code, name]);
    known
        .into_iter()
        .find(|known| *known == word)
        .ok_or_else(|| serde::de::Error::custom(format!("no rule is called {word:?}")))
}
