//! The programs that the libraries bring, and what stands around them on a command line.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::command::{Command, Word};

/// Each program with the distribution that brings it. A test compares the table with the store.
pub const PROGRAMS: [(&str, &str); 23] = [
    ("accelerate", "accelerate"),
    ("accelerate-config", "accelerate"),
    ("accelerate-estimate-memory", "accelerate"),
    ("accelerate-launch", "accelerate"),
    ("accelerate-merge-weights", "accelerate"),
    ("autotrain", "autotrain-advanced"),
    ("datasets-cli", "datasets"),
    ("diffusers-cli", "diffusers"),
    ("evaluate-cli", "evaluate"),
    ("hf", "huggingface-hub"),
    ("huggingface-cli", "huggingface-hub"),
    ("lighteval", "lighteval"),
    ("optimum-cli", "optimum"),
    ("smolagent", "smolagents"),
    ("tiny-agents", "huggingface-hub"),
    ("transformers", "transformers"),
    ("transformers-cli", "transformers"),
    ("trl", "trl"),
    ("webagent", "smolagents"),
    // Started with `python -m`.
    ("accelerate.commands.launch", "accelerate"),
    ("accelerate.commands.accelerate_cli", "accelerate"),
    ("huggingface_hub.cli.hf", "huggingface-hub"),
    ("transformers.commands.transformers_cli", "transformers"),
];

/// What `python -m` starts, as the program that is the same.
const MODULES: [(&str, &str); 5] = [
    ("accelerate.commands.launch", "accelerate-launch"),
    ("accelerate.commands.accelerate_cli", "accelerate"),
    ("huggingface_hub.cli.hf", "hf"),
    (
        "huggingface_hub.commands.huggingface_cli",
        "huggingface-cli",
    ),
    ("transformers.commands.transformers_cli", "transformers-cli"),
];

/// The distribution that brings a program.
pub fn distribution(program: &str) -> Option<&'static str> {
    let found = PROGRAMS.iter().find(|(name, _)| *name == program);
    found.map(|(_, distribution)| *distribution)
}

/// Whether a text may start anything that is looked at: a program of a library, or a script.
pub fn may_start(text: &str) -> bool {
    are_mentioned(text) || text.contains(".py") || text.contains("python")
}

/// Whether a text names any of the programs.
pub fn are_mentioned(text: &str) -> bool {
    static NAMES: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let names = PROGRAMS.iter().map(|(name, _)| name);
        AhoCorasick::new(names).expect("the names are few and short")
    });
    NAMES.is_match(text)
}

/// A program of a library as a command starts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started<'c> {
    /// The name of its console script.
    pub program: &'static str,
    /// The word that names it.
    pub word: &'c Word,
    /// The words behind it.
    pub arguments: &'c [Word],
    /// Whether more arguments come from elsewhere: `xargs`.
    pub open: bool,
}

/// The program of a library that a command starts, behind `sudo`, `env A=b`, `uv run` and their like.
/// `None` for every other, and where what stands in front is not understood.
pub fn started(command: &Command) -> Option<Started<'_>> {
    let (words, open) = unwrapped(command)?;
    let (word, rest) = words.split_first()?;
    let name = base_name(word.value()?);
    let (program, word, arguments) = match script(name) {
        Some(program) => (program, word, rest),
        None if is_python(name) => {
            let (flag, rest) = rest.split_first()?;
            let (module, arguments) = rest.split_first()?;
            let program = module_program(flag.value()?, module.value()?)?;
            (program, module, arguments)
        }
        None => return None,
    };
    Some(Started {
        program,
        word,
        arguments,
        open,
    })
}

