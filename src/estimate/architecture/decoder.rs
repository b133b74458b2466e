//! Decoders with rotary positions: Llama and its relatives, dense and with experts.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::{Experts, Stack};

/// What tells the relatives apart; defaults are those of the configuration classes of transformers 5.23.
struct Traits {
    /// Biases of queries, keys and values; of what leads out of attention.
    bias: (bool, bool),
    mlp_bias: bool,
    /// Whether queries and keys are normed.
    qk_norm: bool,
    /// Whether a norm stands behind attention and behind the feed-forward part too.
    norms_behind: bool,
    /// Whether the head is the embedding, where the configuration does not say.
    tied: bool,
    /// Features of a head, where the configuration does not say.
    head_dim: Option<u64>,
    /// One matrix for queries, keys and values, and one for gate and up.
    fused: bool,
}

fn traits(config: &Config<'_>, family: &str) -> Result<Traits, Unknown> {
    let plain = Traits {
        bias: (false, false),
        mlp_bias: false,
        qk_norm: false,
        norms_behind: false,
        tied: false,
        head_dim: None,
        fused: false,
    };
    let bias = config.is("attention_bias", false)?;
    let gemma = Traits {
        bias: (bias, bias),
        tied: true,
        head_dim: Some(256),
        ..plain
    };
    Ok(match family {
        "llama" => Traits {
            bias: (bias, bias),
            mlp_bias: config.is("mlp_bias", false)?,
            ..plain
        },
        "qwen2" => Traits {
            bias: (true, false),
            ..plain
        },
        "qwen3" => Traits {
            bias: (bias, bias),
            qk_norm: true,
            head_dim: Some(128),
            ..plain
        },
        "qwen3_moe" => Traits {
            bias: (bias, bias),
            qk_norm: true,
            ..plain
        },
        "gemma" => gemma,
        "gemma2" => Traits {
            norms_behind: true,
            ..gemma
        },
        "gemma3_text" => Traits {
            norms_behind: true,
            qk_norm: true,
            ..gemma
        },
        "phi3" => Traits {
            fused: true,
            ..plain
        },
        _ => plain,
    })
}

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    if family == "phi" {
        return phi(config, head, to);
    }
    let traits = traits(config, family)?;
    let shape = shape(config, traits.head_dim)?;
    let (layers, h) = (shape.layers, shape.hidden);
    let (q, kv, d) = (
        shape.heads * shape.head_dim,
        shape.kv_heads * shape.head_dim,
        shape.head_dim,
    );
    to.embedding("model.embed_tokens", shape.vocab, h);
    let at = |name: &str| format!("model.layers.*.{name}");
    if traits.fused {
        to.linear(&at("self_attn.qkv_proj"), h, q + 2 * kv, false, layers);
    } else {
        for (name, size) in [("q", q), ("k", kv), ("v", kv)] {
            to.linear(
                &at(&format!("self_attn.{name}_proj")),
                h,
                size,
                traits.bias.0,
                layers,
            );
        }
    }
    to.linear(&at("self_attn.o_proj"), q, h, traits.bias.1, layers);
    if traits.qk_norm {
        to.norm(&at("self_attn.q_norm"), d, false, layers);
        to.norm(&at("self_attn.k_norm"), d, false, layers);
    }
    feed_forward(config, family, &traits, &shape, to)?;
    let behind: &[&str] = match traits.norms_behind {
        true => &["pre_feedforward_layernorm", "post_feedforward_layernorm"],
        false => &[],
    };
    for name in ["input_layernorm", "post_attention_layernorm"]
        .iter()
        .chain(behind)
    {
        to.norm(&at(name), h, false, layers);
    }
    to.norm("model.norm", h, false, 1);
    finish(config, head, traits.tied, shape, to)
}

/// The layers, as the usual names of a configuration say.
pub fn shape(config: &Config<'_>, head_dim: Option<u64>) -> Result<Stack, Unknown> {
    let heads = config.size("num_attention_heads")?;
    let hidden = config.size("hidden_size")?;
    let window = config.maybe("sliding_window");
    let layers = config.size("num_hidden_layers")?;
    let windowed = match config.lists("layer_types") {
        true => config
            .words("layer_types")
            .filter(|it| *it == "sliding_attention")
            .count() as u64,
        false => 0,
    };
    Ok(Stack {
        path: "model.layers".to_owned(),
        layers,
        hidden,
        intermediate: config.size("intermediate_size")?,
        heads,
        kv_heads: config.size_or("num_key_value_heads", heads)?,
        head_dim: config.size_or("head_dim", head_dim.unwrap_or(hidden / heads))?,
        gated: true,
        causal: true,
        vocab: config.size("vocab_size")?,
        context: config.maybe("max_position_embeddings"),
        window: window
            .filter(|_| windowed > 0)
            .map(|window| (window, windowed)),
        ..Stack::default()
    })
}

