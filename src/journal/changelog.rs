//! The changelog: what was done, in the form of "keep a changelog".
//!
//! Other forms are read as far as they have headings for versions, so that entries find their place in them too.

mod insert;
mod read;

use jiff::civil::Date;

use super::id::Id;
use super::kind::Kind;
use super::outline::Outline;
use crate::text::TextRange;

/// A changelog. Ranges are bytes of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changelog {
    /// What the first heading of the first level says.
    pub title: Option<TextRange>,
    /// The versions in the order of the text, that of what is not released among them.
    pub versions: Vec<Version>,
    /// The headings below versions, in the order of the text.
    pub groups: Vec<Group>,
    /// The items below versions that are in no other item, in the order of the text.
    pub entries: Vec<Entry>,
}

/// A version with what is below its heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The heading's line.
    pub heading: TextRange,
    /// The heading's level.
    pub level: u8,
    /// `1.2.0` of `## [1.2.0] - 2026-11-23`, `Unreleased`.
    pub name: TextRange,
    /// Whether the name stands in brackets.
    pub is_bracketed: bool,
    /// Whether it is the place for what is not released.
    pub is_unreleased: bool,
    /// When it was released.
    pub date: Dated,
    /// With the heading and all below.
    pub range: TextRange,
}

/// The date in the heading of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    /// There is none.
    Missing,
    /// A day, written `2026-11-23`.
    On(Date, TextRange),
    /// A day that is written in another way.
    Elsewise(Date, TextRange),
    /// Digits that are no day: `2026-02-30`, or one that can be read in two ways: `03/04/2026`.
    Wrong(TextRange),
}

/// A heading below a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The heading's line.
    pub heading: TextRange,
    /// What it says.
    pub name: TextRange,
    /// What is below it, where its name is known.
    pub means: Option<Means>,
    /// The version, by its place in the list.
    pub version: usize,
    /// With the heading and all below.
    pub range: TextRange,
}

/// What stands below a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Means {
    /// One of the six categories.
    Category(Category),
    /// One of the eight kinds of work.
    Kind(Kind),
}

/// The categories of "keep a changelog".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// New.
    Added,
    /// Other than before.
    Changed,
    /// Going to be removed.
    Deprecated,
    /// Gone.
    Removed,
    /// Right now.
    Fixed,
    /// Against attacks.
    Security,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The item with all that is in it.
    pub range: TextRange,
    /// Its first paragraph.
    pub text: TextRange,
    /// The steps of the plan that it names.
    pub steps: Vec<(Id, TextRange)>,
    /// The kind of work: that of its heading, or what stands in front: `- model: ...`.
    pub kind: Option<Kind>,
    /// The version, by its place in the list.
    pub version: usize,
    /// The heading that it stands below, by its place in the list.
    pub group: Option<usize>,
}

impl Category {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 6] = [
        Self::Added,
        Self::Changed,
        Self::Deprecated,
        Self::Removed,
        Self::Fixed,
        Self::Security,
    ];

    /// As it is written in a heading.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Deprecated => "Deprecated",
            Self::Removed => "Removed",
            Self::Fixed => "Fixed",
            Self::Security => "Security",
        }
    }

    /// Where work of a kind is told, in a changelog that is ordered by categories.
    pub const fn of(kind: Option<Kind>) -> Self {
        match kind {
            Some(Kind::Performance | Kind::Environment) => Self::Changed,
            _ => Self::Added,
        }
    }
}

impl Means {
    /// What a heading means, whatever its case.
    pub fn find(name: &str) -> Option<Self> {
        let name = name.trim().trim_end_matches(':').trim_matches('*');
        let is_named = |category: &Category| category.as_str().eq_ignore_ascii_case(name);
        let category = Category::ALL.into_iter().find(is_named);
        category
            .map(Self::Category)
            .or_else(|| Kind::find(name).map(Self::Kind))
    }

    /// The heading as this program writes it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Category(category) => category.as_str(),
            Self::Kind(kind) => kind.title(),
        }
    }
}

impl Changelog {
    /// Reads a changelog. Never fails: what is not understood is not in it.
    pub fn read(text: &str, outline: &Outline) -> Self {
        read::read(text, outline)
    }

    /// The place for what is not released.
    pub fn unreleased(&self) -> Option<usize> {
        self.versions
            .iter()
            .position(|version| version.is_unreleased)
    }

    /// Whether it is meant to have the form of "keep a changelog": a heading of the second level has brackets.
    pub fn keeps_form(&self) -> bool {
        self.versions
            .iter()
            .any(|version| version.level == 2 && version.is_bracketed)
    }

    /// Whether its entries stand below headings of kinds rather than of categories.
    pub fn is_by_kind(&self) -> bool {
        let count = |wanted: fn(&Means) -> bool| {
            let means = self.groups.iter().filter_map(|group| group.means.as_ref());
            means.filter(|it| wanted(it)).count()
        };
        let kinds = count(|it| matches!(it, Means::Kind(_)));
        kinds > count(|it| matches!(it, Means::Category(_)))
    }

    /// The entries that name a step.
    pub fn of_step<'a>(&'a self, id: &'a Id) -> impl Iterator<Item = &'a Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.steps.iter().any(|(known, _)| known == id))
    }
}

#[cfg(test)]
mod tests;
