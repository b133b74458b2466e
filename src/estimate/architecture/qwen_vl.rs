//! The vision towers of Qwen2-VL, Qwen2.5-VL and Qwen3-VL, which read pictures and films of any size.

use super::Unknown;
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

/// Adds the tower.
pub fn vision(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let (is_first, is_third) = (family == "qwen2_vl_vision", family == "qwen3_vl_vision");
    let h = config.size(if is_first { "embed_dim" } else { "hidden_size" })?;
    let m = match is_first {
        true => config.times("mlp_ratio", h)?,
        false => config.size("intermediate_size")?,
    };
    let (layers, heads) = (config.size("depth")?, config.size("num_heads")?);
    let (patch, frames) = (
        config.size("patch_size")?,
        config.size("temporal_patch_size")?,
    );
    let pixels = (patch * patch).saturating_mul(frames * config.size("in_channels")?);
    let bias = if is_third { h } else { 0 };
    to.convolution("patch_embed.proj", pixels.saturating_mul(h), bias);
    if is_third {
        to.embedding("pos_embed", config.size("num_position_embeddings")?, h);
    }
    let at = |name: &str| format!("blocks.*.{name}");
    // Those of Qwen2.5-VL only scale.
    let shifts = is_first || is_third;
    to.norm(&at("norm1"), h, shifts, layers);
    to.norm(&at("norm2"), h, shifts, layers);
    to.linear(&at("attn.qkv"), h, 3 * h, true, layers);
    to.linear(&at("attn.proj"), h, h, true, layers);
    let (up, down): (&[&str], &str) = match family {
        "qwen2_vl_vision" => (&["fc1"], "fc2"),
        "qwen3_vl_vision" => (&["linear_fc1"], "linear_fc2"),
        _ => (&["gate_proj", "up_proj"], "down_proj"),
    };
    for name in up {
        to.linear(&at(&format!("mlp.{name}")), h, m, true, layers);
    }
    to.linear(&at(&format!("mlp.{down}")), m, h, true, layers);
    let side = config.size("spatial_merge_size")?;
    let merged = (side * side).saturating_mul(h);
    let out = config.size(if is_first {
        "hidden_size"
    } else {
        "out_hidden_size"
    })?;
    if is_third {
        let mut merger = |path: &str, normed: u64, count: u64| {
            to.norm(&format!("{path}.norm"), normed, true, count);
            to.linear(&format!("{path}.linear_fc1"), merged, merged, true, count);
            to.linear(&format!("{path}.linear_fc2"), merged, out, true, count);
        };
        merger("merger", h, 1);
        let deep = config.sizes("deepstack_visual_indexes")?.len() as u64;
        if deep > 0 {
            merger("deepstack_merger_list.*", merged, deep);
        }
    } else {
        to.norm("merger.ln_q", h, shifts, 1);
        to.linear("merger.mlp.0", merged, merged, true, 1);
        to.linear("merger.mlp.2", merged, out, true, 1);
    }
    to.stack(Stack {
        role: Role::Vision,
        path: "blocks".to_owned(),
        layers,
        hidden: h,
        intermediate: m,
        heads,
        kv_heads: heads,
        head_dim: h / heads,
        gated: !shifts,
        patch: Some(patch),
        ..Stack::default()
    });
    Ok(())
}
