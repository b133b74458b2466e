//! The plan as data; `docs/plan-command.md` describes each key.

use serde::Serialize;

use super::journal::OpenPlan;
use crate::journal::graph::Graph;
use crate::journal::id::Id;
use crate::journal::kind::Kind;
use crate::journal::next::next_step;
use crate::journal::plan::{Field, FieldName, Note, Plan, State, Step, split_expected};
use crate::rules::journal::prose::said;
use crate::text::TextRange;

/// The version of this form: it grows where a key goes or means something else.
pub const SCHEMA: u32 = 1;

/// A plan.
#[derive(Serialize)]
pub struct PlanRecord<'p> {
    schema: u32,
    path: &'p str,
    revision: String,
    title: Option<&'p str>,
    use_case: Option<&'p str>,
    target: Vec<RowRecord<'p>>,
    progress: Progress,
    sections: Vec<SectionRecord<'p>>,
    steps: Vec<StepRecord<'p>>,
    questions: Vec<NoteRecord>,
    risks: Vec<NoteRecord>,
    next: Option<String>,
}

#[derive(Serialize)]
struct RowRecord<'p> {
    key: &'p str,
    value: &'p str,
}

/// How many steps are how far. Steps that hold others are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// All of them.
    pub total: usize,
    /// Ticked.
    pub done: usize,
    /// Begun.
    pub in_progress: usize,
    /// Something is in the way.
    pub blocked: usize,
    /// Left out.
    pub skipped: usize,
    /// Not begun.
    pub open: usize,
}

impl Progress {
    /// Counts steps.
    pub fn of<'s>(steps: impl Iterator<Item = &'s Step>) -> Self {
        let mut progress = Self::default();
        for step in steps {
            progress.total += 1;
            *match step.state {
                State::Done => &mut progress.done,
                State::Started => &mut progress.in_progress,
                State::Blocked => &mut progress.blocked,
                State::Skipped => &mut progress.skipped,
                State::Open => &mut progress.open,
            } += 1;
        }
        progress
    }
}

/// A section.
#[derive(Serialize)]
pub struct SectionRecord<'p> {
    /// Its number, where it has one.
    pub number: Option<u32>,
    /// What its heading says.
    pub name: &'p str,
    line: usize,
    /// Its steps.
    pub progress: Progress,
}

/// A question or a risk.
#[derive(Serialize)]
pub struct NoteRecord {
    /// The line that it begins in.
    pub line: usize,
    /// What it says, in one line.
    pub text: String,
    is_closed: bool,
}

/// A step.
#[derive(Serialize)]
pub struct StepRecord<'p> {
    id: Option<&'p str>,
    title: &'p str,
    state: &'static str,
    line: usize,
    end_line: usize,
    section: Option<&'p str>,
    parent: Option<&'p str>,
    kind: Option<&'static str>,
    is_optional: bool,
    depends: Vec<String>,
    /// What of that, and of what the steps around it depend on, is not over.
    waits_for: Vec<&'p str>,
    files: Vec<FileRecord<'p>>,
    packages: Vec<&'p str>,
    models: Vec<&'p str>,
    datasets: Vec<&'p str>,
    params: Vec<&'p str>,
    run: Vec<&'p str>,
    verify: Vec<VerifyRecord<'p>>,
    why: Vec<String>,
    security: Vec<String>,
    status: Option<String>,
}

#[derive(Serialize)]
struct FileRecord<'p> {
    path: &'p str,
    symbol: Option<&'p str>,
}

#[derive(Serialize)]
struct VerifyRecord<'p> {
    command: Option<&'p str>,
    expected: Option<String>,
    text: String,
}

/// The whole plan.
pub fn plan(open: &OpenPlan) -> PlanRecord<'_> {
    let (text, plan) = (open.text(), open.plan());
    let graph = Graph::new(text, plan);
    let row = |row: &crate::journal::plan::Row| RowRecord {
        key: row.key.slice(text),
        value: row.value.slice(text),
    };
    PlanRecord {
        schema: SCHEMA,
        path: &open.path,
        revision: open.revision(),
        title: plan.title.map(|title| title.slice(text)),
        use_case: plan
            .marker
            .as_ref()
            .and_then(|marker| marker.get("use-case")),
        target: plan.target.iter().map(row).collect(),
        progress: Progress::of(plan.leaves()),
        sections: sections(text, plan),
        steps: (0..plan.steps.len())
            .map(|at| step(open, &graph, at))
            .collect(),
        questions: notes(text, &plan.questions),
        risks: notes(text, &plan.risks),
        next: next_step(text, plan).and_then(|at| Some(plan.steps[at].id.as_ref()?.to_string())),
    }
}

