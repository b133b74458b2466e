//! The U-Net of Stable Diffusion: blocks of convolutions and attention, down to few places and up again.

use super::Unknown;
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

/// What changes modules in ways that are not described here, where it is set.
const OTHERS: [&str; 10] = [
    "class_embed_type",
    "num_class_embeds",
    "encoder_hid_dim",
    "encoder_hid_dim_type",
    "reverse_transformer_layers_per_block",
    "timestep_post_act",
    "time_embedding_act_fn",
    "cross_attention_norm",
    "mid_block_only_cross_attention",
    "num_attention_heads",
];

/// Switches that have to be off.
const SWITCHES: [&str; 3] = [
    "dual_cross_attention",
    "class_embeddings_concat",
    "only_cross_attention",
];

/// Values that have to be these.
const FIXED: [(&str, &str); 3] = [
    ("resnet_time_scale_shift", "default"),
    ("time_embedding_type", "positional"),
    ("attention_type", "default"),
];

/// The sizes of all blocks.
struct Shape {
    sizes: Vec<u64>,
    /// Convolutional layers, layers of attention in each, heads, features of the text: of each block.
    layers: Vec<u64>,
    attentions: Vec<u64>,
    heads: Vec<u64>,
    text: Vec<u64>,
    /// Features of the time.
    time: u64,
    groups: bool,
}

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, _: &str, to: &mut Builder) -> Result<(), Unknown> {
    refuse(config)?;
    let shape = shape(config)?;
    let first = shape.sizes[0];
    let kernel = |name: &str| config.size(name).map(|it| it * it);
    let weight = (config.size("in_channels")? * first).saturating_mul(kernel("conv_in_kernel")?);
    to.convolution("conv_in", weight, first);
    to.linear("time_embedding.linear_1", first, shape.time, true, 1);
    to.linear("time_embedding.linear_2", shape.time, shape.time, true, 1);
    if config.has("time_cond_proj_dim") {
        let from = config.size("time_cond_proj_dim")?;
        to.linear("time_embedding.cond_proj", from, first, false, 1);
    }
    match config.text("addition_embed_type") {
        None => {}
        Some("text_time") => {
            let from = config.size("projection_class_embeddings_input_dim")?;
            to.linear("add_embedding.linear_1", from, shape.time, true, 1);
            to.linear("add_embedding.linear_2", shape.time, shape.time, true, 1);
        }
        Some(other) => return Err(Unknown(format!("`{other}` embeddings are not known here"))),
    }
    down(config, &shape, to)?;
    middle(config, &shape, to)?;
    up(config, &shape, to)?;
    if shape.groups {
        to.norm("conv_norm_out", first, true, 1);
    }
    let out = config.size("out_channels")?;
    let weight = (first * out).saturating_mul(kernel("conv_out_kernel")?);
    to.convolution("conv_out", weight, out);
    Ok(())
}

fn refuse(config: &Config<'_>) -> Result<(), Unknown> {
    let not = |name: &str| Unknown(format!("a U-Net with this `{name}` is not described here"));
    if let Some(name) = OTHERS.iter().find(|it| config.has(it)) {
        return Err(not(name));
    }
    for name in SWITCHES {
        let is_list = config.lists(name);
        if is_list || config.is(name, false)? {
            return Err(not(name));
        }
    }
    for (name, value) in FIXED {
        if config.text(name).is_some_and(|it| it != value) {
            return Err(not(name));
        }
    }
    Ok(())
}

fn shape(config: &Config<'_>) -> Result<Shape, Unknown> {
    let sizes = config.sizes("block_out_channels")?;
    let count = sizes.len();
    let each = |name: &str| config.each(name, count);
    if sizes.is_empty() || count > 8 || sizes.contains(&0) {
        return Err(Unknown(
            "`block_out_channels` of the configuration are no blocks".to_owned(),
        ));
    }
    Ok(Shape {
        layers: each("layers_per_block")?,
        attentions: each("transformer_layers_per_block")?,
        // So it is called; it is how many heads there are.
        heads: each("attention_head_dim")?,
        text: each("cross_attention_dim")?,
        time: config.size_or("time_embedding_dim", sizes[0] * 4)?,
        groups: config.has("norm_num_groups"),
        sizes,
    })
}

/// Whether the block with this name attends to the text.
fn attends(name: &str) -> Result<bool, Unknown> {
    match name {
        "CrossAttnDownBlock2D" | "CrossAttnUpBlock2D" => Ok(true),
        "DownBlock2D" | "UpBlock2D" => Ok(false),
        other => Err(Unknown(format!("the block `{other}` is not known here"))),
    }
}

fn names<'a>(config: &Config<'a>, name: &str, count: usize) -> Result<Vec<&'a str>, Unknown> {
    let names: Vec<&str> = config.words(name).collect();
    match names.len() == count {
        true => Ok(names),
        false => Err(Unknown(format!("`{name}` are not as many as the blocks"))),
    }
}

