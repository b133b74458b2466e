//! Calls that may fulfil a condition: plain values for each argument that takes part, and for a trainer the
//! object of settings that its condition asks.

use std::collections::BTreeSet;

use hf_lsp::knowledge::condition::Term;
use hf_lsp::knowledge::condition::evaluate::Known;
use hf_lsp::knowledge::signature::{Signature, SignatureParam};
use hf_lsp::knowledge::view::{Entity, View};
use hf_lsp::python::ast::ParamKind;
use hf_lsp::python::facts::Value;
use hf_lsp::python::literal::written;

/// More combinations than this are not tried for one condition.
const MAX_TRIES: usize = 600;

/// What stands for the things that a trainer needs. `refusals.py` has small real ones of the same names.
const PREPARED: &str = "\
from datasets import Dataset
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
model = GPT2LMHeadModel(GPT2Config())
tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
data = Dataset.from_dict(rows)
def reward(**_):
    return [0.0]
";

/// Calls of one callable.
#[derive(Debug, Default)]
pub struct Tries {
    /// What has to stand before them.
    pub before: String,
    /// Paths of what has to be imported besides the callable.
    pub imports: Vec<String>,
    /// `Trainer(model=model, args=TrainingArguments(output_dir="out", eval_strategy="steps"))`
    pub calls: Vec<String>,
}

/// Calls that may fulfil a condition of the callable at `package.name`.
pub fn tries(view: &View, package: &str, name: &str, entity: &Entity, when: &Term) -> Tries {
    let Some(signature) = view.signature(entity) else {
        return Tries::default();
    };
    let arguments = when.arguments();
    let settings = signature.params.iter().find_map(|param| {
        let prefix = format!("{}.", param.param.name);
        let asked = arguments.iter().any(|path| path.starts_with(&prefix));
        asked.then(|| Settings::new(view, package, param)).flatten()
    });
    match settings {
        Some(settings) => settings.tries(view, name, &signature, when),
        None => Tries {
            calls: plain(view, &signature, when)
                .into_iter()
                .map(|passed| format!("{name}({})", passed.join(", ")))
                .collect(),
            ..Tries::default()
        },
    }
}

/// Plain values for the arguments that a callable takes itself.
fn plain(view: &View, signature: &Signature, when: &Term) -> Vec<Vec<String>> {
    let arguments = when.arguments();
    let known = |argument: &&String| takes(signature, argument);
    let arguments: Vec<&String> = arguments.iter().filter(known).collect();
    let needed = required(signature, |name| {
        let given = arguments.iter().any(|argument| *argument == name);
        (!given).then(|| "\"x\"".to_owned())
    });
    combinations(view, when, needed, &arguments)
}

fn takes(signature: &Signature, argument: &str) -> bool {
    signature.param(argument).is_some() || signature.takes(argument)
}

/// The parameters without a default, with what is given for them.
fn required(signature: &Signature, given: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let needed = signature.params.iter().filter(|param| {
        let kind = param.param.kind;
        param.param.default.is_none() && !matches!(kind, ParamKind::VarArgs | ParamKind::VarKeyword)
    });
    let names = needed.map(|param| param.param.name.as_str());
    names
        .filter_map(|name| Some(format!("{name}={}", given(name)?)))
        .collect()
}

/// `needed` with each argument left out or given each value, shorter calls first.
fn combinations(
    view: &View,
    when: &Term,
    needed: Vec<String>,
    arguments: &[&String],
) -> Vec<Vec<String>> {
    if arguments.len() > 5 {
        return Vec::new();
    }
    let values = values(view, when);
    let mut calls = vec![needed];
    for argument in arguments {
        let mut longer = Vec::new();
        for call in &calls {
            longer.push(call.clone());
            for value in &values {
                let mut call = call.clone();
                call.push(format!("{argument}={value}"));
                longer.push(call);
            }
        }
        longer.sort_by_key(Vec::len);
        longer.truncate(MAX_TRIES);
        calls = longer;
    }
    calls
}

/// An argument that is an object of settings: `args`.
struct Settings {
    argument: String,
    /// `trl.SFTConfig`
    path: String,
    signature: std::sync::Arc<Signature>,
}

impl Settings {
    /// Nothing where the annotation names no dataclass that users import.
    fn new(view: &View, package: &str, param: &SignatureParam) -> Option<Self> {
        let annotation = param.param.annotation.as_deref()?;
        let words = annotation.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let paths = words
            .flat_map(|word| [package, "transformers"].map(|package| format!("{package}.{word}")));
        let mut classes = paths.filter_map(|path| match view.resolve(&path) {
            entity @ Entity::Class(_) => Some((path, view.signature(&entity)?)),
            _ => None,
        });
        let (path, signature) = classes.find(|(_, it)| it.param("output_dir").is_some())?;
        Some(Self {
            argument: param.param.name.clone(),
            path,
            signature,
        })
    }

