//! In a call of code: the arguments that the plan names and the call lacks.

use super::cursor::Offer;
use crate::journal::bind::{Given, of_script};
use crate::journal::edit::line;
use crate::journal::surroundings::Surroundings;
use crate::python::facts::Value;
use crate::text::TextRange;

/// What is offered at a place of a Python file.
pub fn offers(surroundings: &Surroundings<'_>, offset: u32) -> Vec<Offer> {
    let text = surroundings.text();
    let line = line::around(text, offset);
    let before = TextRange::new(line.start, offset).slice(text);
    let behind = TextRange::new(offset, line.end).slice(text);
    let word = before.len()
        - before
            .trim_end_matches(|it: char| it.is_alphanumeric() || it == '_')
            .len();
    let (front, word) = before.split_at(before.len() - word);
    let is_start = front.trim().is_empty() || front.trim_end().ends_with(['(', ',']);
    if !is_start || front.contains('#') || !matches!(behind.trim(), "" | ")" | ",") {
        return Vec::new();
    }
    let Some(found) = of_script(surroundings) else {
        return Vec::new();
    };
    let plan = &found.plan;
    let mut offers: Vec<Offer> = Vec::new();
    for binding in found.at(TextRange::at(offset)) {
        let wanted = &plan.params()[binding.call];
        for code in &binding.code {
            let call = code.call();
            let inside = TextRange::new(
                call.args_range.start + 1,
                call.args_range
                    .end
                    .saturating_sub(1)
                    .max(call.args_range.start + 1),
            );
            let is_given = call.keywords.iter().any(|it| it.range.touches(offset));
            if !inside.touches(offset) || is_given || !is_apart(text, inside.start, offset, word) {
                continue;
            }
            for (argument, given) in wanted.arguments.iter().zip(&code.pairs) {
                let is_constant = argument.value != Value::Unknown;
                let value = argument.value_range.slice(plan.text());
                if *given != Given::Absent
                    || !is_constant
                    || value.contains(['\n', '\r'])
                    || !argument.name.starts_with(word)
                {
                    continue;
                }
                let is_alone = front.trim().is_empty() && behind.trim().is_empty();
                let end = if is_alone { "," } else { "" };
                offers.push(Offer {
                    label: format!("{}={value}", argument.name),
                    range: TextRange::new(
                        offset - u32::try_from(word.len()).unwrap_or_default(),
                        offset,
                    ),
                    text: format!("{}={value}{end}", argument.name),
                    is_next: offers.is_empty(),
                });
            }
        }
    }
    offers
}

/// Whether a place in the arguments of a call is one for an argument: behind the parenthesis or a comma.
fn is_apart(text: &str, start: u32, offset: u32, word: &str) -> bool {
    let end = offset - u32::try_from(word.len()).unwrap_or_default();
    let before = TextRange::new(start, end.max(start)).slice(text).trim_end();
    before.is_empty() || before.ends_with(',')
}
