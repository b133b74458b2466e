//! What one of several devices holds.

use super::numbers::Numbers;
use super::states::States;
use crate::estimate::number::float;
use crate::estimate::optimizer::{Optimizer, States as Grows};
use crate::estimate::run::{Run, Stage, Trained, Training};

/// Bytes on one device.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Weights of the model.
    pub weights: f64,
    /// Weights of an adapter.
    pub adapter: f64,
    /// Gradients.
    pub gradients: f64,
    /// States of the optimizer.
    pub optimizer: f64,
    /// Layers that are whole for a while, and buffers of communication.
    pub gathered: f64,
    /// The part of the optimizer's work that this device does.
    pub part: f64,
}

/// Elements that DeepSpeed gathers or reduces at once (`reduce_bucket_size`, `allgather_bucket_size`).
const BUCKET: f64 = 5e8;

impl Spread {
    /// Of a run of training.
    pub fn of(
        run: &Run,
        training: &Training,
        states: &States,
        numbers: Numbers,
        optimizer: &Optimizer,
    ) -> Self {
        let devices = float(run.devices.max(1));
        let stage = if run.devices > 1 {
            run.sharding.stage
        } else {
            Stage::None
        };
        let by = |is: bool| if is { 1.0 / devices } else { 1.0 };
        let layered = by(run.sharding.by_layers);
        let (optimizers, gradients, weights) = (
            layered
                * by(matches!(
                    stage,
                    Stage::Optimizer | Stage::Gradients | Stage::Weights
                )),
            layered * by(matches!(stage, Stage::Gradients | Stage::Weights)),
            layered * by(stage == Stage::Weights),
        );
        let held = match optimizer.fuses_backward {
            true => states.gradient * 2.0,
            false => states.gradients,
        };
        let mut spread = Self {
            weights: states.weights * weights,
            adapter: states.adapter * weights,
            gradients: held * gradients,
            optimizer: (states.optimizer + masters(run, training, states, numbers, optimizer))
                * optimizers,
            gathered: gathered(stage, run, states, numbers),
            part: optimizers,
        };
        if run.sharding.offloads_optimizer {
            spread.optimizer = 0.0;
        }
        if run.sharding.offloads_weights {
            spread.gathered = spread.gathered.max(2.0 * states.layer);
            spread.weights = 0.0;
        }
        spread
    }
}

/// What is spread is trained in 32 bits under autocast, whatever type it was loaded in: DeepSpeed keeps a copy, FSDP
/// casts; states grow with it.
fn masters(
    run: &Run,
    training: &Training,
    states: &States,
    numbers: Numbers,
    optimizer: &Optimizer,
) -> f64 {
    let is_full = matches!(training.trained, Trained::Full);
    if run.sharding.stage == Stage::None
        || run.devices < 2
        || !numbers.is_autocast
        || !is_full
        || numbers.weight >= 4.0
    {
        return 0.0;
    }
    let states_too = match optimizer.states {
        Grows::Like(_) => states.optimizer,
        _ => 0.0,
    };
    states.trainable * 4.0 + states_too
}

/// Two layers at a time, in what they compute in; or buckets.
fn gathered(stage: Stage, run: &Run, states: &States, numbers: Numbers) -> f64 {
    let part = numbers.compute / numbers.weight.max(1.0);
    match stage {
        // What is outside of all layers is gathered for as long as they work.
        Stage::Weights => (2.0 * states.layer + states.outside) * part.min(1.0),
        Stage::Optimizer | Stage::Gradients => (BUCKET * numbers.compute).min(states.gradients),
        // DistributedDataParallel's buckets are as large as the gradients.
        Stage::None if run.devices > 1 && !run.sharding.by_layers => states.gradients,
        Stage::None => 0.0,
    }
}
