//! What is in memory all the time: weights, adapters, gradients, states of the optimizer.

use super::numbers::{Numbers, is_quantised, quantised, size};
use crate::estimate::model::{Kind, Model};
use crate::estimate::number::float;
use crate::estimate::optimizer::Optimizer;
use crate::estimate::run::{Run, Trained};
use crate::estimate::trained::Share;

/// Bytes over all devices, before anything is spread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct States {
    /// Weights of the model.
    pub weights: f64,
    /// The largest module in the type that it was loaded in.
    pub largest: f64,
    /// Weights of one layer, the largest there is.
    pub layer: f64,
    /// Weights outside of all layers: embeddings and heads.
    pub outside: f64,
    /// What dequantising one matrix takes.
    pub dequantised: f64,
    /// Weights of adapters and copies that are trained.
    pub adapter: f64,
    /// Gradients.
    pub gradients: f64,
    /// The largest gradient.
    pub gradient: f64,
    /// States of the optimizer.
    pub optimizer: f64,
    /// Copies that autocast makes of trained weights of 32 bits.
    pub casts: f64,
    /// Trained parameters.
    pub trainable: f64,
}

/// Weights alone, with the largest module and the largest layer.
pub fn weights(model: &Model, run: &Run, upcasts: bool) -> States {
    let loaded = size(run.dtype).max(1.0);
    let mut states = States::default();
    let mut layers = vec![0.0; model.stacks.len()];
    for module in &model.modules {
        let all = float(module.parameters());
        let bytes = if is_quantised(model, module, run.quantization) && !module.tied {
            let whole = float(module.weight) * loaded;
            states.dequantised = states.dequantised.max(if module.kind == Kind::Linear {
                whole
            } else {
                0.0
            });
            let bias = if upcasts { loaded.max(4.0) } else { loaded };
            quantised(module, run.quantization) + float(module.bias) * float(module.count) * bias
        } else {
            all * if upcasts && run.quantization != crate::estimate::run::Quantization::None {
                loaded.max(4.0)
            } else {
                loaded
            }
        };
        states.weights += bytes;
        states.largest = states.largest.max(float(module.weight) * loaded);
        if module.stack.is_none() {
            states.outside += bytes;
        }
        if let Some((at, stack)) = module
            .stack
            .and_then(|it| Some((it, model.stacks.get(it)?)))
        {
            layers[at] += bytes / float(stack.layers.max(1));
        }
    }
    states.layer = layers.into_iter().fold(0.0, f64::max);
    states
}

/// Weights, and what training adds to them.
pub fn training(
    model: &Model,
    run: &Run,
    trained: &Trained,
    shares: &[Share],
    numbers: Numbers,
    optimizer: &Optimizer,
) -> States {
    let upcasts = super::numbers::upcasts(run, trained);
    let mut states = weights(model, run, upcasts);
    for (module, share) in model.modules.iter().zip(shares) {
        states.trainable += share.trained();
        states.adapter += share.adapter * numbers.adapter + share.copied * numbers.weight;
        let gradient = share.own * numbers.weight + share.adapter * numbers.adapter;
        states.gradients += gradient;
        states.gradient = states.gradient.max(gradient / float(module.count.max(1)));
        states.optimizer += optimizer.kept(module, share, numbers.weight, numbers.adapter);
        if numbers.is_autocast {
            let size = |weight: f64| {
                if weight > numbers.compute {
                    numbers.compute
                } else {
                    0.0
                }
            };
            let is_matrix = module.inputs > 0 && module.kind != Kind::Embedding;
            states.casts += if is_matrix {
                share.own * size(numbers.weight)
            } else {
                0.0
            };
            states.casts += share.adapter * size(numbers.adapter);
        }
    }
    states
}
