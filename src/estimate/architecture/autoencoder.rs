//! The autoencoder between pictures and what diffusion works on.

use super::Unknown;
use super::builder::Builder;
use super::config::Config;
use super::unet::resnet;
use crate::estimate::model::{Role, Stack};

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, _: &str, to: &mut Builder) -> Result<(), Unknown> {
    let sizes = config.sizes("block_out_channels")?;
    let count = sizes.len();
    if sizes.is_empty() || count > 8 || sizes.contains(&0) {
        return Err(Unknown(
            "`block_out_channels` of the configuration are no blocks".to_owned(),
        ));
    }
    for (name, block) in [
        ("down_block_types", "DownEncoderBlock2D"),
        ("up_block_types", "UpDecoderBlock2D"),
    ] {
        let mut blocks = config.words(name);
        if config.words(name).count() != count || blocks.any(|it| it != block) {
            return Err(Unknown(format!("these `{name}` are not described here")));
        }
    }
    let latent = config.size("latent_channels")?;
    to.below("encoder", |to| encoder(config, &sizes, latent, to))?;
    to.below("decoder", |to| decoder(config, &sizes, latent, to))?;
    if config.is("use_quant_conv", true)? {
        to.convolution("quant_conv", 4 * latent * latent, 2 * latent);
    }
    if config.is("use_post_quant_conv", true)? {
        to.convolution("post_quant_conv", latent * latent, latent);
    }
    Ok(())
}

fn three(path: &str, from: u64, into: u64, to: &mut Builder) {
    to.convolution(path, (from * into).saturating_mul(9), into);
}

fn encoder(
    config: &Config<'_>,
    sizes: &[u64],
    latent: u64,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let (first, last) = (sizes[0], sizes[sizes.len() - 1]);
    three("conv_in", config.size("in_channels")?, first, to);
    let layers = layers(config)?;
    let mut from = first;
    for (block, into) in sizes.iter().enumerate() {
        let path = format!("down_blocks.{block}");
        for layer in 0..layers {
            let from = if layer == 0 { from } else { *into };
            resnet(&format!("{path}.resnets.{layer}"), from, *into, None, to);
        }
        if block + 1 < sizes.len() {
            three(&format!("{path}.downsamplers.0.conv"), *into, *into, to);
        }
        to.stack(stack(config, &path, *into, layers, block)?);
        from = *into;
    }
    middle(config, last, sizes.len() - 1, to)?;
    to.norm("conv_norm_out", last, true, 1);
    three("conv_out", last, 2 * latent, to);
    Ok(())
}

fn decoder(
    config: &Config<'_>,
    sizes: &[u64],
    latent: u64,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let (first, last) = (sizes[0], sizes[sizes.len() - 1]);
    three("conv_in", latent, last, to);
    middle(config, last, sizes.len() - 1, to)?;
    let layers = layers(config)? + 1;
    let mut from = last;
    for (number, into) in sizes.iter().rev().enumerate() {
        let path = format!("up_blocks.{number}");
        for layer in 0..layers {
            let from = if layer == 0 { from } else { *into };
            resnet(&format!("{path}.resnets.{layer}"), from, *into, None, to);
        }
        if number + 1 < sizes.len() {
            three(&format!("{path}.upsamplers.0.conv"), *into, *into, to);
        }
        let block = sizes.len() - 1 - number;
        to.stack(stack(config, &path, *into, layers, block)?);
        from = *into;
    }
    to.norm("conv_norm_out", first, true, 1);
    three("conv_out", first, config.size("out_channels")?, to);
    Ok(())
}

fn layers(config: &Config<'_>) -> Result<u64, Unknown> {
    match config.size("layers_per_block")? {
        layers @ 1..=64 => Ok(layers),
        _ => Err(Unknown("`layers_per_block` is too large".to_owned())),
    }
}

fn middle(config: &Config<'_>, size: u64, block: usize, to: &mut Builder) -> Result<(), Unknown> {
    for layer in 0..2 {
        resnet(&format!("mid_block.resnets.{layer}"), size, size, None, to);
    }
    let at = |name: &str| format!("mid_block.attentions.0.{name}");
    if config.is("mid_block_add_attention", true)? {
        to.norm(&at("group_norm"), size, true, 1);
        for name in ["to_q", "to_k", "to_v", "to_out.0"] {
            to.linear(&at(name), size, size, true, 1);
        }
    }
    to.stack(stack(config, "mid_block", size, 2, block)?);
    Ok(())
}

fn stack(
    config: &Config<'_>,
    path: &str,
    hidden: u64,
    layers: u64,
    block: usize,
) -> Result<Stack, Unknown> {
    let patch = 1_u64 << block;
    let side = (config.area("sample_size")?.0 / patch).max(1);
    Ok(Stack {
        role: Role::Vision,
        path: path.to_owned(),
        layers,
        hidden,
        tokens: Some(side * side),
        patch: Some(patch),
        ..Stack::default()
    })
}
