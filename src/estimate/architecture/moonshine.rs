//! Moonshine: three convolutions over the sound, an encoder, and a decoder whose feed-forward part is gated.

use super::Unknown;
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let is_alone = part == "Model";
    let vocab = config.size("vocab_size")?;
    to.below(if is_alone { "" } else { "model" }, |to| {
        let written = if is_alone { 0 } else { vocab };
        decoder(config, vocab, written, to)?;
        encoder(config, to)
    })?;
    if !is_alone {
        let is_tied = config.is("tie_word_embeddings", true)?;
        let h = config.size("hidden_size")?;
        to.linear("proj_out", h, vocab, false, 1).tied = is_tied;
    }
    Ok(())
}

fn stack(config: &Config<'_>, side: &str, role: Role) -> Result<Stack, Unknown> {
    let h = config.size("hidden_size")?;
    let heads = config.size(&format!("{side}_num_attention_heads"))?;
    Ok(Stack {
        role,
        path: format!("{side}.layers"),
        layers: config.size(&format!("{side}_num_hidden_layers"))?,
        hidden: h,
        intermediate: config.size("intermediate_size")?,
        heads,
        kv_heads: config.size_or(&format!("{side}_num_key_value_heads"), heads)?,
        head_dim: config.size_or("head_dim", h / heads)?,
        ..Stack::default()
    })
}

fn attention(
    config: &Config<'_>,
    stack: &Stack,
    name: &str,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let bias = config.is("attention_bias", false)?;
    let (h, layers) = (stack.hidden, stack.layers);
    let at = |part: &str| format!("{}.*.{name}.{part}", stack.path);
    let (queries, keys) = (
        stack.heads * stack.head_dim,
        stack.kv_heads * stack.head_dim,
    );
    to.linear(&at("q_proj"), h, queries, bias, layers);
    to.linear(&at("k_proj"), h, keys, bias, layers);
    to.linear(&at("v_proj"), h, keys, bias, layers);
    to.linear(&at("o_proj"), queries, h, false, layers);
    Ok(())
}

fn encoder(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let stack = stack(config, "encoder", Role::Audio)?;
    let (h, m, layers) = (stack.hidden, stack.intermediate, stack.layers);
    to.convolution("encoder.conv1", h * 127, 0);
    to.convolution("encoder.conv2", (h * 2 * h).saturating_mul(7), 2 * h);
    to.convolution("encoder.conv3", (2 * h * h).saturating_mul(3), h);
    to.norm("encoder.groupnorm", h, true, 1);
    attention(config, &stack, "self_attn", to)?;
    let at = |name: &str| format!("encoder.layers.*.{name}");
    to.linear(&at("mlp.fc1"), h, m, true, layers);
    to.linear(&at("mlp.fc2"), m, h, true, layers);
    to.norm(&at("input_layernorm"), h, false, layers);
    to.norm(&at("post_attention_layernorm"), h, false, layers);
    to.norm("encoder.layer_norm", h, false, 1);
    to.stack(stack);
    Ok(())
}

fn decoder(config: &Config<'_>, vocab: u64, written: u64, to: &mut Builder) -> Result<(), Unknown> {
    let stack = stack(config, "decoder", Role::Decoder)?;
    let (h, m, layers) = (stack.hidden, stack.intermediate, stack.layers);
    to.embedding("decoder.embed_tokens", vocab, h);
    attention(config, &stack, "self_attn", to)?;
    attention(config, &stack, "encoder_attn", to)?;
    let at = |name: &str| format!("decoder.layers.*.{name}");
    to.linear(&at("mlp.fc1"), h, 2 * m, true, layers);
    to.linear(&at("mlp.fc2"), m, h, true, layers);
    for name in [
        "input_layernorm",
        "post_attention_layernorm",
        "final_layernorm",
    ] {
        to.norm(&at(name), h, false, layers);
    }
    to.norm("decoder.norm", h, false, 1);
    to.stack(Stack {
        gated: true,
        causal: true,
        cross: true,
        vocab: written,
        context: config.maybe("max_position_embeddings"),
        ..stack
    });
    Ok(())
}
