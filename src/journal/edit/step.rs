//! New steps.

use super::lead::Lead;
use super::line;
use super::{Sheet, one_line};
use crate::journal::id::Id;
use crate::journal::plan::{FieldName, Plan, Step};
use crate::rules::finding::Edit;
use crate::text::TextRange;

/// A step that is to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepText {
    /// What is to be done.
    pub title: String,
    /// What it says of itself, in the order in which it is written.
    pub fields: Vec<(FieldName, String)>,
    /// Whether it depends on the one before it, where both are written at once and it says nothing else.
    pub follows: bool,
}

impl StepText {
    /// A step without fields.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// See [`Self::follows`].
    #[must_use]
    pub fn following(mut self) -> Self {
        self.follows = true;
        self
    }

    /// The same behind a step of that id, which is written at once.
    #[must_use]
    pub(super) fn behind(&self, before: &Id) -> Self {
        let mut step = self.clone();
        if self.follows && self.field(FieldName::Depends).is_none() {
            step.fields
                .insert(0, (FieldName::Depends, before.to_string()));
        }
        step
    }

    /// With one more field; without it where it has nothing to say.
    #[must_use]
    pub fn with(mut self, name: FieldName, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.fields.push((name, value));
        }
        self
    }

    /// The value of a field.
    pub fn field(&self, name: FieldName) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|field| field.0 == name)
            .map(|field| field.1.as_str())
    }

    /// What stands behind the box: id and title.
    pub fn heading(&self, id: Option<&Id>) -> String {
        match id {
            Some(id) => format!("{id} {}", one_line(&self.title)),
            None => one_line(&self.title),
        }
    }

    /// Its lines but the first, each behind `inner`.
    pub fn rest(&self, inner: &str, newline: &str) -> String {
        let line = |(name, value): &(FieldName, String)| {
            format!("{newline}{inner}{}: {}", name.as_str(), one_line(value))
        };
        self.fields.iter().map(line).collect()
    }

    /// All of it: the first line behind `lead`, those of its fields behind `inner`; no end of a line behind it.
    pub fn render(&self, id: Option<&Id>, lead: &str, inner: &str, newline: &str) -> String {
        format!(
            "{lead}[ ] {}{}",
            self.heading(id),
            self.rest(inner, newline)
        )
    }
}

