//! Markdown: its fences of Python are one Python text, as the cells of a notebook are.

mod card;
mod fence;
mod python;
mod silence;

pub use self::fence::{Fence, fences};
pub use self::python::{Code, code};

pub use card::CARD;

use crate::notebook::pins;
use crate::python as py;
use crate::python::facts::{Call, Facts, Value};
use crate::rules::finding::Fix;
use crate::text::TextRange;

use super::Format;

/// What the Python in a document does; ranges are those of the document.
pub fn analyse(text: &str) -> Facts {
    let fences = fences(text);
    let code = code(text, &fences);
    let mut facts = match code.fences.is_empty() {
        true => Facts::default(),
        false => py::analyse(&code.text),
    };
    facts.format = Format::Markdown;
    facts.card = card::faults(text);
    facts
        .calls
        .iter_mut()
        .for_each(|call| abbreviate(text, call));
    facts
        .suppressions
        .extend(silence::suppressions(text, &fences));
    facts
}

/// `Trainer(..., args=args)` leaves arguments to the reader, `labels=[0, 1, ...]` values.
fn abbreviate(text: &str, call: &mut Call) {
    const MARK: &str = "...";
    for positional in &mut call.positional {
        let written = positional.range.slice(text);
        call.open |= written == MARK;
        if written.contains(MARK) {
            positional.value = Value::Unknown;
        }
    }
    for keyword in &mut call.keywords {
        if keyword.value_range.slice(text).contains(MARK) {
            keyword.value = Value::Unknown;
        }
    }
}

/// What the commands of a document install, as a script block, where that decides versions.
pub fn declared(text: &str) -> Option<String> {
    let fences = fences(text);
    let of_shell = fences.iter().filter(|fence| fence.is_shell());
    let commands = of_shell.flat_map(|fence| {
        let lines = fence.lines.iter().map(|line| line.slice(text));
        lines.map(|line| {
            line.trim_start()
                .trim_start_matches(['$', '%', '!'])
                .trim_start()
        })
    });
    let all = commands.chain(to_be_run(text));
    pins::metadata(all.map(|command| (command, TextRange::default())))
}

/// The commands of a plan's steps that are not done, those for other environments left out: the code in a plan is for
/// what is installed when it is written.
fn to_be_run(text: &str) -> impl Iterator<Item = &str> {
    let mut is_open = false;
    let commands = text.lines().filter_map(move |line| {
        let line = line.trim_start();
        if let Some(step) = line.strip_prefix("- [") {
            is_open = step.starts_with(' ');
        }
        let run = line.strip_prefix("- Run: `").filter(|_| is_open)?;
        let command = run.split('`').next().unwrap_or_default();
        let is_own = !command.contains("--project") && !command.contains("--directory");
        is_own.then_some(command)
    });
    commands.flat_map(|command| command.split("&&").map(str::trim))
}

/// Whether a fix changes nothing but Python or words of commands, each edit within one fence.
pub fn takes(text: &str, fix: &Fix) -> bool {
    let fences = fences(text);
    let code = code(text, &fences);
    fix.edits.iter().all(|edit| {
        let is_command =
            |fence: &Fence| fence.is_shell() && fence.body().contains_range(edit.range);
        if fences.iter().any(is_command) {
            return !edit.content.contains('\n') && !edit.range.slice(text).contains('\n');
        }
        let inside = |fence: &&&Fence| fence.body().contains_range(edit.range);
        let Some(fence) = code.fences.iter().find(inside) else {
            return false;
        };
        let kept = edit.range.slice(text) == edit.range.slice(&code.text);
        // New lines would need what stands in front of the others.
        let whole = edit.content.contains('\n') || edit.range.slice(text).contains('\n');
        kept && (!whole || fence.is_flush())
    })
}

#[cfg(test)]
mod tests;
