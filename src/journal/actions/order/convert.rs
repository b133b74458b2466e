//! Plans of other formats in this one: `T001 [P] [US1] Do it in src/a.py (depends on T000)`, `[~]`, `_Depends: 1.1_`.

use std::collections::HashMap;

use crate::journal::change::Change;
use crate::journal::edit::{Sheet, line};
use crate::journal::id::Id;
use crate::journal::outline::Heading;
use crate::journal::plan::{Field, FieldName, Section, Step};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::Edit;
use crate::text::TextRange;

pub(in super::super) fn convert(surroundings: &Surroundings<'_>) -> Change {
    let edits = converted(&Sheet::of(surroundings.document));
    Change::edit(surroundings.path, edits)
}

/// The edits that write a plan of another format in this one: each step with an id by its place, what its title
/// says of others as fields. Nothing where steps stand outside of the sections.
pub fn converted(sheet: &Sheet<'_>) -> Vec<Edit> {
    let plan = sheet.plan;
    let is_plain = plan.sections.is_empty();
    if plan.steps.is_empty() || !is_plain && plan.steps.iter().any(|step| step.section.is_none()) {
        return Vec::new();
    }
    let mut edits = match is_plain {
        true => only_heading(sheet),
        false => Vec::new(),
    };
    let numbers = numbers(sheet, &mut edits);
    let ids = ids(plan.steps.as_slice(), |step| {
        step.section.map_or(Some(1), |at| numbers[at])
    });
    let mut known = HashMap::new();
    for (step, id) in plan.steps.iter().zip(&ids) {
        if let (Some(old), Some(id)) = (&step.id, id) {
            known.entry(old.clone()).or_insert_with(|| id.clone());
        }
    }
    for (at, id) in ids.iter().enumerate() {
        if let Some(id) = id {
            step(sheet, at, id, &known, &mut edits);
        }
    }
    edits.sort();
    edits
}

/// A heading over the steps of a plan that has none.
fn only_heading(sheet: &Sheet<'_>) -> Vec<Edit> {
    let at = line::start(sheet.text, sheet.plan.steps[0].line.start);
    let newline = line::newline(sheet.text, at);
    vec![Edit {
        range: TextRange::at(at),
        content: format!("## 1. Steps{newline}{newline}"),
    }]
}

/// The number of each section that has steps, with the edits that write it.
fn numbers(sheet: &Sheet<'_>, edits: &mut Vec<Edit>) -> Vec<Option<u32>> {
    let mut last = 0;
    let mut numbers = Vec::new();
    for (at, section) in sheet.plan.sections.iter().enumerate() {
        let has_steps = sheet.plan.steps.iter().any(|step| step.section == Some(at));
        last += u32::from(has_steps);
        numbers.push(has_steps.then_some(last));
        let heading = sheet
            .outline
            .headings
            .iter()
            .find(|it| it.range == section.heading);
        if let Some(heading) = heading.filter(|_| has_steps && section.number != Some(last)) {
            edits.extend(numbered(sheet.text, heading, section, last));
        }
    }
    numbers
}

/// `## Phase 2: Setup` as `## 2. Setup`; a heading that is underlined stays.
fn numbered(text: &str, heading: &Heading, section: &Section, number: u32) -> Option<Edit> {
    if !heading.range.slice(text).starts_with('#') {
        return None;
    }
    let name = section.name.slice(text);
    let rest = ["phase ", "stage ", "milestone ", "part "]
        .iter()
        .find_map(|word| {
            let is_it = name
                .get(..word.len())
                .is_some_and(|it| it.eq_ignore_ascii_case(word));
            let rest = name.get(word.len()..).filter(|_| is_it)?;
            let rest = rest.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.');
            let rest = rest.trim_start_matches([':', ' ', '-', '–', '—']);
            (!rest.is_empty()).then_some(rest)
        });
    let kept = u32::try_from(rest.unwrap_or(name).len()).unwrap_or_default();
    Some(Edit {
        range: TextRange::new(heading.text.start, section.name.end - kept),
        content: format!("{number}. "),
    })
}

/// An id for each step by its place; `None` where that is too deep.
fn ids(steps: &[Step], number: impl Fn(&Step) -> Option<u32>) -> Vec<Option<Id>> {
    let mut ids: Vec<Option<Id>> = Vec::new();
    let mut counts: HashMap<Vec<u32>, u32> = HashMap::new();
    for step in steps {
        let above = match step.parent {
            Some(parent) => ids[parent].as_ref().map(|id| id.parts().to_vec()),
            None => number(step).map(|number| vec![number]),
        };
        ids.push(above.filter(|above| above.len() < 8).map(|above| {
            let count = counts.entry(above.clone()).or_default();
            *count += 1;
            Id::of(&[&above[..], &[*count]].concat())
        }));
    }
    ids
}

/// What the title of a step says besides what is to be done.
#[derive(Debug, Default)]
struct Said<'t> {
    title: String,
    depends: Vec<Id>,
    files: Vec<&'t str>,
}

