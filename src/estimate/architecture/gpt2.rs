//! GPT-2.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::{Kind, Stack};

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let (h, layers) = (config.size("n_embd")?, config.size("n_layer")?);
    let heads = config.size("n_head")?;
    let (vocab, positions) = (config.size("vocab_size")?, config.size("n_positions")?);
    let inner = config.size_or("n_inner", 4 * h)?;
    if config.is("add_cross_attention", false)? {
        return Err(Unknown(
            "cross-attention of `gpt2` is not described here".to_owned(),
        ));
    }
    to.embedding("transformer.wte", vocab, h);
    to.embedding("transformer.wpe", positions, h);
    let at = |name: &str| format!("transformer.h.*.{name}");
    to.norm(&at("ln_1"), h, true, layers);
    for (name, inputs, outputs) in [
        ("attn.c_attn", h, 3 * h),
        ("attn.c_proj", h, h),
        ("mlp.c_fc", h, inner),
        ("mlp.c_proj", inner, h),
    ] {
        to.linear(&at(name), inputs, outputs, true, layers).kind = Kind::Conv1D;
    }
    to.norm(&at("ln_2"), h, true, layers);
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
        kv_heads: heads,
        head_dim: h / heads,
        causal: true,
        vocab: if head == Head::Words { vocab } else { 0 },
        context: Some(positions),
        ..Stack::default()
    });
    Ok(())
}
