//! Trainings that a shell starts with trl's own program: `trl sft --config sft.yaml --model_name_or_path ...`.

use std::sync::Arc;

use super::code::Code;
use super::script::Beside;
use super::training::Parts;
use super::typed::plain;
use super::{Given, Reading};
use crate::embedded::command::{Command, Word};
use crate::embedded::config;
use crate::python::ast::{Ident, Name};
use crate::python::facts::{Call, CallId, Facts, Guard, Keyword, Origin, Site, Value};
use crate::rules::context::Context;
use crate::text::TextRange;

/// The subcommands of trl, and the configurations that they read.
const TRAININGS: [(&str, &str); 6] = [
    ("sft", "trl.SFTConfig"),
    ("dpo", "trl.DPOConfig"),
    ("kto", "trl.KTOConfig"),
    ("reward", "trl.RewardConfig"),
    ("grpo", "trl.GRPOConfig"),
    ("rloo", "trl.RLOOConfig"),
];

/// The trainings that commands start.
pub fn readings(ctx: &Context<'_>, given: &Given, beside: &Beside<'_>) -> Vec<Reading> {
    let calls = ctx
        .facts
        .commands
        .iter()
        .filter_map(|command| call(command, beside));
    let read = |call| {
        let facts = Facts {
            calls: vec![call],
            format: ctx.facts.format,
            ..Facts::default()
        };
        let own = Context::new(
            ctx.text,
            &facts,
            ctx.view,
            None,
            ctx.environment,
            ctx.overlay,
        );
        let code = Code {
            ctx: &own,
            module: None,
        };
        let parts = Parts {
            code,
            trainer: None,
            config: Some(code.made(CallId(0), None)?),
            beside,
            given,
        };
        Some(parts.reading())
    };
    calls.filter_map(read).collect()
}

/// The configuration that the options of a command stand for, with those of the recipe that it names.
fn call(command: &Command, beside: &Beside<'_>) -> Option<Call> {
    let words = &command.words;
    let at = words
        .windows(2)
        .position(|pair| pair[0].value() == Some("trl"))?;
    let name = words[at + 1].value()?;
    let (_, class) = TRAININGS.iter().find(|(own, _)| *own == name)?;
    let range = command.range();
    let mut keywords = keywords(words.get(at + 2..).unwrap_or_default());
    let recipe = recipe(&keywords, beside)?;
    keywords.extend(recipe);
    Some(Call {
        callee: Arc::new(Origin::import(class)),
        callee_range: words[at].range.cover(words[at + 1].range),
        range,
        args_range: range,
        positional: Vec::new(),
        keywords,
        open: true,
        partial: false,
        shared: true,
        statement: range,
        assigned_to: None,
        in_loop: false,
        mappings: Vec::new(),
        guard: Guard::None,
    })
}

/// What the file behind `--config` says and the options do not: these stand above it (`scripts/utils.py` of trl,
/// `TrlParser.parse_args_and_config`). Each stands at the option that names the file. `None` where that cannot be
/// read: it may say anything.
fn recipe(options: &[Keyword], beside: &Beside<'_>) -> Option<Vec<Keyword>> {
    let Some(option) = options.iter().find(|it| it.name.name == *"config") else {
        return Some(Vec::new());
    };
    let Value::Str(path) = &option.value else {
        return None;
    };
    let text = (beside.file)(path)?;
    let entries = config::entries(&text).into_iter();
    let missing = entries.filter(|(name, _)| options.iter().all(|it| it.name.name != *name));
    let stands =
        |(name, value): (Name, Value)| keyword(&name, value, option.name.range, option.value_range);
    Some(missing.map(stands).collect())
}

/// `--name value`, `--name=value` and `--name` alone.
fn keywords(words: &[Word]) -> Vec<Keyword> {
    let mut found = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let Some(option) = word.text.strip_prefix("--") else {
            continue;
        };
        let (name, value, range) = match option.split_once('=') {
            Some((name, value)) => (name, written(word, value), word.range),
            None => match words.next_if(|next| !next.text.starts_with("--")) {
                Some(next) => (option, written(next, &next.text), next.range),
                None => (option, Value::Bool(true), word.range),
            },
        };
        found.push(keyword(name, value, word.range, range));
    }
    found
}

fn written(word: &Word, text: &str) -> Value {
    if word.known {
        plain(text)
    } else {
        Value::Unknown
    }
}

fn keyword(name: &str, value: Value, option: TextRange, value_range: TextRange) -> Keyword {
    Keyword {
        name: Ident {
            name: Name::new(name.replace('-', "_")),
            range: option,
        },
        range: option.cover(value_range),
        value_range,
        value,
        origin: None,
        elements: Vec::new(),
        function: None,
        optional: false,
        site: Site::Keyword,
    }
}