fn step(sheet: &Sheet<'_>, at: usize, id: &Id, known: &HashMap<Id, Id>, edits: &mut Vec<Edit>) {
    let (text, own) = (sheet.text, &sheet.plan.steps[at]);
    let mut said = read_title(own.title.slice(text), known);
    let front = TextRange::new(own.check.range.end, own.title.start).slice(text);
    let line = TextRange::new(own.check.range.end, own.line.end.max(own.check.range.end));
    let content = format!(" {id} {}", said.title);
    if line.slice(text) != content.trim_end() {
        edits.push(Edit {
            range: line,
            content: content.trim_end().to_owned(),
        });
    }
    edits.extend(
        sheet
            .untick(own)
            .into_iter()
            .filter(|_| !own.check.is_common()),
    );
    for field in &own.fields {
        edits.extend(rewritten(text, field, known));
    }
    let mut lines = Vec::new();
    let has = |name| own.field(name).is_some();
    let status = match own.check.mark {
        '~' | '/' => Some("in-progress"),
        '-' => Some("skipped"),
        '!' => Some("blocked"),
        _ => None,
    };
    if let Some(status) = status.filter(|_| !has(FieldName::Status)) {
        lines.push(format!("Status: {status}"));
    }
    said.depends.dedup();
    if !said.depends.is_empty() && !has(FieldName::Depends) {
        let ids: Vec<String> = said.depends.iter().map(Id::to_string).collect();
        lines.push(format!("Depends: {}", ids.join(", ")));
    }
    if front.contains("]*") || front.trim_start().starts_with('*') && !front.contains("**") {
        lines.push("Optional: yes".to_owned());
    }
    if !said.files.is_empty() && !has(FieldName::Files) {
        let files: Vec<String> = said.files.iter().map(|it| format!("`{it}`")).collect();
        lines.push(format!("Files: {}", files.join(", ")));
    }
    edits.extend(sheet.insert_fields(at, &lines));
}

/// A field with the new ids in it, without signs around it; requirements as a reason.
fn rewritten(text: &str, field: &Field, known: &HashMap<Id, Id>) -> Option<Edit> {
    let value = field.value.slice(text);
    if value.contains(['\n', '\r']) {
        return None;
    }
    let content = match field.name {
        Some(FieldName::Depends) => {
            let ids = field.ids(text);
            let new = ids.iter().map(|it| Some(known.get(&it.0)?.to_string()));
            let new: Vec<String> = new.collect::<Option<_>>()?;
            (!new.is_empty()).then(|| format!("Depends: {}", new.join(", ")))?
        }
        None if field
            .name_range
            .slice(text)
            .eq_ignore_ascii_case("requirements") =>
        {
            format!("Why: requirements {value}")
        }
        _ => return None,
    };
    let written = field.range.slice(text);
    let behind = written.find(|it: char| !"-*+ \t".contains(it))?;
    let start = match written
        .trim_start_matches(['-', '+', ' ', '\t'])
        .starts_with("*_")
    {
        true => field.name_range.start - 1,
        false => field.range.start + u32::try_from(behind).ok()?,
    };
    let range = TextRange::new(start, field.range.end);
    (range.slice(text) != content).then_some(Edit { range, content })
}

/// Takes tags, paths and `(depends on T012)` off a title.
fn read_title<'t>(title: &'t str, known: &HashMap<Id, Id>) -> Said<'t> {
    let mut said = Said::default();
    let mut rest = title.trim();
    while let Some((tag, behind)) = rest.strip_prefix('[').and_then(|it| it.split_once(']')) {
        let is_tag = !tag.is_empty()
            && tag.len() <= 5
            && tag
                .bytes()
                .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
        if !is_tag || behind.starts_with('(') {
            break;
        }
        rest = behind.trim_start();
    }
    let (plain, depends) = depending(rest, known).unwrap_or((rest.to_owned(), Vec::new()));
    said.depends = depends;
    said.files = rest.split_whitespace().filter_map(path).collect();
    said.files.dedup();
    said.title = plain;
    said
}

/// `Do it (depends on T012, T013)`, `Do it [depends on: 1.0]` as what is to be done and the new ids.
fn depending(title: &str, known: &HashMap<Id, Id>) -> Option<(String, Vec<Id>)> {
    let lower = title.to_ascii_lowercase();
    let at = ["(depends on", "[depends on"]
        .iter()
        .find_map(|it| lower.find(it))?;
    let inside = &title[at + "(depends on".len()..];
    let end = inside.find([')', ']'])?;
    let words = inside[..end]
        .split([',', ' ', ':'])
        .filter(|it| !it.is_empty() && *it != "and");
    let ids = words.map(|word| known.get(&Id::parse(word)?).cloned());
    let ids: Vec<Id> = ids.collect::<Option<_>>()?;
    let behind = &inside[end + 1..];
    let title = format!("{}{}", title[..at].trim_end(), behind.trim_end());
    (!ids.is_empty()).then_some((title, ids))
}

/// A word that names a file of the project.
fn path(word: &str) -> Option<&str> {
    let word = word
        .trim_matches(|it: char| "`,;:()\"'".contains(it))
        .trim_end_matches('.');
    let name = word.rsplit('/').next()?;
    let (stem, ending) = name.rsplit_once('.')?;
    let is_path = word
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || b"_-./".contains(&it));
    let is_ending =
        (1..=5).contains(&ending.len()) && ending.starts_with(|it: char| it.is_ascii_alphabetic());
    (is_path
        && is_ending
        && !stem.is_empty()
        && word.contains('/')
        && !word.starts_with('/')
        && !word.contains(".."))
    .then_some(word)
}
