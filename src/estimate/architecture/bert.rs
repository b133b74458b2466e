//! BERT and RoBERTa.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::{Role, Stack};

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let is_bert = family == "bert";
    let (h, m) = (
        config.size("hidden_size")?,
        config.size("intermediate_size")?,
    );
    let (layers, heads) = (
        config.size("num_hidden_layers")?,
        config.size("num_attention_heads")?,
    );
    let (vocab, positions) = (
        config.size("vocab_size")?,
        config.size("max_position_embeddings")?,
    );
    let types = config.size_or("type_vocab_size", 2)?;
    if config.is("is_decoder", false)? || config.is("add_cross_attention", false)? {
        return Err(Unknown(format!(
            "`{family}` as a decoder is not described here"
        )));
    }
    let base = if is_bert { "bert" } else { "roberta" };
    let at = |name: &str| format!("{base}.{name}");
    to.embedding(&at("embeddings.word_embeddings"), vocab, h);
    to.embedding(&at("embeddings.position_embeddings"), positions, h);
    to.embedding(&at("embeddings.token_type_embeddings"), types, h);
    to.norm(&at("embeddings.LayerNorm"), h, true, 1);
    let layer = |name: &str| format!("{base}.encoder.layer.*.{name}");
    for name in ["query", "key", "value"] {
        to.linear(
            &layer(&format!("attention.self.{name}")),
            h,
            h,
            true,
            layers,
        );
    }
    to.linear(&layer("attention.output.dense"), h, h, true, layers);
    to.norm(&layer("attention.output.LayerNorm"), h, true, layers);
    to.linear(&layer("intermediate.dense"), h, m, true, layers);
    to.linear(&layer("output.dense"), m, h, true, layers);
    to.norm(&layer("output.LayerNorm"), h, true, layers);
    let pools = head == Head::None || (is_bert && head == Head::Labels);
    if pools {
        to.linear(&at("pooler.dense"), h, h, true, 1);
    }
    match head {
        Head::Words => {
            let is_tied = config.is("tie_word_embeddings", true)?;
            let path = if is_bert {
                "cls.predictions"
            } else {
                "lm_head"
            };
            let transform = if is_bert { ".transform" } else { "" };
            let norm = if is_bert { "LayerNorm" } else { "layer_norm" };
            to.linear(&format!("{path}{transform}.dense"), h, h, true, 1);
            to.norm(&format!("{path}{transform}.{norm}"), h, true, 1);
            to.linear(&format!("{path}.decoder"), h, vocab, true, 1)
                .tied = is_tied;
        }
        Head::Labels if !is_bert => {
            to.linear("classifier.dense", h, h, true, 1);
            to.linear("classifier.out_proj", h, config.labels()?, true, 1);
        }
        Head::Labels | Head::TokenLabels => {
            to.linear("classifier", h, config.labels()?, true, 1);
        }
        Head::None => {}
    }
    to.stack(Stack {
        role: Role::Encoder,
        path: at("encoder.layer"),
        layers,
        hidden: h,
        intermediate: m,
        heads,
        kv_heads: heads,
        head_dim: h / heads,
        vocab: if head == Head::Words { vocab } else { 0 },
        context: Some(positions),
        ..Stack::default()
    });
    Ok(())
}
