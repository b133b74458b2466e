//! The forms that the values of fields have.

use crate::journal::kind::Kind;
use crate::journal::plan::{Field, FieldName, Pin, Step, ids};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Edit, Fix};
use crate::rules::journal::prose::{said, without_comments};
use crate::text::TextRange;

/// What is wrong with a value.
pub struct Fault {
    /// Where.
    pub range: TextRange,
    /// One sentence.
    pub message: String,
    /// What to write.
    pub help: Option<String>,
    /// The change that puts it right.
    pub fix: Option<Fix>,
}

/// Words in front of `Status:` that are understood.
const STATUS: [&str; 5] = ["in-progress", "blocked", "skipped", "done", "open"];

/// Words that are often written for being in progress.
const STARTED: [&str; 7] = [
    "in_progress",
    "inprogress",
    "started",
    "doing",
    "wip",
    "ongoing",
    "active",
];

/// Values that say that there is none.
const NOTHING: [&str; 9] = ["none", "nothing", "n/a", "na", "-", "—", "–", "no", "/"];

/// What is wrong with the value of a field.
pub fn fault(text: &str, name: FieldName, field: &Field) -> Option<Fault> {
    let value = said(text, field.value);
    match name {
        FieldName::Files
        | FieldName::Run
        | FieldName::Packages
        | FieldName::Model
        | FieldName::Dataset
        | FieldName::Params
            if field.spans.is_empty() =>
        {
            no_span(text, name, field, value)
        }
        FieldName::Packages => spans(
            text,
            name,
            field,
            |span| Pin::read(text, span).is_some(),
            "requirement",
        ),
        FieldName::Params => spans(text, name, field, |span| is_call(span.slice(text)), "call"),
        FieldName::Verify | FieldName::Why | FieldName::Security => empty(name, field, value),
        FieldName::Depends => depends(text, field, value),
        FieldName::Optional => optional(text, field, value),
        FieldName::Status => status(text, field, value),
        FieldName::Kind => kind(text, field, value),
        FieldName::Files | FieldName::Run | FieldName::Model | FieldName::Dataset => None,
    }
}

/// Whether a fence below the field says what it leaves out.
pub fn has_fence(surroundings: &Surroundings<'_>, step: &Step, field: &Field) -> bool {
    let fences = &surroundings.document.outline().fences;
    field.spans.is_empty()
        && step.fences.iter().any(|&at| {
            fences
                .get(at)
                .is_some_and(|fence| fence.opening.start > field.range.start)
        })
}

fn new(range: TextRange, message: String) -> Option<Fault> {
    Some(Fault {
        range,
        message,
        help: None,
        fix: None,
    })
}

fn replaced(
    fault: Option<Fault>,
    range: TextRange,
    content: &str,
    applicability: Applicability,
) -> Option<Fault> {
    fault.map(|fault| Fault {
        fix: Some(Fix {
            title: format!(
                "Write {}",
                if content.contains('`') {
                    content.to_owned()
                } else {
                    format!("`{content}`")
                }
            ),
            applicability,
            edits: vec![Edit {
                range,
                content: content.to_owned(),
            }],
        }),
        ..fault
    })
}

/// The value, or the name where there is none.
fn place(field: &Field, value: TextRange) -> TextRange {
    if value.is_empty() {
        field.name_range
    } else {
        value
    }
}

fn is_nothing(value: &str) -> bool {
    let word = value.trim_end_matches('.').to_lowercase();
    NOTHING.contains(&word.as_str())
}

fn empty(name: FieldName, field: &Field, value: TextRange) -> Option<Fault> {
    let message = || format!("`{}:` says nothing", name.as_str());
    value
        .is_empty()
        .then(|| new(field.name_range, message()))
        .flatten()
}

/// One word without blanks can be put between backticks, and so can a command.
fn no_span(text: &str, name: FieldName, field: &Field, value: TextRange) -> Option<Fault> {
    let written = value.slice(text);
    let lower = written.to_lowercase();
    let refers =
        lower.starts_with("see ") || lower.starts_with("same ") || lower.starts_with("as in ");
    if is_nothing(written) || refers {
        return None;
    }
    if value.is_empty() {
        return empty(name, field, value);
    }
    let what = match name {
        FieldName::Run => "a command",
        FieldName::Files => "a path",
        FieldName::Packages => "a package",
        FieldName::Params => "a call",
        _ => "a name",
    };
    let message = format!("`{}:` has no code span", name.as_str());
    let mut fault = new(place(field, value), message)?;
    fault.help = Some(format!("write {what} between backticks"));
    let is_one = !written.contains(['`', '\n'])
        && !written.contains(char::is_whitespace)
        && written.is_ascii();
    match is_one {
        true => replaced(
            Some(fault),
            value,
            &format!("`{written}`"),
            Applicability::Safe,
        ),
        false => Some(fault),
    }
}

