//! A proposal, in plain words.

use super::proposal::Proposal;
use crate::rules::finding::Edit;
use crate::text::TextRange;

/// What a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `name=`
    Argument,
    /// A value of an argument.
    Value,
    /// A field or attribute.
    Attribute,
    /// A method.
    Method,
    /// A function.
    Function,
    /// A class.
    Class,
    /// A module.
    Module,
    /// A constant.
    Constant,
    /// Some text of a journal.
    Text,
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is shown.
    pub label: String,
    /// What the client filters by, where that is not the label.
    pub filter: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// What is shown close behind the label: `: float = 5e-05`.
    pub detail: Option<String>,
    /// Where it comes from: `transformers.TrainingArguments`.
    pub home: Option<String>,
    /// What replaces [`Items::range`].
    pub insert: String,
    /// Where it stands in the list: smaller first.
    pub rank: u32,
    /// Whether it should no longer be used.
    pub is_deprecated: bool,
    /// Edits elsewhere that go with it: imports.
    pub edits: Vec<Edit>,
    /// What more can be told of.
    pub subject: Option<Proposal>,
}

/// What is offered at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Items {
    /// The proposals, the likeliest first.
    pub items: Vec<Item>,
    /// The bytes that each of them replaces: what is typed of a word, or all that stands in quotes.
    pub range: TextRange,
    /// The same with the rest of the word behind the cursor.
    pub word: TextRange,
    /// Whether more letters may bring proposals that are not among these.
    pub is_incomplete: bool,
}

/// Ranks: whole groups stand one behind the other.
pub mod rank {
    /// Without it the call fails.
    pub const REQUIRED: u32 = 0;
    /// Often used; the place among those is added.
    pub const COMMON: u32 = 1_000;
    /// Not among them.
    pub const OTHER: u32 = 2_000;
    /// What would have to be imported.
    pub const IMPORT: u32 = 3_000;
    /// Should no longer be used.
    pub const DEPRECATED: u32 = 9_000;
}

impl Item {
    /// A proposal that inserts what it shows.
    pub fn new(kind: Kind, label: impl Into<String>, rank: u32) -> Self {
        let label = label.into();
        Self {
            insert: label.clone(),
            label,
            filter: None,
            kind,
            detail: None,
            home: None,
            rank,
            is_deprecated: false,
            edits: Vec::new(),
            subject: None,
        }
    }

    /// The same behind all others where it is deprecated.
    #[must_use]
    pub fn deprecated(mut self, is_deprecated: bool) -> Self {
        if is_deprecated {
            self.is_deprecated = true;
            self.rank = rank::DEPRECATED;
        }
        self
    }
}
