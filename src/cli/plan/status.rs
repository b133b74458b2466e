//! `hf-lsp plan status`

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde::Serialize;

use super::export::json;
use super::journal::{Journal, OpenPlan};
use super::model::{self, NoteRecord, Progress, SectionRecord, StepRecord};
use crate::cli::Error;
use crate::journal::graph::Graph;
use crate::journal::kind::Kind;
use crate::journal::next::next_step;
use crate::journal::plan::{Note, Plan};
use crate::rules::finding::Severity;

/// Show how far the plan is
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    output_format: Format,
}

/// How it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// As one JSON object
    Json,
}

/// How far a plan is.
#[derive(Serialize)]
struct Status<'p> {
    schema: u32,
    path: &'p str,
    revision: String,
    title: Option<&'p str>,
    progress: Progress,
    sections: Vec<SectionRecord<'p>>,
    kinds: BTreeMap<&'static str, Progress>,
    questions: Vec<NoteRecord>,
    problems: Problems,
    next: Option<StepRecord<'p>>,
}

/// What is found in the plan, by severity.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Problems {
    error: usize,
    warning: usize,
    information: usize,
    hint: usize,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let journal = Journal::open()?;
    let plan = journal.plan()?;
    let status = status(&journal, &plan)?;
    match args.output_format {
        Format::Json => json(&status),
        Format::Text => {
            anstream::print!("{}", text(&status, &plan));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// How far the plan is, as data.
pub fn data<'p>(journal: &Journal, open: &'p OpenPlan) -> Result<impl Serialize + use<'p>, Error> {
    status(journal, open)
}

fn status<'p>(journal: &Journal, open: &'p OpenPlan) -> Result<Status<'p>, Error> {
    let (text, plan) = (open.text(), open.plan());
    let graph = Graph::new(text, plan);
    let is_open = |note: &&Note| !note.is_closed;
    let questions: Vec<Note> = plan.questions.iter().filter(is_open).copied().collect();
    Ok(Status {
        schema: model::SCHEMA,
        path: &open.path,
        revision: open.revision(),
        title: plan.title.map(|title| title.slice(text)),
        progress: Progress::of(plan.leaves()),
        sections: model::sections(text, plan),
        kinds: kinds(text, plan),
        questions: model::notes(text, &questions),
        problems: problems(journal, open)?,
        next: next_step(text, plan).map(|at| model::step(open, &graph, at)),
    })
}

/// The steps by the kinds of work; those of none are left out.
fn kinds(text: &str, plan: &Plan) -> BTreeMap<&'static str, Progress> {
    let of = |kind: Kind| {
        let steps = plan
            .leaves()
            .filter(|step| Kind::of_step(text, plan, step) == Some(kind));
        (kind.as_str(), Progress::of(steps))
    };
    Kind::ALL.into_iter().map(of).collect()
}

/// What is found in the plan itself.
fn problems(journal: &Journal, plan: &OpenPlan) -> Result<Problems, Error> {
    let mut problems = Problems::default();
    for finding in super::check::in_plan(journal, plan)? {
        *match finding.severity {
            Severity::Error => &mut problems.error,
            Severity::Warning => &mut problems.warning,
            Severity::Information => &mut problems.information,
            Severity::Hint => &mut problems.hint,
        } += 1;
    }
    Ok(problems)
}

fn text(status: &Status<'_>, plan: &OpenPlan) -> String {
    let mut out = String::new();
    let progress = status.progress;
    let title = status.title.unwrap_or(status.path);
    out.push_str(&format!(
        "{title}\n{}: {}\n",
        status.path,
        counted(progress)
    ));
    out.push_str("\nSections\n");
    for section in &status.sections {
        let number = section
            .number
            .map(|number| format!("{number}. "))
            .unwrap_or_default();
        if section.progress.total > 0 {
            out.push_str(&row(section.progress, &format!("{number}{}", section.name)));
        }
    }
    out.push_str("\nKinds of work\n");
    for (kind, progress) in status
        .kinds
        .iter()
        .filter(|(_, progress)| progress.total > 0)
    {
        out.push_str(&row(*progress, kind));
    }
    if !status.questions.is_empty() {
        out.push_str("\nOpen questions\n");
        for question in &status.questions {
            out.push_str(&format!(
                "  {}:{}: {}\n",
                status.path, question.line, question.text
            ));
        }
    }
    out.push_str(&format!("\n{}\n", told(status.problems)));
    out.push_str(&match next_step(plan.text(), plan.plan()) {
        Some(at) => format!(
            "Next: {} {}\n",
            super::show::name(plan, at),
            plan.plan().steps[at].title.slice(plan.text())
        ),
        None => "Next: nothing\n".to_owned(),
    });
    out
}

/// "12 of 29 done, 1 in progress"
fn counted(progress: Progress) -> String {
    let mut words = vec![format!("{} of {} done", progress.done, progress.total)];
    let more = [
        (progress.in_progress, "in progress"),
        (progress.blocked, "blocked"),
        (progress.skipped, "skipped"),
    ];
    words.extend(
        more.iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}")),
    );
    words.join(", ")
}

fn row(progress: Progress, name: &str) -> String {
    format!("  {:>3}/{:<3} {name}\n", progress.done, progress.total)
}

fn told(problems: Problems) -> String {
    let all = [
        (problems.error, "error"),
        (problems.warning, "warning"),
        (problems.information, "note"),
        (problems.hint, "hint"),
    ];
    let words: Vec<String> = all
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    match words.is_empty() {
        true => "No problems in the plan".to_owned(),
        false => format!(
            "Problems in the plan: {}; `hf-lsp plan check` shows them",
            words.join(", ")
        ),
    }
}
