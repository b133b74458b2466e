//! The parts of a document of the journal that have names, and those that can be folded.

use super::plan::{Note, Plan, Section, Step};
use super::role::Role;
use super::surroundings::Surroundings;
use crate::text::TextRange;

/// A part of a document that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// More in a few words: "2/5", "blocked".
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub range: TextRange,
    /// The part of its name.
    pub selection: TextRange,
    /// Its parts.
    pub children: Vec<Symbol>,
}

/// What a named part of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A section.
    Section,
    /// A step.
    Step,
    /// A question or a risk.
    Note,
}

/// The parts of a document that have names, in order: of a plan its sections with their steps, of others the headings.
pub fn symbols(surroundings: &Surroundings<'_>) -> Vec<Symbol> {
    let text = surroundings.text();
    match surroundings.role {
        Some(Role::Plan) => of_plan(text, surroundings.document.plan()),
        Some(_) => headings(surroundings),
        None => Vec::new(),
    }
}

fn of_plan(text: &str, plan: &Plan) -> Vec<Symbol> {
    let mut progress = vec![(0, 0); plan.sections.len()];
    for leaf in plan.leaves() {
        if let Some(section) = leaf.section.and_then(|at| progress.get_mut(at)) {
            section.0 += usize::from(leaf.state.is_over());
            section.1 += 1;
        }
    }
    let sections = plan.sections.iter().zip(progress);
    let mut top: Vec<Symbol> = sections.map(|(it, done)| section(text, it, done)).collect();
    let mut alone = Vec::new();
    // From the last on, so that those within another are there when it comes.
    let mut nested: Vec<Vec<Symbol>> = vec![Vec::new(); plan.steps.len()];
    for (at, step) in plan.steps.iter().enumerate().rev() {
        let mut children = std::mem::take(&mut nested[at]);
        children.reverse();
        let symbol = Symbol {
            children,
            ..of_step(text, step)
        };
        match (step.parent, step.section) {
            (Some(parent), _) => nested[parent].push(symbol),
            (None, Some(section)) => top[section].children.push(symbol),
            (None, None) => alone.push(symbol),
        }
    }
    let questions = plan.questions.iter().map(|it| (it, "question"));
    let risks = plan.risks.iter().map(|it| (it, "risk"));
    for (note, what) in questions.chain(risks) {
        let symbol = of_note(text, note, what);
        match plan.section_at(note.range.start) {
            Some(section) => top[section].children.push(symbol),
            None => alone.push(symbol),
        }
    }
    top.extend(alone);
    for section in &mut top {
        section.children.sort_by_key(|it| it.range);
    }
    top.sort_by_key(|it| it.range);
    top
}

fn section(text: &str, section: &Section, (done, all): (usize, usize)) -> Symbol {
    let heading = section.name.slice(text);
    Symbol {
        name: match section.number {
            Some(number) => named(&format!("{number}. {heading}")),
            None => named(heading),
        },
        detail: match all {
            0 => String::new(),
            _ => format!("{done}/{all}"),
        },
        kind: SymbolKind::Section,
        range: trimmed(text, section.range),
        selection: section.heading,
        children: Vec::new(),
    }
}

fn of_step(text: &str, step: &Step) -> Symbol {
    let title = step.title.slice(text);
    Symbol {
        name: match &step.id {
            Some(id) => named(&format!("{id} {title}")),
            None => named(title),
        },
        detail: step.state.as_str().to_owned(),
        kind: SymbolKind::Step,
        range: step.range,
        selection: step.id_range.cover(step.title),
        children: Vec::new(),
    }
}

fn of_note(text: &str, note: &Note, what: &str) -> Symbol {
    let state = if note.is_closed { "closed" } else { "open" };
    Symbol {
        name: named(note.text.slice(text).lines().next().unwrap_or_default()),
        detail: format!("{state} {what}"),
        kind: SymbolKind::Note,
        range: note.range,
        selection: note.text,
        children: Vec::new(),
    }
}

/// Clients refuse symbols without a name.
fn named(name: &str) -> String {
    match name.trim() {
        "" => "(no title)".to_owned(),
        name => name.to_owned(),
    }
}

/// Headings, those below others within them.
fn headings(surroundings: &Surroundings<'_>) -> Vec<Symbol> {
    let text = surroundings.text();
    let mut open: Vec<(u8, Symbol)> = Vec::new();
    let mut top = Vec::new();
    let close = |open: &mut Vec<(u8, Symbol)>, top: &mut Vec<Symbol>| {
        if let Some((_, done)) = open.pop() {
            let above = open.last_mut().map(|(_, above)| &mut above.children);
            above.unwrap_or(top).push(done);
        }
    };
    for heading in &surroundings.document.outline().headings {
        while open
            .last()
            .is_some_and(|(level, _)| *level >= heading.level)
        {
            close(&mut open, &mut top);
        }
        let symbol = Symbol {
            name: named(heading.text.slice(text)),
            detail: String::new(),
            kind: SymbolKind::Section,
            range: trimmed(text, heading.section),
            selection: heading.range,
            children: Vec::new(),
        };
        open.push((heading.level, symbol));
    }
    while !open.is_empty() {
        close(&mut open, &mut top);
    }
    top
}

/// The range without empty lines at its end.
fn trimmed(text: &str, range: TextRange) -> TextRange {
    let length = range.slice(text).trim_end().len();
    TextRange::new(
        range.start,
        range.start + u32::try_from(length).unwrap_or_default(),
    )
}

/// The named parts of a plan that fit some letters: each of them is in the name, in that order. Those that begin with
/// them come first.
pub fn fitting(surroundings: &Surroundings<'_>, query: &str) -> Vec<Symbol> {
    let mut found = Vec::new();
    let mut left = symbols(surroundings);
    left.reverse();
    while let Some(mut symbol) = left.pop() {
        let children = std::mem::take(&mut symbol.children);
        left.extend(children.into_iter().rev());
        if fits(&symbol.name, query) {
            found.push(symbol);
        }
    }
    found.sort_by_key(|it| !it.name.to_lowercase().starts_with(&query.to_lowercase()));
    found
}

fn fits(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    let mut wanted = query.chars().flat_map(char::to_lowercase);
    wanted.all(|wanted| letters.any(|it| it == wanted))
}

/// The parts of a document of the journal that can be folded: sections, steps, fences.
pub fn folds(surroundings: &Surroundings<'_>) -> Vec<TextRange> {
    if surroundings.role.is_none() {
        return Vec::new();
    }
    let (text, outline) = (surroundings.text(), surroundings.document.outline());
    let sections = outline.headings.iter().map(|it| trimmed(text, it.section));
    let items = outline.items.iter().map(|it| it.range);
    let fences = outline.fences.iter().map(|it| {
        // The line that closes it stays in sight with the one that opens it.
        trimmed(text, TextRange::new(it.opening.start, it.body().end))
    });
    let mut folds: Vec<TextRange> = sections.chain(items).chain(fences).collect();
    folds.extend(outline.front_matter);
    folds.sort();
    folds.dedup();
    folds
}
