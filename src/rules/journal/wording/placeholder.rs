//! HFP801

use crate::embedded::Format;
use crate::journal::span::code_spans;
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Finding, Severity};
use crate::rules::journal::prose::{prose, without_comments};
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP801",
    name: "placeholder",
    severity: Severity::Warning,
    summary: "a place that is still to be filled in",
    explanation: "`TODO`, `TBD`, `FIXME` and `<your-name>` say that something is missing, and `your-org/...` in a \
command or a model's name is nobody's repository: whoever does the step has to ask first. Titles, fields and the \
table under *Target* are looked at. A step *about* such words (\"Remove the TODO comments\") is left alone, and so is \
code in fences.",
    fix: FixKind::No,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Write the notes\n  - Files: `notes.txt`\n  - Verify: TBD\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Remove the TODO comments\n  - Files: `notes.txt`\n  - Verify: `grep -c TODO notes.txt` → 0\n",
    },
    check: Check::Journal(check),
};

/// Owners that are nobody.
const NOBODY: [&str; 9] = [
    "your-org",
    "your-username",
    "your-name",
    "your-user",
    "your-account",
    "your-hf-username",
    "your_org",
    "your_username",
    "yourusername",
];

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let rows = plan.target.iter().map(|row| row.value);
    for range in super::said(plan).chain(rows) {
        let places = words(text, range)
            .chain(angles(text, range))
            .chain(owners(text, range));
        for place in places {
            let message = format!("`{}` is still to be filled in", place.slice(text));
            findings.push(RULE.plain_finding(place, message));
        }
    }
}

/// `TODO`, `TBD` and `FIXME` that stand for a value, or in front of what is to be done.
fn words(text: &str, range: TextRange) -> impl Iterator<Item = TextRange> {
    let mut found = Vec::new();
    let lead = range.slice(text).len() - range.slice(text).trim_start().len();
    let first = range.start as usize + lead;
    for part in prose(text, range) {
        for word in ["TODO", "TBD", "FIXME"] {
            let slice = part.slice(text);
            for (at, _) in slice.match_indices(word) {
                let (before, behind) = (&slice[..at], &slice[at + word.len()..]);
                let is_part =
                    |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_-/.".contains(c));
                if is_part(before.chars().next_back())
                    || behind.starts_with(|c: char| c.is_alphanumeric() || c == '_')
                {
                    continue;
                }
                let start = part.start as usize + at;
                let rest = behind.trim_start();
                let ends = rest.is_empty() || rest.starts_with([':', ')', ']', ',', '.', ';']);
                let opens = before.trim_end();
                let is_value = start == first
                    || opens.ends_with(['(', '[', ':', '=', '→', '|'])
                    || opens.ends_with(" is");
                if word == "TBD" || (is_value && ends) || (start == first && rest.starts_with('('))
                {
                    found.push(TextRange::from_usize(start, start + word.len()));
                }
            }
        }
    }
    found.into_iter()
}

/// `<your-name>`, `<insert the path>`
fn angles(text: &str, range: TextRange) -> impl Iterator<Item = TextRange> {
    let mut found = Vec::new();
    for part in without_comments(text, range) {
        let slice = part.slice(text);
        for (at, _) in slice.match_indices('<') {
            let Some(end) = slice[at..].find('>').map(|end| at + end + 1) else {
                continue;
            };
            let inner = slice[at + 1..end - 1].to_lowercase();
            let is_place = ["your", "insert", "placeholder", "todo", "tbd"]
                .iter()
                .any(|word| {
                    let rest = inner.strip_prefix(word);
                    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
                });
            if is_place && inner.len() <= 40 && !inner.contains('\n') {
                let start = part.start as usize;
                found.push(TextRange::from_usize(start + at, start + end));
            }
        }
    }
    found.into_iter()
}

/// `your-org/model` in code spans: with the name behind it.
fn owners(text: &str, range: TextRange) -> impl Iterator<Item = TextRange> {
    let mut found = Vec::new();
    for span in code_spans(text, range) {
        let slice = span.slice(text);
        for owner in NOBODY {
            for (at, _) in slice.match_indices(owner) {
                let is_word = |c: char| c.is_alphanumeric() || "-_".contains(c);
                let begins = !slice[..at].ends_with(|c: char| is_word(c) || c == '<');
                let behind = &slice[at + owner.len()..];
                let Some(name) = behind.strip_prefix('/').filter(|_| begins) else {
                    continue;
                };
                let length = name
                    .find(|c: char| !(is_word(c) || c == '.'))
                    .unwrap_or(name.len());
                let start = span.start as usize + at;
                found.push(TextRange::from_usize(
                    start,
                    start + owner.len() + 1 + length,
                ));
            }
        }
    }
    found.into_iter()
}
