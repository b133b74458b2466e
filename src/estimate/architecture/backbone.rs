//! Networks that others read the features of stages from.

use super::builder::Builder;
use super::config::Config;
use super::{Unknown, convolutional, swin};
use crate::estimate::model::{Kind, Role, Stack};

/// Adds the network; the features of the stages that it gives.
pub fn describe(config: &Config<'_>, to: &mut Builder) -> Result<Vec<u64>, Unknown> {
    let family = config.family()?;
    match family {
        "resnet" => convolutional::resnet(config, "Backbone", to)?,
        "convnext" | "convnextv2" => convolutional::convnext(config, "Backbone", to)?,
        "swin" => swin::describe(config, "Backbone", to)?,
        "timm_backbone" => return timm(config, to),
        other => {
            return Err(Unknown(format!(
                "the architecture `{other}` as a backbone is not known here"
            )));
        }
    }
    if family == "swin" {
        let first = config.size("embed_dim")?;
        let stages = config.stages(config.sizes("depths")?.len())?;
        return Ok(stages
            .iter()
            .map(|it| first << it.saturating_sub(1))
            .collect());
    }
    let sizes = config.sizes("hidden_sizes")?;
    let stem = match family {
        "resnet" => config.size("embedding_size")?,
        _ => sizes[0],
    };
    let stages = config.stages(sizes.len())?;
    let size = |stage: &usize| match stage {
        0 => stem,
        stage => sizes[stage - 1],
    };
    Ok(stages.iter().map(size).collect())
}

/// The same with norms whose numbers never change, which are no parameters.
pub fn frozen(config: &Config<'_>, to: &mut Builder) -> Result<Vec<u64>, Unknown> {
    let start = to.modules.len();
    let given = describe(config, to)?;
    let mut number = 0;
    to.modules.retain(|it| {
        number += 1;
        number <= start || it.kind != Kind::Norm
    });
    Ok(given)
}

/// ResNet-50 and ResNet-101 as timm writes them, their norms frozen.
fn timm(config: &Config<'_>, to: &mut Builder) -> Result<Vec<u64>, Unknown> {
    let depths: [u64; 4] = match config.text("backbone") {
        Some("resnet50") => [3, 4, 6, 3],
        Some("resnet101") => [3, 4, 23, 3],
        other => {
            let name = other.unwrap_or_default();
            return Err(Unknown(format!("timm's `{name}` is not described here")));
        }
    };
    let stages = config.sizes("out_indices")?;
    if stages != [1, 2, 3, 4] {
        return Err(Unknown(
            "only all four stages of timm's networks are described here".to_owned(),
        ));
    }
    let mut from = 64;
    to.convolution("conv1", config.size("num_channels")? * from * 49, 0);
    for (stage, depth) in depths.into_iter().enumerate() {
        let (inner, into) = (64 << stage, 256 << stage);
        let path = format!("layer{}", stage + 1);
        let mut layer = |number: &str, from: u64, count: u64| {
            let at = |name: &str| format!("{path}.{number}.{name}");
            to.convolutions(&at("conv1"), from * inner, 0, count);
            to.convolutions(&at("conv2"), inner * inner * 9, 0, count);
            to.convolutions(&at("conv3"), inner * into, 0, count);
        };
        layer("0", from, 1);
        layer("*", into, depth - 1);
        to.convolution(&format!("{path}.0.downsample.0"), from * into, 0);
        let patch = 4_u64 << stage;
        to.stack(Stack {
            role: Role::Vision,
            path,
            layers: depth,
            hidden: into,
            intermediate: inner,
            tokens: Some((800 / patch).pow(2)),
            patch: Some(patch),
            ..Stack::default()
        });
        from = into;
    }
    Ok(vec![256, 512, 1024, 2048])
}
