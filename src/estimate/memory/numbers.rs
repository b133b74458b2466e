//! The types that a run computes in, as bytes of a number.

use crate::estimate::model::{Kind, Model, Module};
use crate::estimate::run::{Attention, Dtype, Quantization, Run, Trained, Training};

/// Bytes of numbers while training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// What matrices are multiplied in.
    pub compute: f64,
    /// What goes from layer to layer.
    pub stream: f64,
    /// What comes out of a layer norm that knows autocast.
    pub normed: f64,
    /// Weights that are not quantised.
    pub weight: f64,
    /// Weights of an adapter.
    pub adapter: f64,
    /// Whether autocast chooses types.
    pub is_autocast: bool,
    /// Whether attention keeps all scores.
    pub is_eager: bool,
}

/// Bytes of a number.
pub const fn size(dtype: Dtype) -> f64 {
    match dtype {
        Dtype::Float64 => 8.0,
        Dtype::Float32 => 4.0,
        Dtype::Bfloat16 | Dtype::Float16 => 2.0,
        Dtype::Float8 | Dtype::Int8 => 1.0,
    }
}

impl Numbers {
    /// Of a run.
    pub fn of(run: &Run, training: &Training) -> Self {
        let loaded = size(run.dtype).max(2.0);
        let upcasts = upcasts(run, &training.trained);
        let weight = if upcasts { loaded.max(4.0) } else { loaded };
        let is_autocast = training.autocast.is_some();
        let compute = match (training.autocast, run.quantization) {
            (Some(dtype), _) => size(dtype),
            (None, Quantization::None) => weight,
            // Quantised layers compute in the type that they were loaded in, and give back what they got.
            (None, _) => loaded,
        };
        let adapter = match &training.trained {
            Trained::Adapter(it) => size(it.dtype),
            _ => weight,
        };
        Self {
            compute,
            stream: weight,
            normed: if is_autocast { 4.0 } else { weight },
            weight,
            adapter,
            is_autocast,
            is_eager: run.attention == Attention::Eager,
        }
    }
}

/// Whether what is not quantised was cast to 32 bits: PEFT spares models of GPTQ, AWQ and HQQ (peft 0.21
/// `utils/other.py`, `prepare_model_for_kbit_training`).
pub const fn upcasts(run: &Run, trained: &Trained) -> bool {
    let spared = matches!(run.quantization, Quantization::Groups { .. });
    match trained {
        Trained::Adapter(it) => it.upcasts && !spared,
        _ => false,
    }
}

/// Whether quantisation takes a module.
pub fn is_quantised(model: &Model, module: &Module, quantization: Quantization) -> bool {
    let is_linear = matches!(module.kind, Kind::Linear | Kind::Conv1D);
    let counted = model.modules.len() == 1;
    quantization != Quantization::None
        && is_linear
        && (counted || !crate::estimate::trained::is_head(model, module))
}

/// Bytes of a quantised module's weights over all repetitions, its scales among them.
pub fn quantised(module: &Module, quantization: Quantization) -> f64 {
    use crate::estimate::number::float;
    let weights = float(module.weight) * float(module.count);
    let rows = float(module.outputs) * float(module.count);
    match quantization {
        Quantization::None => weights * 2.0,
        // A scale for each row.
        Quantization::Int8 => weights + rows * 4.0,
        // A scale of 32 bits for each 64 weights; quantised itself to 8 bits with one for each 256 of them.
        Quantization::Nf4 { double: false } => weights * (0.5 + 4.0 / 64.0),
        Quantization::Nf4 { double: true } => weights * (0.5 + 1.0 / 64.0 + 4.0 / (64.0 * 256.0)),
        Quantization::Groups { bits, group } => {
            let bits = f64::from(bits.clamp(1, 16));
            weights * (bits / 8.0 + (2.0 + bits / 8.0) / f64::from(group.max(1)))
        }
        Quantization::Float8 => weights * (1.0 + 4.0 / 16_384.0),
    }
}
