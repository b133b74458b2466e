//! The fields of steps.

use super::line;
use super::{Sheet, one_line};
use crate::journal::plan::{Field, FieldName};
use crate::rules::finding::Edit;
use crate::text::TextRange;

impl Sheet<'_> {
    /// Gives the first field of a name of the step at a place in the list another value, or adds the field.
    pub fn set_field(&self, step: usize, name: FieldName, value: &str) -> Vec<Edit> {
        let own = self.plan.steps.get(step);
        match own.and_then(|own| own.field(name)) {
            Some(field) => self.set_value(field, value),
            None => self.add_field(step, name, value),
        }
    }

    /// Gives a field another value.
    pub fn set_value(&self, field: &Field, value: &str) -> Vec<Edit> {
        let value = one_line(value);
        if !self.is_own(field) || field.value.slice(self.text) == value {
            return Vec::new();
        }
        if !field.value.is_empty() {
            return vec![Edit {
                range: field.value,
                content: value,
            }];
        }
        let behind = TextRange::new(field.value.end, line::end(self.text, field.value.end));
        let is_blank = behind.slice(self.text).trim().is_empty();
        vec![Edit {
            range: if is_blank { behind } else { field.value },
            content: format!(" {value}"),
        }]
    }

    /// Adds a field, also where there is one of its name, behind those that come before it.
    pub fn add_field(&self, step: usize, name: FieldName, value: &str) -> Vec<Edit> {
        let Some(own) = self.plan.steps.get(step) else {
            return Vec::new();
        };
        let written = format!("{}: {}", name.as_str(), one_line(value));
        let is_earlier = |it: &&Field| it.name.is_some_and(|it| rank(it) <= rank(name));
        match (own.fields.iter().rfind(is_earlier), own.fields.first()) {
            (Some(field), _) => self.behind_field(field, &written),
            (None, Some(first)) => self.before_field(first, &written),
            (None, None) => self.insert_fields(step, &[written]),
        }
    }

    /// Adds some fields right behind the title of the step at a place in the list; each is `Name: value`.
    pub fn insert_fields(&self, step: usize, fields: &[String]) -> Vec<Edit> {
        let (Some(own), Some(lead)) = (self.plan.steps.get(step), self.field_lead(step)) else {
            return Vec::new();
        };
        let said = self.item_of(own).map_or(own.line.end, |item| item.text.end);
        let newline = line::newline(self.text, own.line.end);
        let lines: Vec<String> = fields
            .iter()
            .map(|it| format!("{lead}{}", one_line(it)))
            .collect();
        match lines.is_empty() {
            true => Vec::new(),
            false => self.line_behind(said.max(own.line.end), &lines.join(newline)),
        }
    }

    /// Puts something behind the last word of a field that is a list, or adds the field: `Depends: 1.1, 1.2`.
    pub fn extend_field(&self, step: usize, name: FieldName, value: &str) -> Vec<Edit> {
        let own = self.plan.steps.get(step);
        match own.and_then(|own| own.field(name)) {
            Some(field) if !field.value.is_empty() => vec![Edit {
                range: TextRange::at(field.value.end),
                content: format!(", {}", one_line(value)),
            }],
            _ => self.set_field(step, name, value),
        }
    }

    /// Takes a field away with its line; not where something is within it.
    pub fn remove_field(&self, field: &Field) -> Vec<Edit> {
        let item = self.item(field.range.start);
        let is_alone = item.is_some_and(|item| {
            item.range.end <= field.range.end && self.lead(item).is_some() && self.is_own(field)
        });
        let lines = line::whole(self.text, field.range);
        match is_alone {
            true => vec![Edit {
                range: lines,
                content: String::new(),
            }],
            false => Vec::new(),
        }
    }

    /// Whether all lines of a field stand further in than its sign, so that none is prose that follows it.
    fn is_own(&self, field: &Field) -> bool {
        let start = line::start(self.text, field.range.start);
        let front = &self.text[start as usize..field.range.start as usize];
        let mut further = field.range.slice(self.text).split(['\n', '\r']).skip(1);
        further.all(|line| {
            let inner = line.len() - line.trim_start_matches([' ', '\t', '>']).len();
            line.is_empty() || line::column(&line[..inner]) > line::column(front)
        })
    }

    fn behind_field(&self, field: &Field, written: &str) -> Vec<Edit> {
        let item = self.item(field.range.start);
        let lead = item.and_then(|item| Some((item, self.lead(item)?)));
        let Some((item, lead)) = lead else {
            return Vec::new();
        };
        self.line_behind(item.range.end, &format!("{}{written}", lead.again()))
    }

    fn before_field(&self, field: &Field, written: &str) -> Vec<Edit> {
        let item = self.item(field.range.start);
        let Some(lead) = item.and_then(|item| self.lead(item)) else {
            return Vec::new();
        };
        let at = line::start(self.text, field.range.start);
        let newline = line::newline(self.text, at);
        self.insertion(at, format!("{}{written}{newline}", lead.again()))
    }
}

/// A field's place among those of its step.
fn rank(name: FieldName) -> Option<usize> {
    FieldName::ALL.into_iter().position(|known| known == name)
}
