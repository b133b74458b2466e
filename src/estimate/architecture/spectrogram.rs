//! The audio spectrogram transformer: ViT's layers over a picture of sound.

use super::Unknown;
use super::blocks::{self, Blocks};
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::Role;

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let base = match part {
        "Model" => "",
        _ => "audio_spectrogram_transformer",
    };
    to.below(base, |to| encoder(config, to))?;
    if part != "Model" {
        let h = config.size("hidden_size")?;
        to.norm("classifier.layernorm", h, true, 1);
        to.linear("classifier.dense", h, config.labels()?, true, 1);
    }
    Ok(())
}

fn encoder(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let mut blocks = Blocks::new(config, &blocks::VIT, "layers", Role::Audio)?;
    let bias = config.is("qkv_bias", true)?;
    blocks.bias = [bias, bias, bias, true];
    let (h, patch) = (blocks.stack.hidden, config.size("patch_size")?);
    let steps = |length: &str, stride: &str| -> Result<u64, Unknown> {
        let room = config.size(length)?.checked_sub(patch);
        let room = room.ok_or_else(|| Unknown(format!("`{length}` holds no patch")))?;
        Ok(room / config.size(stride)? + 1)
    };
    let tokens =
        steps("num_mel_bins", "frequency_stride")? * steps("max_length", "time_stride")? + 2;
    to.other("embeddings.cls_token", h);
    to.other("embeddings.distillation_token", h);
    let weight = (patch * patch).saturating_mul(h);
    to.convolution("embeddings.patch_embeddings.projection", weight, h);
    to.other("embeddings.position_embeddings", tokens.saturating_mul(h));
    blocks.add(to);
    to.norm("layernorm", h, true, 1);
    blocks.stack.tokens = Some(tokens);
    to.stack(blocks.stack);
    Ok(())
}
