//! Where a new entry goes.

use super::{Category, Changelog, Means};
use crate::journal::kind::Kind;
use crate::rules::finding::Edit;
use crate::text::TextRange;

impl Changelog {
    /// Adds an entry about work of a kind to what is not released: behind the last one below the heading for it, with
    /// all that is missing around it. `what` is one line, without sign and kind.
    pub fn insert(&self, text: &str, kind: Option<Kind>, what: &str) -> Edit {
        match kind.filter(|_| self.is_by_kind()) {
            Some(kind) => self.insert_below(text, Means::Kind(kind), what),
            None => {
                let tagged = kind.map(|kind| format!("{}: {what}", kind.as_str()));
                let means = Means::Category(Category::of(kind));
                self.insert_below(text, means, tagged.as_deref().unwrap_or(what))
            }
        }
    }

    /// Adds an entry below a heading of what is not released.
    pub fn insert_below(&self, text: &str, means: Means, what: &str) -> Edit {
        let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let Some(version) = self.unreleased() else {
            return self.insert_version(text, means, what, line);
        };
        let level = usize::from(self.versions[version].level);
        let is_it = |at: &usize| {
            let group = &self.groups[*at];
            group.version == version && group.means == Some(means)
        };
        match (0..self.groups.len()).find(is_it) {
            Some(group) => self.insert_entry(text, group, what, line),
            None => {
                let heading = "#".repeat(level + 1);
                let title = means.title();
                let content = format!("{line}{line}{heading} {title}{line}{line}- {what}");
                at_end(text, self.versions[version].range, content)
            }
        }
    }

    fn insert_entry(&self, text: &str, group: usize, what: &str, line: &str) -> Edit {
        let of_group = |it: &&super::Entry| it.group == Some(group);
        let Some(last) = self.entries.iter().rfind(of_group) else {
            let content = format!("{line}{line}- {what}");
            let heading = self.groups[group].heading;
            return at_end(text, heading, content);
        };
        let sign = last.range.slice(text).chars().next();
        let sign = sign.filter(|sign| "-*+".contains(*sign)).unwrap_or('-');
        let before = &text[..last.range.start as usize];
        let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
        let indent = &before[before.len() - indent..];
        at_end(text, last.range, format!("{line}{indent}{sign} {what}"))
    }

    /// Adds the heading for what is not released too: in front of the first version, else at the end.
    fn insert_version(&self, text: &str, means: Means, what: &str, line: &str) -> Edit {
        let level = self.versions.first().map_or(2, |it| usize::from(it.level));
        let (heading, below) = ("#".repeat(level), "#".repeat(level + 1));
        let name = match self.versions.is_empty() || self.keeps_form() {
            true => "[Unreleased]",
            false => "Unreleased",
        };
        let title = means.title();
        let block =
            format!("{heading} {name}{line}{line}{below} {title}{line}{line}- {what}{line}");
        match self.versions.first() {
            Some(first) => Edit {
                range: TextRange::at(first.heading.start),
                content: format!("{block}{line}"),
            },
            None => {
                let all = TextRange::from_usize(0, text.len());
                let apart = if text.trim().is_empty() { "" } else { line };
                let edit = at_end(text, all, format!("{apart}{apart}{}", block.trim_end()));
                // The last line of a file ends.
                let is_last = text[edit.range.end as usize..].is_empty();
                let end = if is_last { line } else { "" };
                Edit {
                    content: format!("{}{end}", edit.content),
                    ..edit
                }
            }
        }
    }
}

/// An insertion behind the last character of a range that is no space.
fn at_end(text: &str, range: TextRange, content: String) -> Edit {
    let length = range.slice(text).trim_end().len();
    let end = range.start as usize + length;
    Edit {
        range: TextRange::from_usize(end, end),
        content,
    }
}
