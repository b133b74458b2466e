//! Swin and Swin 2: stages of layers that look at windows, each with half the tokens of the one before on a side and
//! twice the features.

use super::Unknown;
use super::blocks::{self, Blocks, Names};
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

const SECOND: Names = Names {
    attention: [
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
    ],
    ..blocks::OLD_VIT
};

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let is_second = family == "swinv2";
    let base = match part {
        "Model" => "",
        "Backbone" if is_second => "",
        _ => family,
    };
    let features = to.below(base, |to| encoder(config, part, to))?;
    match part {
        "ForImageClassification" => {
            to.linear("classifier", features, config.labels()?, true, 1);
        }
        "ForMaskedImageModeling" => {
            let side = config.size("encoder_stride")?;
            let out = (side * side).saturating_mul(config.size("num_channels")?);
            to.convolution("decoder.0", features.saturating_mul(out), out);
        }
        "Backbone" if !is_second => {
            let first = config.size("embed_dim")?;
            for stage in config.stages(config.sizes("depths")?.len())? {
                let size = first << stage.saturating_sub(1);
                let name = match stage {
                    0 => "stem".to_owned(),
                    stage => format!("stage{stage}"),
                };
                to.norm(&format!("hidden_states_norms.{name}"), size, true, 1);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Everything but the head; the features that come out.
fn encoder(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<u64, Unknown> {
    let is_second = config.family()? == "swinv2";
    let first = config.size("embed_dim")?;
    let (depths, heads) = (config.sizes("depths")?, config.sizes("num_heads")?);
    if depths.is_empty() || depths.len() > 8 || heads.len() < depths.len() {
        return Err(Unknown(
            "`depths` of the configuration are no stages".to_owned(),
        ));
    }
    let ((height, width), (y, x)) = (config.area("image_size")?, config.area("patch_size")?);
    let patches = (height / y) * (width / x);
    if part == "ForMaskedImageModeling" {
        to.other("embeddings.mask_token", first);
    }
    let weight = (first * y * x).saturating_mul(config.size("num_channels")?);
    to.convolution("embeddings.patch_embeddings.projection", weight, first);
    if config.is("use_absolute_embeddings", false)? {
        let places = patches + u64::from(is_second);
        to.other(
            "embeddings.position_embeddings",
            places.saturating_mul(first),
        );
    }
    to.norm("embeddings.norm", first, true, 1);
    for (stage, (depth, heads)) in depths.iter().zip(&heads).enumerate() {
        let is_last = stage + 1 == depths.len();
        let stack = Stack {
            role: Role::Vision,
            path: format!("encoder.layers.{stage}.blocks"),
            layers: *depth,
            hidden: first << stage,
            heads: *heads,
            tokens: Some((patches >> (2 * stage)).max(1)),
            patch: Some(y << stage),
            ..Stack::default()
        };
        layers(config, stack, is_second, to)?;
        if !is_last {
            let dim = first << stage;
            let path = format!("encoder.layers.{stage}.downsample");
            let normed = if is_second { 2 * dim } else { 4 * dim };
            to.linear(&format!("{path}.reduction"), 4 * dim, 2 * dim, false, 1);
            to.norm(&format!("{path}.norm"), normed, true, 1);
        }
    }
    let features = first << (depths.len() - 1);
    to.norm("layernorm", features, true, 1);
    // A backbone of the second has no norm at its end.
    if is_second && part == "Backbone" {
        to.modules.pop();
    }
    Ok(features)
}

/// The layers of a stage.
fn layers(
    config: &Config<'_>,
    stack: Stack,
    is_second: bool,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let (h, heads, layers) = (stack.hidden, stack.heads, stack.layers);
    if heads == 0 || layers == 0 {
        return Err(Unknown("a stage without layers or heads".to_owned()));
    }
    let bias = config.is("qkv_bias", true)?;
    let window = config.size("window_size")?;
    let blocks = Blocks {
        names: if is_second { &SECOND } else { &blocks::VIT },
        bias: [bias, bias && !is_second, bias, true],
        shift: true,
        stack: Stack {
            intermediate: config.times("mlp_ratio", h)?,
            kv_heads: heads,
            head_dim: h / heads,
            window: Some(((window * window).max(1), layers)),
            ..stack
        },
    };
    if h % heads != 0 {
        return Err(Unknown(
            "`num_heads` of the configuration do not divide its features".to_owned(),
        ));
    }
    blocks.add(to);
    if is_second {
        let at = |name: &str| blocks.at(&format!("attention.self.{name}"));
        to.parameter(&at("logit_scale"), heads, layers);
        let path = at("continuous_position_bias_mlp");
        to.linear(&format!("{path}.0"), 2, 512, true, layers);
        to.linear(&format!("{path}.2"), 512, heads, false, layers);
    } else {
        let distances = (2 * window - 1) * (2 * window - 1);
        let path = blocks.at("attention.relative_position_bias.relative_position_bias_table");
        to.parameter(&path, distances.saturating_mul(heads), layers);
    }
    to.stack(blocks.stack);
    Ok(())
}
