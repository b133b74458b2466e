//! ResNet, ConvNeXt and ConvNeXt 2: stages of convolutions.

use super::Unknown;
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

/// How many stages there are, with their sizes.
fn stages(config: &Config<'_>) -> Result<Vec<(u64, u64)>, Unknown> {
    let (sizes, depths) = (config.sizes("hidden_sizes")?, config.sizes("depths")?);
    let is_wrong = sizes.is_empty()
        || sizes.len() > 8
        || sizes.len() != depths.len()
        || sizes.iter().chain(&depths).any(|it| *it == 0);
    match is_wrong {
        true => Err(Unknown(
            "`hidden_sizes` and `depths` of the configuration are no stages".to_owned(),
        )),
        false => Ok(sizes.into_iter().zip(depths).collect()),
    }
}

fn stack(path: &str, layers: u64, hidden: u64, inner: u64, patch: u64) -> Stack {
    // What the library's processors make where nobody says otherwise.
    let side = 224 / patch.max(1);
    Stack {
        role: Role::Vision,
        path: path.to_owned(),
        layers,
        hidden,
        intermediate: inner,
        tokens: Some((side * side).max(1)),
        patch: Some(patch),
        ..Stack::default()
    }
}

/// ConvNeXt; see [`super::classes`].
pub fn convnext(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let stages = stages(config)?;
    if config.size_or("num_stages", 4)? != stages.len() as u64 {
        return Err(Unknown(
            "`num_stages` is not what the configuration has sizes for".to_owned(),
        ));
    }
    let base = match part {
        "Model" | "Backbone" => "",
        _ => family,
    };
    let last = stages[stages.len() - 1].0;
    to.below(base, |to| {
        let (first, patch) = (stages[0].0, config.size("patch_size")?);
        let weight = (first * patch * patch).saturating_mul(config.size("num_channels")?);
        to.convolution("embeddings.patch_embeddings", weight, first);
        to.norm("embeddings.layernorm", first, true, 1);
        let mut from = first;
        for (number, (h, layers)) in stages.iter().enumerate() {
            let path = format!("encoder.stages.{number}");
            if number > 0 {
                to.norm(&format!("{path}.downsampling_layer.0"), from, true, 1);
                let weight = (from * h).saturating_mul(4);
                to.convolution(&format!("{path}.downsampling_layer.1"), weight, *h);
            }
            let at = |name: &str| format!("{path}.layers.*.{name}");
            to.convolutions(&at("dwconv"), h * 49, *h, *layers);
            to.norm(&at("layernorm"), *h, true, *layers);
            to.linear(&at("pwconv1"), *h, 4 * h, true, *layers);
            to.linear(&at("pwconv2"), 4 * h, *h, true, *layers);
            if family == "convnextv2" {
                to.norm(&at("grn"), 4 * h, true, *layers);
            } else if config.fraction("layer_scale_init_value").unwrap_or(1e-6) > 0.0 {
                to.parameter(&at("layer_scale_parameter"), *h, *layers);
            }
            let path = format!("{path}.layers");
            to.stack(stack(&path, *layers, *h, 4 * h, patch << number));
            from = *h;
        }
        if part == "Backbone" {
            for stage in config.stages(stages.len())? {
                let size = stages[stage.saturating_sub(1)].0;
                let name = match stage {
                    0 => "stem".to_owned(),
                    stage => format!("stage{stage}"),
                };
                to.norm(&format!("hidden_states_norms.{name}"), size, true, 1);
            }
        } else {
            to.norm("layernorm", last, true, 1);
        }
        Ok(())
    })?;
    if part == "ForImageClassification" {
        to.linear("classifier", last, config.labels()?, true, 1);
    }
    Ok(())
}

/// ResNet; see [`super::classes`].
pub fn resnet(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let base = if part == "ForImageClassification" {
        "resnet"
    } else {
        ""
    };
    let stages = stages(config)?;
    to.below(base, |to| encoder(config, &stages, to))?;
    if part == "ForImageClassification" {
        let last = stages[stages.len() - 1].0;
        to.linear("classifier.1", last, config.labels()?, true, 1);
    }
    Ok(())
}

/// A convolution without a bias, and the norm behind it.
fn normed(path: &str, from: u64, into: u64, kernel: u64, count: u64, to: &mut Builder) {
    let weight = (from * into).saturating_mul(kernel * kernel);
    to.convolutions(&format!("{path}.convolution"), weight, 0, count);
    to.norm(&format!("{path}.normalization"), into, true, count);
}

fn encoder(config: &Config<'_>, stages: &[(u64, u64)], to: &mut Builder) -> Result<(), Unknown> {
    let first = config.size("embedding_size")?;
    let is_bottleneck = match config.text("layer_type") {
        Some("bottleneck") => true,
        Some("basic") => false,
        _ => return Err(Unknown("`layer_type` is neither of the two".to_owned())),
    };
    let path = "embedder.embedder";
    normed(path, config.size("num_channels")?, first, 7, 1, to);
    let mut from = first;
    let shrinks = config.is("downsample_in_first_stage", false)?;
    for (number, (h, depth)) in stages.iter().enumerate() {
        let path = format!("encoder.stages.{number}.layers");
        let inner = if is_bottleneck { h / 4 } else { *h };
        let mut layer = |path: &str, from: u64, count: u64| {
            let at = |number: u64| format!("{path}.layer.{number}");
            if is_bottleneck {
                normed(&at(0), from, inner, 1, count, to);
                normed(&at(1), inner, inner, 3, count, to);
                normed(&at(2), inner, *h, 1, count, to);
            } else {
                normed(&at(0), from, *h, 3, count, to);
                normed(&at(1), *h, *h, 3, count, to);
            }
        };
        layer(&format!("{path}.0"), from, 1);
        if *depth > 1 {
            layer(&format!("{path}.*"), *h, depth - 1);
        }
        if from != *h || number > 0 || shrinks {
            normed(&format!("{path}.0.shortcut"), from, *h, 1, 1, to);
        }
        to.stack(stack(&path, *depth, *h, inner, 4 << number));
        from = *h;
    }
    Ok(())
}
