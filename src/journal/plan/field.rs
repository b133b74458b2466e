//! What a step says of itself: `- Run: ...`.

use super::super::id::Id;
use super::meant;
use crate::text::TextRange;

/// The names of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldName {
    /// Files that it makes or changes.
    Files,
    /// What it needs done before.
    Depends,
    /// Packages with their versions.
    Packages,
    /// A model of the Hub.
    Model,
    /// A dataset of the Hub.
    Dataset,
    /// Calls as they are in the code.
    Params,
    /// Commands.
    Run,
    /// How to see that it is done.
    Verify,
    /// The reason.
    Why,
    /// How far it is, where a box does not say it.
    Status,
    /// Whether it may be left out.
    Optional,
    /// The kind of work.
    Kind,
    /// What to take care of.
    Security,
}

impl FieldName {
    /// All of them, in the order in which this program writes them.
    pub const ALL: [Self; 13] = [
        Self::Status,
        Self::Depends,
        Self::Optional,
        Self::Kind,
        Self::Files,
        Self::Packages,
        Self::Model,
        Self::Dataset,
        Self::Params,
        Self::Run,
        Self::Verify,
        Self::Why,
        Self::Security,
    ];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "Files",
            Self::Depends => "Depends",
            Self::Packages => "Packages",
            Self::Model => "Model",
            Self::Dataset => "Dataset",
            Self::Params => "Params",
            Self::Run => "Run",
            Self::Verify => "Verify",
            Self::Why => "Why",
            Self::Status => "Status",
            Self::Optional => "Optional",
            Self::Kind => "Kind",
            Self::Security => "Security",
        }
    }

    /// The field of a name, however it is capitalised.
    pub fn find(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|known| known.as_str().eq_ignore_ascii_case(name))
    }

    /// The field that a name is meant for: another word for one, or one with a slip in it. `None` for words of prose.
    pub fn meant(name: &str) -> Option<Self> {
        meant::find(name).map(|meant| meant.name)
    }

    /// Whether a name is a field's with a slip in it, so that no other word can be meant.
    pub fn is_slip(name: &str) -> bool {
        meant::find(name).is_some_and(|meant| meant.is_slip)
    }

    /// Whether it says that a list is a plan in this format, where there is code in it; "Why", "Model" are ordinary
    /// words.
    pub const fn is_distinct(self) -> bool {
        matches!(
            self,
            Self::Files | Self::Depends | Self::Packages | Self::Params | Self::Run | Self::Verify
        )
    }
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which, or which is meant; `None` for what is prose with a colon in it.
    pub name: Option<FieldName>,
    /// Whether the name is written as it should be.
    pub is_exact: bool,
    /// Its name as written, without the colon.
    pub name_range: TextRange,
    /// What stands behind the colon, without space around it; may go on in further lines.
    pub value: TextRange,
    /// The code spans in it.
    pub spans: Vec<TextRange>,
    /// The item: from its sign to the end of its text.
    pub range: TextRange,
}

impl Field {
    /// The ids in it, with or without backticks.
    pub fn ids(&self, text: &str) -> Vec<(Id, TextRange)> {
        ids(text, self.value)
    }
}

/// The ids among the words of a range.
pub fn ids(text: &str, range: TextRange) -> Vec<(Id, TextRange)> {
    let mut found = Vec::new();
    let mut at = range.start;
    for word in range
        .slice(text)
        .split_inclusive(|c: char| c.is_whitespace() || ",;()[]".contains(c))
    {
        let length = u32::try_from(word.len()).unwrap_or_default();
        let trim = |c: char| c.is_whitespace() || ",;()[]`_*#".contains(c);
        let front = word.len() - word.trim_start_matches(trim).len();
        let word = word.trim_matches(trim).trim_end_matches('.');
        if let Some(id) = Id::parse(word) {
            let start = at + u32::try_from(front).unwrap_or_default();
            let end = start + u32::try_from(word.len()).unwrap_or_default();
            found.push((id, TextRange::new(start, end)));
        }
        at += length;
    }
    found
}

/// A path in a code span: `src/train.py`, `src/train.py#main`, `outputs/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathSpan<'t> {
    /// The path, `/` at its end kept.
    pub path: &'t str,
    /// What stands behind `#`.
    pub symbol: Option<&'t str>,
    /// The whole span.
    pub range: TextRange,
    /// The path alone.
    pub path_range: TextRange,
}

impl<'t> PathSpan<'t> {
    /// Reads a span.
    pub fn read(text: &'t str, range: TextRange) -> Self {
        let span = range.slice(text);
        let (path, symbol) = span
            .split_once('#')
            .map_or((span, None), |(path, symbol)| (path, Some(symbol)));
        let path = path.strip_prefix("./").unwrap_or(path);
        let behind = symbol.map_or(0, |symbol| symbol.len() + 1);
        let end = range.end - u32::try_from(behind).unwrap_or_default();
        let length = u32::try_from(path.len()).unwrap_or_default();
        Self {
            path,
            symbol,
            range,
            path_range: TextRange::new(end - length, end),
        }
    }

    /// Whether it names a folder.
    pub fn is_folder(&self) -> bool {
        self.path.ends_with('/')
    }

    /// Whether it names one place within the project: no pattern, no place to be filled in, nothing outside.
    pub fn is_definite(&self) -> bool {
        !self.path.is_empty()
            && !self
                .path
                .contains(['*', '?', '{', '<', '$', '~', '\\', '|'])
            && !self.path.contains("://")
            && !self.path.starts_with('/')
            && !self.path.split('/').any(|part| part == "..")
    }
}

/// A package in a code span: `trl==1.16.0`, `trl[peft]>=1.15`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin<'t> {
    /// As written.
    pub name: &'t str,
    /// Between `[` and `]`.
    pub extras: Option<&'t str>,
    /// From the first sign of a comparison on; empty where any version will do.
    pub specifiers: &'t str,
    /// The whole span.
    pub range: TextRange,
    /// The specifiers alone.
    pub specifiers_range: TextRange,
}

impl<'t> Pin<'t> {
    /// Reads a span; `None` where it names no package.
    pub fn read(text: &'t str, range: TextRange) -> Option<Self> {
        let span = range.slice(text).trim();
        let at = span
            .find(|c: char| "=<>!~ @;".contains(c))
            .unwrap_or(span.len());
        let (named, rest) = span.split_at(at);
        let (name, extras) = match named.split_once('[') {
            Some((name, extras)) => (name, Some(extras.strip_suffix(']')?)),
            None => (named, None),
        };
        let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
        let specifiers = rest.trim();
        let end = range.end
            - u32::try_from(range.slice(text).len() - range.slice(text).trim_end().len()).ok()?;
        is_name.then_some(Self {
            name,
            extras,
            specifiers,
            range,
            specifiers_range: TextRange::new(end - u32::try_from(specifiers.len()).ok()?, end),
        })
    }

    /// The version of an exact pin.
    pub fn exact(&self) -> Option<&'t str> {
        let version = self.specifiers.strip_prefix("==")?.trim();
        (!version.contains(['*', ',', ' ', ';']) && !version.starts_with('=')).then_some(version)
    }
}

/// What stands in front of `→` (or `->`, `=>`) of a `Verify:`, and what behind it.
pub fn split_expected(value: &str) -> (&str, Option<&str>) {
    ["→", "->", "=>"]
        .iter()
        .find_map(|arrow| value.split_once(arrow))
        .map_or((value, None), |(before, expected)| {
            (before, Some(expected.trim()))
        })
}
