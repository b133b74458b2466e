//! Reading a plan off the blocks of its document, in this format and in others that people use.

use super::field::FieldName;
use super::{Field, Ignore, Known, Marker, Note, Plan, Row, Section, State, Step};
use crate::journal::id::Id;
use crate::journal::outline::{Check, Heading, Item, Outline};
use crate::journal::span::code_spans;
use crate::text::TextRange;

/// Reads a plan.
pub fn read(text: &str, outline: &Outline) -> Plan {
    let mut plan = Plan {
        title: outline
            .headings
            .iter()
            .find(|it| it.level == 1)
            .map(|it| title(text, it)),
        is_titled: outline
            .headings
            .first()
            .is_some_and(|it| it.text.slice(text).starts_with("OUR-PLAN")),
        marker: outline.comments.iter().find_map(|it| marker(text, *it)),
        sections: sections(text, outline),
        ..Plan::default()
    };
    plan.target = target(outline, &plan.sections);
    let mut steps = vec![None; outline.items.len()];
    for (number, item) in outline.items.iter().enumerate() {
        let above = item.parent.and_then(|parent| steps[parent]);
        if let Some(note) = note(text, outline, number) {
            let is_risk = note.0;
            if is_risk {
                &mut plan.risks
            } else {
                &mut plan.questions
            }
            .push(note.1);
        } else if let Some(check) = item.check {
            steps[number] = Some(plan.steps.len());
            let step = step(text, item, check, number, above);
            let section = plan.section_at(step.line.start);
            plan.steps.push(Step { section, ..step });
        } else if let Some(at) = above {
            plan.steps[at].fields.extend(field(text, item));
        }
    }
    fences(outline, &mut plan);
    for step in &mut plan.steps {
        step.state = state(text, step);
    }
    plan.ignores = ignores(text, outline, &plan);
    plan
}

fn title(text: &str, heading: &Heading) -> TextRange {
    let said = heading.text.slice(text);
    let name = said
        .split_once(':')
        .filter(|(name, _)| name.to_uppercase().ends_with("PLAN"));
    let rest = name.map_or(said, |(_, title)| title.trim_start());
    let skipped = u32::try_from(said.len() - rest.len()).unwrap_or_default();
    TextRange::new(heading.text.start + skipped, heading.text.end)
}

/// What a comment says: the text between its signs, trimmed.
fn inside(text: &str, comment: TextRange) -> &str {
    let inner = comment.slice(text).trim_start_matches("<!--");
    inner.strip_suffix("-->").unwrap_or(inner).trim()
}

fn marker(text: &str, comment: TextRange) -> Option<Marker> {
    let entries = inside(text, comment).split(';').map(|entry| {
        let (name, value) = entry.split_once(':')?;
        Some((name.trim().to_lowercase(), value.trim().to_owned()))
    });
    let entries: Vec<_> = entries.collect::<Option<_>>()?;
    let (name, version) = entries.first()?;
    let is_marker = name == "hf-plan" && version.starts_with(|c: char| c.is_ascii_digit());
    is_marker.then_some(Marker {
        range: comment,
        entries,
    })
}

fn sections(text: &str, outline: &Outline) -> Vec<Section> {
    let headings = outline.headings.iter().filter(|it| it.level == 2);
    let section = |heading: &Heading| {
        let said = heading.text.slice(text);
        let digits = said.len() - said.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let behind = said[digits..]
            .strip_prefix(['.', ')', ':'])
            .unwrap_or(&said[digits..]);
        let is_numbered = digits > 0 && (behind.is_empty() || behind.starts_with(' '));
        let name = if is_numbered {
            behind.trim_start()
        } else {
            said
        };
        let skipped = u32::try_from(said.len() - name.len()).unwrap_or_default();
        Section {
            number: said[..digits].parse().ok().filter(|_| is_numbered),
            name: TextRange::new(heading.text.start + skipped, heading.text.end),
            heading: heading.range,
            range: heading.section,
            known: Known::find(name),
        }
    };
    headings.map(section).collect()
}

