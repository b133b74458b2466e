//! Decoders of which only some layers keep keys and values: Qwen3-Next and LFM2.

use super::builder::Builder;
use super::config::Config;
use super::decoder::shape;
use super::experts::{self, Router};
use super::kin::finish;
use super::{Head, Unknown};

/// Qwen3-Next: three layers of four have linear attention.
pub fn qwen3_next(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let mut shape = shape(config, Some(256))?;
    let (layers, h, d) = (shape.layers, shape.hidden, shape.head_dim);
    let (q, kv) = (shape.heads * d, shape.kv_heads * d);
    let full = match config.lists("layer_types") {
        true => of_type(config, "full_attention"),
        false => layers / config.size_or("full_attention_interval", 4)?,
    };
    shape.recurrent = layers.saturating_sub(full);
    let linear = shape.recurrent;
    to.embedding("model.embed_tokens", shape.vocab, h);
    let at = |name: &str| format!("model.layers.*.{name}");
    if full > 0 {
        let bias = config.is("attention_bias", false)?;
        // Half of what `q_proj` gives is a gate.
        to.linear(&at("self_attn.q_proj"), h, 2 * q, bias, full);
        to.linear(&at("self_attn.k_proj"), h, kv, bias, full);
        to.linear(&at("self_attn.v_proj"), h, kv, bias, full);
        to.linear(&at("self_attn.o_proj"), q, h, bias, full);
        to.norm(&at("self_attn.q_norm"), d, false, full);
        to.norm(&at("self_attn.k_norm"), d, false, full);
    }
    if linear > 0 {
        let (value_heads, value_dim) = (
            config.size("linear_num_value_heads")?,
            config.size("linear_value_head_dim")?,
        );
        let keys = config
            .size("linear_num_key_heads")?
            .saturating_mul(config.size("linear_key_head_dim")?);
        let values = value_heads.saturating_mul(value_dim);
        let kernel = config.size("linear_conv_kernel_dim")?;
        let at = |name: &str| at(&format!("linear_attn.{name}"));
        to.parameter(&at("dt_bias"), value_heads, linear);
        to.parameter(&at("A_log"), value_heads, linear);
        let weight = (2 * keys + values).saturating_mul(kernel);
        to.convolutions(&at("conv1d"), weight, 0, linear);
        to.linear(&at("in_proj_qkvz"), h, 2 * (keys + values), false, linear);
        to.linear(&at("in_proj_ba"), h, 2 * value_heads, false, linear);
        to.norm(&at("norm"), value_dim, false, linear);
        to.linear(&at("out_proj"), values, h, false, linear);
    }
    experts::describe(config, Router::Qwen2, false, &mut shape, to)?;
    to.norm(&at("input_layernorm"), h, false, layers);
    to.norm(&at("post_attention_layernorm"), h, false, layers);
    to.norm("model.norm", h, false, 1);
    finish(config, head, [false, false], shape, to)
}

/// LFM2: short convolutions between layers with attention.
pub fn lfm2(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let mut shape = shape(config, None)?;
    let (layers, h) = (shape.layers, shape.hidden);
    let d = h / shape.heads;
    shape.head_dim = d;
    let (q, kv) = (shape.heads * d, shape.kv_heads * d);
    let full = match config.lists("layer_types") {
        true => of_type(config, "full_attention"),
        false => config.entries("full_attn_idxs").unwrap_or(layers),
    };
    shape.recurrent = layers.saturating_sub(full);
    let convolved = shape.recurrent;
    if config.is("block_auto_adjust_ff_dim", true)? {
        if !config.is_one("block_ffn_dim_multiplier") {
            return Err(Unknown(
                "`block_ffn_dim_multiplier` of `lfm2` is not described here".to_owned(),
            ));
        }
        let multiple = config.size_or("block_multiple_of", 256)?;
        let inner = 2 * shape.intermediate / 3;
        shape.intermediate = inner.div_ceil(multiple) * multiple;
    }
    let m = shape.intermediate;
    to.embedding("model.embed_tokens", shape.vocab, h);
    let at = |name: &str| format!("model.layers.*.{name}");
    if full > 0 {
        to.linear(&at("self_attn.q_proj"), h, q, false, full);
        to.linear(&at("self_attn.k_proj"), h, kv, false, full);
        to.linear(&at("self_attn.v_proj"), h, kv, false, full);
        to.linear(&at("self_attn.out_proj"), q, h, false, full);
        to.norm(&at("self_attn.q_layernorm"), d, false, full);
        to.norm(&at("self_attn.k_layernorm"), d, false, full);
    }
    if convolved > 0 {
        let bias = config.is("conv_bias", false)?;
        let weight = h.saturating_mul(config.size("conv_L_cache")?);
        let own = if bias { h } else { 0 };
        to.convolutions(&at("conv.conv"), weight, own, convolved);
        to.linear(&at("conv.in_proj"), h, 3 * h, bias, convolved);
        to.linear(&at("conv.out_proj"), h, h, bias, convolved);
    }
    to.linear(&at("feed_forward.w1"), h, m, false, layers);
    to.linear(&at("feed_forward.w3"), h, m, false, layers);
    to.linear(&at("feed_forward.w2"), m, h, false, layers);
    to.norm(&at("operator_norm"), h, false, layers);
    to.norm(&at("ffn_norm"), h, false, layers);
    to.norm("model.embedding_norm", h, false, 1);
    finish(config, head, [true, false], shape, to)
}

fn of_type(config: &Config<'_>, name: &str) -> u64 {
    config.words("layer_types").filter(|it| *it == name).count() as u64
}
