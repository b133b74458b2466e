//! Whisper.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::{Role, Stack};

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    if matches!(head, Head::Labels | Head::TokenLabels) {
        return Err(Unknown(
            "heads for classes of `whisper` are not described here".to_owned(),
        ));
    }
    let (h, mels, vocab) = (
        config.size("d_model")?,
        config.size_or("num_mel_bins", 80)?,
        config.size("vocab_size")?,
    );
    let heard = config.size_or("max_source_positions", 1500)?;
    let written = config.size_or("max_target_positions", 448)?;
    to.convolution("model.encoder.conv1", mels * h * 3, h);
    to.convolution("model.encoder.conv2", (h * h).saturating_mul(3), h);
    to.embedding("model.encoder.embed_positions", heard, h);
    to.embedding("model.decoder.embed_tokens", vocab, h);
    to.embedding("model.decoder.embed_positions", written, h);
    for (side, attentions) in [
        ("decoder", &["self_attn", "encoder_attn"][..]),
        ("encoder", &["self_attn"][..]),
    ] {
        let layers = config.size(&format!("{side}_layers"))?;
        let heads = config.size(&format!("{side}_attention_heads"))?;
        let inner = config.size(&format!("{side}_ffn_dim"))?;
        let at = |name: &str| format!("model.{side}.layers.*.{name}");
        for attention in attentions {
            for (name, bias) in [
                ("k_proj", false),
                ("v_proj", true),
                ("q_proj", true),
                ("out_proj", true),
            ] {
                to.linear(&at(&format!("{attention}.{name}")), h, h, bias, layers);
            }
            to.norm(&at(&format!("{attention}_layer_norm")), h, true, layers);
        }
        to.linear(&at("fc1"), h, inner, true, layers);
        to.linear(&at("fc2"), inner, h, true, layers);
        to.norm(&at("final_layer_norm"), h, true, layers);
        to.norm(&format!("model.{side}.layer_norm"), h, true, 1);
        let is_decoder = side == "decoder";
        to.stack(Stack {
            role: if is_decoder {
                Role::Decoder
            } else {
                Role::Audio
            },
            path: format!("model.{side}.layers"),
            layers,
            hidden: h,
            intermediate: inner,
            heads,
            kv_heads: heads,
            head_dim: h / heads,
            causal: is_decoder,
            cross: is_decoder,
            vocab: if is_decoder && head == Head::Words {
                vocab
            } else {
                0
            },
            tokens: (!is_decoder).then_some(heard),
            context: is_decoder.then_some(written),
            ..Stack::default()
        });
    }
    if head == Head::Words {
        let is_tied = config.is("tie_word_embeddings", true)?;
        to.linear("proj_out", h, vocab, false, 1).tied = is_tied;
    }
    Ok(())
}
