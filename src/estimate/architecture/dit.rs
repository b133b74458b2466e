//! Transformers of diffusion: FLUX, Stable Diffusion 3 and PixArt.

use super::Unknown;
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

/// Features that the time is written in before anything is learned.
const TIME: u64 = 256;

fn stack(config: &Config<'_>, path: &str, layers: u64) -> Result<Stack, Unknown> {
    let heads = config.size("num_attention_heads")?;
    let head_dim = config.size("attention_head_dim")?;
    Ok(Stack {
        role: Role::Denoiser,
        path: path.to_owned(),
        layers,
        hidden: heads * head_dim,
        intermediate: 4 * heads * head_dim,
        heads,
        kv_heads: heads,
        head_dim,
        ..Stack::default()
    })
}

/// Two layers that embed one thing.
fn embedder(path: &str, from: u64, into: u64, to: &mut Builder) {
    to.linear(&format!("{path}.linear_1"), from, into, true, 1);
    to.linear(&format!("{path}.linear_2"), into, into, true, 1);
}

fn feed(path: &str, h: u64, layers: u64, to: &mut Builder) {
    to.linear(&format!("{path}.net.0.proj"), h, 4 * h, true, layers);
    to.linear(&format!("{path}.net.2"), 4 * h, h, true, layers);
}

/// The parts of a layer in which the picture and the text attend to both.
fn joint(stack: &Stack, is_normed: bool, layers: u64, to: &mut Builder) {
    let h = stack.hidden;
    let at = |name: &str| format!("{}.*.{name}", stack.path);
    for name in ["to_q", "to_k", "to_v", "to_out.0"] {
        to.linear(&at(&format!("attn.{name}")), h, h, true, layers);
    }
    for name in ["add_q_proj", "add_k_proj", "add_v_proj"] {
        to.linear(&at(&format!("attn.{name}")), h, h, true, layers);
    }
    if is_normed {
        for name in ["norm_q", "norm_k", "norm_added_q", "norm_added_k"] {
            let path = at(&format!("attn.{name}"));
            to.norm(&path, stack.head_dim, false, layers);
        }
    }
    feed(&at("ff"), h, layers, to);
}

/// FLUX; see [`super::classes`].
pub fn flux(config: &Config<'_>, _: &str, to: &mut Builder) -> Result<(), Unknown> {
    let double = stack(config, "transformer_blocks", config.size("num_layers")?)?;
    let single = stack(
        config,
        "single_transformer_blocks",
        config.size("num_single_layers")?,
    )?;
    let (h, layers) = (double.hidden, double.layers);
    let from = config.size("in_channels")?;
    to.linear("x_embedder", from, h, true, 1);
    let text = config.size("joint_attention_dim")?;
    to.linear("context_embedder", text, h, true, 1);
    embedder("time_text_embed.timestep_embedder", TIME, h, to);
    if config.is("guidance_embeds", false)? {
        embedder("time_text_embed.guidance_embedder", TIME, h, to);
    }
    let pooled = config.size("pooled_projection_dim")?;
    embedder("time_text_embed.text_embedder", pooled, h, to);
    joint(&double, true, layers, to);
    let at = |name: &str| format!("transformer_blocks.*.{name}");
    to.linear(&at("attn.to_add_out"), h, h, true, layers);
    feed(&at("ff_context"), h, layers, to);
    to.linear(&at("norm1.linear"), h, 6 * h, true, layers);
    to.linear(&at("norm1_context.linear"), h, 6 * h, true, layers);
    let (at, layers) = (
        |name: &str| format!("single_transformer_blocks.*.{name}"),
        single.layers,
    );
    for name in ["attn.to_q", "attn.to_k", "attn.to_v"] {
        to.linear(&at(name), h, h, true, layers);
    }
    to.norm(&at("attn.norm_q"), single.head_dim, false, layers);
    to.norm(&at("attn.norm_k"), single.head_dim, false, layers);
    to.linear(&at("norm.linear"), h, 3 * h, true, layers);
    to.linear(&at("proj_mlp"), h, 4 * h, true, layers);
    to.linear(&at("proj_out"), 5 * h, h, true, layers);
    to.linear("norm_out.linear", h, 2 * h, true, 1);
    let patch = config.size("patch_size")?;
    let out = (patch * patch).saturating_mul(config.size_or("out_channels", from)?);
    to.linear("proj_out", h, out, true, 1);
    to.stack(double);
    to.stack(single);
    Ok(())
}

