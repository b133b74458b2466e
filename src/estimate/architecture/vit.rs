//! ViT and its relatives: a picture cut into patches, and layers of one width.

use super::Unknown;
use super::blocks::{self, Blocks, Names};
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

const DINOV2: Names = Names {
    norms: ["norm1", "norm2"],
    ..blocks::VIT
};

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let base = match (part, family) {
        ("Model", _) => "",
        ("Backbone", "dinov2" | "dinov2_with_registers") => "",
        (_, "vit_mae" | "vit_msn" | "yolos") => "vit",
        (_, family) => family,
    };
    to.below(base, |to| encoder(config, part, to))?;
    let h = config.size("hidden_size")?;
    match part {
        "Model" | "Backbone" => {}
        "ForImageClassification" => {
            let features = if family.starts_with("dinov2") {
                2 * h
            } else {
                h
            };
            to.linear("classifier", features, config.labels()?, true, 1);
        }
        "ForImageClassificationWithTeacher" => {
            for name in ["cls_classifier", "distillation_classifier"] {
                to.linear(name, h, config.labels()?, true, 1);
            }
        }
        "ForMaskedImageModeling" if family == "beit" => {
            to.norm("layernorm", h, true, 1);
            to.linear("lm_head", h, config.size("vocab_size")?, true, 1);
        }
        "ForMaskedImageModeling" => {
            let side = config.size("encoder_stride")?;
            let out = (side * side).saturating_mul(config.size("num_channels")?);
            to.convolution("decoder.0", h.saturating_mul(out), out);
        }
        "ForPreTraining" => rebuilt(config, to)?,
        _ => {
            let labels = config.labels()? + 1;
            for (name, out) in [("class_labels_classifier", labels), ("bbox_predictor", 4)] {
                to.linear(&format!("{name}.layers.*"), h, h, true, 2);
                to.linear(&format!("{name}.layers.*"), h, out, true, 1);
            }
        }
    }
    Ok(())
}

/// How many patches a picture is cut into.
fn patches(config: &Config<'_>) -> Result<u64, Unknown> {
    let ((height, width), (y, x)) = (config.area("image_size")?, config.area("patch_size")?);
    Ok((height / y) * (width / x))
}

fn encoder(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let is_beit = family == "beit";
    let is_dino = family.starts_with("dinov2");
    let (names, path) = match family {
        "yolos" => (&blocks::OLD_VIT, "encoder.layer"),
        _ if is_dino => (&DINOV2, "encoder.layer"),
        _ => (&blocks::VIT, "layers"),
    };
    let mut blocks = Blocks::new(config, names, path, Role::Vision)?;
    if is_dino {
        blocks.stack.intermediate = config.times("mlp_ratio", blocks.stack.hidden)?;
    }
    let bias = config.is("qkv_bias", true)?;
    blocks.bias = match is_beit {
        true => [true, false, true, true],
        false => [bias, bias, bias, true],
    };
    let (h, layers) = (blocks.stack.hidden, blocks.stack.layers);
    let patches = patches(config)?;
    let special = match family {
        "ijepa" => 0,
        "deit" => 2,
        "yolos" => 1 + config.size("num_detection_tokens")?,
        _ => 1,
    };
    let tokens = patches + special;
    embeddings(config, part, tokens, to)?;
    if is_dino && config.is("use_swiglu_ffn", false)? {
        swiglu(&mut blocks, to);
    } else {
        blocks.add(to);
    }
    if is_dino {
        to.parameter(&blocks.at("layer_scale1.lambda1"), h, layers);
        to.parameter(&blocks.at("layer_scale2.lambda1"), h, layers);
    }
    if is_beit {
        beit(config, &blocks, to)?;
    }
    if family == "yolos" && config.is("use_mid_position_embeddings", true)? {
        let ((height, width), patch) = (config.area("image_size")?, config.size("patch_size")?);
        let length = special + height * width / (patch * patch);
        let size = length.saturating_mul(h).saturating_mul(layers - 1);
        to.other("encoder.interpolation.mid_position_embeddings", size);
    }
    let is_mean = is_beit && config.is("use_mean_pooling", true)?;
    if !is_mean {
        to.norm("layernorm", h, true, 1);
    }
    let pools = match family {
        "beit" => is_mean && matches!(part, "Model" | "ForImageClassification"),
        "vit" | "deit" | "yolos" => part == "Model",
        _ => false,
    };
    if pools && is_beit {
        to.norm("pooler.layernorm", h, true, 1);
    } else if pools {
        let into = config.size_or("pooler_output_size", h)?;
        to.linear("pooler.dense", h, into, true, 1);
    }
    blocks.stack.patch = Some(config.area("patch_size")?.0);
    blocks.stack.tokens = Some(tokens + if is_dino { registers(config)? } else { 0 });
    to.stack(blocks.stack);
    Ok(())
}

