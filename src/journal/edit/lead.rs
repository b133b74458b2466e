//! What stands in front of the text of an item: space, signs of quotes, the item's sign.

use super::Sheet;
use super::line;
use crate::journal::outline::Item;
use crate::journal::plan::Step;

/// What stands in front of an item's box or text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead<'a> {
    /// Space, and signs of quotes.
    pub front: &'a str,
    /// The item's sign.
    pub marker: &'a str,
    /// Space behind it.
    pub gap: &'a str,
}

impl Lead<'_> {
    /// All of it, for a further item of the same kind.
    pub fn again(&self) -> String {
        format!("{}{}{}", self.front, self.marker, self.gap)
    }

    /// The same for the next item: `2. ` behind `1. `.
    pub fn next(&self) -> String {
        let (digits, sign) = self.marker.split_at(self.marker.len() - 1);
        let marker = match digits.parse::<u32>() {
            Ok(number) => format!("{}{sign}", number.saturating_add(1)),
            Err(_) => self.marker.to_owned(),
        };
        format!("{}{marker}{}", self.front, self.gap)
    }

    /// For an item within this one, where nothing shows how these are written.
    pub fn within(&self) -> String {
        let own = line::column(self.front);
        let behind = line::column(&self.again());
        format!(
            "{}{}{} ",
            self.front,
            " ".repeat(behind - own),
            self.bullet()
        )
    }

    fn bullet(&self) -> &str {
        match self.marker {
            "*" | "+" => self.marker,
            _ => "-",
        }
    }

    /// Whether what is within items with these leads stands in the same columns.
    fn is_like(&self, other: &Self) -> bool {
        (self.front, self.marker.len(), self.gap) == (other.front, other.marker.len(), other.gap)
    }
}

impl<'a> Sheet<'a> {
    /// What stands in front of an item; `None` where that is more than space and signs of quotes.
    pub(super) fn lead(&self, item: &Item) -> Option<Lead<'a>> {
        let start = line::start(self.text, item.marker.start) as usize;
        let front = &self.text[start..item.marker.start as usize];
        let behind = &self.text[item.marker.end as usize..];
        let gap = &behind[..behind.len() - behind.trim_start_matches([' ', '\t']).len()];
        let is_front = front.chars().all(|it| matches!(it, ' ' | '\t' | '>'));
        let is_line = behind[gap.len()..].starts_with(['\n', '\r']) || behind.len() == gap.len();
        (is_front && !item.marker.is_empty()).then_some(Lead {
            front,
            marker: item.marker.slice(self.text),
            gap: if gap.is_empty() || is_line || line::column(gap) > 4 {
                " "
            } else {
                gap
            },
        })
    }

    pub(super) fn step_lead(&self, step: &Step) -> Option<Lead<'a>> {
        self.lead(self.item_of(step)?)
    }

    /// What a field of a step is written behind: as the step's other fields, else as those of steps like it.
    pub fn field_lead(&self, step: usize) -> Option<String> {
        let own = self.plan.steps.get(step)?;
        if let Some(lead) = self.first_field_lead(own) {
            return Some(lead);
        }
        let lead = self.step_lead(own)?;
        let items = self.outline.items.iter().skip(own.item + 1);
        let mut items = items.take_while(|item| item.range.start < own.range.end);
        let child = items.find(|item| item.parent == Some(own.item));
        if let Some(child) = child.and_then(|child| self.lead(child)) {
            return Some(format!("{}{} ", child.front, child.bullet()));
        }
        Some(self.inner_lead(&lead, step))
    }

    /// What the fields of a step that has this lead are written behind, as near the place of the step `near` as
    /// can be.
    pub(super) fn inner_lead(&self, lead: &Lead<'_>, near: usize) -> String {
        let steps = &self.plan.steps;
        let (before, behind) = steps.split_at(near.min(steps.len()));
        let mut nearest = before.iter().rev().chain(behind);
        let alike = nearest.find_map(|step| {
            let is_like = self.step_lead(step)?.is_like(lead);
            is_like.then(|| self.first_field_lead(step)).flatten()
        });
        alike.unwrap_or_else(|| lead.within())
    }

    fn first_field_lead(&self, step: &Step) -> Option<String> {
        let mut fields = step.fields.iter();
        fields.find_map(|field| Some(self.lead(self.item(field.range.start)?)?.again()))
    }
}
