//! UperNet: a head that puts the features of all stages of a network together.

use super::builder::Builder;
use super::config::Config;
use super::{Unknown, backbone};

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, _: &str, to: &mut Builder) -> Result<(), Unknown> {
    let network = config.part("backbone_config", None)?;
    let given = to.below("backbone", |to| backbone::describe(&network, to))?;
    let (size, labels) = (config.size("hidden_size")?, config.labels()?);
    let scales = config.sizes("pool_scales")?.len() as u64;
    let Some((last, before)) = given.split_last() else {
        return Err(Unknown("the backbone gives nothing".to_owned()));
    };
    to.below("decode_head", |to| {
        to.convolution("classifier", size.saturating_mul(labels), labels);
        for scale in 0..scales {
            normed(&format!("psp_modules.{scale}.1"), *last, size, 1, to);
        }
        normed("bottleneck", last + scales * size, size, 3, to);
        for (number, from) in before.iter().enumerate() {
            normed(&format!("lateral_convs.{number}"), *from, size, 1, to);
            normed(&format!("fpn_convs.{number}"), size, size, 3, to);
        }
        normed("fpn_bottleneck", given.len() as u64 * size, size, 3, to);
        Ok(())
    })?;
    if !config.is("use_auxiliary_head", true)? {
        return Ok(());
    }
    let third = match config.has("auxiliary_in_channels") {
        true => Some(config.size("auxiliary_in_channels")?),
        false => given.get(2).copied(),
    };
    let third = third.ok_or_else(|| Unknown("the backbone gives too few stages".to_owned()))?;
    let inner = config.size("auxiliary_channels")?;
    let layers = match config.size("auxiliary_num_convs")? {
        layers @ 1..=16 => layers,
        _ => return Err(Unknown("`auxiliary_num_convs` is too large".to_owned())),
    };
    to.below("auxiliary_head", |to| {
        for layer in 0..layers {
            let from = if layer == 0 { third } else { inner };
            normed(&format!("convs.{layer}"), from, inner, 3, to);
        }
        if config.is("auxiliary_concat_input", false)? {
            normed("conv_cat", third + inner, inner, 3, to);
        }
        to.convolution("classifier", inner.saturating_mul(labels), labels);
        Ok(())
    })
}

/// A convolution without a bias, and the norm behind it.
fn normed(path: &str, from: u64, into: u64, kernel: u64, to: &mut Builder) {
    let weight = (from * into).saturating_mul(kernel * kernel);
    to.convolution(&format!("{path}.conv"), weight, 0);
    to.norm(&format!("{path}.batch_norm"), into, true, 1);
}
