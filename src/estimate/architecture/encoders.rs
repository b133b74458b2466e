//! Encoders with shapes of their own: ALBERT, ModernBERT, EuroBERT and Nomic's BERT.

use super::builder::Builder;
use super::config::Config;
use super::experts::gated;
use super::{Head, Unknown};
use crate::estimate::model::{Role, Stack};

/// What they all say.
fn stack(config: &Config<'_>, path: &str, head: Head) -> Result<Stack, Unknown> {
    let h = config.size("hidden_size")?;
    let heads = config.size("num_attention_heads")?;
    Ok(Stack {
        role: Role::Encoder,
        path: path.to_owned(),
        layers: config.size("num_hidden_layers")?,
        hidden: h,
        intermediate: config.size("intermediate_size")?,
        heads,
        kv_heads: heads,
        head_dim: h / heads,
        vocab: match head {
            Head::Words => config.size("vocab_size")?,
            _ => 0,
        },
        context: config.maybe("max_position_embeddings"),
        ..Stack::default()
    })
}

/// ALBERT: all layers are one.
pub fn albert(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let path = "albert.encoder.albert_layer_groups";
    let mut stack = stack(config, path, head)?;
    let (h, m) = (stack.hidden, stack.intermediate);
    let outer = config.size_or("embedding_size", 128)?;
    let vocab = config.size("vocab_size")?;
    let groups = config.size_or("num_hidden_groups", 1)?;
    let count = groups.saturating_mul(config.size_or("inner_group_num", 1)?);
    let at = |name: &str| format!("albert.embeddings.{name}");
    to.embedding(&at("word_embeddings"), vocab, outer);
    let positions = config.size("max_position_embeddings")?;
    to.embedding(&at("position_embeddings"), positions, outer);
    let types = config.size_or("type_vocab_size", 2)?;
    to.embedding(&at("token_type_embeddings"), types, outer);
    to.norm(&at("LayerNorm"), outer, true, 1);
    to.linear(
        "albert.encoder.embedding_hidden_mapping_in",
        outer,
        h,
        true,
        1,
    );
    let at = |name: &str| format!("{path}.*.albert_layers.*.{name}");
    for name in ["query", "key", "value", "dense"] {
        to.linear(&at(&format!("attention.{name}")), h, h, true, count);
    }
    to.norm(&at("attention.LayerNorm"), h, true, count);
    to.linear(&at("ffn"), h, m, true, count);
    to.linear(&at("ffn_output"), m, h, true, count);
    to.norm(&at("full_layer_layer_norm"), h, true, count);
    if matches!(head, Head::None | Head::Labels) {
        to.linear("albert.pooler", h, h, true, 1);
    }
    match head {
        Head::Words => {
            let is_tied = config.is("tie_word_embeddings", true)?;
            to.linear("predictions.dense", h, outer, true, 1);
            to.norm("predictions.LayerNorm", outer, true, 1);
            to.parameter("predictions.bias", vocab, 1);
            to.linear("predictions.decoder", outer, vocab, !is_tied, 1)
                .tied = is_tied;
        }
        Head::Labels | Head::TokenLabels => {
            to.linear("classifier", h, config.labels()?, true, 1);
        }
        Head::None => {}
    }
    stack.context = Some(positions);
    to.stack(stack);
    Ok(())
}

/// ModernBERT: the first layer has no norm before attention.
pub fn modern(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let mut stack = stack(config, "model.layers", head)?;
    let (h, m, layers) = (stack.hidden, stack.intermediate, stack.layers);
    let vocab = config.size("vocab_size")?;
    let is = |name: &str| config.is(name, false);
    let (shift, bias, mlp) = (is("norm_bias")?, is("attention_bias")?, is("mlp_bias")?);
    to.embedding("model.embeddings.tok_embeddings", vocab, h);
    to.norm("model.embeddings.norm", h, shift, 1);
    let at = |name: &str| format!("model.layers.*.{name}");
    to.linear(&at("attn.Wqkv"), h, 3 * h, bias, layers);
    to.linear(&at("attn.Wo"), h, h, bias, layers);
    if layers > 1 {
        to.norm(&at("attn_norm"), h, shift, layers - 1);
    }
    to.norm(&at("mlp_norm"), h, shift, layers);
    to.linear(&at("mlp.Wi"), h, 2 * m, mlp, layers);
    to.linear(&at("mlp.Wo"), m, h, mlp, layers);
    to.norm("model.final_norm", h, shift, 1);
    if head != Head::None {
        to.linear("head.dense", h, h, is("classifier_bias")?, 1);
        to.norm("head.norm", h, shift, 1);
    }
    match head {
        Head::Words => {
            let bias = config.is("decoder_bias", true)?;
            let is_tied = config.is("tie_word_embeddings", true)?;
            to.linear("decoder", h, vocab, bias, 1).tied = is_tied;
        }
        Head::Labels | Head::TokenLabels => {
            to.linear("classifier", h, config.labels()?, true, 1);
        }
        Head::None => {}
    }
    stack.gated = true;
    // Every third layer sees the whole text, the others this many tokens, half of them on each side.
    let every = config.size_or("global_attn_every_n_layers", 3)?;
    let whole = match config.lists("layer_types") {
        true => config
            .words("layer_types")
            .filter(|it| *it == "full_attention")
            .count() as u64,
        false => layers.div_ceil(every),
    };
    let window = config.size_or("local_attention", 128)?;
    stack.window = Some((window, layers.saturating_sub(whole)));
    to.stack(stack);
    Ok(())
}