/// Stable Diffusion 3; see [`super::classes`].
pub fn sd3(config: &Config<'_>, _: &str, to: &mut Builder) -> Result<(), Unknown> {
    let stack = stack(config, "transformer_blocks", config.size("num_layers")?)?;
    let (h, layers) = (stack.hidden, stack.layers);
    let is_normed = match config.text("qk_norm") {
        None => false,
        Some("rms_norm") => true,
        Some(other) => return Err(Unknown(format!("norms `{other}` are not known here"))),
    };
    let text = config.size("caption_projection_dim")?;
    if text != h {
        return Err(Unknown(
            "`caption_projection_dim` is not as wide as the layers".to_owned(),
        ));
    }
    let from = config.size("in_channels")?;
    let patch = config.size("patch_size")?;
    to.convolution(
        "pos_embed.proj",
        (patch * patch * from).saturating_mul(h),
        h,
    );
    embedder("time_text_embed.timestep_embedder", TIME, h, to);
    let pooled = config.size("pooled_projection_dim")?;
    embedder("time_text_embed.text_embedder", pooled, h, to);
    let joined = config.size("joint_attention_dim")?;
    to.linear("context_embedder", joined, text, true, 1);
    joint(&stack, is_normed, layers, to);
    let at = |name: &str| format!("transformer_blocks.*.{name}");
    let dual = dual(config, layers)?;
    if dual > 0 {
        for name in ["to_q", "to_k", "to_v", "to_out.0"] {
            to.linear(&at(&format!("attn2.{name}")), h, h, true, dual);
        }
        to.linear(&at("norm1.linear"), h, 9 * h, true, dual);
        if is_normed {
            to.norm(&at("attn2.norm_q"), stack.head_dim, false, dual);
            to.norm(&at("attn2.norm_k"), stack.head_dim, false, dual);
        }
    }
    if dual < layers {
        to.linear(&at("norm1.linear"), h, 6 * h, true, layers - dual);
    }
    // The last layer does not go on with the text.
    let before = layers - 1;
    if before > 0 {
        to.linear(&at("attn.to_add_out"), h, h, true, before);
        feed(&at("ff_context"), h, before, to);
        to.linear(&at("norm1_context.linear"), h, 6 * h, true, before);
    }
    to.linear(&at("norm1_context.linear"), h, 2 * h, true, 1);
    to.linear("norm_out.linear", h, 2 * h, true, 1);
    let out = (patch * patch).saturating_mul(config.size_or("out_channels", from)?);
    to.linear("proj_out", h, out, true, 1);
    to.stack(stack);
    Ok(())
}

/// How many layers have a second attention, to the picture alone.
fn dual(config: &Config<'_>, layers: u64) -> Result<u64, Unknown> {
    if !config.lists("dual_attention_layers") {
        return Ok(0);
    }
    let mut named = config.sizes("dual_attention_layers")?;
    named.sort_unstable();
    named.dedup();
    Ok(named.iter().filter(|it| **it < layers).count() as u64)
}

/// PixArt; see [`super::classes`].
pub fn pixart(config: &Config<'_>, _: &str, to: &mut Builder) -> Result<(), Unknown> {
    let stack = stack(config, "transformer_blocks", config.size("num_layers")?)?;
    let (h, layers) = (stack.hidden, stack.layers);
    let is_other = config
        .text("norm_type")
        .is_some_and(|it| it != "ada_norm_single")
        || config.is("norm_elementwise_affine", false)?
        || config
            .text("attention_type")
            .is_some_and(|it| it != "default");
    if is_other {
        return Err(Unknown(
            "these norms or attentions of PixArt are not described here".to_owned(),
        ));
    }
    let bias = config.is("attention_bias", true)?;
    let from = config.size("in_channels")?;
    let patch = config.size("patch_size")?;
    to.convolution(
        "pos_embed.proj",
        (patch * patch * from).saturating_mul(h),
        h,
    );
    embedder("adaln_single.emb.timestep_embedder", TIME, h, to);
    let is_sized = config.is(
        "use_additional_conditions",
        config.size("sample_size")? == 128,
    )?;
    if is_sized {
        let third = h / 3;
        embedder("adaln_single.emb.resolution_embedder", TIME, third, to);
        embedder("adaln_single.emb.aspect_ratio_embedder", TIME, third, to);
    }
    to.linear("adaln_single.linear", h, 6 * h, true, 1);
    if config.has("caption_channels") {
        embedder(
            "caption_projection",
            config.size("caption_channels")?,
            h,
            to,
        );
    }
    let text = config.size_or("cross_attention_dim", h)?;
    let at = |name: &str| format!("transformer_blocks.*.{name}");
    for (attention, from) in [("attn1", h), ("attn2", text)] {
        let part = |name: &str| at(&format!("{attention}.{name}"));
        to.linear(&part("to_q"), h, h, bias, layers);
        to.linear(&part("to_k"), from, h, bias, layers);
        to.linear(&part("to_v"), from, h, bias, layers);
        to.linear(&part("to_out.0"), h, h, true, layers);
    }
    feed(&at("ff"), h, layers, to);
    to.parameter(&at("scale_shift_table"), 6 * h, layers);
    to.other("scale_shift_table", 2 * h);
    let out = (patch * patch).saturating_mul(config.size_or("out_channels", from)?);
    to.linear("proj_out", h, out, true, 1);
    to.stack(Stack {
        patch: Some(8 * patch),
        ..stack
    });
    Ok(())
}
