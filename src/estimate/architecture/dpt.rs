//! DPT: ViT's layers, whose features at four depths become one picture of depths or labels.

use super::Unknown;
use super::blocks::{self, Blocks};
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::Role;

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    if config.is("is_hybrid", false)? || config.has("backbone_config") || config.has("backbone") {
        return Err(Unknown(
            "DPT with a backbone of its own is not described here".to_owned(),
        ));
    }
    let is_alone = part == "Model";
    to.below(if is_alone { "" } else { "dpt" }, |to| {
        encoder(config, is_alone, to)
    })?;
    if is_alone {
        return Ok(());
    }
    to.below("neck", |to| neck(config, to))?;
    let f = config.size("fusion_hidden_size")?;
    let three = |from: u64, into: u64| (from * into).saturating_mul(9);
    if part == "ForDepthEstimation" {
        if config.is("add_projection", false)? {
            to.convolution("head.projection", three(256, 256), 256);
        }
        to.convolution("head.head.0", three(f, f / 2), f / 2);
        to.convolution("head.head.2", three(f / 2, 32), 32);
        to.convolution("head.head.4", 32, 1);
        return Ok(());
    }
    let labels = config.labels()?;
    let mut heads = vec!["head"];
    if config.is("use_auxiliary_head", true)? {
        heads.push("auxiliary_head");
    }
    for head in heads {
        to.convolution(&format!("{head}.head.0"), three(f, f), 0);
        to.norm(&format!("{head}.head.1"), f, true, 1);
        let weight = f.saturating_mul(labels);
        to.convolution(&format!("{head}.head.4"), weight, labels);
    }
    Ok(())
}

fn encoder(config: &Config<'_>, pools: bool, to: &mut Builder) -> Result<(), Unknown> {
    let mut blocks = Blocks::new(config, &blocks::OLD_VIT, "encoder.layer", Role::Vision)?;
    let bias = config.is("qkv_bias", true)?;
    blocks.bias = [bias, bias, bias, true];
    let h = blocks.stack.hidden;
    let ((height, width), (y, x)) = (config.area("image_size")?, config.area("patch_size")?);
    let tokens = (height / y) * (width / x) + 1;
    to.other("embeddings.cls_token", h);
    let weight = (h * y * x).saturating_mul(config.size("num_channels")?);
    to.convolution("embeddings.patch_embeddings.projection", weight, h);
    to.other("embeddings.position_embeddings", tokens.saturating_mul(h));
    blocks.add(to);
    to.norm("layernorm", h, true, 1);
    if pools {
        let into = config.size_or("pooler_output_size", h)?;
        to.linear("pooler.dense", h, into, true, 1);
    }
    blocks.stack.tokens = Some(tokens);
    blocks.stack.patch = Some(y);
    to.stack(blocks.stack);
    Ok(())
}

fn neck(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let (h, f) = (
        config.size("hidden_size")?,
        config.size("fusion_hidden_size")?,
    );
    let sizes = config.sizes("neck_hidden_sizes")?;
    let factors = config.numbers("reassemble_factors", sizes.len())?;
    for (number, (size, factor)) in sizes.iter().zip(&factors).enumerate() {
        let path = format!("reassemble_stage.layers.{number}");
        to.convolution(
            &format!("{path}.projection"),
            h.saturating_mul(*size),
            *size,
        );
        let kernel = match *factor {
            it if it > 1.0 && it.fract() == 0.0 && it <= 64.0 => Some(it),
            it if it > 1.0 => return Err(Unknown("`reassemble_factors` are not whole".to_owned())),
            it if it < 1.0 => Some(3.0),
            _ => None,
        };
        if let Some(kernel) = kernel {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "its bounds were looked at"
            )]
            let area = (kernel * kernel) as u64;
            let weight = (size * size).saturating_mul(area);
            to.convolution(&format!("{path}.resize"), weight, *size);
        }
        if config.text("readout_type") == Some("project") {
            let path = format!("reassemble_stage.readout_projects.{number}.0");
            to.linear(&path, 2 * h, h, true, 1);
        }
        to.convolution(&format!("convs.{number}"), (size * f).saturating_mul(9), 0);
    }
    let layers = sizes.len() as u64;
    let is_normed = config.is("use_batch_norm_in_fusion_residual", false)?;
    let bias = config.is("use_bias_in_fusion_residual", !is_normed)?;
    let at = |name: &str| format!("fusion_stage.layers.*.{name}");
    to.convolutions(&at("projection"), f * f, f, layers);
    for unit in ["residual_layer1", "residual_layer2"] {
        for number in ["1", "2"] {
            let own = if bias { f } else { 0 };
            let path = at(&format!("{unit}.convolution{number}"));
            to.convolutions(&path, (f * f).saturating_mul(9), own, layers);
            if is_normed {
                let path = at(&format!("{unit}.batch_norm{number}"));
                to.norm(&path, f, true, layers);
            }
        }
    }
    Ok(())
}