/// What is made of a picture, and added to it, before the layers.
fn embeddings(
    config: &Config<'_>,
    part: &str,
    tokens: u64,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let family = config.family()?;
    let h = config.size("hidden_size")?;
    let ((y, x), channels) = (config.area("patch_size")?, config.size("num_channels")?);
    if family != "ijepa" {
        to.other("embeddings.cls_token", h);
    }
    let is_masked = match family {
        // Its parameter is there whatever the configuration says.
        "dinov2_with_registers" => true,
        "dinov2" | "beit" => config.is("use_mask_token", family == "dinov2")?,
        _ => part == "ForMaskedImageModeling",
    };
    if is_masked {
        to.other("embeddings.mask_token", h);
    }
    match family {
        "deit" => to.other("embeddings.distillation_token", h),
        "yolos" => {
            let size = config.size("num_detection_tokens")?.saturating_mul(h);
            to.other("embeddings.detection_tokens", size);
        }
        "dinov2_with_registers" => to.other("embeddings.register_tokens", registers(config)? * h),
        _ => {}
    }
    let weight = (h * y).saturating_mul(x).saturating_mul(channels);
    to.convolution("embeddings.patch_embeddings.projection", weight, h);
    if family != "beit" || config.is("use_absolute_position_embeddings", false)? {
        to.other("embeddings.position_embeddings", tokens.saturating_mul(h));
    }
    Ok(())
}

fn registers(config: &Config<'_>) -> Result<u64, Unknown> {
    config.size_or("num_register_tokens", 0)
}

/// DINOv2's largest models multiply two projections.
fn swiglu(blocks: &mut Blocks, to: &mut Builder) {
    let (h, layers) = (blocks.stack.hidden, blocks.stack.layers);
    let inner = (blocks.stack.intermediate * 2 / 3).div_ceil(8) * 8;
    let mut inside = Builder::default();
    blocks.add(&mut inside);
    let kept = inside.modules.into_iter();
    to.modules
        .extend(kept.filter(|it| !it.path.contains(".mlp.")));
    to.linear(&blocks.at("mlp.gate_proj"), h, inner, true, layers);
    to.linear(&blocks.at("mlp.up_proj"), h, inner, true, layers);
    to.linear(&blocks.at("mlp.down_proj"), inner, h, true, layers);
    (blocks.stack.intermediate, blocks.stack.gated) = (inner, true);
}

/// BEiT scales what its layers add, and may learn what distances mean.
fn beit(config: &Config<'_>, blocks: &Blocks, to: &mut Builder) -> Result<(), Unknown> {
    let Stack {
        hidden,
        layers,
        heads,
        ..
    } = blocks.stack;
    if config.fraction("layer_scale_init_value").unwrap_or(0.1) > 0.0 {
        to.parameter(&blocks.at("lambda_1"), hidden, layers);
        to.parameter(&blocks.at("lambda_2"), hidden, layers);
    }
    let ((height, width), patch) = (config.area("image_size")?, config.size("patch_size")?);
    let window = |side: u64| (2 * (side / patch)).saturating_sub(1);
    let table = ((window(height) * window(width)) + 3).saturating_mul(heads);
    let name = "relative_position_bias_table";
    if config.is("use_relative_position_bias", false)? {
        let path = blocks.at(&format!("relative_position_bias.{name}"));
        to.parameter(&path, table, layers);
    }
    if config.is("use_shared_relative_position_bias", false)? {
        to.other(&format!("shared_position_bias.{name}"), table);
    }
    Ok(())
}

/// The part of ViTMAE that makes the picture again.
fn rebuilt(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let (h, d) = (
        config.size("hidden_size")?,
        config.size("decoder_hidden_size")?,
    );
    let patch = config.size("patch_size")?;
    let mut blocks = Blocks::new(config, &blocks::VIT, "decoder.decoder_layers", Role::Vision)?;
    let heads = config.size("decoder_num_attention_heads")?;
    let tokens = patches(config)? + 1;
    blocks.stack = Stack {
        layers: config.size("decoder_num_hidden_layers")?,
        hidden: d,
        intermediate: config.size("decoder_intermediate_size")?,
        heads,
        kv_heads: heads,
        head_dim: d / heads,
        tokens: Some(tokens),
        ..blocks.stack
    };
    let bias = config.is("qkv_bias", true)?;
    blocks.bias = [bias, bias, bias, true];
    to.linear("decoder.decoder_embed", h, d, true, 1);
    to.other("decoder.mask_token", d);
    to.other("decoder.decoder_pos_embed", tokens.saturating_mul(d));
    blocks.add(to);
    to.norm("decoder.decoder_norm", d, true, 1);
    let pixels = (patch * patch).saturating_mul(config.size("num_channels")?);
    to.linear("decoder.decoder_pred", d, pixels, true, 1);
    to.stack(blocks.stack);
    Ok(())
}
