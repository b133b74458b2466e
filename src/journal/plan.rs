//! A plan: sections, steps, what a step says of itself.
//!
//! Everything here holds places in the text, so that edits can be small; what is said is read off the text.

mod field;
mod meant;
mod read;
mod section;

pub use field::{Field, FieldName, PathSpan, Pin, ids, split_expected};
pub use section::Known;

use std::collections::HashMap;

use super::id::Id;
use super::outline::{Check, Outline};
use crate::text::TextRange;

/// A plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What the first heading says, without `OUR-PLAN:`.
    pub title: Option<TextRange>,
    /// Whether the first heading begins with `OUR-PLAN`.
    pub is_titled: bool,
    /// `<!-- hf-plan: 1; use-case: ...; generated: ...; kb: ... -->`
    pub marker: Option<Marker>,
    /// The rows of the table under `## Target`, names in the first column.
    pub target: Vec<Row>,
    /// In the order of the text: the headings of the second level.
    pub sections: Vec<Section>,
    /// In the order of the text, those within another behind it.
    pub steps: Vec<Step>,
    /// `- Question: ...`
    pub questions: Vec<Note>,
    /// `- Risk: ...`
    pub risks: Vec<Note>,
    /// Comments that silence findings.
    pub ignores: Vec<Ignore>,
}

/// The comment that says that a plan is in this format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// With `<!--` and `-->`.
    pub range: TextRange,
    /// The words between `;`, as name and value; the first is `hf-plan` with the version.
    pub entries: Vec<(String, String)>,
}

impl Marker {
    /// The value of an entry.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut entries = self.entries.iter();
        entries
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A row of a table of two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The first cell.
    pub key: TextRange,
    /// The second cell.
    pub value: TextRange,
}

/// A heading of the second level with what is below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// `4` of `## 4. Training Configuration`.
    pub number: Option<u32>,
    /// What it says behind the number.
    pub name: TextRange,
    /// The heading's line.
    pub heading: TextRange,
    /// With all below, up to the next section.
    pub range: TextRange,
    /// What it is about, where its name is known.
    pub known: Option<Known>,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Not begun.
    Open,
    /// Begun.
    Started,
    /// Something is in the way.
    Blocked,
    /// Left out for a reason.
    Skipped,
    /// Done.
    Done,
}

impl State {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Started => "in progress",
            Self::Blocked => "blocked",
            Self::Skipped => "skipped",
            Self::Done => "done",
        }
    }

    /// Whether nothing is left to do.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Skipped)
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its id, where it has one.
    pub id: Option<Id>,
    /// Where the id stands; empty where there is none.
    pub id_range: TextRange,
    /// What is to be done: its first line behind the id.
    pub title: TextRange,
    /// Its box.
    pub check: Check,
    /// What box and `Status:` say together.
    pub state: State,
    /// Its first line without the end of the line.
    pub line: TextRange,
    /// With its fields, fences and the steps within it.
    pub range: TextRange,
    /// The item of the outline that it is.
    pub item: usize,
    /// The section that it is in, by its place in the list.
    pub section: Option<usize>,
    /// The step that it is a part of, by its place in the list.
    pub parent: Option<usize>,
    /// What it says of itself, in order.
    pub fields: Vec<Field>,
    /// The fences in it (in those of the outline), not those of steps within it.
    pub fences: Vec<usize>,
}

impl Step {
    /// Whether it says what it is about: of a step that is being written there may be no more than its box.
    pub fn is_written(&self) -> bool {
        self.id.is_some() || !self.title.is_empty()
    }

    /// The fields of a name, in order.
    pub fn all(&self, name: FieldName) -> impl Iterator<Item = &Field> {
        self.fields
            .iter()
            .filter(move |field| field.name == Some(name))
    }

    /// The first field of a name.
    pub fn field(&self, name: FieldName) -> Option<&Field> {
        self.all(name).next()
    }

    /// The spans of all fields of a name.
    pub fn spans(&self, name: FieldName) -> impl Iterator<Item = TextRange> {
        self.all(name).flat_map(|field| field.spans.iter().copied())
    }

