//! Falcon in its first form: one head of keys and values, attention and feed-forward part side by side.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::Stack;

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let is_first = !config.is("new_decoder_architecture", false)?
        && config.is("multi_query", true)?
        && config.is("parallel_attn", true)?
        && !config.is("alibi", false)?;
    if !is_first {
        return Err(Unknown(
            "this form of `falcon` is not described here".to_owned(),
        ));
    }
    let (h, heads) = (
        config.size("hidden_size")?,
        config.size("num_attention_heads")?,
    );
    let (layers, vocab) = (
        config.size("num_hidden_layers")?,
        config.size("vocab_size")?,
    );
    let inner = config.size_or("ffn_hidden_size", 4 * h)?;
    let (bias, d) = (config.is("bias", false)?, h / heads);
    to.embedding("transformer.word_embeddings", vocab, h);
    let at = |name: &str| format!("transformer.h.*.{name}");
    for (name, inputs, outputs) in [
        ("self_attention.query_key_value", h, h + 2 * d),
        ("self_attention.dense", h, h),
        ("mlp.dense_h_to_4h", h, inner),
        ("mlp.dense_4h_to_h", inner, h),
    ] {
        to.linear(&at(name), inputs, outputs, bias, layers);
    }
    to.norm(&at("input_layernorm"), h, true, layers);
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
        intermediate: inner,
        heads,
        kv_heads: 1,
        head_dim: d,
        causal: true,
        vocab: if head == Head::Words { vocab } else { 0 },
        context: config.maybe("max_position_embeddings"),
        ..Stack::default()
    });
    Ok(())
}
