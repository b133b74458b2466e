//! Entries of a changelog.

use super::{Sheet, line, one_line};
use crate::journal::outline::Heading;
use crate::rules::finding::Edit;
use crate::text::TextRange;

/// A changelog without entries.
pub fn header(newline: &str) -> String {
    [
        "# Changelog",
        "",
        "All notable changes to this project are written down here, in the form of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).",
        "",
        "## [Unreleased]",
        "",
    ]
    .join(newline)
}

impl<'a> Sheet<'a> {
    /// Writes an entry of a changelog as the last one of a category under `[Unreleased]`; makes both where they
    /// are missing. `order` tells where a category goes among others.
    pub fn insert_entry(&self, category: &str, entry: &str, order: &[&str]) -> Vec<Edit> {
        let entry = one_line(entry);
        let Some(unreleased) = self.unreleased() else {
            return self.insert_release(category, &entry);
        };
        let of_release = |it: &&Heading| {
            it.level == unreleased.level + 1 && unreleased.section.contains_range(it.range)
        };
        let mut categories = self.outline.headings.iter().filter(of_release);
        let is_named = |it: &&Heading| it.text.slice(self.text).eq_ignore_ascii_case(category);
        match categories.clone().find(is_named) {
            Some(own) => self.insert_item(own, &entry),
            None => {
                let rank = |name: &str| {
                    order
                        .iter()
                        .position(|it| it.eq_ignore_ascii_case(name))
                        .unwrap_or(order.len())
                };
                let is_earlier = |it: &&Heading| rank(it.text.slice(self.text)) < rank(category);
                let earlier = categories.clone().rfind(is_earlier);
                let content = |newline: &str| {
                    format!(
                        "{} {category}{newline}{newline}- {entry}",
                        "#".repeat(usize::from(unreleased.level) + 1)
                    )
                };
                match (earlier, categories.next()) {
                    (None, Some(first)) => {
                        let at = line::start(self.text, first.range.start);
                        let newline = line::newline(self.text, at);
                        self.insertion(at, format!("{}{newline}{newline}", content(newline)))
                    }
                    (earlier, _) => {
                        let at =
                            line::last_written(self.text, earlier.unwrap_or(unreleased).section);
                        let newline = line::newline(self.text, at);
                        self.block(at, &content(newline))
                    }
                }
            }
        }
    }

    /// The heading of what is not released yet.
    pub fn unreleased(&self) -> Option<&'a Heading> {
        let mut headings = self.outline.headings.iter();
        headings.find(|it| {
            it.level <= 3
                && it
                    .text
                    .slice(self.text)
                    .to_lowercase()
                    .contains("unreleased")
        })
    }

    fn insert_item(&self, category: &Heading, entry: &str) -> Vec<Edit> {
        let inside =
            |it: &&super::Item| it.parent.is_none() && category.section.contains_range(it.range);
        let last = self.outline.items.iter().rfind(inside);
        let lead = last.and_then(|item| Some((item, self.lead(item)?)));
        let (at, lead) = match &lead {
            Some((item, lead)) => (line::end(self.text, item.range.end), lead.next()),
            None => (
                line::last_written(self.text, category.section),
                "- ".to_owned(),
            ),
        };
        match last {
            Some(_) => self.line_behind(at, &format!("{lead}{entry}")),
            None => self.block(at, &format!("{lead}{entry}")),
        }
    }

    fn insert_release(&self, category: &str, entry: &str) -> Vec<Edit> {
        let first = self.outline.headings.iter().find(|it| it.level == 2);
        let all = TextRange::from_usize(0, self.text.len());
        let at = match first {
            Some(first) => line::start(self.text, first.range.start),
            None => line::last_written(self.text, all),
        };
        let newline = line::newline(self.text, at);
        let written = [
            "## [Unreleased]",
            "",
            &format!("### {category}"),
            "",
            &format!("- {entry}"),
        ]
        .join(newline);
        match first {
            Some(_) => self.insertion(at, format!("{written}{newline}{newline}")),
            None if self.text.trim().is_empty() => {
                self.insertion(at, format!("{written}{newline}"))
            }
            None => self.block(at, &written),
        }
    }
}
