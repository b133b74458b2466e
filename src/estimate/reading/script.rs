//! All that a script does with models.

use super::code::Code;
use super::inference;
use super::launch;
use super::loops;
use super::object::Object;
use super::training::{Parts, is_config, is_trainer};
use super::{Given, Reading};
use crate::budget;
use crate::knowledge::view::Entity;
use crate::python::facts::{Call, CallId, Guard, Step, Value};
use crate::rules::context::Context;
use crate::rules::refusal::Passed;

/// More trainings than this of one script are not read.
const MOST: usize = 32;

/// What lies beside a script.
#[derive(Clone, Copy)]
pub struct Beside<'b> {
    /// The text of a file, by its path as the script writes it.
    pub file: &'b dyn Fn(&str) -> Option<String>,
    /// The name and the text of a file that `accelerate config` wrote.
    pub accelerate: Option<(&'b str, &'b str)>,
}

impl Default for Beside<'_> {
    fn default() -> Self {
        Self {
            file: &|_| None,
            accelerate: None,
        }
    }
}

/// What a script trains, in the order of its text; where it trains nothing, what it runs. Nothing where it does neither.
pub fn readings(ctx: &Context<'_>, given: &Given, beside: &Beside<'_>) -> Vec<Reading> {
    let code = Code { ctx, module: None };
    let mut trainings = trainings(code, given, beside);
    trainings.extend(launch::readings(ctx, given, beside));
    let is_asked = given.get("method") == Some(&Value::Str("inference".to_owned()));
    if is_asked || trainings.is_empty() {
        let written = (!is_asked).then(|| loops::reading(code, given, beside));
        return match written.flatten() {
            Some(written) => vec![written],
            None => inference::readings(code, given, beside),
        };
    }
    trainings
}

fn calls<'a>(code: Code<'_, 'a>) -> impl Iterator<Item = (CallId, &'a Call)> {
    let calls = (0..).map(CallId).zip(&code.ctx.facts.calls);
    calls.filter(|(_, call)| call.guard == Guard::None && !call.partial)
}

fn trainings(code: Code<'_, '_>, given: &Given, beside: &Beside<'_>) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut used = Vec::new();
    for (id, _) in calls(code)
        .filter(|(_, call)| is_trainer(&code, call))
        .take(MOST)
    {
        budget::tick();
        let Some(trainer) = code.made(id, None) else {
            continue;
        };
        let passed = trainer.passed("args");
        let origin = passed.as_ref().and_then(Passed::origin);
        let config = origin.and_then(|origin| code.object(origin));
        if let Some(Step::Call(id)) = origin.and_then(|origin| origin.steps.last()) {
            used.push(*id);
        }
        // A trainer whose arguments come by unknown ways has those that the file makes.
        let config = config.or_else(|| {
            let mut configs = calls(code).filter(|(_, call)| is_config(&code, call));
            let (id, _) = configs.next().filter(|_| configs.next().is_none())?;
            used.push(id);
            code.made(id, None)
        });
        let config = config.or_else(|| own_config(code, &trainer));
        let parts = Parts {
            code,
            trainer: Some(trainer),
            config,
            beside,
            given,
        };
        readings.push(parts.reading());
    }
    for (id, _) in calls(code)
        .filter(|(_, call)| is_config(&code, call))
        .take(MOST)
    {
        if !used.contains(&id) {
            let parts = Parts {
                code,
                trainer: None,
                config: code.made(id, None),
                beside,
                given,
            };
            readings.push(parts.reading());
        }
    }
    readings.sort_by_key(|reading| reading.place.map(|place| place.start));
    readings
}

/// The configuration that a trainer makes itself, where it is given none that can be read: `SFTTrainer` an `SFTConfig`.
fn own_config<'c, 'a>(code: Code<'c, 'a>, trainer: &Object<'c, 'a>) -> Option<Object<'c, 'a>> {
    let symbol = trainer.symbol();
    let stem = symbol.strip_suffix("Trainer").unwrap_or(&symbol);
    let own = [
        format!("{stem}Config"),
        format!("{stem}TrainingArguments"),
        "transformers.TrainingArguments".to_owned(),
    ];
    let class = own
        .iter()
        .find_map(|path| match code.ctx.view.resolve(path) {
            Entity::Class(class) => Some(class),
            _ => None,
        })?;
    Some(Object {
        code,
        call: None,
        class,
        local: None,
        origin: None,
    })
}
