//! BLOOM.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::Stack;

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    // Older configurations have the names of GPT-2, which the class still takes.
    let either = |name: &str, old: &str| {
        config
            .size(name)
            .or_else(|lacks| config.size(old).map_err(|_| lacks))
    };
    let h = either("hidden_size", "n_embed")?;
    let (layers, heads) = (
        either("n_layer", "num_hidden_layers")?,
        either("n_head", "num_attention_heads")?,
    );
    let vocab = config.size("vocab_size")?;
    to.embedding("transformer.word_embeddings", vocab, h);
    to.norm("transformer.word_embeddings_layernorm", h, true, 1);
    let at = |name: &str| format!("transformer.h.*.{name}");
    to.norm(&at("input_layernorm"), h, true, layers);
    for (name, inputs, outputs) in [
        ("self_attention.query_key_value", h, 3 * h),
        ("self_attention.dense", h, h),
        ("mlp.dense_h_to_4h", h, 4 * h),
        ("mlp.dense_4h_to_h", 4 * h, h),
    ] {
        to.linear(&at(name), inputs, outputs, true, layers);
    }
    to.norm(&at("post_attention_layernorm"), h, true, layers);
    to.norm("transformer.ln_f", h, true, 1);
    match head {
        Head::Words => {
            let is_tied = config.is("tie_word_embeddings", true)?;
            to.linear("lm_head", h, vocab, false, 1).tied = is_tied;
        }
        Head::Labels => {
            to.linear("score", h, config.labels()?, false, 1);
        }
        Head::TokenLabels => {
            to.linear("classifier", h, config.labels()?, true, 1);
        }
        Head::None => {}
    }
    to.stack(Stack {
        path: "transformer.h".to_owned(),
        layers,
        hidden: h,
        intermediate: 4 * h,
        heads,
        kv_heads: heads,
        head_dim: h / heads,
        causal: true,
        vocab: if head == Head::Words { vocab } else { 0 },
        ..Stack::default()
    });
    Ok(())
}
