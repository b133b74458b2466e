//! New sections.

use super::step::free_number;
use super::{Sheet, StepText, line};
use crate::journal::id::Id;
use crate::journal::plan::{Known, Section};
use crate::rules::finding::Edit;

/// Where a new section goes.
enum Place {
    /// Behind the section at this place in the list.
    Behind(usize),
    /// In front of it.
    Before(usize),
    /// At the end of the document.
    Last,
}

impl Sheet<'_> {
    /// Writes a section that the plan lacks, with steps in it; what stands in it otherwise is up to its author.
    /// Nothing where the plan has it.
    pub fn insert_section(&self, known: Known, steps: &[StepText]) -> Vec<Edit> {
        self.insert_section_with(known, &[], steps)
    }

    /// The same with lines of its own in front of the steps.
    pub fn insert_section_with(
        &self,
        known: Known,
        lines: &[String],
        steps: &[StepText],
    ) -> Vec<Edit> {
        if self.plan.sections.iter().any(|it| it.known == Some(known)) {
            return Vec::new();
        }
        let (place, number) = self.place(known);
        let at = match place {
            Place::Before(next) => line::start(self.text, self.plan.sections[next].heading.start),
            Place::Behind(last) => line::last_written(self.text, self.plan.sections[last].range),
            Place::Last => line::last_written(
                self.text,
                crate::text::TextRange::from_usize(0, self.text.len()),
            ),
        };
        let newline = line::newline(self.text, at);
        let written = self.section_text(known, number, lines, steps, newline, at);
        let is_empty = self.text.trim().is_empty();
        match place {
            Place::Before(_) => self.insertion(at, format!("{written}{newline}{newline}")),
            Place::Last if is_empty => self.insertion(at, format!("{written}{newline}")),
            Place::Behind(_) | Place::Last => self.block(at, &written),
        }
    }

    /// The text of a section that the plan lacks as it would be written for the line at a place, without the end
    /// of the last line.
    pub fn section_text(
        &self,
        known: Known,
        number: Option<u32>,
        lines: &[String],
        steps: &[StepText],
        newline: &str,
        at: u32,
    ) -> String {
        let mut text = match number {
            Some(number) => format!("## {number}. {}", known.title()),
            None => format!("## {}", known.title()),
        };
        if !lines.is_empty() {
            text.push_str(&format!("{newline}{newline}{}", lines.join(newline)));
        }
        let first = number.unwrap_or_else(|| free_number(self.plan));
        for (count, step) in (1..).zip(steps) {
            let id = Id::of(&[first, count]);
            let step = match count {
                1 => step.clone(),
                _ => step.behind(&Id::of(&[first, count - 1])),
            };
            let apart = if count == 1 { newline } else { "" };
            let step = self.render(Some(&id), &step, newline, at);
            text.push_str(&format!("{newline}{apart}{step}"));
        }
        text
    }

    /// The number that a section gets at the place where [`Self::insert_section`] would write it; none where the
    /// sections of the plan have none, or this one never has.
    pub fn section_number(&self, known: Known) -> Option<u32> {
        self.place(known).1
    }

    fn place(&self, known: Known) -> (Place, Option<u32>) {
        let sections = &self.plan.sections;
        let is_earlier = |it: &Section| it.known.is_some_and(|other| other < known);
        let is_later = |it: &Section| it.known.is_some_and(|other| other > known);
        let before = sections.iter().rposition(is_earlier);
        let place = match (before, sections.iter().position(is_later)) {
            (Some(last), _) => Place::Behind(last),
            (None, Some(next)) => Place::Before(next),
            (None, None) => Place::Last,
        };
        let has_numbers = |it: &Section| it.known.is_none_or(has_number);
        let is_numbered =
            sections.iter().any(|it| it.number.is_some()) || !sections.iter().any(has_numbers);
        if !is_numbered || !has_number(known) {
            return (place, None);
        }
        // A number that is free here, else the section goes behind all that have one.
        let at = match place {
            Place::Behind(last) => last + 1,
            Place::Before(next) => next,
            Place::Last => sections.len(),
        };
        let below = sections[..at]
            .iter()
            .filter_map(|it| it.number)
            .max()
            .unwrap_or(0);
        let above = sections[at..].iter().filter_map(|it| it.number).min();
        let number = below.saturating_add(1);
        let free = free_number(self.plan);
        let is_used = |id: &Id| id.is_dotted() && id.parts()[0] == number;
        let is_free = above.is_none_or(|above| number < above)
            && !self
                .plan
                .steps
                .iter()
                .any(|step| step.id.as_ref().is_some_and(is_used));
        if is_free {
            return (place, Some(number));
        }
        let last = sections.iter().rposition(|it| it.number.is_some());
        (last.map_or(place, Place::Behind), Some(free))
    }
}

/// Whether a section of a plan is one of steps, which have its number.
const fn has_number(known: Known) -> bool {
    !matches!(
        known,
        Known::Target | Known::Architecture | Known::Risks | Known::Archive
    )
}