/// The words from the one that names what is run, and whether more come from elsewhere.
pub fn unwrapped(command: &Command) -> Option<(&[Word], bool)> {
    let mut words = command.words.as_slice();
    let mut open = false;
    // Each wrapper takes at least one word.
    loop {
        let (word, rest) = words.split_first()?;
        if is_assignment(word) {
            words = rest;
            continue;
        }
        let name = base_name(word.value()?);
        words = match name {
            "sudo" => behind(rest, &["-u", "-g", "-h"])?,
            "env" => behind(rest, &["-u", "-C"])?,
            "nice" => behind(rest, &["-n"])?,
            "nohup" | "exec" | "command" | "time" | "caffeinate" => behind(rest, &[])?,
            "timeout" => behind(rest, &["-k", "-s"])?.get(1..)?,
            "stdbuf" => behind(rest, &["-o", "-e", "-i"])?,
            "xargs" => {
                open = true;
                behind(rest, &["-n", "-I", "-P", "-L", "-d"])?
            }
            "uv" | "poetry" | "pdm" | "hatch" | "rye" | "pixi" | "conda" | "mamba" => {
                runner(name, rest)?
            }
            _ => return Some((words, open)),
        };
    }
}

/// A program without its folder.
pub(super) fn base_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn script(name: &str) -> Option<&'static str> {
    let found = PROGRAMS.iter().find(|(known, _)| *known == name);
    found
        .map(|(name, _)| *name)
        .filter(|name| !name.contains('.'))
}

fn module_program(flag: &str, module: &str) -> Option<&'static str> {
    let found = MODULES.iter().find(|(known, _)| *known == module);
    let program = found.map(|(_, program)| *program);
    match (flag, module) {
        ("-m", "lighteval") => Some("lighteval"),
        ("-m", _) => program,
        _ => None,
    }
}

/// `A=b`
fn is_assignment(word: &Word) -> bool {
    let Some((name, _)) = word.text.split_once('=') else {
        return false;
    };
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    !name.is_empty() && name.bytes().all(is_name) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// The words behind the options in front; `None` where one of them is not known.
fn behind<'w>(mut words: &'w [Word], with_value: &[&str]) -> Option<&'w [Word]> {
    while let Some(word) = words.first() {
        if !word.text.starts_with('-') {
            break;
        }
        let option = word.value()?;
        let skipped = if with_value.contains(&option) { 2 } else { 1 };
        words = words.get(skipped..)?;
    }
    Some(words)
}

/// The words behind `uv run`, `poetry run`, in the project's own environment.
fn runner<'w>(name: &str, words: &'w [Word]) -> Option<&'w [Word]> {
    let (first, rest) = words.split_first()?;
    if first.value()? != "run" {
        return None;
    }
    let is_conda = matches!(name, "conda" | "mamba");
    let values: &[&str] = match is_conda {
        true => &["-n", "--name", "-p", "--prefix"],
        false => &[
            "--extra",
            "--group",
            "--env-file",
            "-e",
            "--directory",
            "--project",
        ],
    };
    let others = [
        "--with",
        "--isolated",
        "--python",
        "-p",
        "--no-project",
        "--script",
    ];
    let elsewhere = |word: &Word| others.iter().any(|it| word.text.starts_with(it));
    // Another environment has other releases.
    let mut options = rest.iter().take_while(|word| word.text.starts_with('-'));
    if options.any(elsewhere) || is_conda {
        return None;
    }
    behind(rest, values)
}

pub(super) fn is_python(name: &str) -> bool {
    let rest = name.strip_prefix("python");
    rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::{Format, commands};

    #[test]
    fn programs_are_found_behind_what_stands_in_front() {
        for (text, expected) in [
            ("hf download x", Some("hf")),
            ("HF_TOKEN=x sudo -E nohup .venv/bin/hf x", Some("hf")),
            (
                "CUDA_VISIBLE_DEVICES=0 uv run accelerate launch x",
                Some("accelerate"),
            ),
            ("uv run --extra gpu trl sft", Some("trl")),
            (
                "python3.11 -m accelerate.commands.launch x",
                Some("accelerate-launch"),
            ),
            ("timeout -k 5 10m hf x", Some("hf")),
            ("uv run --with transformers==4 transformers env", None),
            ("uvx hf download", None),
            ("pip install accelerate", None),
            ("echo hf", None),
            ("$X hf", None),
        ] {
            let commands = commands(Format::Shell, text);
            let found = commands.first().and_then(started);
            assert_eq!(found.map(|it| it.program), expected, "{text}");
        }
    }
}
