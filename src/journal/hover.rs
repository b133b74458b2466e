//! What a journal's names stand for, as Markdown.

use super::hints::{listed, open_dependencies};
use super::navigate::{Named, named_at};
use super::plan::{FieldName, Pin, Plan, Step};
use super::role::Role;
use super::surroundings::Surroundings;
use crate::environment::Version;
use crate::knowledge::store::normalise;
use crate::text::TextRange;

/// A longer value of a field is cut.
const LONGEST_VALUE: usize = 300;

/// What to show for a byte of a document of the journal, and the bytes that it speaks of.
pub fn hover(surroundings: &Surroundings<'_>, offset: u32) -> Option<(String, TextRange)> {
    if let Some(Named::Step(mention)) = named_at(surroundings, offset) {
        let document = surroundings.other(Role::Plan)?;
        let plan = document.plan();
        let step = plan.step(&mention.id)?;
        return Some((describe(document.text(), plan, step), mention.range));
    }
    let pin = pin_at(surroundings, offset)?;
    Some((package(surroundings, &pin)?, pin.range))
}

/// A step with how far it is and what it says of itself.
pub fn describe(text: &str, plan: &Plan, step: &Step) -> String {
    let id = step
        .id
        .as_ref()
        .map_or_else(String::new, |id| format!("{id} "));
    let mut parts = vec![step.state.as_str().to_owned()];
    let open = open_dependencies(text, plan, step);
    let open: Vec<&str> = open
        .iter()
        .filter_map(|it| Some(it.id.as_ref()?.as_str()))
        .collect();
    if !open.is_empty() && !step.state.is_over() {
        parts.push(format!("waits for {}", listed(&open)));
    }
    let section = step.section.map(|at| plan.sections[at].name.slice(text));
    parts.extend(section.map(str::to_owned));
    let fields = step.fields.iter().filter_map(|field| {
        let name = field.name.filter(|it| *it != FieldName::Status)?;
        let value = field.value.slice(text);
        Some(format!("- {}: {}", name.as_str(), clipped(value)))
    });
    let fields: Vec<String> = fields.collect();
    let head = format!(
        "**{id}{}**\n\n{}",
        step.title.slice(text),
        parts.join(" · ")
    );
    match fields.is_empty() {
        true => head,
        false => format!("{head}\n\n{}", fields.join("\n")),
    }
}

/// The value on one line, not too long; code that was cut is no code any more.
fn clipped(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_VALUE) {
        None => line,
        Some((end, _)) => format!("{} …", line[..end].replace('`', "")),
    }
}

fn pin_at<'t>(surroundings: &Surroundings<'t>, offset: u32) -> Option<Pin<'t>> {
    let plan = surroundings.plan()?;
    let step = &plan.steps[plan.step_at(offset)?];
    let text = surroundings.text();
    let mut pins = step.packages(text).into_iter();
    pins.find(|pin| pin.range.touches(offset))
}

/// What is known of the releases of a package, and which one applies here.
fn package(surroundings: &Surroundings<'_>, pin: &Pin<'_>) -> Option<String> {
    let name = normalise(pin.name);
    let mut lines = Vec::new();
    let resolved = surroundings.environment.libraries.get(&name);
    lines.extend(resolved.map(|it| format!("here: {} ({})", it.version, it.source)));
    let releases = surroundings.knowledge.store().releases(&name);
    let newest = releases.iter().filter(|it| !it.any_prerelease()).max();
    lines.extend(newest.map(|it| format!("newest known: {it}")));
    if lines.is_empty() {
        return None;
    }
    let exact = pin.exact().and_then(|it| it.parse::<Version>().ok());
    let is_older = exact
        .zip(newest)
        .is_some_and(|(exact, newest)| exact > *newest);
    if is_older {
        lines.push("the pinned release is newer than everything known".to_owned());
    }
    Some(format!("**{}** · {}", pin.name, lines.join(" · ")))
}
