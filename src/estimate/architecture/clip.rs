//! CLIP, SigLIP and SigLIP 2: a tower that reads pictures, one that reads text, alone and together; and the vision
//! towers of Idefics 3 and SmolVLM, which are SigLIP's.

use super::Unknown;
use super::blocks::{self, Blocks};
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::Role;

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let is_clip = family.starts_with("clip");
    if family.ends_with("text_model") {
        return with_projection(config, part, "text", to);
    }
    if family.ends_with("vision_model") {
        return with_projection(config, part, "vision", to);
    }
    let (text, seen) = match family {
        "clip" => ("clip_text_model", "clip_vision_model"),
        "siglip" => ("siglip_text_model", "siglip_vision_model"),
        _ => ("siglip2_text_model", "siglip2_vision_model"),
    };
    let text = config.part("text_config", Some(text))?;
    let seen = config.part("vision_config", Some(seen))?;
    if let Some(part) = part.strip_prefix("Text") {
        return with_projection(&text, part, "text", to);
    }
    if let Some(part) = part.strip_prefix("Vision") {
        return with_projection(&seen, part, "vision", to);
    }
    if part == "ForImageClassification" {
        to.below("vision_model", |to| vision(&seen, to))?;
        let hidden = seen.size("hidden_size")?;
        to.linear("classifier", hidden, config.labels()?, true, 1);
        return Ok(());
    }
    to.below("text_model", |to| words(&text, to))?;
    to.below("vision_model", |to| vision(&seen, to))?;
    to.other("logit_scale", 1);
    if is_clip {
        let into = config.size("projection_dim")?;
        let (text, seen) = (text.size("hidden_size")?, seen.size("hidden_size")?);
        to.linear("text_projection", text, into, false, 1);
        to.linear("visual_projection", seen, into, false, 1);
    } else {
        to.other("logit_bias", 1);
    }
    Ok(())
}

/// One tower, with what leads into the common space where its class has that.
fn with_projection(
    config: &Config<'_>,
    part: &str,
    side: &str,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let describe = if side == "text" { words } else { vision };
    if part == "Model" {
        return describe(config, to);
    }
    to.below(&format!("{side}_model"), |to| describe(config, to))?;
    let name = if side == "text" { "text" } else { "visual" };
    let (hidden, into) = (config.size("hidden_size")?, config.size("projection_dim")?);
    to.linear(&format!("{name}_projection"), hidden, into, false, 1);
    Ok(())
}

fn words(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let is_clip = config.family()?.starts_with("clip");
    let mut blocks = Blocks::new(config, &blocks::CLIP, "encoder.layers", Role::Encoder)?;
    let h = blocks.stack.hidden;
    let positions = config.size("max_position_embeddings")?;
    to.embedding("embeddings.token_embedding", config.size("vocab_size")?, h);
    to.embedding("embeddings.position_embedding", positions, h);
    blocks.add(to);
    to.norm("final_layer_norm", h, true, 1);
    if !is_clip {
        let into = config.size_or("projection_size", h)?;
        to.linear("head", h, into, true, 1);
    }
    blocks.stack.context = Some(positions);
    blocks.stack.causal = is_clip;
    to.stack(blocks.stack);
    Ok(())
}

/// The tower that reads pictures.
pub fn vision(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let is_clip = family.starts_with("clip");
    let is_siglip = family.starts_with("siglip");
    let mut blocks = Blocks::new(config, &blocks::CLIP, "encoder.layers", Role::Vision)?;
    let h = blocks.stack.hidden;
    let (patch, channels) = (
        config.size("patch_size")?,
        config.size_or("num_channels", 3)?,
    );
    let pixels = patch * patch * channels;
    let patches = match family {
        "siglip2_vision_model" => config.size("num_patches")?,
        _ => (config.size("image_size")? / patch).pow(2),
    };
    let tokens = patches + u64::from(is_clip);
    if is_clip {
        to.other("embeddings.class_embedding", h);
        to.norm("pre_layrnorm", h, true, 1);
    }
    if family == "siglip2_vision_model" {
        to.linear("embeddings.patch_embedding", pixels, h, true, 1);
    } else {
        let bias = if is_clip { 0 } else { h };
        to.convolution("embeddings.patch_embedding", pixels.saturating_mul(h), bias);
    }
    to.embedding("embeddings.position_embedding", tokens, h);
    blocks.add(to);
    to.norm("post_layernorm", h, true, 1);
    if is_siglip && config.is("vision_use_head", true)? {
        let m = blocks.stack.intermediate;
        to.other("head.probe", h);
        to.linear("head.attention.in_proj_weight", h, 3 * h, false, 1);
        to.other("head.attention.in_proj_bias", 3 * h);
        to.linear("head.attention.out_proj", h, h, true, 1);
        to.norm("head.layernorm", h, true, 1);
        to.linear("head.mlp.fc1", h, m, true, 1);
        to.linear("head.mlp.fc2", m, h, true, 1);
    }
    blocks.stack.tokens = Some(tokens);
    blocks.stack.patch = Some(patch);
    to.stack(blocks.stack);
    Ok(())
}
