//! What fits at a place of a document.

use super::field::values;
use super::ground::Ground;
use super::library::recommended_in;
use super::python;
use super::records::{in_changelog, in_stack};
use crate::journal::edit::{Sheet, StepText, line};
use crate::journal::plan::{FieldName, Known, Plan, Step};
use crate::journal::role::Role;
use crate::journal::surroundings::Surroundings;
use crate::text::TextRange;
use crate::workspace::document::Language;

/// A text for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline {
    /// What it replaces: what was typed of it.
    pub range: TextRange,
    /// The whole text.
    pub text: String,
}

/// A text for a place, with a name for lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// In a few words: "Next step: 4.2 Smoke test".
    pub label: String,
    /// What it replaces: what was typed of it.
    pub range: TextRange,
    /// The whole text.
    pub text: String,
    /// Whether it may be shown as grey text, without being asked for.
    pub is_next: bool,
}

/// The one text that is proposed as grey text; nothing where more is behind the place, or it is prose.
pub fn inline(surroundings: &Surroundings<'_>, offset: u32) -> Option<Inline> {
    let offer = complete(surroundings, offset)
        .into_iter()
        .find(|offer| offer.is_next)?;
    let typed = offer.range.slice(surroundings.text());
    (offer.text.starts_with(typed) && offer.text.len() > typed.len()).then_some(Inline {
        range: offer.range,
        text: offer.text,
    })
}

/// All that is offered at a place, the likeliest first.
pub fn complete(surroundings: &Surroundings<'_>, offset: u32) -> Vec<Offer> {
    let text = surroundings.text();
    if !text.is_char_boundary(offset as usize) {
        return Vec::new();
    }
    if surroundings.role.is_none() && surroundings.document.language() == Language::Python {
        return python::offers(surroundings, offset);
    }
    let place = Cursor::new(text, offset);
    if !place.behind.trim().is_empty() || is_in_fence(surroundings, offset) {
        return Vec::new();
    }
    match surroundings.role {
        Some(Role::Plan) => in_plan(surroundings, &place),
        Some(Role::Changelog) => in_changelog(surroundings, &place),
        Some(Role::Stack) => in_stack(surroundings, &place),
        _ => Vec::new(),
    }
}

fn is_in_fence(surroundings: &Surroundings<'_>, offset: u32) -> bool {
    let outline = surroundings.document.outline();
    outline
        .fences
        .iter()
        .any(|fence| fence.body().touches(offset))
        || outline
            .comments
            .iter()
            .any(|comment| comment.start < offset && offset < comment.end)
}

/// A place with its line.
pub(super) struct Cursor<'t> {
    offset: u32,
    pub line: TextRange,
    pub before: &'t str,
    behind: &'t str,
    newline: &'static str,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str, offset: u32) -> Self {
        let line = line::around(text, offset);
        Self {
            offset,
            line,
            before: TextRange::new(line.start, offset).slice(text),
            behind: TextRange::new(offset, line.end).slice(text),
            newline: line::newline(text, offset),
        }
    }

    /// The last `length` bytes in front of the place.
    pub fn typed(&self, length: usize) -> TextRange {
        TextRange::new(
            self.offset - u32::try_from(length).unwrap_or_default(),
            self.offset,
        )
    }

    /// The sign of an item at the start of the line, and what stands behind it.
    pub fn item(&self) -> Option<(&'t str, &'t str)> {
        let said = self.before.trim_start_matches([' ', '\t']);
        let front = &self.before[..self.before.len() - said.len()];
        let rest = said.strip_prefix(['-', '*', '+'])?;
        Some((front, rest))
    }
}

fn in_plan(surroundings: &Surroundings<'_>, place: &Cursor<'_>) -> Vec<Offer> {
    if let Some(typed) = place
        .before
        .strip_prefix("##")
        .filter(|it| !it.starts_with('#'))
    {
        return sections(surroundings, place, typed);
    }
    let Some((front, rest)) = place.item() else {
        return Vec::new();
    };
    if let Some(typed) = rest.trim_start_matches([' ', '\t']).strip_prefix("[ ]") {
        return match front.is_empty() {
            true => steps(surroundings, place, typed),
            false => Vec::new(),
        };
    }
    fields(surroundings, place, rest)
}

