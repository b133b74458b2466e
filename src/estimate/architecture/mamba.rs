//! Mamba in its first and second form, and Falcon Mamba.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::Stack;

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    if matches!(head, Head::Labels | Head::TokenLabels) {
        return Err(Unknown(format!(
            "heads for classes of `{family}` are not described here"
        )));
    }
    let (h, layers) = (
        config.size("hidden_size")?,
        config.size("num_hidden_layers")?,
    );
    let (vocab, state) = (config.size("vocab_size")?, config.size("state_size")?);
    let inner = config.size_or("expand", 2)?.saturating_mul(h);
    let kernel = config.size_or("conv_kernel", 4)?;
    let bias = config.is("use_bias", false)?;
    let conv_bias = config.is("use_conv_bias", true)?;
    let at = |name: &str| format!("backbone.layers.*.mixer.{name}");
    to.embedding("backbone.embeddings", vocab, h);
    to.norm("backbone.layers.*.norm", h, false, layers);
    let shifted = |path: &str, channels: u64, to: &mut Builder| {
        to.convolutions(
            path,
            channels.saturating_mul(kernel),
            if conv_bias { channels } else { 0 },
            layers,
        );
    };
    if family == "mamba2" {
        let heads = config.size("num_heads")?;
        let groups = config.size("n_groups")?;
        if heads.saturating_mul(config.size("head_dim")?) != inner {
            return Err(Unknown(
                "the heads of the configuration are not as wide as its layers".to_owned(),
            ));
        }
        let channels = inner + 2 * groups.saturating_mul(state);
        for name in ["dt_bias", "A_log", "D"] {
            to.parameter(&at(name), heads, layers);
        }
        shifted(&at("conv1d"), channels, to);
        to.linear(&at("in_proj"), h, inner + channels + heads, bias, layers);
        to.norm(&at("norm"), inner, false, layers);
    } else {
        let rank = match config.text("time_step_rank") {
            Some("auto") | None if !config.has_number("time_step_rank") => h.div_ceil(16),
            _ => config.size("time_step_rank")?,
        };
        to.parameter(&at("A_log"), inner.saturating_mul(state), layers);
        to.parameter(&at("D"), inner, layers);
        shifted(&at("conv1d"), inner, to);
        to.linear(&at("in_proj"), h, 2 * inner, bias, layers);
        to.linear(&at("x_proj"), inner, rank + 2 * state, false, layers);
        to.linear(&at("dt_proj"), rank, inner, true, layers);
    }
    to.linear(&at("out_proj"), inner, h, bias, layers);
    to.norm("backbone.norm_f", h, false, 1);
    if head == Head::Words {
        let is_tied = config.is("tie_word_embeddings", family != "mamba2")?;
        to.linear("lm_head", h, vocab, false, 1).tied = is_tied;
    }
    to.stack(Stack {
        path: "backbone.layers".to_owned(),
        layers,
        hidden: h,
        intermediate: inner,
        causal: true,
        vocab: if head == Head::Words { vocab } else { 0 },
        recurrent: layers,
        ..Stack::default()
    });
    Ok(())
}