/// EuroBERT: Llama that sees the whole text.
pub fn euro(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let mut stack = stack(config, "model.layers", head)?;
    stack.kv_heads = config.size_or("num_key_value_heads", stack.heads)?;
    stack.head_dim = config.size_or("head_dim", stack.head_dim)?;
    stack.gated = true;
    let (h, m, layers) = (stack.hidden, stack.intermediate, stack.layers);
    let (q, kv) = (
        stack.heads * stack.head_dim,
        stack.kv_heads * stack.head_dim,
    );
    let vocab = config.size("vocab_size")?;
    let bias = config.is("attention_bias", false)?;
    to.embedding("model.embed_tokens", vocab, h);
    let at = |name: &str| format!("model.layers.*.{name}");
    for (name, inputs, outputs) in [
        ("q_proj", h, q),
        ("k_proj", h, kv),
        ("v_proj", h, kv),
        ("o_proj", q, h),
    ] {
        let path = at(&format!("self_attn.{name}"));
        to.linear(&path, inputs, outputs, bias, layers);
    }
    let mlp = config.is("mlp_bias", false)?;
    gated(&at("mlp"), h, m, mlp, layers, to);
    to.norm(&at("input_layernorm"), h, false, layers);
    to.norm(&at("post_attention_layernorm"), h, false, layers);
    to.norm("model.norm", h, false, 1);
    match head {
        Head::Words => {
            let is_tied = config.is("tie_word_embeddings", false)?;
            to.linear("lm_head", h, vocab, mlp, 1).tied = is_tied;
        }
        Head::Labels | Head::TokenLabels => {
            if head == Head::Labels {
                to.linear("dense", h, h, true, 1);
            }
            to.linear("classifier", h, config.labels()?, true, 1);
        }
        Head::None => {}
    }
    to.stack(stack);
    Ok(())
}

/// Nomic's BERT: rotary positions and a gate.
pub fn nomic(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let mut stack = stack(config, "nomic_bert.layers", head)?;
    stack.head_dim = config.size_or("head_dim", stack.head_dim)?;
    stack.gated = true;
    let (h, m, layers) = (stack.hidden, stack.intermediate, stack.layers);
    let q = stack.heads * stack.head_dim;
    let vocab = config.size("vocab_size")?;
    to.embedding("nomic_bert.embeddings.word_embeddings", vocab, h);
    let types = config.size_or("type_vocab_size", 2)?;
    to.embedding("nomic_bert.embeddings.token_type_embeddings", types, h);
    to.norm("nomic_bert.embeddings.LayerNorm", h, true, 1);
    let at = |name: &str| format!("nomic_bert.layers.*.{name}");
    for name in ["q_proj", "k_proj", "v_proj"] {
        to.linear(&at(&format!("self_attn.{name}")), h, q, false, layers);
    }
    to.linear(&at("self_attn.o_proj"), q, h, false, layers);
    gated(&at("mlp"), h, m, false, layers, to);
    to.norm(&at("post_attention_layernorm"), h, true, layers);
    to.norm(&at("post_mlp_layernorm"), h, true, layers);
    match head {
        Head::Words => {
            let is_tied = config.is("tie_word_embeddings", true)?;
            to.linear("cls.predictions.transform.dense", h, h, true, 1);
            to.norm("cls.predictions.transform.layer_norm", h, true, 1);
            to.parameter("cls.predictions.bias", vocab, 1);
            to.linear("cls.predictions.decoder", h, vocab, !is_tied, 1)
                .tied = is_tied;
        }
        Head::Labels | Head::TokenLabels => {
            if head == Head::Labels {
                to.linear("nomic_bert.pooler.dense", h, h, true, 1);
            }
            to.linear("classifier", h, config.labels()?, true, 1);
        }
        Head::None => {}
    }
    to.stack(stack);
    Ok(())
}
