//! HFP207

use std::collections::HashMap;

use crate::embedded::Format;
use crate::embedded::command::{Command, Word};
use crate::embedded::launched::launched;
use crate::embedded::programs::started;
use crate::embedded::shell::{self, Dialect};
use crate::journal::edit::Sheet;
use crate::journal::graph::Graph;
use crate::journal::plan::{FieldName, Step};
use crate::journal::surroundings::Surroundings;
use crate::rules::finding::{Applicability, Finding, Related, Severity};
use crate::rules::fix::fix;
use crate::rules::rule::{Check, Example, FixKind, Rule};
use crate::text::TextRange;

/// See [`Rule`].
pub const RULE: Rule = Rule {
    code: "HFP207",
    name: "missing-dependency",
    severity: Severity::Warning,
    summary: "a command that reads what only another step makes",
    explanation: "The command reads a path that is not there yet, and that one other step of the plan makes: its \
command gets it behind `--out`, `--output-dir` or the like, or it stands in its `Files:`. But the step does not \
depend on that one, not over others either, so the two may be done in the wrong order. Nothing is said where the path \
is there, where two steps make it, or where it is not clear that the command reads it.",
    fix: FixKind::Unsafe,
    bad: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Ask the model\n  - Run: `python ask.py --adapter outputs/merged`\n  - Verify: it answers\n\
- [ ] 1.2 Merge\n  - Run: `python merge.py --out outputs/merged`\n  - Verify: one folder\n",
    },
    good: Example {
        format: Format::Markdown,
        targets: &[],
        baseline: &[],
        code: "- [ ] 1.1 Ask the model\n  - Depends: 1.2\n  - Run: `python ask.py --adapter outputs/merged`\n  - Verify: it answers\n\
- [ ] 1.2 Merge\n  - Run: `python merge.py --out outputs/merged`\n  - Verify: one folder\n",
    },
    check: Check::Journal(check),
};

/// Options behind which a command is told where to write.
const OUTPUTS: [&str; 12] = [
    "-o",
    "--out",
    "--output",
    "--outputs",
    "--out-dir",
    "--outdir",
    "--output-dir",
    "--out-file",
    "--outfile",
    "--output-file",
    "--output-path",
    "--save-dir",
];

/// Words of an option that say that something is read.
const INPUTS: [&str; 19] = [
    "in",
    "input",
    "inputs",
    "source",
    "src",
    "data",
    "dataset",
    "adapter",
    "adapters",
    "base",
    "model",
    "checkpoint",
    "ckpt",
    "weights",
    "tokenizer",
    "from",
    "train",
    "eval",
    "baseline",
];

/// Words of an option that say that something may be written.
const UNCLEAR: [&str; 10] = [
    "out", "output", "outputs", "save", "dir", "to", "cache", "log", "local", "report",
];

/// Who makes a path.
#[derive(Clone, Copy)]
struct Made {
    step: usize,
    /// Where it is said.
    range: TextRange,
    /// Whether only one step does.
    is_alone: bool,
}

/// A path that a command reads.
struct Read<'c> {
    path: &'c str,
    range: TextRange,
}

fn check(surroundings: &Surroundings<'_>, findings: &mut Vec<Finding>) {
    let Some(plan) = surroundings.own_plan() else {
        return;
    };
    let text = surroundings.text();
    let commands: Vec<Vec<Command>> = plan.steps.iter().map(|step| commands(text, step)).collect();
    let made = made(text, &plan.steps, &commands);
    if made.is_empty() {
        return;
    }
    let graph = Graph::new(text, plan);
    for (at, step) in plan.steps.iter().enumerate() {
        if graph.is_over(at) || step.id.is_none() {
            continue;
        }
        let mut told: Vec<usize> = Vec::new();
        for read in commands[at].iter().flat_map(reads) {
            let Some(maker) = maker(&made, read.path).filter(|it| it.is_alone && it.step != at)
            else {
                continue;
            };
            let is_named = || {
                let mut named = step.files(text).into_iter();
                named.any(|file| is_below(read.path, file.path))
            };
            let is_there = surroundings.project.place(clean(read.path)).is_some() || is_named();
            let is_settled = graph.is_over(maker.step) || is_there || told.contains(&maker.step);
            if is_settled || graph.waits_for(at, maker.step) {
                continue;
            }
            told.push(maker.step);
            findings.extend(finding(surroundings, &graph, at, maker, &read));
        }
    }
}

fn finding(
    surroundings: &Surroundings<'_>,
    graph: &Graph<'_>,
    at: usize,
    maker: Made,
    read: &Read<'_>,
) -> Option<Finding> {
    let id = graph.step(maker.step).id.as_ref()?;
    let message = format!(
        "`{}` is made by `{id}`, which the step does not depend on",
        read.path
    );
    let mut finding = RULE.plain_finding(read.range, message);
    finding.related.push(Related {
        range: maker.range,
        message: "it is made here".to_owned(),
    });
    // A dependency that closes a circle helps nobody.
    if !graph.waits_for(maker.step, at) {
        let sheet = Sheet::of(surroundings.document);
        let edits = sheet.extend_field(at, FieldName::Depends, id.as_str());
        finding.fix = fix(format!("Depend on `{id}`"), Applicability::Unsafe, edits);
    }
    Some(finding)
}

