//! Edits of the documents of a journal: as small as they can be, in the style of what stands around them.
//!
//! Everything starts at a [`Sheet`]. What cannot be done without a doubt gives no edit: a field that goes on in
//! lines that may be somebody's prose is not replaced, nothing is put into a fence or a comment that nothing closes.
//! All edits are of the text that the sheet was made of; those of one call fit together, sorted.

pub mod line;
pub mod mention;

mod field;
mod lead;
mod number;
mod section;
mod state;
mod step;
mod table;

pub use number::Renumbering;
pub use step::StepText;
pub use table::{cell, row};

use super::outline::{Item, Outline};
use super::plan::{Plan, Step};
use crate::rules::finding::Edit;
use crate::text::TextRange;
use crate::workspace::document::Document;

/// A document that is to be edited, with what it says.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// Its text.
    pub text: &'a str,
    /// Its blocks.
    pub outline: &'a Outline,
    /// Its steps; those of any document, also where it is no plan.
    pub plan: &'a Plan,
}

impl<'a> Sheet<'a> {
    /// A document as it is now.
    pub fn of(document: &'a Document) -> Self {
        Self {
            text: document.text(),
            outline: document.outline(),
            plan: document.plan(),
        }
    }

    /// The item of the outline that begins with its sign at a place.
    fn item(&self, marker: u32) -> Option<&'a Item> {
        let items = &self.outline.items;
        let at = items.partition_point(|item| item.marker.start < marker);
        items.get(at).filter(|item| item.marker.start == marker)
    }

    fn item_of(&self, step: &Step) -> Option<&'a Item> {
        self.outline.items.get(step.item)
    }

    /// Whether a line that is put in at a place stays outside of fences and comments, also of such that are not
    /// closed.
    fn is_outside(&self, at: u32) -> bool {
        let is_fenced = |fence: &crate::embedded::markdown::Fence| fence.body().touches(at);
        let is_open = |comment: &TextRange| {
            let said = comment.slice(self.text);
            let is_sound = said.ends_with("-->") && !has_fence(said);
            comment.start < at && (at < comment.end || !is_sound)
        };
        let is_front = |front: TextRange| has_fence(front.slice(self.text)) || at <= front.end;
        !self.outline.fences.iter().any(is_fenced)
            && !self.outline.comments.iter().any(is_open)
            && !self.outline.front_matter.is_some_and(is_front)
    }

    /// A block put in behind the line of a place, with a blank line in front of it.
    fn block(&self, place: u32, content: &str) -> Vec<Edit> {
        let newline = line::newline(self.text, place);
        self.line_behind(place, &format!("{newline}{content}"))
    }

    /// A line put in behind the line of a place. A blank one follows where the next line would be taken for a part
    /// of it.
    fn line_behind(&self, place: u32, content: &str) -> Vec<Edit> {
        let at = line::end(self.text, place);
        let newline = line::newline(self.text, at);
        let next = line::next(self.text, at);
        let is_apart = next == at || line::is_blank(self.text, next) || self.is_block(next);
        let behind = if is_apart { "" } else { newline };
        self.insertion(at, format!("{newline}{content}{behind}"))
    }

    /// Whether an item or a heading begins in the line of a place, whatever stands in front of it.
    fn is_block(&self, at: u32) -> bool {
        let line = line::around(self.text, at);
        let said = line.slice(self.text);
        let front = said.len() - said.trim_start_matches([' ', '\t', '>']).len();
        let start = line.start + u32::try_from(front).unwrap_or_default();
        let is_heading = || {
            self.outline
                .headings
                .iter()
                .any(|it| it.range.start == start)
        };
        self.item(start).is_some() || said[front..].starts_with('#') && is_heading()
    }

    /// Some text put in, where that is safe.
    fn insertion(&self, at: u32, content: String) -> Vec<Edit> {
        if content.is_empty() || !self.is_outside(at) {
            return Vec::new();
        }
        vec![Edit {
            range: TextRange::at(at),
            content,
        }]
    }
}

/// Whether a fence may begin in what is no Markdown; whether it goes on behind that, nobody can say.
fn has_fence(text: &str) -> bool {
    text.contains("```") || text.contains("~~~")
}

/// A text as one line: what may stand behind a field's name, or in a title.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Edits in order; of those that take away the same bytes, one.
fn tidy(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort();
    edits.dedup_by(|next, before| {
        let is_same = next.content.is_empty()
            && before.content.is_empty()
            && next.range.start < before.range.end;
        if is_same {
            before.range = before.range.cover(next.range);
        }
        is_same
    });
    edits
}

#[cfg(test)]
pub mod tests;
