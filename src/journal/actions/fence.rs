//! Fences that say which file they are: the file is made of them, or one is brought up to the other.

use std::collections::BTreeSet;

use super::Offers;
use crate::embedded::markdown::Fence;
use crate::journal::bind::title_of;
use crate::journal::change::{ActionKind, Change};
use crate::journal::edit::line;
use crate::journal::plan::PathSpan;
use crate::journal::project::Project;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::Edit;
use crate::text::TextRange;
use crate::workspace::document::Document;

pub(super) fn offer(surroundings: &Surroundings<'_>, range: TextRange, offers: &mut Offers) {
    let (plan, text) = (surroundings.document.plan(), surroundings.text());
    let Some(step) = plan.step_at(range.start).map(|at| &plan.steps[at]) else {
        return;
    };
    let fences = step
        .fences
        .iter()
        .map(|at| &surroundings.document.outline().fences[*at]);
    for fence in fences {
        if let Some(title) = title_of(text, fence).filter(is_file) {
            of_fence(surroundings, fence, &title, offers);
        }
    }
}

/// The files that a plan holds.
#[derive(Debug, Default)]
pub struct FromFences {
    /// Makes those that are not there.
    pub change: Change,
    /// Those that are there and say something else.
    pub different: Vec<String>,
    /// Those that are there.
    pub same: Vec<String>,
}

impl FromFences {
    /// All of them.
    pub fn paths(self) -> BTreeSet<String> {
        let new = self.change.creates.into_keys();
        new.chain(self.different).chain(self.same).collect()
    }
}

/// The files in a plan's fences, of one step (by its place in the list) or of all. The first fence of a path counts.
pub fn files_of(
    project: &dyn Project,
    text: &str,
    document: &Document,
    only: Option<usize>,
) -> FromFences {
    let mut found = FromFences::default();
    let steps = document.plan().steps.iter().enumerate();
    let wanted = steps.filter(|(at, _)| only.is_none_or(|only| only == *at));
    for fence in wanted
        .flat_map(|(_, step)| &step.fences)
        .map(|at| &document.outline().fences[*at])
    {
        let Some(title) = title_of(text, fence).filter(is_file) else {
            continue;
        };
        let lines: Vec<&str> = fence.lines.iter().map(|it| it.slice(text)).collect();
        let path = title.path.to_owned();
        if !is_whole(text, fence, &lines) || found.change.creates.contains_key(&path) {
            continue;
        }
        if project.place(&path).is_none() {
            found
                .change
                .creates
                .insert(path, format!("{}\n", lines.join("\n")));
            continue;
        }
        let document = project.document(&path);
        let is_same =
            document.is_some_and(|it| same(&lines, &it.text().lines().collect::<Vec<_>>()));
        if is_same {
            &mut found.same
        } else {
            &mut found.different
        }
        .push(path);
    }
    found
}

/// Whether a title names one file.
fn is_file(title: &PathSpan<'_>) -> bool {
    title.symbol.is_none() && title.is_definite() && !title.is_folder()
}

/// Whether a fence holds all of its file.
fn is_whole(text: &str, fence: &Fence, lines: &[&str]) -> bool {
    let is_excerpt = |line: &&str| matches!(line.trim(), "..." | "# ..." | "#..." | "// ...");
    !lines.is_empty() && !lines.iter().any(is_excerpt) && is_closed(text, fence)
}

fn of_fence(
    surroundings: &Surroundings<'_>,
    fence: &Fence,
    title: &PathSpan<'_>,
    offers: &mut Offers,
) {
    let (text, path) = (surroundings.text(), title.path);
    let lines: Vec<&str> = fence.lines.iter().map(|it| it.slice(text)).collect();
    if !is_whole(text, fence, &lines) {
        return;
    }
    if surroundings.project.place(path).is_none() {
        let change = Change::create(path, format!("{}\n", lines.join("\n")));
        offers.add(
            format!("Create {path} from the plan"),
            ActionKind::Rewrite,
            None,
            change,
        );
        return;
    }
    let Some(document) = surroundings.project.document(path) else {
        return;
    };
    let held: Vec<&str> = document.text().lines().collect();
    if same(&lines, &held) {
        return;
    }
    let change = Change::edit(path, file_edits(&document, &lines));
    offers.add(
        format!("Update {path} from the plan"),
        ActionKind::Fix,
        Some("HFP307"),
        change,
    );
    let edits = fence_edits(text, fence, &lines, &held);
    let change = Change::edit(surroundings.path, edits);
    offers.add(
        format!("Update the fence from {path}"),
        ActionKind::Fix,
        Some("HFP307"),
        change,
    );
}