fn spans(
    text: &str,
    name: FieldName,
    field: &Field,
    is_good: impl Fn(TextRange) -> bool,
    what: &str,
) -> Option<Fault> {
    let bad = field.spans.iter().find(|span| !is_good(**span))?;
    let message = format!(
        "`{}` is no {what}, which `{}:` wants",
        bad.slice(text),
        name.as_str()
    );
    new(*bad, message)
}

/// `SFTConfig(max_length=2048)`, `trl.SFTConfig()`
fn is_call(span: &str) -> bool {
    let Some((callee, rest)) = span.split_once('(') else {
        return false;
    };
    let is_name = |part: &str| {
        !part.starts_with(|c: char| c.is_ascii_digit())
            && !part.is_empty()
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    callee.trim().split('.').all(is_name) && rest.trim_end().ends_with(')')
}

fn depends(text: &str, field: &Field, value: TextRange) -> Option<Fault> {
    if value.is_empty() {
        return empty(FieldName::Depends, field, value);
    }
    let mut parts = Vec::new();
    let mut start = value.start;
    for part in value.slice(text).split_inclusive([',', ';']) {
        let end = start + u32::try_from(part.len()).unwrap_or_default();
        parts.push(TextRange::new(start, end));
        start = end;
    }
    let part = parts.into_iter().find(|part| {
        let written = part
            .slice(text)
            .trim_matches(|c: char| c.is_whitespace() || ",;`*_()[]".contains(c));
        !written.is_empty() && !is_nothing(written) && ids(text, *part).is_empty()
    })?;
    // What stands in parentheses is a remark about the id in front of it.
    let before = TextRange::new(value.start, part.start).slice(text);
    if before.matches('(').count() > before.matches(')').count() {
        return None;
    }
    let written = part
        .slice(text)
        .trim_matches(|c: char| c.is_whitespace() || ",;".contains(c));
    let place = find_in(part, text, written);
    new(
        place,
        format!("`Depends:` names ids of steps, and `{written}` is none"),
    )
}

/// The place of a part of a range.
fn find_in(range: TextRange, text: &str, part: &str) -> TextRange {
    let at = range.slice(text).find(part).unwrap_or_default();
    let start = range.start + u32::try_from(at).unwrap_or_default();
    TextRange::new(start, start + u32::try_from(part.len()).unwrap_or_default())
}

/// The first word of a value, signs of emphasis and code taken away.
fn first_word(text: &str, value: TextRange) -> (TextRange, String) {
    let part = without_comments(text, value)
        .first()
        .copied()
        .unwrap_or(value);
    let is_sign = |c: char| "`*".contains(c) || c.is_whitespace();
    let slice = part.slice(text);
    let trimmed = slice.trim_start_matches(is_sign);
    let length = trimmed
        .find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
        .unwrap_or(trimmed.len());
    let word = &trimmed[..length];
    (find_in(part, text, word), word.to_lowercase())
}

fn optional(text: &str, field: &Field, value: TextRange) -> Option<Fault> {
    let (range, word) = first_word(text, value);
    if matches!(word.as_str(), "yes" | "no") {
        return None;
    }
    let fault = new(
        place(field, value),
        "`Optional:` is `yes` or `no`".to_owned(),
    );
    match word.as_str() {
        "true" | "y" => replaced(fault, range, "yes", Applicability::Safe),
        "false" | "n" => replaced(fault, range, "no", Applicability::Safe),
        _ => fault,
    }
}

fn status(text: &str, field: &Field, value: TextRange) -> Option<Fault> {
    let (range, word) = first_word(text, value);
    let is_spaced = value
        .slice(text)
        .trim_start_matches(['`', '*'])
        .to_lowercase()
        .starts_with("in progress");
    if STATUS.contains(&word.as_str()) || is_spaced {
        return None;
    }
    let message = "`Status:` begins with `in-progress`, `blocked` or `skipped`".to_owned();
    let fault = new(place(field, value), message);
    match STARTED.contains(&word.as_str()) {
        true => replaced(fault, range, "in-progress", Applicability::Safe),
        false => fault,
    }
}

fn kind(text: &str, field: &Field, value: TextRange) -> Option<Fault> {
    let written = value.slice(text).trim_end_matches('.');
    if Kind::find(written).is_some() {
        return None;
    }
    let (range, word) = first_word(text, value);
    let message = "`Kind:` is none of the eight kinds of work".to_owned();
    let mut fault = new(place(field, value), message)?;
    let names = Kind::ALL.map(|kind| format!("`{}`", kind.as_str()));
    fault.help = Some(format!("write {}", names.join(", ")));
    let is_near = |kind: &Kind| strsim::osa_distance(kind.as_str(), &word) <= 2;
    let is_word = written
        .trim_matches(['`', '*', '_'])
        .eq_ignore_ascii_case(&word);
    match Kind::ALL
        .into_iter()
        .find(|kind| is_word && word.len() > 3 && is_near(kind))
    {
        Some(near) => replaced(Some(fault), range, near.as_str(), Applicability::Safe),
        None => Some(fault),
    }
}
