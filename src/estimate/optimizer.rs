//! What optimizers keep, by the values of `optim` (transformers 5.23 `training_args.py`, `OptimizerNames`, and what
//! `trainer_optimizer.py` makes of them).

use super::model::{Kind, Module};
use super::number::float;
use super::trained::Share;

/// How an optimizer keeps what it knows of a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Optimizer {
    /// How its states grow.
    pub states: States,
    /// Temporary copies of all trained weights while they change, in their own type (`foreach` without `fused`).
    pub copies: f64,
    /// Whether a gradient is freed as soon as its weight has changed, in the backward pass.
    pub fuses_backward: bool,
    /// Whether its states may wait in the memory of the host.
    pub pages: bool,
}

/// How states grow with weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum States {
    /// So many numbers of a weight, in its own type.
    Like(f64),
    /// So many numbers of 32 bits of a weight.
    Single(f64),
    /// So many numbers of so many bytes of a weight, quantised in blocks of so many; embeddings of bitsandbytes keep
    /// 32 bits.
    Blocks {
        /// Numbers of a weight.
        numbers: f64,
        /// Bytes of one.
        bytes: f64,
        /// Weights with one scale.
        block: f64,
        /// Whether embeddings keep 32 bits.
        spares_embeddings: bool,
    },
    /// A row and a column of each matrix, in 32 bits.
    Factored,
    /// So many numbers of each weight of a projection to a low rank.
    Projected {
        /// Numbers of a projected weight.
        numbers: f64,
        /// Bytes of one.
        bytes: f64,
    },
}

/// Rank that GaLore and APOLLO project to (`_get_galore_optimizer`, `_get_apollo_optimizer`).
const RANK: f64 = 128.0;

/// What an optimizer keeps; none for a name that transformers does not know.
pub fn optimizer(name: &str) -> Option<Optimizer> {
    let plain = |states, copies| Optimizer {
        states,
        copies,
        fuses_backward: false,
        pages: false,
    };
    let blocks = |numbers| States::Blocks {
        numbers,
        bytes: 1.0,
        block: 256.0,
        spares_embeddings: true,
    };
    let paged = |states| Optimizer {
        pages: true,
        ..plain(states, 0.0)
    };
    let layerwise = |states| Optimizer {
        fuses_backward: true,
        ..plain(states, 0.0)
    };
    let projected = |numbers, bytes| States::Projected { numbers, bytes };
    Some(match name {
        // `foreach`: the square roots of the second moment are a copy.
        "adamw_torch" | "adamw_torch_xla" => plain(States::Like(2.0), 1.0),
        "adamw_torch_fused" | "adamw_torch_npu_fused" => plain(States::Like(2.0), 0.0),
        // The first moment in 32 bits, the second in bfloat16, by `_get_adamw_anyprecision`.
        "adamw_anyprecision" => plain(States::Single(1.5), 0.0),
        "adafactor" => plain(States::Factored, 0.0),
        "adamw_torch_4bit" => plain(
            States::Blocks {
                numbers: 2.0,
                bytes: 0.5,
                block: 128.0,
                spares_embeddings: false,
            },
            0.0,
        ),
        "adamw_torch_8bit" => plain(
            States::Blocks {
                numbers: 2.0,
                bytes: 1.0,
                block: 256.0,
                spares_embeddings: false,
            },
            0.0,
        ),
        "ademamix" => plain(States::Single(3.0), 0.0),
        "sgd" => plain(States::Like(0.0), 0.0),
        "adagrad" => plain(States::Like(1.0), 1.0),
        "rmsprop" => plain(States::Like(1.0), 1.0),
        "adamw_bnb_8bit" | "adamw_8bit" => plain(blocks(2.0), 0.0),
        "ademamix_8bit" => plain(blocks(3.0), 0.0),
        "lion_8bit" | "rmsprop_bnb_8bit" => plain(blocks(1.0), 0.0),
        // `rmsprop_bnb` says nothing of bits, which is 32.
        "lion_32bit" | "lion" | "rmsprop_bnb" | "rmsprop_bnb_32bit" => {
            plain(States::Single(1.0), 0.0)
        }
        "paged_adamw_32bit" | "paged_adamw" => paged(States::Single(2.0)),
        "paged_adamw_8bit" => paged(blocks(2.0)),
        "paged_ademamix_32bit" => paged(States::Single(3.0)),
        "paged_ademamix_8bit" => paged(blocks(3.0)),
        "paged_lion_32bit" => paged(States::Single(1.0)),
        "paged_lion_8bit" => paged(blocks(1.0)),
        "galore_adamw" | "apollo_adamw" => plain(projected(2.0, 4.0), 0.0),
        "galore_adamw_8bit" => plain(projected(2.0, 1.0), 0.0),
        "galore_adafactor" => plain(projected(0.0, 4.0), 0.0),
        "galore_adamw_layerwise" | "apollo_adamw_layerwise" => layerwise(projected(2.0, 4.0)),
        "galore_adamw_8bit_layerwise" => layerwise(projected(2.0, 1.0)),
        "galore_adafactor_layerwise" => layerwise(projected(0.0, 4.0)),
        "lomo" => layerwise(States::Like(0.0)),
        "adalomo" => layerwise(States::Factored),
        "grokadamw" => plain(States::Like(3.0), 0.0),
        // The averaged weights and the second moment.
        "schedule_free_radam" | "schedule_free_adamw" => plain(States::Like(2.0), 1.0),
        "schedule_free_sgd" => plain(States::Like(1.0), 1.0),
        "stable_adamw" => plain(States::Like(2.0), 0.0),
        // No value of `optim`, but what scripts pass: matrices keep one number.
        "muon" => plain(States::Like(1.0), 0.0),
        _ => return None,
    })
}

impl Optimizer {
    /// Bytes of what is kept for a module; `bytes` is the size of one of its own trained weights, `beside` of one of its
    /// adapter's.
    pub fn kept(&self, module: &Module, share: &Share, bytes: f64, beside: f64) -> f64 {
        self.of(module, share.own, bytes, false) + self.of(module, share.adapter, beside, true)
    }

    fn of(&self, module: &Module, weights: f64, bytes: f64, is_adapter: bool) -> f64 {
        let is_matrix = module.inputs > 0 && module.outputs > 0 && !is_adapter;
        match self.states {
            States::Like(numbers) => weights * numbers * bytes,
            States::Single(numbers) => weights * numbers * 4.0,
            States::Blocks {
                spares_embeddings: true,
                numbers,
                ..
            } if module.kind == Kind::Embedding => weights * numbers * 4.0,
            // bitsandbytes and torchao leave small ones alone.
            States::Blocks { numbers, .. } if module.weight < 4096 && !is_adapter => {
                weights * numbers * 4.0
            }
            States::Blocks {
                numbers,
                bytes,
                block,
                ..
            } => weights * numbers * (bytes + 4.0 / block),
            States::Factored if is_matrix => {
                let matrices = weights / float(module.weight.max(1));
                matrices * 4.0 * (float(module.inputs) + float(module.outputs))
            }
            // Two thin matrices, or one vector, are as good as nothing, as kept factors are.
            States::Factored => weights * 4.0 * if is_adapter { 0.1 } else { 1.0 },
            States::Projected { numbers, bytes } if is_matrix => {
                let matrices = weights / float(module.weight.max(1));
                let (long, short) = (
                    float(module.inputs.max(module.outputs)),
                    float(module.inputs.min(module.outputs)),
                );
                matrices * RANK.min(short) * (long * numbers * bytes + short * bytes.max(2.0))
            }
            States::Projected { numbers, bytes } => weights * numbers * bytes,
        }
    }
}
