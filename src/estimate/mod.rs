//! Memory and time of training, generating and serving, before a machine is rented.
//!
//! Three steps, each pure: a configuration becomes the modules of a [`model`] (`architecture`), a script or a command
//! line becomes a [`run`] (`reading`), and both become an [`outcome`] (`memory`, `time`). Bytes are bytes, times are
//! seconds; nothing here looks at files or the network.

mod advice;
pub mod architecture;
#[cfg(test)]
mod fixtures;
pub mod gpu;
mod memory;
pub mod model;
mod number;
mod optimizer;
pub mod outcome;
#[cfg(test)]
mod properties;
mod range;
pub mod reading;
pub mod report;
#[cfg(test)]
mod rows;
pub mod run;
mod targets;
mod time;
mod trained;
pub mod words;

pub use advice::{Advice, Change, advice};
pub use optimizer::optimizer;

use gpu::Gpu;
use model::{Known, Model};
use number::{count, float};
use outcome::{Estimate, PeakKind};
use run::{Objective, Run, Task, Training};

/// What a run takes of each device, and how long. Nothing that a configuration can say makes it fail: what is absurd
/// gives absurd numbers, which saturate.
pub fn estimate(model: &Model, run: &Run, gpu: Option<&Gpu>) -> Estimate {
    let memory = memory::memory(model, run, gpu);
    let sums: Vec<u64> = memory.moments.iter().map(memory::sum).collect();
    let worst = (0..sums.len()).max_by_key(|at| sums[*at]).unwrap_or(0);
    let range = range::range(&memory.moments, model.known, PeakKind::Process);
    let (effective_batch, tokens_per_step) = work(run);
    Estimate {
        peak: sums.get(worst).copied().unwrap_or(0),
        low: range.0,
        high: range.1,
        kind: PeakKind::Process,
        moments: memory.moments,
        worst,
        parameters: model.parameters(),
        trainable: count(memory.trainable),
        tokens_per_step,
        effective_batch,
        time: time::time(model, run, gpu),
        notes: notes(model, run),
    }
}

/// Examples and tokens between two changes of weights, over all devices.
fn work(run: &Run) -> (u64, u64) {
    match &run.task {
        Task::Training(it) => {
            let devices = if run.sharding.by_layers {
                1
            } else {
                run.devices.max(1)
            };
            let batch = it
                .batch
                .max(1)
                .saturating_mul(it.accumulation.max(1))
                .saturating_mul(devices);
            (batch, batch.saturating_mul(length(it)))
        }
        Task::Inference(it) => (
            it.batch.max(1),
            it.batch.max(1).saturating_mul(it.length.max(1)),
        ),
    }
}

/// Tokens of an example with all its texts.
fn length(training: &Training) -> u64 {
    let length = training.length.max(1);
    match &training.objective {
        Objective::Preference(_) | Objective::Reward => length.saturating_mul(2),
        Objective::Contrasted { texts } => length.saturating_mul((*texts).max(1)),
        Objective::Generated(it) => length.saturating_add(it.completion),
        _ => length,
    }
}

fn notes(model: &Model, run: &Run) -> Vec<String> {
    let mut notes = Vec::new();
    if model.known == Known::Counted {
        notes.push("Only the number of parameters is known: activations are those of a usual decoder of that size".into());
    }
    if let Task::Training(training) = &run.task {
        match optimizer::optimizer(&training.optim) {
            None => notes.push(format!(
                "`{}` is no optimizer that is known: AdamW is taken",
                training.optim
            )),
            Some(it) if it.pages => notes.push(
                "Paged states may wait in the memory of the host; they are counted here".into(),
            ),
            Some(_) => {}
        }
        if matches!(training.objective, Objective::Distilled { teacher: None }) {
            notes.push("The teacher is not counted: its size is not known".into());
        }
    }
    notes
}

impl Estimate {
    /// The peak that a way of counting sees, with its range: (low, peak, high), in bytes.
    pub fn counted(&self, kind: PeakKind, known: Known) -> (u64, u64, u64) {
        let peak = self
            .moments
            .iter()
            .map(|it| range::counted(it, kind))
            .max()
            .unwrap_or(0);
        let (low, high) = range::range(&self.moments, known, kind);
        (low, peak, high)
    }

    /// The part of a card that is taken, from 0 up.
    pub fn share(&self, gpu: &Gpu) -> Option<f64> {
        (gpu.memory > 0).then(|| float(self.peak) / (float(gpu.memory) * number::GIB))
    }
}