/// Behind `- [ ] ` or `- [ ] 4.`: the steps that the section lacks.
fn steps(surroundings: &Surroundings<'_>, place: &Cursor<'_>, typed: &str) -> Vec<Offer> {
    let (text, plan) = (surroundings.text(), surroundings.document.plan());
    let word = typed.trim_start_matches([' ', '\t']);
    let Some((section, known)) = plan
        .section_at(place.line.start)
        .and_then(|at| Some((at, plan.sections[at].known?)))
    else {
        return Vec::new();
    };
    let is_id = word.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    if !is_id || !has_nothing_below(plan, place) {
        return Vec::new();
    }
    let others = without(plan, place.line);
    let Some(id) = Sheet {
        plan: &others,
        ..Sheet::of(surroundings.document)
    }
    .next_id(section) else {
        return Vec::new();
    };
    if !id.as_str().starts_with(word.trim_end_matches(' ')) || !id.is_dotted() {
        return Vec::new();
    }
    let ground = Ground::of(surroundings);
    let missing = recommended_in(surroundings, &ground, text, &others, known);
    let inner = inner_lead(surroundings, place);
    let gap = if typed.is_empty() { " " } else { "" };
    let offer = |(count, step): (usize, StepText)| Offer {
        label: format!("Next step: {}", step.heading(Some(&id))),
        range: place.typed(word.len()),
        text: format!(
            "{gap}{}{}",
            step.heading(Some(&id)),
            step.rest(&inner, place.newline)
        ),
        is_next: count == 0,
    };
    missing.into_iter().enumerate().map(offer).collect()
}

/// Whether the line that is being written has no fields yet: somebody else wrote that step.
fn has_nothing_below(plan: &Plan, place: &Cursor<'_>) -> bool {
    let own = plan.steps.iter().find(|step| line_of(step, place));
    own.is_none_or(|step| step.fields.is_empty() && step.fences.is_empty())
}

fn line_of(step: &Step, place: &Cursor<'_>) -> bool {
    place.line.start <= step.line.start && step.line.start <= place.line.end
}

/// The plan as it is without the step that is being written.
fn without(plan: &Plan, line: TextRange) -> Plan {
    let mut others = plan.clone();
    let is_own = |step: &Step| line.start <= step.line.start && step.line.start <= line.end;
    if let Some(at) = plan.steps.iter().position(is_own) {
        others.steps[at].id = None;
        others.steps[at].title = TextRange::at(line.start);
        others.steps[at].fields.clear();
    }
    others
}

/// What the fields of the step on a line are written behind.
fn inner_lead(surroundings: &Surroundings<'_>, place: &Cursor<'_>) -> String {
    let sheet = Sheet::of(surroundings.document);
    let own = sheet
        .plan
        .steps
        .iter()
        .position(|step| line_of(step, place));
    own.and_then(|own| sheet.field_lead(own))
        .unwrap_or_else(|| "  - ".to_owned())
}

/// Behind `## `: the sections that the plan lacks, with their steps.
fn sections(surroundings: &Surroundings<'_>, place: &Cursor<'_>, typed: &str) -> Vec<Offer> {
    let (text, plan) = (surroundings.text(), surroundings.document.plan());
    if surroundings.own_plan().is_none() {
        return Vec::new();
    }
    let word = typed.trim_start_matches(' ');
    let (digits, name) = word.split_at(
        word.find(|it: char| !it.is_ascii_digit())
            .unwrap_or(word.len()),
    );
    let name = name.trim_start_matches(['.', ' ']);
    let above = |known: Known| {
        let mut before = plan
            .sections
            .iter()
            .filter(|it| it.heading.start < place.line.start);
        before.any(|it| it.known.is_some_and(|it| it < known))
    };
    let is_other = |it: &&crate::journal::plan::Section| {
        it.heading.start < place.line.start || it.heading.start > place.line.end
    };
    let has = |known: Known| {
        plan.sections
            .iter()
            .filter(is_other)
            .any(|it| it.known == Some(known))
    };
    let mut missing: Vec<Known> = Known::ALL
        .into_iter()
        .filter(|known| known.is_required() && !has(*known))
        .filter(|known| {
            known
                .title()
                .to_lowercase()
                .starts_with(&name.to_lowercase())
        })
        .collect();
    missing.sort_by_key(|known| !above(*known));
    let ground = Ground::of(surroundings);
    let sheet = Sheet::of(surroundings.document);
    let gap = if typed.is_empty() { " " } else { "" };
    let offer = |(count, known): (usize, Known)| {
        let number = number_at(plan, place, known);
        let fits = digits.is_empty() || number.is_some_and(|it| it.to_string().starts_with(digits));
        if !fits {
            return None;
        }
        let steps = recommended_in(surroundings, &ground, text, plan, known);
        let written =
            sheet.section_text(known, number, &[], &steps, place.newline, place.line.start);
        Some(Offer {
            label: format!("Section: {}", known.title()),
            range: place.typed(word.len()),
            text: format!("{gap}{}", written.trim_start_matches(['#', ' '])),
            is_next: count == 0,
        })
    };
    missing.into_iter().enumerate().filter_map(offer).collect()
}

