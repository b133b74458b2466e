//! In a call of code: the arguments that the plan names and the call lacks.

use super::cursor::Offer;
use crate::journal::bind::{CodeCall, Given, of_script};
use crate::journal::edit::line;
use crate::journal::surroundings::Surroundings;
use crate::python::facts::Value;
use crate::text::TextRange;
use crate::workspace::document::Document;

/// A longer file is not read again without the word that is being typed.
const LONGEST: usize = 64 * 1024;

/// What is offered at a place of a Python file.
pub fn offers(surroundings: &Surroundings<'_>, offset: u32) -> Vec<Offer> {
    let text = surroundings.text();
    let line = line::around(text, offset);
    let before = TextRange::new(line.start, offset).slice(text);
    let behind = TextRange::new(offset, line.end).slice(text);
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let front = before.trim_end_matches(is_part);
    let word = &before[front.len()..];
    let is_start = front.trim().is_empty() || front.trim_end().ends_with(['(', ',']);
    if !is_start || front.contains('#') || !matches!(behind.trim(), "" | ")" | ",") {
        return Vec::new();
    }
    let is_alone = front.trim().is_empty() && behind.trim().is_empty();
    let start = line.start + u32::try_from(front.len()).unwrap_or_default();
    let mut missing = match word {
        "" => missing(surroundings, offset),
        _ => without(surroundings, TextRange::new(start, offset)),
    };
    missing.retain(|argument| argument.starts_with(word));
    let end = if is_alone { "," } else { "" };
    let offer = |(count, argument): (usize, String)| Offer {
        range: TextRange::new(start, offset),
        text: format!("{argument}{end}"),
        label: argument,
        is_next: count == 0,
    };
    missing.into_iter().enumerate().map(offer).collect()
}

/// The arguments that are missing where a word stands: a name alone behind named arguments is no Python, so the file
/// is looked at without it.
fn without(surroundings: &Surroundings<'_>, word: TextRange) -> Vec<String> {
    let document = surroundings.document;
    let mut text = surroundings.text().to_owned();
    if text.len() > LONGEST {
        return Vec::new();
    }
    text.replace_range(word.start as usize..word.end as usize, "");
    let path = document.path().map(ToOwned::to_owned);
    let document = Document::new(
        document.uri().to_owned(),
        path,
        document.language(),
        None,
        text,
    );
    let surroundings = Surroundings {
        document: &document,
        ..*surroundings
    };
    missing(&surroundings, word.start)
}

/// What the plan gives to the call around a place and the call does not take, where the place is one for an argument.
fn missing(surroundings: &Surroundings<'_>, offset: u32) -> Vec<String> {
    let Some(found) = of_script(surroundings) else {
        return Vec::new();
    };
    let (text, plan) = (surroundings.text(), &found.plan);
    let mut missing = Vec::new();
    for binding in found.at(TextRange::at(offset)) {
        let wanted = &plan.params()[binding.call].arguments;
        for code in binding.code.iter().filter(|code| takes(text, code, offset)) {
            for (argument, given) in wanted.iter().zip(&code.pairs) {
                let value = argument.value_range.slice(plan.text());
                let is_plain = argument.value != Value::Unknown && !value.contains(['\n', '\r']);
                if *given == Given::Absent && is_plain {
                    missing.push(format!("{}={value}", argument.name));
                }
            }
        }
    }
    missing
}

/// Whether a place among the arguments of a call is one for a further argument: behind the parenthesis or a comma.
fn takes(text: &str, code: &CodeCall<'_>, offset: u32) -> bool {
    let call = code.call();
    let (start, end) = (
        call.args_range.start + 1,
        call.args_range.end.saturating_sub(1),
    );
    let before = TextRange::new(start, offset).slice(text).trim_end();
    let is_given = call.keywords.iter().any(|it| it.range.touches(offset));
    (start..=end).contains(&offset) && !is_given && (before.is_empty() || before.ends_with(','))
}
