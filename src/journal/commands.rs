//! The commands of a plan: the spans under `Run:` and `Verify:`.

use super::plan::{Field, FieldName, Plan, State};
use crate::embedded::command::{Command, Word};
use crate::embedded::programs;
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
        let inner = programs::unwrapped(&self.command);
        inner.map_or(&self.command.words, |(words, _)| words)
    }

    /// Whether one of the words is that.
    pub fn has(&self, word: &str) -> bool {
        self.command.words.iter().any(|it| it.text == word)
    }
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
                let commands = shell::commands(text, *span, Dialect::Folded);
                let spoken = commands.into_iter();
                found.extend(spoken.map(|command| Spoken {
                    command,
                    span: *span,
                    step,
                }));
            }
        }
    }
    found
}

/// The spans of a field that are commands: all of `Run:`; of `Verify:` the one that it begins with, where nothing follows
/// but what is expected.
pub fn spans<'f>(text: &'f str, field: &'f Field) -> &'f [TextRange] {
    match (field.name, &field.spans[..]) {
        (Some(FieldName::Run), spans) => spans,
        (Some(FieldName::Verify), [first, ..]) => {
            let before = TextRange::new(field.value.start, first.start).slice(text);
            let behind = TextRange::new(first.end, field.value.end).slice(text);
            let behind = behind.trim_start_matches('`').trim_start();
            let is_alone =
                behind.is_empty() || ["→", "->", "=>"].iter().any(|it| behind.starts_with(it));
            // A word alone is a name.
            let is_command = first.slice(text).trim().contains(char::is_whitespace);
            match before.trim_matches(['`', ' ']).is_empty() && is_alone && is_command {
                true => &field.spans[..1],
                false => &[],
            }
        }
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::markdown::Syntax;

    #[test]
    fn commands_are_those_of_run_and_in_front_of_the_arrow() {
        let text = "## 1. A\n\n- [ ] 1.1 a\n  - Run: `uv run --extra gpu hf upload\n    x` then `b | c`\n  - Why: `d e`\n  \
            - Verify: `f -> g` → `k l`\n  - Verify: `h i` falls\n- [-] 1.2 b\n  - Run: `m`\n";
        let plan = Plan::read(text, &Syntax::parse(text).outline(text));
        let spoken = commands(text, &plan);
        let first = |it: &Spoken| {
            let words: Vec<&str> = it.words().iter().map(|word| word.text.as_str()).collect();
            words.join(" ")
        };
        let shown: Vec<String> = spoken.iter().map(first).collect();
        assert_eq!(shown, ["hf upload x", "b", "c", "f -"]);
    }
}
