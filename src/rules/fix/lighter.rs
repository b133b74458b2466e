//! Arguments that make a training take less memory.

use super::insert_argument;
use crate::estimate::Change;
use crate::estimate::reading::{BY_NAME, Origin, Reading};
use crate::estimate::run::Dtype;
use crate::python::facts::{Call, Keyword, Site};
use crate::rules::arguments::Callee;
use crate::rules::context::Context;
use crate::rules::finding::Edit;

/// The names of the argument that bounds examples, over the releases.
const LENGTHS: [&str; 3] = ["max_length", "max_seq_length", "max_seq_len"];

/// The names of the argument that has activations computed again, the newest first: transformers 5.23 renamed it.
const CHECKPOINTING: [&str; 2] = ["activation_checkpointing", "gradient_checkpointing"];

/// The argument whose entries go to `from_pretrained`, where a trainer of trl loads a model by its name.
const LOADING: &str = "model_init_kwargs";

/// The arguments of the configuration that make a change, as they are written; nothing where it takes more than arguments.
fn arguments(change: &Change, takes: impl Fn(&str) -> bool) -> Option<Vec<(&'static str, String)>> {
    let made = match change {
        Change::Checkpointing => {
            let name = CHECKPOINTING.into_iter().find(|name| takes(name))?;
            vec![(name, "True".to_owned())]
        }
        Change::Batch {
            batch,
            accumulation,
        } => vec![
            ("per_device_train_batch_size", batch.to_string()),
            ("gradient_accumulation_steps", accumulation.to_string()),
        ],
        Change::Length(length) => {
            let name = LENGTHS.into_iter().find(|name| takes(name))?;
            vec![(name, length.to_string())]
        }
        Change::Optimizer(name) => vec![("optim", format!("\"{name}\""))],
        Change::Load(Dtype::Bfloat16) => vec![(LOADING, "{\"dtype\": \"bfloat16\"}".to_owned())],
        Change::OffloadActivations => vec![("activation_offloading", "True".to_owned())],
        _ => return None,
    };
    made.iter().all(|(name, _)| takes(name)).then_some(made)
}

/// A change of what a document trains: the arguments in words, and the edits of the call that makes the configuration.
/// Nothing where the class of the release that applies does not take them, or where they are written elsewhere.
pub fn lighter(
    ctx: &Context<'_>,
    reading: &Reading,
    change: &Change,
) -> Option<(String, Vec<Edit>)> {
    let (call, callee) = configuration(ctx, reading)?;
    // Who loads the model elsewhere says there how, and what is passed on already has entries of its own.
    if matches!(change, Change::Load(_)) && (!is_loaded_by_name(reading) || names(call, LOADING)) {
        return None;
    }
    let signature = ctx.view.signature(&callee.entity)?;
    let arguments = arguments(change, |name| signature.param(name).is_some())?;
    let written: Vec<String> = arguments
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let mut edits: Vec<Edit> = Vec::new();
    for ((name, value), written) in arguments.iter().zip(&written) {
        let edit = match call.keywords.iter().find(|it| it.name.name == **name) {
            Some(keyword) => replaced(keyword, value)?,
            None => insert_argument(ctx, call, written),
        };
        match edits.iter_mut().find(|it| it.range == edit.range) {
            // Both stand behind the same argument; what is written into an empty call has no comma of its own.
            Some(before) if before.content.starts_with(',') => {
                before.content.push_str(&edit.content)
            }
            Some(before) => before.content = format!("{}, {}", before.content, edit.content),
            None => edits.push(edit),
        }
    }
    edits.sort();
    Some((written.join(", "), edits))
}

/// Whether the trainer loads the model, in the type that trl takes where nobody names one.
fn is_loaded_by_name(reading: &Reading) -> bool {
    let setting = reading.setting("dtype");
    setting.is_some_and(|it| matches!(&it.origin, Origin::Does(what, _) if what == BY_NAME))
}

fn names(call: &Call, name: &str) -> bool {
    call.keywords.iter().any(|it| it.name.name == *name)
}

fn replaced(keyword: &Keyword, value: &str) -> Option<Edit> {
    (keyword.site == Site::Keyword).then(|| Edit {
        range: keyword.value_range,
        content: value.to_owned(),
    })
}

/// The call that makes the configuration of a training.
fn configuration<'c, 'a>(
    ctx: &'c Context<'a>,
    reading: &Reading,
) -> Option<(&'a Call, &'c Callee)> {
    let range = reading.call?;
    let mut calls = ctx.library_calls();
    let (call, callee) = calls.find(|(call, _)| call.range == range)?;
    (!call.open).then_some((call, callee))
}
