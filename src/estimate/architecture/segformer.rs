//! SegFormer: stages whose attention reads fewer tokens than it writes.

use super::Unknown;
use super::blocks::{self, Blocks};
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let base = if part == "Model" { "" } else { "segformer" };
    let sizes = config.sizes("hidden_sizes")?;
    to.below(base, |to| encoder(config, &sizes, to))?;
    let count = sizes.len() as u64;
    match part {
        "ForImageClassification" => {
            let last = sizes[sizes.len() - 1];
            to.linear("classifier", last, config.labels()?, true, 1);
        }
        "ForSemanticSegmentation" => {
            let d = config.size("decoder_hidden_size")?;
            for (number, size) in sizes.iter().enumerate() {
                let path = format!("decode_head.linear_projections.{number}.proj");
                to.linear(&path, *size, d, true, 1);
            }
            let weight = (d * count).saturating_mul(d);
            to.convolution("decode_head.linear_fuse", weight, 0);
            to.norm("decode_head.batch_norm", d, true, 1);
            let labels = config.labels()?;
            to.convolution("decode_head.classifier", d.saturating_mul(labels), labels);
        }
        _ => {}
    }
    Ok(())
}

fn encoder(config: &Config<'_>, sizes: &[u64], to: &mut Builder) -> Result<(), Unknown> {
    let list = |name: &str| -> Result<Vec<u64>, Unknown> {
        let list = config.sizes(name)?;
        match list.len() == sizes.len() && !list.contains(&0) {
            true => Ok(list),
            false => Err(Unknown(format!("`{name}` are not as many as the stages"))),
        }
    };
    let is_wrong = sizes.is_empty()
        || sizes.len() > 8
        || sizes.contains(&0)
        || config.size("num_encoder_blocks")? != sizes.len() as u64;
    if is_wrong {
        return Err(Unknown("`hidden_sizes` are no stages".to_owned()));
    }
    let (depths, heads, patches) = (
        list("depths")?,
        list("num_attention_heads")?,
        list("patch_sizes")?,
    );
    let (ratios, strides, inner) = (
        list("sr_ratios")?,
        list("strides")?,
        config.factors("mlp_ratios", sizes)?,
    );
    let (mut from, mut patch) = (config.size("num_channels")?, 1_u64);
    for (stage, h) in sizes.iter().enumerate() {
        let layers = depths[stage];
        patch = patch.saturating_mul(strides[stage]);
        let side = (512 / patch).max(1);
        let blocks = Blocks {
            names: &blocks::VIT,
            bias: [true; 4],
            shift: true,
            stack: Stack {
                role: Role::Vision,
                path: format!("stages.{stage}.blocks"),
                layers,
                hidden: *h,
                intermediate: inner[stage],
                heads: heads[stage],
                kv_heads: heads[stage],
                head_dim: h / heads[stage],
                tokens: Some(side * side),
                patch: Some(patch),
                // Keys and values are of fewer tokens.
                window: (ratios[stage] > 1)
                    .then(|| ((side * side / ratios[stage].pow(2)).max(1), layers)),
                ..Stack::default()
            },
        };
        let at = |name: &str| format!("stages.{stage}.{name}");
        let weight = (from * h).saturating_mul(patches[stage] * patches[stage]);
        to.convolution(&at("patch_embeddings.proj"), weight, *h);
        to.norm(&at("patch_embeddings.layer_norm"), *h, true, 1);
        blocks.add(to);
        to.convolutions(
            &blocks.at("mlp.dwconv.dwconv"),
            inner[stage] * 9,
            inner[stage],
            layers,
        );
        if ratios[stage] > 1 {
            let path = blocks.at("attention.sequence_reduction");
            let weight = (h * h).saturating_mul(ratios[stage] * ratios[stage]);
            to.convolutions(&format!("{path}.sequence_reduction"), weight, *h, layers);
            to.norm(&format!("{path}.layer_norm"), *h, true, layers);
        }
        to.norm(&at("layer_norm"), *h, true, 1);
        to.stack(blocks.stack);
        from = *h;
    }
    Ok(())
}