    fn tries(&self, view: &View, name: &str, signature: &Signature, when: &Term) -> Tries {
        let prefix = format!("{}.", self.argument);
        let arguments = when.arguments();
        let fields = arguments
            .iter()
            .filter_map(|path| path.strip_prefix(&prefix));
        let fields: BTreeSet<String> = fields
            .filter(|field| takes(&self.signature, field))
            .map(str::to_owned)
            .collect();
        let mut asked: Vec<&String> = fields.iter().collect();
        let own = arguments
            .iter()
            .filter(|name| **name != self.argument && takes(signature, name))
            // The condition asks whether it is there; what is prepared for it is.
            .filter(|name| prepared(name).is_none_or(|it| it == "data"));
        asked.extend(own);
        let class = self.path.rsplit('.').next().unwrap_or_default();
        let calls = combinations(view, when, Vec::new(), &asked);
        let call = |passed: &Vec<String>| {
            let is_field = |text: &&String| {
                let name = text.split('=').next().unwrap_or_default();
                fields.contains(name)
            };
            let (inner, outer): (Vec<&String>, Vec<&String>) = passed.iter().partition(is_field);
            let inner = self.settled(&inner);
            let outer = self.given(signature, &outer, &asked);
            format!("{name}({outer}{}={class}({inner}))", self.argument)
        };
        Tries {
            before: PREPARED.to_owned(),
            imports: vec![self.path.clone()],
            calls: calls.iter().map(call).collect(),
        }
    }

    /// The fields, and what lets the settings pass on a machine without anything.
    fn settled(&self, passed: &[&String]) -> String {
        let always = [
            ("output_dir", "\"out\""),
            ("report_to", "\"none\""),
            ("use_cpu", "True"),
            ("no_cuda", "True"),
            ("bf16", "False"),
            ("max_steps", "1"),
        ];
        let is_given = |name: &str| {
            passed
                .iter()
                .any(|text| text.split('=').next() == Some(name))
        };
        let cpu = self.signature.param("use_cpu").is_some();
        let always = always
            .iter()
            .filter(|(name, _)| self.signature.param(name).is_some() && !is_given(name))
            .filter(|(name, _)| !(cpu && *name == "no_cuda"))
            .map(|(name, value)| format!("{name}={value}"));
        let all: Vec<String> = always
            .chain(passed.iter().map(|text| (*text).clone()))
            .collect();
        all.join(", ")
    }

    /// The arguments of the trainer itself, with what is prepared for those that the condition does not ask.
    fn given(&self, signature: &Signature, passed: &[&String], asked: &[&String]) -> String {
        let mut given: Vec<String> = passed.iter().map(|text| (*text).clone()).collect();
        for param in signature.params.iter().map(|param| &param.param) {
            let named = !matches!(param.kind, ParamKind::VarArgs | ParamKind::VarKeyword);
            if !named || param.name == self.argument || asked.contains(&&param.name) {
                continue;
            }
            let needed = param.default.is_none().then_some("\"x\"");
            if let Some(thing) = prepared(&param.name).or(needed) {
                given.push(format!("{}={thing}", param.name));
            }
        }
        given.iter().map(|text| format!("{text}, ")).collect()
    }
}

/// What is prepared for an argument of a trainer.
fn prepared(argument: &str) -> Option<&'static str> {
    match argument {
        "model" => Some("model"),
        "tokenizer" | "processing_class" => Some("tokenizer"),
        "train_dataset" => Some("data"),
        "reward_funcs" => Some("reward"),
        _ => None,
    }
}

/// The literals in a condition, their neighbours, and what is always worth trying.
fn values(view: &View, when: &Term) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |value: &Value| {
        let near = match value {
            Value::Int(number) => vec![
                Value::Int(number - 1),
                value.clone(),
                Value::Int(number + 1),
            ],
            Value::Float(number) => vec![
                Value::Float(number - 0.5),
                value.clone(),
                Value::Float(number + 0.5),
            ],
            _ => vec![value.clone()],
        };
        for text in near.iter().filter_map(written) {
            if !found.contains(&text) {
                found.push(text);
            }
        }
    };
    when.visit(&mut |term| match term {
        Term::Literal(value) => add(value),
        Term::Const(path) => match view.constant(path) {
            Known::Value(Value::List(members)) => members.iter().take(2).for_each(&mut add),
            Known::Value(value) => add(&value),
            _ => {}
        },
        _ => {}
    });
    for text in [
        "True",
        "None",
        "\"nonsense\"",
        "1",
        "2",
        "-1",
        "[\"a\", \"b\"]",
        "False",
        "0.5",
    ] {
        if !found.iter().any(|known| known == text) {
            found.push(text.to_owned());
        }
    }
    found
}
