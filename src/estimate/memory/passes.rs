//! How many tokens each stack sees in one pass on one device.

use crate::estimate::model::{Kind, Model, Role, Stack};
use crate::estimate::number::float;
use crate::estimate::run::{Objective, Training};

/// What one pass reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pass {
    /// Examples at a time, texts of pairs counted each.
    pub sequences: f64,
    /// Tokens of one.
    pub length: f64,
}

/// What one pass of training reads in text.
pub fn pass(model: &Model, training: &Training) -> Pass {
    let batch = float(training.batch.max(1));
    let length = float(training.length.max(1));
    match &training.objective {
        Objective::Preference(_) | Objective::Reward => Pass {
            sequences: batch * 2.0,
            length,
        },
        // Of a picture and its text each tower reads one.
        Objective::Contrasted { texts } => Pass {
            sequences: batch * float((*texts).max(1)) / if has_towers(model) { 2.0 } else { 1.0 },
            length,
        },
        Objective::Generated(it) => Pass {
            sequences: batch,
            length: length + float(it.completion),
        },
        _ => Pass {
            sequences: batch,
            length,
        },
    }
}

/// Whether pictures and texts go ways of their own.
fn has_towers(model: &Model) -> bool {
    let has = |role: Role| model.stacks.iter().any(|it| it.role == role);
    has(Role::Vision) && has(Role::Encoder) && !has(Role::Decoder)
}

/// Tokens that a stack sees of one example.
pub fn tokens(
    model: &Model,
    index: usize,
    stack: &Stack,
    length: f64,
    pixels: Option<(u64, u64)>,
) -> f64 {
    let of_pixels = |pixels: (u64, u64), patch: f64| {
        (float(pixels.0) / patch).floor().max(1.0) * (float(pixels.1) / patch).floor().max(1.0)
    };
    match stack.role {
        Role::Decoder => length,
        // It has places for no more.
        Role::Encoder => stack.context.map_or(length, |most| length.min(float(most))),
        Role::Audio => stack.tokens.map_or(length, float),
        Role::Vision => match (pixels, patch(model, index, stack)) {
            (Some(pixels), Some(patch)) => of_pixels(pixels, patch),
            (Some(pixels), None) if stack.tokens.is_none() => of_pixels(pixels, 16.0),
            _ => stack.tokens.map_or(256.0, float),
        },
        // Latents are an eighth of the image, patches two of them.
        Role::Denoiser if stack.patch.is_some() => of_pixels(
            pixels.unwrap_or((512, 512)),
            stack.patch.map_or(16.0, float),
        ),
        Role::Denoiser => of_pixels(pixels.unwrap_or((512, 512)), 16.0) + 128.0,
    }
}

/// Pixels of a patch's side, where the stack does not say by the convolution that reads the image.
fn patch(model: &Model, index: usize, stack: &Stack) -> Option<f64> {
    if let Some(side) = stack.patch {
        return Some(float(side));
    }
    let reads = model.modules.iter().find(|module| {
        module.kind == Kind::Convolution
            && module.path.contains("patch")
            && (module.stack == Some(index)
                || float(module.outputs) == float(stack.hidden)
                || module.outputs == 0)
    })?;
    let side = (float(reads.weight) / (3.0 * float(stack.hidden.max(1)))).sqrt();
    (1.0..=64.0).contains(&side).then_some(side.round())
}

/// Whether a stack's layers pass gradients on: something is trained in it, or in what it reads from.
pub fn flows(model: &Model, shares: &[super::Share]) -> Vec<bool> {
    let trained = |index: usize| {
        let mut pairs = model.modules.iter().zip(shares);
        pairs.any(|(module, share)| module.stack == Some(index) && share.is_trained())
    };
    // What stands before the layers: embeddings and projections.
    let before = model.modules.iter().zip(shares).any(|(module, share)| {
        module.stack.is_none() && module.kind == Kind::Embedding && share.is_trained()
    });
    let own: Vec<bool> = (0..model.stacks.len()).map(trained).collect();
    let feeds = |stack: &Stack| matches!(stack.role, Role::Vision | Role::Audio | Role::Encoder);
    let fed = model
        .stacks
        .iter()
        .zip(&own)
        .any(|(stack, own)| feeds(stack) && *own);
    let all = model.stacks.iter().zip(&own);
    all.map(|(stack, own)| *own || before || (!feeds(stack) && fed))
        .collect()
}