/// Whether the fence ends before its document does.
fn is_closed(text: &str, fence: &Fence) -> bool {
    (fence.body().end as usize) < text.len()
}

fn same(shown: &[&str], held: &[&str]) -> bool {
    fn plain<'l>(lines: &'l [&str]) -> impl Iterator<Item = &'l str> {
        let count = lines
            .iter()
            .rposition(|line| !line.trim().is_empty())
            .map_or(0, |last| last + 1);
        lines[..count].iter().map(|line| line.trim_end())
    }
    plain(shown).eq(plain(held))
}

/// How many lines are equal at the beginning and, of the others, at the end.
fn common(old: &[&str], new: &[&str]) -> (usize, usize) {
    let most = old.len().min(new.len());
    let front = (0..most).find(|at| old[*at] != new[*at]).unwrap_or(most);
    let back = (0..most - front).find(|at| old[old.len() - 1 - at] != new[new.len() - 1 - at]);
    (front, back.unwrap_or(most - front))
}

/// The one edit that gives a file the lines of a fence: from the first line that differs to the last one.
fn file_edits(document: &Document, lines: &[&str]) -> Vec<Edit> {
    let text = document.text();
    let newline = line::newline(text, 0);
    let held: Vec<&str> = text.split_inclusive('\n').collect();
    let bare: Vec<&str> = held
        .iter()
        .map(|it| it.trim_end_matches(['\n', '\r']))
        .collect();
    let (front, back) = common(&bare, lines);
    let offset = |count: usize| held[..count].iter().map(|it| it.len()).sum::<usize>();
    let mut content = String::new();
    for line in &lines[front..lines.len() - back] {
        content.push_str(line);
        content.push_str(newline);
    }
    // A last line without an end gets one where lines follow it.
    if front == held.len() && held.last().is_some_and(|it| !it.ends_with('\n')) {
        content = format!("{newline}{}", content.trim_end_matches(['\n', '\r']));
    }
    vec![Edit {
        range: TextRange::from_usize(offset(front), offset(held.len() - back)),
        content,
    }]
}

/// The one edit that gives a fence the lines of a file.
fn fence_edits(text: &str, fence: &Fence, shown: &[&str], held: &[&str]) -> Vec<Edit> {
    let sign = &fence.opening.slice(text)[..1];
    let would_close = |line: &&str| line.trim_start().starts_with(&sign.repeat(3));
    let front = front(text, fence);
    if held.iter().any(would_close) || front.contains(|it: char| !matches!(it, ' ' | '\t' | '>')) {
        return Vec::new();
    }
    let newline = line::newline(text, fence.opening.start);
    let (first, back) = common(shown, held);
    let start = match fence.lines.get(first) {
        Some(next) => line::start(text, next.start),
        None => fence.body().end,
    };
    let end = match back {
        0 => fence.body().end,
        back => line::start(text, fence.lines[fence.lines.len() - back].start),
    };
    let mut content = String::new();
    for line in &held[first..held.len() - back] {
        match line.trim().is_empty() {
            true => content.push_str(front.trim_end()),
            false => content.push_str(&format!("{front}{line}")),
        }
        content.push_str(newline);
    }
    vec![Edit {
        range: TextRange::new(start.min(end), end),
        content,
    }]
}

/// What stands in front of the lines of a fence.
fn front<'t>(text: &'t str, fence: &Fence) -> &'t str {
    let start = line::start(text, fence.opening.start);
    TextRange::new(start, fence.opening.start).slice(text)
}