/// The number that a section gets at a place: one more than that of the one before, where the plan's sections have
/// numbers.
fn number_at(plan: &Plan, place: &Cursor<'_>, known: Known) -> Option<u32> {
    if matches!(known, Known::Target | Known::Architecture | Known::Risks) {
        return None;
    }
    let own = |it: &&crate::journal::plan::Section| it.heading.start < place.line.start;
    let before = plan
        .sections
        .iter()
        .filter(own)
        .filter_map(|it| it.number)
        .max();
    let is_numbered = plan.sections.iter().any(|it| it.number.is_some());
    let is_first = plan.steps.is_empty();
    match before {
        Some(before) => Some(before.saturating_add(1)),
        None => (!is_numbered && is_first).then_some(1),
    }
}

/// Behind the name of a field: what it may say.
fn fields(surroundings: &Surroundings<'_>, place: &Cursor<'_>, rest: &str) -> Vec<Offer> {
    let plan = surroundings.document.plan();
    let Some(at) = step_above(plan, place) else {
        return Vec::new();
    };
    let said = rest.trim_start_matches([' ', '\t']);
    let Some((name, value)) = said.split_once(':') else {
        return names(surroundings, place, at, said, rest);
    };
    let Some(name) = FieldName::find(name.trim_matches(['*', '_', ' '])) else {
        return Vec::new();
    };
    let typed = value.trim_start_matches(['*', ' ', '\t']);
    let gap = if value.is_empty() { " " } else { "" };
    let values = values(surroundings, at, name, typed, place.line);
    let fits = values
        .into_iter()
        .filter(|(_, text)| text.starts_with(typed) && text.len() > typed.len());
    let offers = fits.enumerate().map(|(count, (label, text))| Offer {
        label,
        range: place.typed(typed.len()),
        text: format!("{gap}{text}"),
        is_next: count == 0,
    });
    offers.collect()
}

/// The step that a field on a line belongs to.
fn step_above(plan: &Plan, place: &Cursor<'_>) -> Option<usize> {
    let after = plan
        .steps
        .partition_point(|step| step.line.start < place.line.start);
    let at = plan
        .step_at(place.line.start.max(1))
        .or_else(|| after.checked_sub(1))?;
    let near = plan.steps[at].range.end + 4 >= place.line.start;
    (near && plan.steps[at].line.start < place.line.start).then_some(at)
}

/// At `- ` in a step: the fields that it does not have.
fn names(
    surroundings: &Surroundings<'_>,
    place: &Cursor<'_>,
    at: usize,
    typed: &str,
    rest: &str,
) -> Vec<Offer> {
    let step = &surroundings.document.plan().steps[at];
    let is_word = typed.bytes().all(|it| it.is_ascii_alphabetic());
    if rest.is_empty() || !is_word || place.before.trim_start().len() == place.before.len() {
        return Vec::new();
    }
    let fits = |name: &FieldName| {
        let is_begun = name
            .as_str()
            .get(..typed.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(typed));
        is_begun && step.field(*name).is_none()
    };
    let offers = FieldName::ALL.into_iter().filter(fits).map(|name| Offer {
        label: format!("{}:", name.as_str()),
        range: place.typed(typed.len()),
        text: format!("{}: ", name.as_str()),
        is_next: false,
    });
    offers.collect()
}
