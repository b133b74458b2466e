//! The value that was probably meant, and the edit that writes it.

use crate::python::facts::Value;
use crate::python::literal::{quoted, written};
use crate::rules::context::Context;
use crate::rules::finding::{Applicability, Edit, Fix};
use crate::text::TextRange;

/// More values than this are not listed.
pub const MAX_LISTED: usize = 12;

/// The one of `values`, as Python source, that was probably meant by a text.
pub fn nearest(text: &str, values: &[String]) -> Option<String> {
    let lower = text.to_lowercase();
    let allowed = match lower.chars().count() {
        0..=3 => 1,
        4..=8 => 2,
        _ => 3,
    };
    // `fp32` is no slip of `fp16`, but `grp0` is one of `grpo`.
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let written_digits = digits(&lower);
    let may_be = |value: &str| {
        let own = digits(value);
        own == written_digits || own.is_empty() || written_digits.is_empty()
    };
    values
        .iter()
        .filter(|value| may_be(value))
        .map(|value| (strsim::osa_distance(value.trim_matches('"'), &lower), value))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, value)| value.clone())
}

/// The place of a string that is written once in the list at `range`.
pub fn element(ctx: &Context<'_>, range: TextRange, value: &Value) -> Option<TextRange> {
    let Value::Str(text) = value else { return None };
    let source = range.slice(ctx.text);
    let forms = [quoted(text), format!("'{text}'")];
    let mut places = forms
        .iter()
        .flat_map(|form| source.match_indices(form.as_str()));
    let (at, form) = places.next()?;
    let start = range.start as usize + at;
    let place = TextRange::from_usize(start, start + form.len());
    places.next().is_none().then_some(place)
}

/// Replaces a value that is written as a plain string in `range` by `near`, which is Python source.
pub fn replacement(ctx: &Context<'_>, range: TextRange, value: &Value, near: &str) -> Option<Fix> {
    let source = range.slice(ctx.text);
    let (Value::Str(text), Some(plain)) = (value, written(value)) else {
        return None;
    };
    let single = format!("'{text}'");
    // YAML needs no quotes.
    if source != plain && source != single && source != text {
        return None;
    }
    let content = if source == single && near == quoted(near.trim_matches('"')) {
        format!("'{}'", near.trim_matches('"'))
    } else {
        near.to_owned()
    };
    Some(Fix {
        title: format!("Replace by `{near}`"),
        applicability: Applicability::Unsafe,
        edits: vec![Edit { range, content }],
    })
}
