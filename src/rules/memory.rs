//! What a document trains or runs, with the memory and the time that it takes.

use serde_json::Value;

use super::context::Context;
use crate::estimate::gpu::Gpu;
use crate::estimate::model::Model;
use crate::estimate::outcome::Estimate;
use crate::estimate::reading::{self, Given, ModelRef, Origin, Reading, readings};
use crate::estimate::run::Task;
use crate::estimate::{Advice, advice, estimate};

/// What lies outside of a document and decides about memory.
pub trait Machine {
    /// What the document is meant to run on, where that is said.
    fn gpu(&self) -> Option<&Gpu>;
    /// What a model is made of, and its configuration; nothing where that is not known.
    fn model(&self, model: &ModelRef) -> Option<(Model, Option<Value>)>;
    /// The text of a file that the document names, by its path as it is written.
    fn file(&self, name: &str) -> Option<String>;
    /// The name and the text of what `accelerate config` wrote for the project.
    fn accelerate(&self) -> Option<(String, String)>;
}

/// One training, or one use, of a model.
#[derive(Clone, Debug)]
pub struct Estimated {
    /// What the document says.
    pub reading: Reading,
    /// What the model is made of.
    pub model: Model,
    /// What that takes.
    pub estimate: Estimate,
    /// The machine that it is meant for.
    pub gpu: Option<Gpu>,
}

impl Estimated {
    /// What would take less, the largest saving first.
    pub fn advice(&self) -> Vec<Advice> {
        advice(&self.model, &self.reading.run, self.gpu.as_ref())
    }

    /// What was taken for granted, in words.
    pub fn assumed(&self) -> Vec<String> {
        let settings = self.reading.settings.iter();
        let assumed = settings.filter(|setting| setting.is_assumed());
        assumed.map(reading::Setting::told).collect()
    }
}

/// Everything in a document whose model is known, in the order of its text.
pub fn estimates(ctx: &Context<'_>, machine: &dyn Machine) -> Vec<Estimated> {
    let file = |name: &str| machine.file(name);
    let accelerate = machine.accelerate();
    let beside = reading::Beside {
        file: &file,
        accelerate: accelerate.as_ref().map(|(name, text)| (&**name, &**text)),
    };
    let readings = readings(ctx, &Given::default(), &beside);
    readings
        .into_iter()
        .filter_map(|it| estimated(it, machine))
        .collect()
}

fn estimated(mut reading: Reading, machine: &dyn Machine) -> Option<Estimated> {
    let (model, config) = machine.model(&reading.model)?;
    if let Some(config) = &config {
        reading.knows(config);
    }
    let gpu = machine.gpu().filter(|gpu| !gpu.is_cpu());
    if let Some(gpu) = gpu {
        on_all(&mut reading, gpu.count);
    }
    Some(Estimated {
        estimate: estimate(&model, &reading.run, gpu),
        gpu: gpu.cloned(),
        reading,
        model,
    })
}

/// Training runs on all devices of the machine where nothing says on how many.
fn on_all(reading: &mut Reading, count: u64) {
    let is_open = matches!(reading.run.task, Task::Training(_))
        && reading.setting("num_processes").is_none_or(|setting| {
            matches!(setting.origin, Origin::Assumed(_) | Origin::Default(_))
        });
    if is_open {
        reading.run.devices = count;
    }
}
