//! Cached keys and values.

use crate::estimate::model::{Model, Role};
use crate::estimate::number::float;

/// Bytes of the caches of so many sequences of so many tokens.
pub fn cache(model: &Model, sequences: f64, length: f64, bytes: f64) -> f64 {
    let stacks = model.stacks.iter().filter(|it| it.role == Role::Decoder);
    let of = |stack: &crate::estimate::model::Stack| {
        let recurrent = float(stack.recurrent.min(stack.layers));
        let attending = (float(stack.layers) - recurrent).max(0.0);
        let (window, windowed) = stack.window.unwrap_or((0, 0));
        let windowed = float(windowed).min(attending);
        let one = match stack.latent {
            Some(elements) => float(elements),
            None => 2.0 * float(stack.kv_heads) * float(stack.head_dim),
        };
        let tokens = windowed * length.min(float(window)) + (attending - windowed) * length;
        // A recurrent layer's state: as much as some 128 tokens' keys and values.
        let states = recurrent * float(stack.hidden) * 2.0 * 128.0;
        let crossed = if stack.cross { 2.0 } else { 1.0 };
        sequences * (tokens * one * crossed + states) * bytes
    };
    stacks.map(of).sum()
}