fn down(config: &Config<'_>, shape: &Shape, to: &mut Builder) -> Result<(), Unknown> {
    let count = shape.sizes.len();
    let mut from = shape.sizes[0];
    for (block, name) in names(config, "down_block_types", count)?.iter().enumerate() {
        let into = shape.sizes[block];
        let path = format!("down_blocks.{block}");
        for layer in 0..shape.layers[block] {
            let from = if layer == 0 { from } else { into };
            resnet(
                &format!("{path}.resnets.{layer}"),
                from,
                into,
                Some(shape.time),
                to,
            );
        }
        if attends(name)? {
            attention(&path, shape, block, shape.layers[block], to)?;
        }
        if block + 1 < count {
            let weight = (into * into).saturating_mul(9);
            to.convolution(&format!("{path}.downsamplers.0.conv"), weight, into);
        }
        to.stack(stack(&path, shape, block, shape.layers[block]));
        from = into;
    }
    Ok(())
}

fn middle(config: &Config<'_>, shape: &Shape, to: &mut Builder) -> Result<(), Unknown> {
    match config.text("mid_block_type") {
        None => return Ok(()),
        Some("UNetMidBlock2DCrossAttn") => {}
        Some(other) => return Err(Unknown(format!("the block `{other}` is not known here"))),
    }
    let block = shape.sizes.len() - 1;
    let size = shape.sizes[block];
    for layer in 0..2 {
        resnet(
            &format!("mid_block.resnets.{layer}"),
            size,
            size,
            Some(shape.time),
            to,
        );
    }
    attention("mid_block", shape, block, 1, to)?;
    to.stack(stack("mid_block", shape, block, 2));
    Ok(())
}

fn up(config: &Config<'_>, shape: &Shape, to: &mut Builder) -> Result<(), Unknown> {
    let count = shape.sizes.len();
    let mut before = shape.sizes[count - 1];
    for (number, name) in names(config, "up_block_types", count)?.iter().enumerate() {
        let block = count - 1 - number;
        let (into, beside) = (shape.sizes[block], shape.sizes[block.saturating_sub(1)]);
        let path = format!("up_blocks.{number}");
        let layers = shape.layers[block] + 1;
        for layer in 0..layers {
            // Each reads what the way down left here too.
            let left = if layer + 1 == layers { beside } else { into };
            let from = left + if layer == 0 { before } else { into };
            resnet(
                &format!("{path}.resnets.{layer}"),
                from,
                into,
                Some(shape.time),
                to,
            );
        }
        if attends(name)? {
            attention(&path, shape, block, layers, to)?;
        }
        if number + 1 < count {
            let weight = (into * into).saturating_mul(9);
            to.convolution(&format!("{path}.upsamplers.0.conv"), weight, into);
        }
        to.stack(stack(&path, shape, block, layers));
        before = into;
    }
    Ok(())
}

fn stack(path: &str, shape: &Shape, block: usize, layers: u64) -> Stack {
    let (hidden, heads) = (shape.sizes[block], shape.heads[block]);
    Stack {
        role: Role::Denoiser,
        path: path.to_owned(),
        layers,
        hidden,
        intermediate: 4 * hidden,
        heads,
        kv_heads: heads,
        head_dim: hidden / heads.max(1),
        gated: true,
        patch: Some(8 << block),
        ..Stack::default()
    }
}

/// Two convolutions, told the time where there is one.
pub fn resnet(path: &str, from: u64, into: u64, time: Option<u64>, to: &mut Builder) {
    let at = |name: &str| format!("{path}.{name}");
    to.norm(&at("norm1"), from, true, 1);
    to.convolution(&at("conv1"), (from * into).saturating_mul(9), into);
    if let Some(time) = time {
        to.linear(&at("time_emb_proj"), time, into, true, 1);
    }
    to.norm(&at("norm2"), into, true, 1);
    to.convolution(&at("conv2"), (into * into).saturating_mul(9), into);
    if from != into {
        to.convolution(&at("conv_shortcut"), from * into, into);
    }
}

/// Layers of attention to the picture and to the text, of a block.
fn attention(
    path: &str,
    shape: &Shape,
    block: usize,
    places: u64,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let (h, heads, text) = (shape.sizes[block], shape.heads[block], shape.text[block]);
    if heads == 0 || h % heads != 0 {
        return Err(Unknown(
            "the heads of the configuration do not divide its features".to_owned(),
        ));
    }
    let at = |name: &str| format!("{path}.attentions.*.{name}");
    to.norm(&at("norm"), h, true, places);
    to.linear(&at("proj_in"), h, h, true, places);
    let layers = places * shape.attentions[block];
    let inside = |name: &str| at(&format!("transformer_blocks.*.{name}"));
    for (attention, from) in [("attn1", h), ("attn2", text)] {
        let part = |name: &str| inside(&format!("{attention}.{name}"));
        to.linear(&part("to_q"), h, h, false, layers);
        to.linear(&part("to_k"), from, h, false, layers);
        to.linear(&part("to_v"), from, h, false, layers);
        to.linear(&part("to_out.0"), h, h, true, layers);
    }
    for name in ["norm1", "norm2", "norm3"] {
        to.norm(&inside(name), h, true, layers);
    }
    to.linear(&inside("ff.net.0.proj"), h, 8 * h, true, layers);
    to.linear(&inside("ff.net.2"), 4 * h, h, true, layers);
    to.linear(&at("proj_out"), h, h, true, places);
    Ok(())
}
