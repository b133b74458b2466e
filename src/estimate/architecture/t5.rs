//! T5, in its first form and in that of T5 1.1 and FLAN; mT5, UMT5 and LongT5.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::{Role, Stack};

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    if matches!(head, Head::Labels | Head::TokenLabels) {
        return Err(Unknown(
            "heads for classes of `t5` are not described here".to_owned(),
        ));
    }
    let (h, m) = (config.size("d_model")?, config.size("d_ff")?);
    let (heads, d) = (config.size("num_heads")?, config.size("d_kv")?);
    let vocab = config.size("vocab_size")?;
    let layers = config.size("num_layers")?;
    let below = config.size_or("num_decoder_layers", layers)?;
    let buckets = config.size_or("relative_attention_num_buckets", 32)?;
    let family = config.family()?;
    let usual = match family {
        "t5" | "longt5" => "relu",
        _ => "gated-gelu",
    };
    let attention = match config.text("encoder_attention_type") {
        Some("transient-global") => "TransientGlobalSelfAttention",
        Some("local") => "LocalSelfAttention",
        _ if family == "longt5" => "LocalSelfAttention",
        _ => "SelfAttention",
    };
    let is_gated = match config.text("feed_forward_proj").unwrap_or(usual) {
        "relu" => false,
        "gated-gelu" | "gated-silu" => true,
        other => {
            return Err(Unknown(format!(
                "the feed-forward part `{other}` of `t5` is not described here"
            )));
        }
    };
    to.embedding("shared", vocab, h);
    for (side, count, parts) in [
        ("encoder", layers, &[attention][..]),
        ("decoder", below, &["SelfAttention", "EncDecAttention"][..]),
    ] {
        let at = |number: usize, name: &str| format!("{side}.block.*.layer.{number}.{name}");
        for (number, part) in parts.iter().enumerate() {
            for name in ["q", "k", "v"] {
                to.linear(
                    &at(number, &format!("{part}.{name}")),
                    h,
                    heads * d,
                    false,
                    count,
                );
            }
            to.linear(
                &at(number, &format!("{part}.o")),
                heads * d,
                h,
                false,
                count,
            );
            to.norm(&at(number, "layer_norm"), h, false, count);
        }
        // Each layer of UMT5 has its own; elsewhere the first one's is used by all.
        let tables = if family == "umt5" { count } else { 1 };
        let table = |name: &str| at(0, &format!("{}.{name}", parts[0]));
        to.embeddings(&table("relative_attention_bias"), buckets, heads, tables);
        if parts[0] == "TransientGlobalSelfAttention" {
            to.embedding(&table("global_relative_attention_bias"), buckets, heads);
            to.norm(&table("global_input_layer_norm"), h, false, count);
        }
        let last = parts.len();
        let up: &[&str] = if is_gated { &["wi_0", "wi_1"] } else { &["wi"] };
        for name in up {
            to.linear(
                &at(last, &format!("DenseReluDense.{name}")),
                h,
                m,
                false,
                count,
            );
        }
        to.linear(&at(last, "DenseReluDense.wo"), m, h, false, count);
        to.norm(&at(last, "layer_norm"), h, false, count);
        to.norm(&format!("{side}.final_layer_norm"), h, false, 1);
    }
    if head == Head::Words {
        // Checkpoints of T5 1.1 and FLAN have a head of their own, and say so.
        let is_tied = config.is("tie_word_embeddings", true)?;
        to.linear("lm_head", h, vocab, false, 1).tied = is_tied;
    }
    let stack = |role, path: &str, layers, vocab| Stack {
        role,
        path: path.to_owned(),
        layers,
        hidden: h,
        intermediate: m,
        heads,
        kv_heads: heads,
        head_dim: d,
        gated: is_gated,
        causal: role == Role::Decoder,
        cross: role == Role::Decoder,
        vocab,
        context: config.maybe("n_positions"),
        ..Stack::default()
    };
    to.stack(stack(Role::Encoder, "encoder.block", layers, 0));
    let words = if head == Head::Words { vocab } else { 0 };
    to.stack(stack(Role::Decoder, "decoder.block", below, words));
    Ok(())
}