/// The sections.
pub fn sections<'p>(text: &'p str, plan: &'p Plan) -> Vec<SectionRecord<'p>> {
    let of = |(at, section): (usize, &crate::journal::plan::Section)| {
        let steps = plan.leaves().filter(|step| step.section == Some(at));
        SectionRecord {
            number: section.number,
            name: section.name.slice(text),
            line: line(text, section.heading.start),
            progress: Progress::of(steps),
        }
    };
    let mut found = Vec::new();
    for (at, section) in plan.sections.iter().enumerate() {
        found.push(of((at, section)));
    }
    found
}

/// Questions or risks.
pub fn notes(text: &str, notes: &[Note]) -> Vec<NoteRecord> {
    let of = |note: &Note| NoteRecord {
        line: line(text, note.range.start),
        text: one_line(text, note.text),
        is_closed: note.is_closed,
    };
    notes.iter().map(of).collect()
}

/// The step at a place in the list.
pub fn step<'p>(open: &'p OpenPlan, graph: &Graph<'p>, at: usize) -> StepRecord<'p> {
    let (text, plan) = (open.text(), open.plan());
    let step = &plan.steps[at];
    let id = |at: usize| plan.steps[at].id.as_ref().map(Id::as_str);
    let spans = |name: FieldName| step.spans(name).map(|span| span.slice(text)).collect();
    let said = |name: FieldName| {
        step.all(name)
            .map(|field| one_line(text, field.value))
            .collect()
    };
    StepRecord {
        id: step.id.as_ref().map(Id::as_str),
        title: step.title.slice(text),
        state: state(step.state),
        line: line(text, step.line.start),
        end_line: line(text, step.range.end),
        section: step.section.map(|at| plan.sections[at].name.slice(text)),
        parent: step.parent.and_then(id),
        kind: Kind::of_step(text, plan, step).map(Kind::as_str),
        is_optional: step.is_optional(text),
        depends: step
            .depends(text)
            .into_iter()
            .map(|(id, _)| id.to_string())
            .collect(),
        waits_for: graph.open_before(at).into_iter().filter_map(id).collect(),
        files: step
            .files(text)
            .into_iter()
            .map(|file| FileRecord {
                path: file.path,
                symbol: file.symbol,
            })
            .collect(),
        packages: spans(FieldName::Packages),
        models: spans(FieldName::Model),
        datasets: spans(FieldName::Dataset),
        params: spans(FieldName::Params),
        run: spans(FieldName::Run),
        verify: step
            .all(FieldName::Verify)
            .map(|field| verify(text, field))
            .collect(),
        why: said(FieldName::Why),
        security: said(FieldName::Security),
        status: step
            .field(FieldName::Status)
            .map(|field| one_line(text, field.value)),
    }
}

/// The word for a state in data.
const fn state(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Started => "in-progress",
        State::Blocked => "blocked",
        State::Skipped => "skipped",
        State::Done => "done",
    }
}

/// A code span at the beginning is a command where nothing or an arrow follows it.
fn verify<'p>(text: &'p str, field: &Field) -> VerifyRecord<'p> {
    let value = said(text, field.value);
    let all = one_line(text, value);
    let first = field.spans.first().filter(|span| {
        let before = TextRange::new(value.start, span.start).slice(text);
        before.trim_matches('`').trim().is_empty()
    });
    let behind = first.map(|span| {
        TextRange::new(span.end, value.end)
            .slice(text)
            .trim_start_matches('`')
            .trim()
    });
    let (before, expected) = behind.map_or(("", None), split_expected);
    let is_command = before.trim().is_empty();
    VerifyRecord {
        command: first.filter(|_| is_command).map(|span| span.slice(text)),
        expected: expected
            .filter(|_| is_command)
            .map(|it| it.split_whitespace().collect::<Vec<_>>().join(" ")),
        text: all,
    }
}

/// A range without comments, its lines joined.
pub fn one_line(text: &str, range: TextRange) -> String {
    let words: Vec<&str> = said(text, range).slice(text).split_whitespace().collect();
    words.join(" ")
}

/// The line of a place, counted from 1.
pub fn line(text: &str, at: u32) -> usize {
    let before = text.as_bytes().get(..at as usize).unwrap_or_default();
    memchr::memchr_iter(b'\n', before).count() + 1
}