/// The part of a layer that looks at single tokens.
fn feed_forward(
    config: &Config<'_>,
    family: &str,
    traits: &Traits,
    shape: &Stack,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let (layers, h, m) = (shape.layers, shape.hidden, shape.intermediate);
    let at = |name: &str| format!("model.layers.*.mlp.{name}");
    let experts = match family {
        "mixtral" => Some(("num_local_experts", m)),
        "qwen3_moe" => {
            if config.lists("mlp_only_layers") || config.size_or("decoder_sparse_step", 1)? != 1 {
                return Err(Unknown(
                    "only some of its layers have experts, which is not described here".to_owned(),
                ));
            }
            Some(("num_experts", config.size("moe_intermediate_size")?))
        }
        _ => None,
    };
    if let Some((name, inner)) = experts {
        let experts = Experts {
            // Newer configurations write it under the name that all families share.
            all: config
                .size(name)
                .or_else(|lacks| config.size("num_local_experts").map_err(|_| lacks))?,
            used: config.size("num_experts_per_tok")?,
        };
        to.linear(&at("gate"), h, experts.all, false, layers);
        to.experts(&at("experts.gate_up_proj"), h, 2 * inner, experts, layers);
        to.experts(&at("experts.down_proj"), inner, h, experts, layers);
    } else if traits.fused {
        to.linear(&at("gate_up_proj"), h, 2 * m, false, layers);
        to.linear(&at("down_proj"), m, h, false, layers);
    } else {
        to.linear(&at("gate_proj"), h, m, traits.mlp_bias, layers);
        to.linear(&at("up_proj"), h, m, traits.mlp_bias, layers);
        to.linear(&at("down_proj"), m, h, traits.mlp_bias, layers);
    }
    Ok(())
}

/// The head, and the stack that everything belongs to.
fn finish(
    config: &Config<'_>,
    head: Head,
    tied: bool,
    mut stack: Stack,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let (hidden, vocab) = (stack.hidden, stack.vocab);
    match head {
        Head::Words => {
            let is_tied = config.is("tie_word_embeddings", tied)?;
            to.linear("lm_head", hidden, vocab, false, 1).tied = is_tied;
        }
        Head::Labels => {
            to.linear("score", hidden, config.labels()?, false, 1);
        }
        Head::TokenLabels => {
            to.linear("score", hidden, config.labels()?, true, 1);
        }
        Head::None => {}
    }
    if head != Head::Words {
        stack.vocab = 0;
    }
    if config.family()? == "qwen3_moe" {
        stack.intermediate = config.size("moe_intermediate_size")?;
    }
    to.stack(stack);
    Ok(())
}

/// Phi-1.5 and Phi-2: biases everywhere, one norm for both parts of a layer, two plain projections.
fn phi(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let mut shape = shape(config, None)?;
    shape.gated = false;
    if config.is("qk_layernorm", false)? {
        return Err(Unknown(
            "normed queries of `phi` are not described here".to_owned(),
        ));
    }
    let (layers, h, m) = (shape.layers, shape.hidden, shape.intermediate);
    let (q, kv) = (
        shape.heads * shape.head_dim,
        shape.kv_heads * shape.head_dim,
    );
    to.embedding("model.embed_tokens", shape.vocab, h);
    let at = |name: &str| format!("model.layers.*.{name}");
    for (name, size) in [("q_proj", q), ("k_proj", kv), ("v_proj", kv)] {
        to.linear(&at(&format!("self_attn.{name}")), h, size, true, layers);
    }
    to.linear(&at("self_attn.dense"), q, h, true, layers);
    to.linear(&at("mlp.fc1"), h, m, true, layers);
    to.linear(&at("mlp.fc2"), m, h, true, layers);
    to.norm(&at("input_layernorm"), h, true, layers);
    to.norm("model.final_layernorm", h, true, 1);
    if head == Head::Words {
        let is_tied = config.is("tie_word_embeddings", false)?;
        to.linear("lm_head", h, shape.vocab, true, 1).tied = is_tied;
        to.stack(shape);
        return Ok(());
    }
    finish(config, head, false, shape, to)
}
