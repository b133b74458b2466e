//! ViT.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::{Role, Stack};

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let (h, m) = (
        config.size("hidden_size")?,
        config.size("intermediate_size")?,
    );
    let (layers, heads) = (
        config.size("num_hidden_layers")?,
        config.size("num_attention_heads")?,
    );
    let (image, patch) = (config.size("image_size")?, config.size("patch_size")?);
    let channels = config.size_or("num_channels", 3)?;
    let bias = config.is("qkv_bias", true)?;
    let side = image / patch;
    let tokens = side * side + 1;
    to.other("vit.embeddings.cls_token", h);
    to.other(
        "vit.embeddings.position_embeddings",
        tokens.saturating_mul(h),
    );
    to.convolution(
        "vit.embeddings.patch_embeddings.projection",
        (h * patch * patch).saturating_mul(channels),
        h,
    );
    let at = |name: &str| format!("vit.layers.*.{name}");
    for name in ["q_proj", "k_proj", "v_proj"] {
        to.linear(&at(&format!("attention.{name}")), h, h, bias, layers);
    }
    to.linear(&at("attention.o_proj"), h, h, true, layers);
    to.norm(&at("layernorm_before"), h, true, layers);
    to.norm(&at("layernorm_after"), h, true, layers);
    to.linear(&at("mlp.fc1"), h, m, true, layers);
    to.linear(&at("mlp.fc2"), m, h, true, layers);
    to.norm("vit.layernorm", h, true, 1);
    match head {
        Head::Labels => {
            to.linear("classifier", h, config.labels()?, true, 1);
        }
        Head::None => {
            to.linear(
                "vit.pooler.dense",
                h,
                config.size_or("pooler_output_size", h)?,
                true,
                1,
            );
        }
        Head::Words | Head::TokenLabels => {
            return Err(Unknown(
                "this head of `vit` is not described here".to_owned(),
            ));
        }
    }
    to.stack(Stack {
        role: Role::Vision,
        path: "vit.layers".to_owned(),
        layers,
        hidden: h,
        intermediate: m,
        heads,
        kv_heads: heads,
        head_dim: h / heads,
        tokens: Some(tokens),
        ..Stack::default()
    });
    Ok(())
}
