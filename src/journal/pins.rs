//! The pins of a plan, by the environments that they are for.

use pep440_rs::VersionSpecifiers;

use super::plan::{FieldName, Pin, Plan, State, Step};
use crate::text::TextRange;
use crate::workspace::requirements::Requirement;

/// A package under `Packages:`.
#[derive(Clone, Debug)]
pub struct Pinned {
    /// The span.
    pub range: TextRange,
    /// The versions alone; empty where any will do.
    pub specifiers_range: TextRange,
    /// The name as written.
    pub written: String,
    /// The normalised name.
    pub name: String,
    /// The extras, normalised.
    pub extras: Vec<String>,
    /// The versions; empty where any will do.
    pub specifiers: VersionSpecifiers,
    /// The step, by its place in the plan.
    pub step: usize,
    /// The environment that it is for; `None` for that of the project.
    pub environment: Option<String>,
}

/// All packages of steps that are not left out, in the order of the text. What stands behind a package in parentheses
/// names its environment, and a step that speaks of another environment is about one of its own.
pub fn pins(text: &str, plan: &Plan) -> Vec<Pinned> {
    let mut found = Vec::new();
    for (number, step) in plan.steps.iter().enumerate() {
        if step.state == State::Skipped {
            continue;
        }
        let own = speaks_of_another(text, step).then(|| format!("#{number}"));
        for field in step.all(FieldName::Packages) {
            for (at, span) in field.spans.iter().enumerate() {
                let until = field
                    .spans
                    .get(at + 1)
                    .map_or(field.value.end, |it| it.start);
                let behind = TextRange::new(span.end, until.max(span.end)).slice(text);
                let environment = mark(behind).or_else(|| own.clone());
                found.extend(pinned(text, *span, number, environment));
            }
        }
    }
    found
}

fn pinned(text: &str, span: TextRange, step: usize, environment: Option<String>) -> Option<Pinned> {
    let pin = Pin::read(text, span)?;
    let requirement = Requirement::parse(span.slice(text)).ok()?;
    (requirement.marker.is_none() && !requirement.by_url).then(|| Pinned {
        range: pin.range,
        specifiers_range: pin.specifiers_range,
        written: pin.name.to_owned(),
        name: requirement.name,
        extras: requirement.extras,
        specifiers: requirement.specifiers,
        step,
        environment,
    })
}

/// `serve` of `` ` (serve), ` ``
fn mark(behind: &str) -> Option<String> {
    let (_, inner) = behind.split_once('(')?;
    let (mark, _) = inner.split_once(')')?;
    Some(mark.trim().to_lowercase())
}

/// Whether a step is about an environment that is not the project's.
pub fn speaks_of_another(text: &str, step: &Step) -> bool {
    const SIGNS: [&str; 8] = [
        "--project",
        "envs/",
        "separate env",
        "own env",
        "environments",
        "another env",
        "elsewhere",
        "environment for",
    ];
    let said = step.range.slice(text).to_lowercase();
    SIGNS.iter().any(|sign| said.contains(sign))
}
