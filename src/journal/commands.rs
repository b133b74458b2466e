//! The commands of a plan: the spans under `Run:` and `Verify:`.

use super::plan::{Field, FieldName, Plan, State};
use crate::embedded::command::{Command, Word};
use crate::embedded::shell::{self, Dialect};
use crate::text::TextRange;

/// A command of a step.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// The command; its places are those of the document.
    pub command: Command,
    /// The span that it stands in.
    pub span: TextRange,
    /// The step, by its place in the plan.
    pub step: usize,
}

impl Spoken {
    /// The words behind those that only start it: `sudo`, `env A=b`, `uv run`.
    pub fn words(&self) -> &[Word] {
        let mut words = self.command.words.as_slice();
        loop {
            let skipped = match words {
                [word, ..] if word.text == "sudo" || is_assignment(&word.text) => 1,
                [word, ..] if word.text == "env" || word.text == "exec" => 1,
                [tool, run, ..] if run.text == "run" && is_runner(&tool.text) => 2,
                _ => return words,
            };
            words = &words[skipped..];
            while words.first().is_some_and(|it| it.text.starts_with("--")) {
                words = &words[1..];
            }
        }
    }

    /// Whether one of the words is that.
    pub fn has(&self, word: &str) -> bool {
        self.command.words.iter().any(|it| it.text == word)
    }
}

fn is_runner(name: &str) -> bool {
    matches!(name, "uv" | "poetry" | "pdm" | "hatch" | "rye" | "pixi")
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_uppercase() || it == b'_')
}

/// The commands of the steps that are not left out, in the order of the text.
pub fn commands(text: &str, plan: &Plan) -> Vec<Spoken> {
    let mut found = Vec::new();
    for (step, known) in plan.steps.iter().enumerate() {
        if known.state == State::Skipped {
            continue;
        }
        for field in &known.fields {
            for span in spans(text, field) {
                // A span goes on in the next line as prose does.
                let commands = shell::commands(text, span, Dialect::Folded);
                let spoken = commands.into_iter();
                found.extend(spoken.map(|command| Spoken {
                    command,
                    span,
                    step,
                }));
            }
        }
    }
    found
}

/// The spans of a field that are commands.
pub fn spans<'f>(text: &'f str, field: &'f Field) -> impl Iterator<Item = TextRange> + 'f {
    let said = field.value.slice(text);
    let arrow = ["→", "->", "=>"].iter().filter_map(|it| {
        // An arrow within a span belongs to a command.
        let inside = |at: usize| {
            let at = field.value.start + u32::try_from(at).unwrap_or(u32::MAX);
            field.spans.iter().any(|span| span.touches(at))
        };
        said.match_indices(it)
            .map(|(at, _)| at)
            .find(|at| !inside(*at))
    });
    let arrow = arrow.min().map_or(field.value.end, |at| {
        field.value.start + u32::try_from(at).unwrap_or(u32::MAX)
    });
    let name = field.name;
    field.spans.iter().copied().filter(move |span| match name {
        Some(FieldName::Run) => true,
        // What is expected, and names of things, are no commands.
        Some(FieldName::Verify) => {
            span.start < arrow && span.slice(text).trim().contains(char::is_whitespace)
        }
        _ => false,
    })
}
