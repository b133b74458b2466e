//! A command as it is written: words with their places.

use crate::text::TextRange;

/// One word of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, quotes included.
    pub range: TextRange,
    /// What it says, quotes taken away, up to the first part that is only known when it runs.
    pub text: String,
    /// Whether that is all of it.
    pub known: bool,
    /// Whether it is written as it is, without quotes and escapes, as far as [`Self::text`] goes.
    pub plain: bool,
    /// Whether it may become several words, or none: `$ARGS`, `*.txt`.
    pub splits: bool,
}

/// A simple command: a program and its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// Its words in order; never empty.
    pub words: Vec<Word>,
}

impl Command {
    /// From the first word to the last.
    pub fn range(&self) -> TextRange {
        let first = self.words.first().map_or(0, |word| word.range.start);
        let last = self.words.last().map_or(first, |word| word.range.end);
        TextRange::new(first, last)
    }
}

impl Word {
    /// The text, where all of it is known.
    pub fn value(&self) -> Option<&str> {
        self.known.then_some(self.text.as_str())
    }

    /// The place of the first `length` bytes of the text, where they are written as they are.
    pub fn prefix(&self, length: usize) -> Option<TextRange> {
        let fits = self.plain && length <= self.text.len();
        let start = self.range.start as usize;
        fits.then(|| TextRange::from_usize(start, start + length))
    }
}
