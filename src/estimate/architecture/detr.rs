//! DETR: a network of convolutions, an encoder over its last features, and a decoder that asks for objects.

use super::builder::Builder;
use super::config::Config;
use super::{Unknown, backbone};
use crate::estimate::model::{Role, Stack};

/// See [`super::classes`].
pub fn describe(config: &Config<'_>, part: &str, to: &mut Builder) -> Result<(), Unknown> {
    let base = if part == "Model" { "" } else { "model" };
    to.below(base, |to| model(config, to))?;
    if part == "ForObjectDetection" {
        let h = config.size("d_model")?;
        let labels = config.labels()? + 1;
        to.linear("class_labels_classifier", h, labels, true, 1);
        to.linear("bbox_predictor.layers.*", h, h, true, 2);
        to.linear("bbox_predictor.layers.*", h, 4, true, 1);
    }
    Ok(())
}

fn model(config: &Config<'_>, to: &mut Builder) -> Result<(), Unknown> {
    let h = config.size("d_model")?;
    // What older configurations say of the network in other words.
    let is_old = config.says("backbone")
        || config.says("backbone_kwargs")
        || config.says("use_timm_backbone");
    if !config.says("backbone_config") && is_old {
        let is_usual = matches!(config.text("backbone"), None | Some("resnet50"))
            && config.is("use_timm_backbone", true)?;
        if !is_usual || config.is("dilation", false)? {
            return Err(Unknown("this backbone is not described here".to_owned()));
        }
    }
    let network = config.part("backbone_config", None)?;
    let given = to.below("backbone.model", |to| backbone::frozen(&network, to))?;
    match config.text("position_embedding_type") {
        Some("sine") => {}
        Some("learned") => {
            to.embedding("position_embedding.row_embeddings", 50, h / 2);
            to.embedding("position_embedding.column_embeddings", 50, h / 2);
        }
        _ => return Err(Unknown("`position_embedding_type` is not known".to_owned())),
    }
    let queries = config.size("num_queries")?;
    to.embedding("query_position_embeddings", queries, h);
    let last = given.last().copied().unwrap_or_default();
    to.convolution("input_projection", last.saturating_mul(h), h);
    for side in ["encoder", "decoder"] {
        layers(config, side, queries, to)?;
    }
    to.norm("decoder.layernorm", h, true, 1);
    Ok(())
}

fn layers(config: &Config<'_>, side: &str, queries: u64, to: &mut Builder) -> Result<(), Unknown> {
    let (h, m) = (
        config.size("d_model")?,
        config.size(&format!("{side}_ffn_dim"))?,
    );
    let layers = config.size(&format!("{side}_layers"))?;
    let heads = config.size(&format!("{side}_attention_heads"))?;
    let at = |name: &str| format!("{side}.layers.*.{name}");
    let attentions: &[&str] = match side {
        "decoder" => &["self_attn", "encoder_attn"],
        _ => &["self_attn"],
    };
    for attention in attentions {
        for name in ["k_proj", "v_proj", "q_proj", "o_proj"] {
            to.linear(&at(&format!("{attention}.{name}")), h, h, true, layers);
        }
        to.norm(&at(&format!("{attention}_layer_norm")), h, true, layers);
    }
    to.linear(&at("mlp.fc1"), h, m, true, layers);
    to.linear(&at("mlp.fc2"), m, h, true, layers);
    to.norm(&at("final_layer_norm"), h, true, layers);
    let is_encoder = side == "encoder";
    to.stack(Stack {
        role: Role::Vision,
        path: format!("{side}.layers"),
        layers,
        hidden: h,
        intermediate: m,
        heads,
        kv_heads: heads,
        head_dim: h / heads,
        // The pictures of its training are some 800 pixels high.
        tokens: Some(if is_encoder { 25 * 25 } else { queries }),
        patch: is_encoder.then_some(32),
        ..Stack::default()
    });
    Ok(())
}
