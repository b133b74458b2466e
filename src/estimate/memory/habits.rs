//! What a configuration's sizes do not say, by family: facts of the code of transformers 5.23.

use crate::estimate::model::{Kind, Model, Module};

/// Families that drop features while training unless their configuration is changed.
const DROPPING: [&str; 24] = [
    "albert",
    "bart",
    "bert",
    "camembert",
    "deberta",
    "deberta-v2",
    "distilbert",
    "electra",
    "gpt2",
    "hubert",
    "layoutlm",
    "longformer",
    "longt5",
    "marian",
    "mbart",
    "mpnet",
    "mt5",
    "opt",
    "pegasus",
    "roberta",
    "t5",
    "umt5",
    "wav2vec2",
    "xlm-roberta",
];

/// Whether features are dropped while training.
pub fn drops(family: &str) -> bool {
    DROPPING.binary_search(&family).is_ok()
}

/// Whether inner features of the feed-forward part are dropped too.
pub fn drops_inside(family: &str) -> bool {
    matches!(family, "t5" | "mt5" | "umt5" | "longt5")
}

/// Whether scores and logits are bounded by a hyperbolic tangent, which keeps what it gave.
pub fn caps(family: &str) -> bool {
    family == "gemma2"
}

/// Whether norms are weighed before they go back to 16 bits.
pub fn weighs_in_single(family: &str) -> bool {
    family.starts_with("gemma")
}

/// How many tensors of the inner size the activation keeps: one for those that PyTorch has, four where `gelu_new` is
/// written in steps.
pub fn activation(family: &str) -> f64 {
    match family {
        "gpt2" | "gpt_neo" | "gptj" | "codegen" | "phi" => 4.0,
        _ => 1.0,
    }
}

/// Whether the norms beside a module are layer norms, which autocast computes in 32 bits.
pub fn is_layer_norm(model: &Model, module: &Module) -> bool {
    let norm = |it: &&Module| it.stack == module.stack && it.kind == Kind::Norm;
    model
        .modules
        .iter()
        .find(norm)
        .is_some_and(|it| it.bias > 0)
}
