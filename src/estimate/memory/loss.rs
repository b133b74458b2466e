//! Logits, and the loss of them.

use super::numbers::Numbers;
use super::passes::Pass;
use crate::estimate::model::{Model, Role};
use crate::estimate::number::float;
use crate::estimate::run::{Loss, Objective, Training};

/// Bytes of logits and loss.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Logits {
    /// At the end of the forward pass.
    pub forward: f64,
    /// At the start of the backward pass.
    pub backward: f64,
}

/// Words that the model chooses from; 0 where it chooses none.
pub fn vocabulary(model: &Model) -> f64 {
    float(model.stacks.iter().map(|it| it.vocab).max().unwrap_or(0))
}

/// Logits and loss of a pass.
pub fn logits(model: &Model, training: &Training, numbers: Numbers, pass: Pass) -> Logits {
    let words = vocabulary(model);
    let chosen = match &training.objective {
        Objective::Generated(it) => float(it.completion.max(1)),
        Objective::Classified
        | Objective::Contrasted { .. }
        | Objective::Reward
        | Objective::Denoised => {
            return Logits::default();
        }
        _ => pass.length,
    };
    let tokens = pass.sequences * chosen;
    let numbers_of = |tokens: f64| tokens * words;
    match training.loss {
        Loss::Fused => Logits::default(),
        Loss::Chunked(chunk) => {
            let at_once = numbers_of(tokens.min(float(chunk.max(1))));
            // The head's gradient is gathered beside the chunks; logits, their copy in 32 bits and two gradients.
            let hidden = head_features(model) * tokens * numbers.compute;
            Logits {
                forward: at_once * (numbers.compute + 4.0 + 4.0) + hidden,
                backward: at_once * 16.0 + hidden,
            }
        }
        Loss::Whole => {
            let all = numbers_of(tokens);
            let upcast = if numbers.compute < 4.0 { 4.0 } else { 0.0 };
            // Autocast's logits are handed out in 32 bits, and stay until the loss is.
            let handed = if numbers.is_autocast { 4.0 } else { 0.0 };
            let two = match training.objective {
                Objective::Distilled { .. } => all * (numbers.compute + 8.0),
                // The reference's logits are gone before; their logarithms are few.
                _ => 0.0,
            };
            let caps = if super::habits::caps(&model.family) {
                numbers.compute * all
            } else {
                0.0
            };
            Logits {
                forward: all * (numbers.compute + upcast + 4.0 + handed) + two,
                // Logarithms of the probabilities, their gradient, and the logits' gradient.
                backward: all * 12.0 + caps + two,
            }
        }
    }
}

fn head_features(model: &Model) -> f64 {
    let text = model.stacks.iter().find(|it| it.role == Role::Decoder);
    float(text.or(model.stacks.first()).map_or(0, |it| it.hidden))
}
