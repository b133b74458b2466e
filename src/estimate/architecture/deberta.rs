//! DeBERTa in its first form, and in its second and third.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::{Role, Stack};

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let is_first = config.family()? == "deberta";
    let (h, m) = (
        config.size("hidden_size")?,
        config.size("intermediate_size")?,
    );
    let (layers, heads) = (
        config.size("num_hidden_layers")?,
        config.size("num_attention_heads")?,
    );
    let (vocab, positions) = (
        config.size("vocab_size")?,
        config.size("max_position_embeddings")?,
    );
    let has_legacy_head = config.is("legacy", true)?;
    let own = |name: &str| match config.has_number(name) {
        true => config.size(name).map(|size| size == h),
        false => Ok(true),
    };
    let is_plain =
        own("embedding_size")? && own("attention_head_size")? && own("pooler_hidden_size")?;
    if !is_plain || (head == Head::Words && !has_legacy_head) {
        return Err(Unknown(
            "this form of DeBERTa is not described here".to_owned(),
        ));
    }
    to.embedding("deberta.embeddings.word_embeddings", vocab, h);
    if config.is("position_biased_input", true)? {
        to.embedding("deberta.embeddings.position_embeddings", positions, h);
    }
    let types = config.number("type_vocab_size", 0)?;
    if types > 0 {
        to.embedding("deberta.embeddings.token_type_embeddings", types, h);
    }
    to.norm("deberta.embeddings.LayerNorm", h, true, 1);
    attention(config, is_first, h, layers, to)?;
    let at = |name: &str| format!("deberta.encoder.layer.*.{name}");
    to.linear(&at("attention.output.dense"), h, h, true, layers);
    to.norm(&at("attention.output.LayerNorm"), h, true, layers);
    to.linear(&at("intermediate.dense"), h, m, true, layers);
    to.linear(&at("output.dense"), m, h, true, layers);
    to.norm(&at("output.LayerNorm"), h, true, layers);
    if config.is("relative_attention", false)? {
        let most = config
            .positive("max_relative_positions")
            .unwrap_or(positions);
        let rows = match config.positive("position_buckets") {
            Some(buckets) if !is_first => buckets,
            _ => most,
        };
        to.embedding("deberta.encoder.rel_embeddings", 2 * rows, h);
        if !is_first && config.parts("norm_rel_ebd", ',').contains(&"layer_norm") {
            to.norm("deberta.encoder.LayerNorm", h, true, 1);
        }
    }
    let kernel = config.number("conv_kernel_size", 0)?;
    if kernel > 0 && !is_first {
        if config.number("conv_groups", 1)? != 1 {
            return Err(Unknown(
                "grouped convolutions of DeBERTa are not described here".to_owned(),
            ));
        }
        let weight = (h * h).saturating_mul(kernel);
        to.convolution("deberta.encoder.conv.conv", weight, h);
        to.norm("deberta.encoder.conv.LayerNorm", h, true, 1);
    }
    match head {
        Head::Words => {
            let is_tied = config.is("tie_word_embeddings", true)?;
            to.linear("cls.predictions.transform.dense", h, h, true, 1);
            to.norm("cls.predictions.transform.LayerNorm", h, true, 1);
            to.parameter("cls.predictions.bias", vocab, 1);
            to.linear("cls.predictions.decoder", h, vocab, !is_tied, 1)
                .tied = is_tied;
        }
        Head::Labels | Head::TokenLabels => {
            if head == Head::Labels {
                to.linear("pooler.dense", h, h, true, 1);
            }
            to.linear("classifier", h, config.labels()?, true, 1);
        }
        Head::None => {}
    }
    to.stack(Stack {
        role: Role::Encoder,
        path: "deberta.encoder.layer".to_owned(),
        layers,
        hidden: h,
        intermediate: m,
        heads,
        kv_heads: heads,
        head_dim: h / heads,
        vocab: if head == Head::Words { vocab } else { 0 },
        context: Some(positions),
        ..Stack::default()
    });
    Ok(())
}

/// Queries, keys and values, of words and of distances.
fn attention(
    config: &Config<'_>,
    is_first: bool,
    h: u64,
    layers: u64,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let at = |name: &str| format!("deberta.encoder.layer.*.attention.self.{name}");
    let kinds = config.parts("pos_att_type", '|');
    let is_relative = config.is("relative_attention", false)?;
    let (keys, queries) = (
        is_relative && kinds.contains(&"c2p"),
        is_relative && kinds.contains(&"p2c"),
    );
    if is_first {
        if config.is("talking_head", false)? {
            return Err(Unknown(
                "talking heads of DeBERTa are not described here".to_owned(),
            ));
        }
        to.linear(&at("in_proj"), h, 3 * h, false, layers);
        to.parameter(&at("q_bias"), h, layers);
        to.parameter(&at("v_bias"), h, layers);
        if keys {
            to.linear(&at("pos_proj"), h, h, false, layers);
        }
        if queries {
            to.linear(&at("pos_q_proj"), h, h, true, layers);
        }
        return Ok(());
    }
    for name in ["query_proj", "key_proj", "value_proj"] {
        to.linear(&at(name), h, h, true, layers);
    }
    if !config.is("share_att_key", false)? {
        for (is, name) in [(keys, "pos_key_proj"), (queries, "pos_query_proj")] {
            if is {
                to.linear(&at(name), h, h, true, layers);
            }
        }
    }
    Ok(())
}