fn target(outline: &Outline, sections: &[Section]) -> Vec<Row> {
    let target = sections.iter().find(|it| it.known == Some(Known::Target));
    let table = target.and_then(|section| {
        let mut tables = outline.tables.iter();
        tables.find(|table| section.range.contains_range(table.range))
    });
    let rows = table
        .into_iter()
        .flat_map(|table| table.rows.iter().skip(1));
    let row = |cells: &Vec<TextRange>| {
        Some(Row {
            key: *cells.first()?,
            value: *cells.get(1)?,
        })
    };
    rows.filter_map(row).collect()
}

/// A question, or (true) a risk.
fn note(text: &str, outline: &Outline, number: usize) -> Option<(bool, Note)> {
    let item = &outline.items[number];
    let (name, name_range, value) = named(text, item)?;
    let is_risk = name.eq_ignore_ascii_case("risk");
    if !is_risk && !name.eq_ignore_ascii_case("question") {
        return None;
    }
    let _ = name_range;
    let below = outline.items.iter().filter(|it| it.parent == Some(number));
    let is_answered = below.filter_map(|it| named(text, it)).any(|(name, ..)| {
        name.eq_ignore_ascii_case("answer") || name.eq_ignore_ascii_case("decision")
    });
    let is_ticked = item.check.is_some_and(|check| check.mark != ' ');
    let note = Note {
        range: item.range,
        text: value,
        is_closed: is_ticked || is_answered,
    };
    Some((is_risk, note))
}

/// The name in front of the colon of an item's text, its place, and the place of what stands behind it.
fn named<'t>(text: &'t str, item: &Item) -> Option<(&'t str, TextRange, TextRange)> {
    let said = item.text.slice(text);
    let first = said.lines().next()?;
    let colon = first.find(':')?;
    let decoration = ['*', '_', ' '];
    let name = first[..colon].trim_matches(decoration);
    let is_name = !name.is_empty()
        && name.len() <= 24
        && name
            .chars()
            .all(|it| it.is_alphabetic() || it == ' ' || it == '-')
        && !said[colon + 1..].starts_with("//");
    let front = first.len() - first.trim_start_matches(decoration).len();
    let at = |offset: usize| item.text.start + u32::try_from(offset).unwrap_or_default();
    // `**Run:** x`, and Kiro's `_Depends: 1.1_`.
    let value = said[colon + 1..].trim_start_matches(['*', ' ', '\t']);
    let from = said.len() - value.len();
    let end = match front > 0 && first.starts_with('_') {
        true => value.trim_end_matches('_').len(),
        false => value.len(),
    };
    is_name.then(|| {
        let name_range = TextRange::new(at(front), at(front + name.len()));
        (name, name_range, TextRange::new(at(from), at(from + end)))
    })
}

fn field(text: &str, item: &Item) -> Option<Field> {
    let (name, name_range, value) = named(text, item)?;
    let exact = FieldName::find(name);
    Some(Field {
        name: exact.or_else(|| FieldName::meant(name)),
        is_exact: exact.is_some(),
        name_range,
        value,
        spans: code_spans(text, value),
        range: TextRange::new(item.marker.start, item.text.end),
    })
}

fn step(text: &str, item: &Item, check: Check, number: usize, parent: Option<usize>) -> Step {
    let start = item.marker.start as usize;
    let line = text[start..]
        .split(['\n', '\r'])
        .next()
        .unwrap_or_default()
        .trim_end();
    let line = TextRange::from_usize(start, start + line.len());
    let title = TextRange::new(item.text.start.min(line.end), item.text.end.min(line.end));
    let (id, id_range, title) = identified(text, title);
    Step {
        id,
        id_range,
        title,
        check,
        state: State::Open,
        line,
        range: item.range,
        item: number,
        section: None,
        parent,
        fields: Vec::new(),
        fences: Vec::new(),
    }
}

/// Takes the id off a title: `1.2 a`, `**1.2** a`, `T001 [P] a`, `1. a`.
fn identified(text: &str, title: TextRange) -> (Option<Id>, TextRange, TextRange) {
    let said = title.slice(text);
    let plain = said.trim_start_matches(['*', '_', '`']);
    let length = plain
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .unwrap_or(plain.len());
    let word = plain[..length].trim_end_matches('.');
    let behind = &plain[word.len()..];
    let is_apart =
        behind.is_empty() || behind.starts_with([' ', '.', ':', '*', '_', '`', ')', '\t']);
    // "4 GPUs" is no id; "4." and "4.1" are.
    let is_id = word.contains('.') || word.starts_with('T') || behind.starts_with(['.', ')']);
    let none = (None, TextRange::at(title.start), title);
    let Some(id) = Id::parse(word).filter(|_| is_apart && is_id) else {
        return none;
    };
    let at = |rest: &str| title.end - u32::try_from(rest.len()).unwrap_or_default();
    let rest = behind.trim_start_matches(['.', ':', '*', '_', '`', ')', ' ', '\t']);
    (
        Some(id),
        TextRange::new(at(plain), at(behind)),
        TextRange::new(at(rest), title.end),
    )
}

