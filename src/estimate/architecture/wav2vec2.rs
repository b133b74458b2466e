//! wav2vec 2.0, HuBERT and WavLM: convolutions over the sound itself, and layers over what they make.

use super::Unknown;
use super::blocks::{self, Blocks};
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::Role;

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let adapts = config.is("add_adapter", false)?;
    let base = if part == "Model" { "" } else { family };
    to.below(base, |to| {
        encoder(config, to)?;
        if adapts && family != "hubert" {
            adapter(config, to)?;
        }
        Ok(())
    })?;
    let h = config.size("hidden_size")?;
    match part {
        "Model" => return Ok(()),
        "ForCTC" => {
            let features = match adapts {
                true => config.size_or("output_hidden_size", h)?,
                false => h,
            };
            to.linear("lm_head", features, config.size("vocab_size")?, true, 1);
            return Ok(());
        }
        _ if adapts => {
            return Err(Unknown(format!(
                "the library makes no `{part}` of `{family}` with `add_adapter`"
            )));
        }
        _ => {}
    }
    if config.is("use_weighted_layer_sum", false)? {
        to.other("layer_weights", config.size("num_hidden_layers")? + 1);
    }
    let mut features = h;
    if part == "ForSequenceClassification" {
        features = config.size("classifier_proj_size")?;
        to.linear("projector", h, features, true, 1);
    }
    to.linear("classifier", features, config.labels()?, true, 1);
    Ok(())
}

fn encoder(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let mut blocks = Blocks::new(config, &blocks::WAV2VEC2, "encoder.layers", Role::Audio)?;
    let (h, layers) = (blocks.stack.hidden, blocks.stack.layers);
    let chance = |name: &str| config.fraction(name).unwrap_or(0.0);
    if chance("mask_time_prob") > 0.0 || chance("mask_feature_prob") > 0.0 {
        to.other("masked_spec_embed", h);
    }
    let heard = heard(config, "feature_extractor", to)?;
    projection(config, heard, to)?;
    position(config, "encoder.pos_conv_embed", to)?;
    to.norm("encoder.layer_norm", h, true, 1);
    blocks.add(to);
    let is_stable = config.is("do_stable_layer_norm", false)?;
    if family != "wavlm" && is_stable && config.has("adapter_attn_dim") {
        let inner = config.size("adapter_attn_dim")?;
        to.norm(&blocks.at("adapter_layer.norm"), h, true, layers);
        let path = blocks.at("adapter_layer.linear_1");
        to.linear(&path, h, inner, true, layers);
        let path = blocks.at("adapter_layer.linear_2");
        to.linear(&path, inner, h, true, layers);
    }
    if family == "wavlm" {
        let (heads, head) = (blocks.stack.heads, blocks.stack.head_dim);
        let path = blocks.at("attention.gru_rel_pos_const");
        to.parameter(&path, heads, layers);
        let path = blocks.at("attention.gru_rel_pos_linear");
        to.linear(&path, head, 8, true, layers);
        // The first layer's are used by all.
        let buckets = config.size("num_buckets")?;
        to.embedding(&blocks.at("attention.rel_attn_embed"), buckets, heads);
    }
    blocks.stack.vocab = 0;
    to.stack(blocks.stack);
    Ok(())
}

/// Convolutions over the sound; how many features they end in.
pub fn heard(config: &Config<'_>, path: &str, to: &mut Builder) -> Result<u64, Unknown> {
    let (sizes, kernels) = (config.sizes("conv_dim")?, config.sizes("conv_kernel")?);
    let bias = config.is("conv_bias", false)?;
    let is_normed = match config.text("feat_extract_norm") {
        Some("layer") => true,
        Some("group") => false,
        _ => {
            return Err(Unknown(
                "`feat_extract_norm` of the configuration is not known".to_owned(),
            ));
        }
    };
    let mut from = 1;
    for (number, (size, kernel)) in sizes.iter().zip(&kernels).enumerate() {
        let at = format!("{path}.conv_layers.{number}");
        let weight = (from * size).saturating_mul(*kernel);
        to.convolution(&format!("{at}.conv"), weight, if bias { *size } else { 0 });
        if is_normed || number == 0 {
            to.norm(&format!("{at}.layer_norm"), *size, true, 1);
        }
        from = *size;
    }
    Ok(from)
}

/// From the features of convolutions to those of the layers.
pub fn projection(config: &Config<'_>, from: u64, to: &mut Builder) -> Result<(), Unknown> {
    if config.is("feat_proj_layer_norm", true)? {
        to.norm("feature_projection.layer_norm", from, true, 1);
    }
    let h = config.size("hidden_size")?;
    to.linear("feature_projection.projection", from, h, true, 1);
    Ok(())
}

/// Positions, by a convolution whose weight is a direction and a length.
pub fn position(config: &Config<'_>, path: &str, to: &mut Builder) -> Result<(), Unknown> {
    let h = config.size("hidden_size")?;
    let wide = config.size("num_conv_pos_embeddings")?;
    let groups = config.size("num_conv_pos_embedding_groups")?;
    let weight = (h * (h / groups)).saturating_mul(wide);
    if config.is("conv_pos_batch_norm", false)? {
        to.convolution(&format!("{path}.conv"), weight, h);
        to.norm(&format!("{path}.batch_norm"), h, true, 1);
        return Ok(());
    }
    let at = |name: &str| format!("{path}.conv.{name}");
    to.other(&at("bias"), h);
    to.other(&at("parametrizations.weight.original0"), wide);
    to.convolution(&at("parametrizations.weight.original1"), weight, 0);
    Ok(())
}

/// Convolutions that make what the layers give shorter.
fn adapter(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let h = config.size("hidden_size")?;
    let out = config.size_or("output_hidden_size", h)?;
    if out != h {
        to.linear("adapter.proj", h, out, true, 1);
        to.norm("adapter.proj_layer_norm", out, true, 1);
    }
    let (layers, kernel) = (
        config.size("num_adapter_layers")?,
        config.size("adapter_kernel_size")?,
    );
    let weight = (out * 2 * out).saturating_mul(kernel);
    to.convolutions("adapter.layers.*.conv", weight, 2 * out, layers);
    Ok(())
}