    /// The paths under `Files:`.
    pub fn files<'t>(&self, text: &'t str) -> Vec<PathSpan<'t>> {
        self.spans(FieldName::Files)
            .map(|span| PathSpan::read(text, span))
            .collect()
    }

    /// The ids under `Depends:` with their places.
    pub fn depends(&self, text: &str) -> Vec<(Id, TextRange)> {
        self.all(FieldName::Depends)
            .flat_map(|field| field.ids(text))
            .collect()
    }

    /// The pins under `Packages:`.
    pub fn packages<'t>(&self, text: &'t str) -> Vec<Pin<'t>> {
        self.spans(FieldName::Packages)
            .filter_map(|span| Pin::read(text, span))
            .collect()
    }

    /// Whether it need not be done.
    pub fn is_optional(&self, text: &str) -> bool {
        let value = self
            .field(FieldName::Optional)
            .map(|field| field.value.slice(text));
        value.is_some_and(|value| value.trim().eq_ignore_ascii_case("yes"))
    }
}

/// A question or a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// The item.
    pub range: TextRange,
    /// What it says behind the name.
    pub text: TextRange,
    /// Whether it is settled: its box is ticked, or it has an answer below it.
    pub is_closed: bool,
}

/// A comment that silences findings: `<!-- hf-plan: ignore HFP105 -->`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The codes; all where there is none.
    pub codes: Vec<String>,
    /// What it covers.
    pub covers: TextRange,
}

impl Plan {
    /// Reads a plan. Never fails: what is not understood is not in it.
    pub fn read(text: &str, outline: &Outline) -> Self {
        read::read(text, outline)
    }

    /// Whether it is written in this format, so that it may be held to it: its marker or its title says so, or a
    /// step with an id has a field as this format has it. Others write `Depends:` and `Files:` too, and mean prose by
    /// it.
    pub fn is_ours(&self) -> bool {
        let is_own = |field: &Field| match field.name.filter(|_| field.is_exact) {
            Some(FieldName::Verify) => true,
            Some(name) => name.is_distinct() && !field.spans.is_empty(),
            None => false,
        };
        self.marker.is_some()
            || self.is_titled
            || self.steps.iter().any(|step| {
                step.id.as_ref().is_some_and(Id::is_dotted) && step.fields.iter().any(is_own)
            })
    }

    /// The step of an id; the first one where there are several.
    pub fn step(&self, id: &Id) -> Option<&Step> {
        self.position(id).map(|at| &self.steps[at])
    }

    /// Its place in the list.
    pub fn position(&self, id: &Id) -> Option<usize> {
        self.steps
            .iter()
            .position(|step| step.id.as_ref() == Some(id))
    }

    /// The places of all steps in the list, by their ids; of several with one id the first.
    pub fn places(&self) -> HashMap<&Id, usize> {
        let steps = self.steps.iter().enumerate().rev();
        steps
            .filter_map(|(at, step)| Some((step.id.as_ref()?, at)))
            .collect()
    }

    /// The innermost step that holds a place.
    pub fn step_at(&self, offset: u32) -> Option<usize> {
        (0..self.steps.len())
            .rev()
            .find(|&at| self.steps[at].range.touches(offset))
    }

    /// The steps directly within a step.
    pub fn children(&self, of: usize) -> impl Iterator<Item = usize> {
        (0..self.steps.len()).filter(move |&at| self.steps[at].parent == Some(of))
    }

    /// The steps that are no parent of others: what is counted.
    pub fn leaves(&self) -> impl Iterator<Item = &Step> {
        let mut is_parent = vec![false; self.steps.len()];
        for parent in self.steps.iter().filter_map(|step| step.parent) {
            is_parent[parent] = true;
        }
        let steps = self.steps.iter().zip(is_parent);
        steps.filter_map(|(step, is_parent)| (!is_parent).then_some(step))
    }

    /// The section that a place is in.
    pub fn section_at(&self, offset: u32) -> Option<usize> {
        let after = self.sections.partition_point(|it| it.range.start <= offset);
        after
            .checked_sub(1)
            .filter(|&at| self.sections[at].range.touches(offset))
    }

    /// Whether a comment silences the findings of a rule at a place.
    pub fn is_ignored(&self, code: &str, name: &str, range: TextRange) -> bool {
        let is_meant = |it: &String| it.eq_ignore_ascii_case(code) || it == name;
        self.ignores.iter().any(|ignore| {
            ignore.covers.contains_range(range)
                && (ignore.codes.is_empty() || ignore.codes.iter().any(is_meant))
        })
    }

    /// The value of a row of the target, by its name.
    pub fn target<'t>(&self, text: &'t str, key: &str) -> Option<(Row, &'t str)> {
        let mut rows = self.target.iter();
        let row = rows.find(|row| {
            row.key
                .slice(text)
                .trim_matches('*')
                .eq_ignore_ascii_case(key)
        })?;
        Some((*row, row.value.slice(text)))
    }
}

#[cfg(test)]
mod tests;