impl Sheet<'_> {
    /// Writes a step as the last one of a section (by its place in the list), under an id, see [`Self::next_id`].
    pub fn insert_step(&self, section: usize, id: Option<&Id>, step: &StepText) -> Vec<Edit> {
        match self.last_step(section) {
            Some(last) => self.insert_step_behind(last, id, step),
            None => self.first_step(section, id, step),
        }
    }

    /// Writes a step behind another one (by its place in the list), in the same list.
    pub fn insert_step_behind(&self, before: usize, id: Option<&Id>, step: &StepText) -> Vec<Edit> {
        let Some(own) = self.plan.steps.get(before) else {
            return Vec::new();
        };
        let Some(lead) = self.step_lead(own) else {
            return Vec::new();
        };
        let at = line::end(self.text, own.range.end);
        let newline = line::newline(self.text, at);
        let apart = if self.is_loose(before) {
            self.blank(&lead, newline)
        } else {
            String::new()
        };
        let inner = self.inner_lead(&lead, before + 1);
        let written = step.render(id, &lead.next(), &inner, newline);
        self.line_behind(at, &format!("{apart}{written}"))
    }

    fn first_step(&self, section: usize, id: Option<&Id>, step: &StepText) -> Vec<Edit> {
        let Some(section) = self.plan.sections.get(section) else {
            return Vec::new();
        };
        let at = line::last_written(self.text, section.range);
        let newline = line::newline(self.text, at);
        let written = self.render(id, step, newline, section.range.start);
        self.block(at, &written)
    }

    /// A step as the plan would have it at the start of a line at a place.
    pub(super) fn render(
        &self,
        id: Option<&Id>,
        step: &StepText,
        newline: &str,
        at: u32,
    ) -> String {
        let near = self.plan.steps.partition_point(|it| it.line.start < at);
        let lead = Lead {
            front: "",
            marker: self.usual_marker(),
            gap: " ",
        };
        step.render(id, &lead.again(), &self.inner_lead(&lead, near), newline)
    }

    /// The sign that the plan's steps are written with.
    pub fn usual_marker(&self) -> &'static str {
        let of = |step: &Step| self.item_of(step).map(|item| item.marker.slice(self.text));
        match self.plan.steps.first().and_then(of) {
            Some("*") => "*",
            Some("+") => "+",
            _ => "-",
        }
    }

    fn blank(&self, lead: &Lead<'_>, newline: &str) -> String {
        format!("{}{newline}", lead.front.trim_end())
    }

    /// Whether a blank line stands between a step and the one that follows it in its list, or the one before; or,
    /// where it is alone, whether it has one within.
    fn is_loose(&self, step: usize) -> bool {
        let steps = &self.plan.steps;
        let own = &steps[step];
        let is_sibling = |it: &&Step| it.parent == own.parent && it.section == own.section;
        let before = steps[..step].iter().rfind(is_sibling);
        let range = match before {
            Some(before) => TextRange::new(before.range.end, own.range.start),
            None => own.range,
        };
        let within = TextRange::new(line::next(self.text, range.start).min(range.end), range.end);
        let is_blank = |line: &str| line.trim_matches([' ', '\t', '>', '\r']).is_empty();
        let lines = within.slice(self.text).split_inclusive('\n');
        lines
            .into_iter()
            .any(|line| line.ends_with('\n') && is_blank(line.trim_end_matches('\n')))
            || before.is_some() && !own.fences.is_empty()
    }

    /// The last step of a section that is no part of another, by its place in the list.
    pub fn last_step(&self, section: usize) -> Option<usize> {
        let steps = self.plan.steps.iter().enumerate();
        let mut inside = steps.filter(|(_, it)| it.section == Some(section) && it.parent.is_none());
        inside.next_back().map(|(at, _)| at)
    }

    /// The id that a further step of a section gets: in the form of its other ids, one more than the last one; one
    /// that the plan does not have.
    pub fn next_id(&self, section: usize) -> Option<Id> {
        next_id(self.plan, section)
    }
}

/// See [`Sheet::next_id`].
pub fn next_id(plan: &Plan, section: usize) -> Option<Id> {
    let of_section = |step: &&Step| step.section == Some(section) && step.parent.is_none();
    let last = plan
        .steps
        .iter()
        .filter(of_section)
        .filter_map(|it| it.id.as_ref())
        .next_back();
    if let Some(id) = last.filter(|id| !id.is_dotted()) {
        return next_plain(plan, id);
    }
    let own = plan.sections.get(section)?;
    let first = last.map(|id| id.parts()[0]).or(own.number);
    let first = first.unwrap_or_else(|| free_number(plan));
    let used = plan.steps.iter().filter_map(|step| step.id.as_ref());
    let used = used.filter(|id| id.is_dotted() && id.parts()[0] == first);
    let second = used.map(|id| id.parts()[1]).max().unwrap_or(0);
    Some(Id::of(&[first, second.checked_add(1)?]))
}

/// `T004` behind `T003`, `4` behind `3`.
fn next_plain(plan: &Plan, last: &Id) -> Option<Id> {
    let letter = last
        .as_str()
        .chars()
        .next()
        .filter(char::is_ascii_uppercase);
    let is_alike = |id: &&Id| {
        !id.is_dotted() && id.as_str().chars().next().filter(char::is_ascii_uppercase) == letter
    };
    let all = plan
        .steps
        .iter()
        .filter_map(|step| step.id.as_ref())
        .filter(is_alike);
    let most = all
        .filter_map(|id| id.parts().first())
        .max()?
        .checked_add(1)?;
    let width = last.as_str().len() - letter.map_or(0, char::len_utf8);
    let letter = letter.map(String::from).unwrap_or_default();
    Id::parse(&format!("{letter}{most:0width$}"))
}

/// The number that a further section gets: one more than all that are used.
pub fn free_number(plan: &Plan) -> u32 {
    let sections = plan.sections.iter().filter_map(|section| section.number);
    let ids = plan.steps.iter().filter_map(|step| step.id.as_ref());
    let ids = ids.filter(|id| id.is_dotted()).map(|id| id.parts()[0]);
    sections.chain(ids).max().unwrap_or(0).saturating_add(1)
}