/// Gives fences to the innermost steps that hold them.
fn fences(outline: &Outline, plan: &mut Plan) {
    for (number, fence) in outline.fences.iter().enumerate() {
        if let Some(step) = plan.step_at(fence.opening.start) {
            plan.steps[step].fences.push(number);
        }
    }
}

fn state(text: &str, step: &Step) -> State {
    let status = step
        .field(FieldName::Status)
        .map(|field| field.value.slice(text).to_lowercase());
    match step.check.mark {
        'x' | 'X' => return State::Done,
        '~' | '/' | '>' => return State::Started,
        '-' => return State::Skipped,
        '!' | '?' => return State::Blocked,
        _ => {}
    }
    match status
        .as_deref()
        .map(|status| status.trim_start_matches(['*', '`']))
    {
        Some(status) if status.starts_with("in-progress") || status.starts_with("in progress") => {
            State::Started
        }
        Some(status) if status.starts_with("blocked") => State::Blocked,
        Some(status) if status.starts_with("skipped") => State::Skipped,
        Some(status) if status.starts_with("done") => State::Done,
        _ => State::Open,
    }
}

/// `<!-- hf-plan: ignore HFP105, HFP106 -->` at the end of a line covers the line; alone on a line it covers what
/// follows: a field, a step, a section, or the lines up to the next empty one. `ignore-file` covers all.
fn ignores(text: &str, outline: &Outline, plan: &Plan) -> Vec<Ignore> {
    let ignore = |comment: &TextRange| {
        let rest = inside(text, *comment).strip_prefix("hf-plan:")?.trim();
        let (word, rest) = rest.split_at(rest.find([' ', '[']).unwrap_or(rest.len()));
        let codes = rest.split(|c: char| c.is_whitespace() || ",[]".contains(c));
        let codes = codes
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect();
        let covers = match word {
            "ignore-file" => TextRange::from_usize(0, text.len()),
            "ignore" => covered(text, *comment, outline, plan),
            _ => return None,
        };
        Some(Ignore { codes, covers })
    };
    outline.comments.iter().filter_map(ignore).collect()
}

fn covered(text: &str, comment: TextRange, outline: &Outline, plan: &Plan) -> TextRange {
    let start = comment.start as usize;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    if !text[line..start].trim().is_empty() {
        return TextRange::from_usize(line, line_end);
    }
    let mut from = line_end + text[line_end..].len() - text[line_end..].trim_start().len();
    // Comments may stand below each other.
    while let Some(next) = outline.comments.iter().find(|it| it.start as usize == from) {
        let end = next.end as usize;
        from = end + text[end..].len() - text[end..].trim_start().len();
    }
    let at = u32::try_from(from).unwrap_or(u32::MAX);
    let step = plan
        .steps
        .iter()
        .find(|step| step.line.start == at)
        .map(|step| step.range);
    let fields = || plan.steps.iter().flat_map(|step| &step.fields);
    let field = || {
        fields()
            .find(|field| field.range.start == at)
            .map(|field| field.range)
    };
    let heading = || {
        outline
            .headings
            .iter()
            .find(|it| it.range.start == at)
            .map(|it| it.section)
    };
    let fence = || {
        let mut fences = outline.fences.iter();
        let fence = fences.find(|it| it.opening.start == at)?;
        Some(TextRange::new(at, fence.body().end))
    };
    let until = || {
        text[from..]
            .find("\n\n")
            .map_or(text.len(), |end| from + end)
    };
    let covers = step.or_else(field).or_else(heading).or_else(fence);
    let end = covers.map_or_else(|| TextRange::from_usize(from, until()).end, |it| it.end);
    TextRange::new(comment.start, end)
}