fn commands(text: &str, step: &Step) -> Vec<Command> {
    let spans = step.spans(FieldName::Run);
    spans
        .flat_map(|span| shell::commands(text, span, Dialect::Script))
        .collect()
}

/// A path without `./` in front and `/` behind.
fn clean(path: &str) -> &str {
    path.strip_prefix("./")
        .unwrap_or(path)
        .trim_end_matches('/')
}

/// Whether a word is a path below the project's folder that holds a folder or an ending.
fn is_path(word: &str) -> bool {
    let path = clean(word);
    let last = path.rsplit('/').next().unwrap_or(path);
    let is_clear =
        !path.contains(|c: char| c.is_whitespace() || "*?{}<>$~\\|:=,;\"'()[]#".contains(c));
    let is_inside =
        !path.starts_with('/') && !path.split('/').any(|part| part.is_empty() || part == "..");
    is_clear && is_inside && (path.contains('/') || last.contains('.')) && !path.starts_with('-')
}

/// What the steps make, by cleaned paths.
fn made<'t>(
    text: &'t str,
    steps: &'t [Step],
    commands: &'t [Vec<Command>],
) -> HashMap<&'t str, Made> {
    let mut made: HashMap<&str, Made> = HashMap::new();
    let mut add = |path: &'t str, step: usize, range: TextRange| {
        made.entry(clean(path))
            .and_modify(|known| known.is_alone &= known.step == step)
            .or_insert(Made {
                step,
                range,
                is_alone: true,
            });
    };
    for (at, step) in steps.iter().enumerate() {
        for (word, path) in commands[at].iter().flat_map(outputs) {
            add(path, at, word.range);
        }
        let own: Vec<Read<'_>> = commands[at].iter().flat_map(reads).collect();
        for file in step.files(text) {
            let is_read = own.iter().any(|read| is_below(read.path, file.path));
            // What a step both names and reads may come from elsewhere; a part of a file is no file.
            let is_whole = file.symbol.is_none() && file.is_definite() && is_path(file.path);
            if is_whole && !is_read {
                add(file.path, at, file.path_range);
            }
        }
    }
    made
}

/// Who makes a path, or a folder that it lies in.
fn maker(made: &HashMap<&str, Made>, path: &str) -> Option<Made> {
    let mut path = clean(path);
    loop {
        if let Some(made) = made.get(path) {
            return Some(*made);
        }
        path = path.rsplit_once('/')?.0;
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    let rest = clean(path).strip_prefix(clean(folder));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The words that a script or a program of a library gets, with the word of the script.
fn arguments(command: &Command) -> Option<(Option<&Word>, &[Word])> {
    if let Some(launched) = launched(command) {
        let script = Some(launched.script).filter(|_| !launched.is_module);
        return Some((script, launched.arguments));
    }
    let started = started(command)?;
    Some((None, started.arguments))
}

/// Options with their values: `--out data`, `--out=data`.
fn options(words: &[Word]) -> impl Iterator<Item = (String, &Word, &str)> {
    words.iter().enumerate().filter_map(|(at, word)| {
        let written = word.value().filter(|written| written.starts_with('-'))?;
        if let Some((name, value)) = written.split_once('=') {
            return Some((name.replace('_', "-"), word, value));
        }
        let next = words.get(at + 1)?;
        let value = next.value().filter(|value| !value.starts_with('-'))?;
        Some((written.replace('_', "-"), next, value))
    })
}

fn outputs(command: &Command) -> Vec<(&Word, &str)> {
    let Some((_, words)) = arguments(command) else {
        return Vec::new();
    };
    options(words)
        .filter(|(name, _, value)| OUTPUTS.contains(&name.as_str()) && is_path(value))
        .map(|(_, word, value)| (word, value))
        .collect()
}

/// The paths that a command surely reads: the script, and the values of options that say so.
fn reads(command: &Command) -> Vec<Read<'_>> {
    let Some((script, words)) = arguments(command) else {
        return Vec::new();
    };
    let script = script.and_then(|word| {
        let path = word
            .value()
            .filter(|path| path.ends_with(".py") && is_path(path))?;
        Some(Read {
            path,
            range: word.range,
        })
    });
    let values = options(words).filter_map(|(name, word, value)| {
        let mut parts = name.trim_start_matches('-').split('-');
        let is_input = parts.clone().any(|part| INPUTS.contains(&part))
            && !parts.any(|part| UNCLEAR.contains(&part));
        (is_input && is_path(value)).then_some(Read {
            path: value,
            range: word.range,
        })
    });
    let uploads = uploaded(command);
    script.into_iter().chain(values).chain(uploads).collect()
}

/// `hf upload REPO PATH`
fn uploaded(command: &Command) -> Option<Read<'_>> {
    let started = started(command).filter(|started| started.program == "hf")?;
    let mut plain = started
        .arguments
        .iter()
        .take_while(|word| !word.text.starts_with('-'));
    let is_upload = matches!(plain.next()?.value()?, "upload" | "upload-large-folder");
    let word = plain.nth(1).filter(|_| is_upload)?;
    let path = word.value().filter(|path| is_path(path))?;
    Some(Read {
        path,
        range: word.range,
    })
}
