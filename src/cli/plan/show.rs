//! `hf-lsp plan show 4.2`

use std::process::ExitCode;

use serde::Serialize;

use super::export::json;
use super::journal::{Journal, OpenPlan};
use super::model::{self, StepRecord};
use crate::cli::Error;
use crate::journal::edit::line;
use crate::journal::graph::Graph;
use crate::text::TextRange;

/// Show a step
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The id of the step, `4.2`
    id: String,
    /// As data
    #[arg(long)]
    json: bool,
}

/// A step with the revision of its plan.
#[derive(Serialize)]
struct Shown<'p> {
    schema: u32,
    path: &'p str,
    revision: String,
    step: Option<StepRecord<'p>>,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let plan = Journal::open()?.plan()?;
    let (at, _) = plan.step(&args.id)?;
    show(&plan, Some(at), args.json)
}

/// A step as data, or that there is none.
pub fn data(plan: &OpenPlan, at: Option<usize>) -> impl Serialize + '_ {
    let graph = Graph::new(plan.text(), plan.plan());
    Shown {
        schema: model::SCHEMA,
        path: &plan.path,
        revision: plan.revision(),
        step: at.map(|at| model::step(plan, &graph, at)),
    }
}

/// Shows a step, or that there is none.
pub fn show(plan: &OpenPlan, at: Option<usize>, as_json: bool) -> Result<ExitCode, Error> {
    if as_json {
        return json(&data(plan, at));
    }
    let graph = Graph::new(plan.text(), plan.plan());
    let Some(at) = at else {
        anstream::println!("{}", nothing_next(plan, &graph));
        return Ok(ExitCode::SUCCESS);
    };
    anstream::print!("{}", text(plan, at));
    let open = graph.open_before(at);
    if !open.is_empty() {
        let names: Vec<String> = open.iter().map(|at| name(plan, *at)).collect();
        anstream::println!("\nwaits for {}", names.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

/// The lines of a step as they are written, moved to the left.
fn text(plan: &OpenPlan, at: usize) -> String {
    let (text, step) = (plan.text(), &plan.plan().steps[at]);
    let start = line::start(text, step.line.start);
    let front = (step.line.start - start) as usize;
    let all = TextRange::new(start, step.range.end).slice(text);
    let mut out = format!("{}:{}\n", plan.path, model::line(text, step.line.start));
    for line in all.lines() {
        let blank = line.len() - line.trim_start().len();
        out.push_str(&line[front.min(blank)..]);
        out.push('\n');
    }
    out
}

/// Why there is no next step.
pub fn nothing_next(plan: &OpenPlan, graph: &Graph<'_>) -> String {
    let mut leaves = plan.plan().leaves();
    if leaves.all(|step| step.state.is_over()) {
        return "nothing is left to do".to_owned();
    }
    let steps = &plan.plan().steps;
    let waiting = (0..steps.len()).filter(|at| !steps[*at].state.is_over());
    let shown = waiting.take(5).map(|at| {
        let open = graph.open_before(at);
        let names: Vec<String> = open.iter().map(|at| name(plan, *at)).collect();
        match names.is_empty() {
            true => format!("\n  {} is {}", name(plan, at), steps[at].state.as_str()),
            false => format!("\n  {} waits for {}", name(plan, at), names.join(", ")),
        }
    });
    let shown: String = shown.collect();
    format!("no step can be begun now{shown}")
}

/// A step in a message: its id, else its title.
pub fn name(plan: &OpenPlan, at: usize) -> String {
    let step = &plan.plan().steps[at];
    let id = step.id.as_ref().map(ToString::to_string);
    id.unwrap_or_else(|| format!("`{}`", step.title.slice(plan.text())))
}
