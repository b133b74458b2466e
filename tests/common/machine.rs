//! A machine with one card of 24 GB, and the one model whose configuration lies on it.

use std::sync::LazyLock;

use hf_lsp::estimate::architecture;
use hf_lsp::estimate::gpu::Gpu;
use hf_lsp::estimate::model::Model;
use hf_lsp::estimate::reading::ModelRef;
use hf_lsp::rules::memory::Machine;
use serde_json::{Value, json};

/// See above.
pub struct OneCard;

static CARD: LazyLock<Gpu> = LazyLock::new(|| Gpu::parse("24GB").unwrap());

/// A decoder of 8 billion weights: `acme-labs/decoder-8b`.
static DECODER: LazyLock<(Model, Value)> = LazyLock::new(|| {
    let config = json!({
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "vocab_size": 128_256,
        "max_position_embeddings": 131_072,
        "tie_word_embeddings": false,
        "dtype": "bfloat16",
    });
    (architecture::model(&config, None).unwrap(), config)
});

impl Machine for OneCard {
    fn gpu(&self) -> Option<&Gpu> {
        Some(&CARD)
    }

    fn model(&self, model: &ModelRef) -> Option<(Model, Option<Value>)> {
        let is_it = model.name.as_deref() == Some("acme-labs/decoder-8b");
        is_it.then(|| (DECODER.0.clone(), Some(DECODER.1.clone())))
    }

    fn file(&self, _: &str) -> Option<String> {
        None
    }

    fn accelerate(&self) -> Option<(String, String)> {
        None
    }
}
