//! Vision towers that only models of several senses have, and what leads from towers to the text.

use super::Unknown;
use super::blocks::{self, Blocks, Names};
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

/// What leads from what is seen or heard to the text.
pub fn lead(
    config: &Config<'_>,
    text: &Config<'_>,
    seen: &Config<'_>,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let family = config.family()?;
    let h = text.size("hidden_size")?;
    let at = |name: &str| format!("multi_modal_projector.{name}");
    match family {
        "gemma3" => {
            let v = seen.size("hidden_size")?;
            to.linear(&at("mm_input_projection_weight"), v, h, false, 1);
            to.norm(&at("mm_soft_emb_norm"), v, false, 1);
        }
        "llava" | "llava_next" | "mistral3" => {
            let v = seen.size("hidden_size")?;
            let bias = config.is("multimodal_projector_bias", true)?;
            if family == "llava_next" {
                to.other("image_newline", h);
            }
            if family == "mistral3" {
                let merged = config.size("spatial_merge_size")?;
                let from = (merged * merged).saturating_mul(v);
                to.norm(&at("norm"), v, false, 1);
                to.linear(&at("patch_merger.merging_layer"), from, v, false, 1);
            }
            let layers = config.count("vision_feature_layer")?;
            to.linear(&at("linear_1"), v.saturating_mul(layers), h, bias, 1);
            to.linear(&at("linear_2"), h, h, bias, 1);
        }
        "paligemma" => {
            let into = config
                .size("projection_dim")
                .or_else(|_| seen.size("projection_dim"))?;
            to.linear(&at("linear"), seen.size("hidden_size")?, into, true, 1);
        }
        "idefics3" | "smolvlm" => {
            let scale = config.size("scale_factor")?;
            let from = (scale * scale).saturating_mul(seen.size("hidden_size")?);
            to.linear("connector.modality_projection.proj", from, h, false, 1);
        }
        "internvl" => {
            let ratio = config.fraction("downsample_ratio").unwrap_or(0.5);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "its bounds were looked at"
            )]
            let side = match 1.0 / ratio {
                side if (1.0..=64.0).contains(&side) => side as u64,
                _ => return Err(Unknown("`downsample_ratio` is no ratio".to_owned())),
            };
            let from = (side * side).saturating_mul(seen.size("hidden_size")?);
            to.norm(&at("layer_norm"), from, true, 1);
            to.linear(&at("linear_1"), from, h, true, 1);
            to.linear(&at("linear_2"), h, h, true, 1);
        }
        "qwen2_audio" => {
            to.linear(&at("linear"), seen.size("d_model")?, h, true, 1);
        }
        _ => {}
    }
    Ok(())
}

/// Pixtral's tower, which reads pictures of any size.
pub fn pixtral(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let blocks = Blocks::new(config, &blocks::VIT, "transformer.layers", Role::Vision)?;
    let stack = Stack {
        gated: true,
        patch: config.maybe("patch_size"),
        ..blocks.stack.clone()
    };
    let (h, m, layers) = (stack.hidden, stack.intermediate, stack.layers);
    let (patch, channels) = (config.size("patch_size")?, config.size("num_channels")?);
    let weight = (patch * patch * channels).saturating_mul(h);
    to.convolution("patch_conv", weight, 0);
    to.norm("ln_pre", h, false, 1);
    for name in blocks.names.attention {
        to.linear(&blocks.at(name), h, h, false, layers);
    }
    for (name, from, into) in [("gate_proj", h, m), ("up_proj", h, m), ("down_proj", m, h)] {
        let path = blocks.at(&format!("feed_forward.{name}"));
        to.linear(&path, from, into, false, layers);
    }
    to.norm(&blocks.at("attention_norm"), h, false, layers);
    to.norm(&blocks.at("ffn_norm"), h, false, layers);
    to.stack(stack);
    Ok(())
}

const INTERNVL: Names = Names {
    attention: [
        "attention.q_proj",
        "attention.k_proj",
        "attention.v_proj",
        "attention.projection_layer",
    ],
    ..blocks::VIT
};

/// InternVL's tower.
pub fn internvl(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let mut blocks = Blocks::new(config, &INTERNVL, "encoder.layer", Role::Vision)?;
    let (h, layers) = (blocks.stack.hidden, blocks.stack.layers);
    let bias = config.is("attention_bias", false)?;
    blocks.bias = [bias, bias, bias, true];
    blocks.shift = match config.text("norm_type") {
        None | Some("layer_norm") => true,
        Some("rms_norm") => false,
        Some(other) => return Err(Unknown(format!("norms `{other}` are not described here"))),
    };
    let ((height, width), (y, x)) = (config.area("image_size")?, config.area("patch_size")?);
    let tokens = (height / y) * (width / x) + 1;
    to.other("embeddings.cls_token", h);
    if config.is("use_mask_token", false)? {
        to.other("embeddings.mask_token", h);
    }
    let weight = (h * y * x).saturating_mul(config.size("num_channels")?);
    to.convolution("embeddings.patch_embeddings.projection", weight, h);
    if config.is("use_absolute_position_embeddings", false)? {
        to.other("embeddings.position_embeddings", tokens.saturating_mul(h));
    }
    blocks.add(to);
    if config.is("use_qk_norm", false)? {
        to.norm(&blocks.at("attention.q_norm"), h, false, layers);
        to.norm(&blocks.at("attention.k_norm"), h, false, layers);
    }
    to.parameter(&blocks.at("lambda_1"), h, layers);
    to.parameter(&blocks.at("lambda_2"), h, layers);
    if !config.is("use_mean_pooling", true)? {
        to.norm("layernorm", h, true, 1);
    }
    blocks.stack.tokens = Some(tokens);
    blocks.stack.patch = Some(y);
    to.stack(blocks.stack);
    Ok(())
}
