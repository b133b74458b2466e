//! Younger relatives of Llama: dense, with experts, with compressed keys and values.

use super::builder::Builder;
use super::config::Config;
use super::decoder::shape;
use super::experts::{self, Router};
use super::{Head, Unknown};
use crate::estimate::model::Stack;

/// How queries and keys are normed.
#[derive(Clone, Copy, PartialEq)]
enum Normed {
    No,
    /// Each head alone, with one scale for all heads.
    Head,
    /// All heads together.
    Whole,
    /// Each head with a scale of its own.
    EachHead,
}

/// The feed-forward part.
#[derive(Clone, Copy, PartialEq)]
enum Mlp {
    /// Gate, up and down.
    Gated,
    /// Gate and up in one matrix.
    Fused,
    /// Up and down.
    Plain([&'static str; 2]),
    Experts(Router),
}

/// What tells the relatives apart.
struct Traits {
    /// Biases of queries, keys and values; of what leads out of attention; of the feed-forward part; of the head.
    bias: [bool; 4],
    normed: Normed,
    normed_names: [&'static str; 2],
    mlp: Mlp,
    /// The norms of a layer.
    norms: &'static [&'static str],
    /// Whether norms have a scale, and a shift.
    norm: [bool; 2],
    tied: bool,
}

const BEFORE: &[&str] = &["input_layernorm", "post_attention_layernorm"];
const BEHIND: &[&str] = &["post_attention_layernorm", "post_feedforward_layernorm"];
const UP_DOWN: Mlp = Mlp::Plain(["up_proj", "down_proj"]);

fn traits(config: &Config<'_>, family: &str) -> Result<Traits, Unknown> {
    let bias = config.is("attention_bias", false)?;
    let mlp_bias = config.is("mlp_bias", false)?;
    let whole = config.is("use_bias", false)?;
    let has_norms = config.is("use_qk_norm", false)?;
    let per_head = |is: bool| if is { Normed::Head } else { Normed::No };
    let plain = Traits {
        bias: [bias, bias, false, false],
        normed: Normed::No,
        normed_names: ["q_norm", "k_norm"],
        mlp: Mlp::Gated,
        norms: BEFORE,
        norm: [true, false],
        tied: false,
    };
    let olmo2 = Traits {
        normed: Normed::Whole,
        norms: BEHIND,
        bias: plain.bias,
        ..plain
    };
    Ok(match family {
        "arcee" => Traits {
            bias: [bias, bias, mlp_bias, false],
            mlp: UP_DOWN,
            ..plain
        },
        "apertus" => Traits {
            normed: Normed::Head,
            mlp: UP_DOWN,
            norms: &["attention_layernorm", "feedforward_layernorm"],
            ..plain
        },
        "nemotron" => Traits {
            bias: [bias, bias, mlp_bias, false],
            mlp: UP_DOWN,
            norm: [true, true],
            ..plain
        },
        "starcoder2" => Traits {
            bias: [whole, whole, whole, false],
            mlp: Mlp::Plain(["c_fc", "c_proj"]),
            norm: [true, true],
            tied: true,
            ..plain
        },
        "stablelm" => Traits {
            bias: [config.is("use_qkv_bias", false)?, false, false, false],
            normed: match config.is("qk_layernorm", false)? {
                true => Normed::EachHead,
                false => Normed::No,
            },
            normed_names: ["q_layernorm.norms.*", "k_layernorm.norms.*"],
            norms: match config.is("use_parallel_residual", false)? {
                true => &["input_layernorm"],
                false => BEFORE,
            },
            norm: [true, true],
            ..plain
        },
        "olmo" => Traits {
            norm: [false, false],
            ..plain
        },
        "olmo2" | "olmo3" => olmo2,
        "flex_olmo" => Traits {
            mlp: Mlp::Experts(Router::plain("num_experts", "intermediate_size")),
            ..olmo2
        },
        "olmoe" => Traits {
            normed: Normed::Whole,
            mlp: Mlp::Experts(Router::plain("num_experts", "intermediate_size")),
            ..plain
        },
        "smollm3" | "granite" => Traits {
            bias: [bias, bias, mlp_bias, false],
            tied: family == "smollm3",
            ..plain
        },
        "granitemoe" | "granitemoeshared" => Traits {
            mlp: Mlp::Experts(Router::Granite),
            ..plain
        },
        "cohere" => Traits {
            normed: if has_norms { Normed::Whole } else { Normed::No },
            norms: &["input_layernorm"],
            tied: true,
            ..plain
        },
        "cohere2" => Traits {
            norms: &["input_layernorm"],
            tied: true,
            ..plain
        },
        "glm" | "glm4" => Traits {
            bias: [config.is("attention_bias", true)?, false, false, false],
            mlp: Mlp::Fused,
            norms: match family {
                "glm" => BEFORE,
                _ => &[
                    "input_layernorm",
                    "post_attention_layernorm",
                    "post_self_attn_layernorm",
                    "post_mlp_layernorm",
                ],
            },
            ..plain
        },
        "glm4_moe" => Traits {
            bias: [bias, false, false, false],
            normed: per_head(has_norms),
            mlp: Mlp::Experts(Router::Deepseek),
            ..plain
        },
        "deepseek_v2" | "deepseek_v3" => Traits {
            bias: [bias, bias, family == "deepseek_v2" && mlp_bias, false],
            mlp: Mlp::Experts(Router::Deepseek),
            ..plain
        },
        "gpt_oss" => {
            let bias = config.is("attention_bias", true)?;
            Traits {
                bias: [bias, bias, false, false],
                mlp: Mlp::Experts(Router::GptOss),
                ..plain
            }
        }
        "qwen2_moe" => Traits {
            bias: [config.is("qkv_bias", true)?, false, false, false],
            mlp: Mlp::Experts(Router::Qwen2),
            ..plain
        },
        "seed_oss" => Traits {
            bias: [
                config.is("attention_bias", true)?,
                config.is("attention_out_bias", false)?,
                mlp_bias,
                false,
            ],
            ..plain
        },
        "phimoe" => Traits {
            bias: [bias, bias, false, config.is("lm_head_bias", false)?],
            mlp: Mlp::Experts(Router::Phi),
            norm: [true, true],
            ..plain
        },
        "ernie4_5" | "ernie4_5_moe" => Traits {
            bias: [whole, whole, whole, whole && family == "ernie4_5_moe"],
            mlp: match family {
                "ernie4_5" => Mlp::Gated,
                _ => Mlp::Experts(Router::Ernie),
            },
            tied: true,
            ..plain
        },
        "helium" => Traits {
            bias: [bias, false, mlp_bias, false],
            ..plain
        },
        "exaone4" => Traits {
            bias: [false; 4],
            normed: Normed::Head,
            norms: BEHIND,
            ..plain
        },
        "hunyuan_v1_dense" => Traits {
            normed: Normed::Head,
            normed_names: ["query_layernorm", "key_layernorm"],
            ..plain
        },
        "vaultgemma" => Traits {
            norms: &["input_layernorm", "pre_feedforward_layernorm"],
            tied: true,
            ..plain
        },
        "cwm" => Traits {
            bias: [false, false, config.is("mlp_bias", false)?, false],
            ..plain
        },
        "ministral" => Traits {
            bias: [false; 4],
            ..plain
        },
        "diffllama" => plain,
        other => return Err(Unknown(format!("`{other}` is not described here"))),
    })
}

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let traits = traits(config, family)?;
    let mut shape = shape(config, None)?;
    if family == "stablelm" {
        // It has no field for the features of a head, whatever a configuration says.
        shape.head_dim = shape.hidden / shape.heads;
    }
    let is_other = shape.head_dim != shape.hidden / shape.heads;
    if is_other && matches!(family, "olmoe" | "helium") {
        return Err(Unknown(format!(
            "heads of another width in `{family}` are not described here"
        )));
    }
    let (layers, h) = (shape.layers, shape.hidden);
    to.embedding("model.embed_tokens", shape.vocab, h);
    let at = |name: &str| format!("model.layers.*.{name}");
    if matches!(family, "deepseek_v2" | "deepseek_v3") {
        latent_attention(config, &traits, &mut shape, to)?;
    } else {
        attention(&traits, &shape, to);
    }
    if family == "gpt_oss" {
        to.parameter(&at("self_attn.sinks"), shape.heads, layers);
    }
    if family == "diffllama" {
        for name in ["lambda_q1", "lambda_k1", "lambda_q2", "lambda_k2"] {
            to.parameter(&at(&format!("self_attn.{name}")), shape.head_dim, layers);
        }
    }
    let bias = traits.bias[2];
    let m = shape.intermediate;
    match traits.mlp {
        Mlp::Gated => experts::gated(&at("mlp"), h, m, bias, layers, to),
        Mlp::Fused => {
            to.linear(&at("mlp.gate_up_proj"), h, 2 * m, bias, layers);
            to.linear(&at("mlp.down_proj"), m, h, bias, layers);
        }
        Mlp::Plain([up, down]) => {
            shape.gated = false;
            to.linear(&at(&format!("mlp.{up}")), h, m, bias, layers);
            to.linear(&at(&format!("mlp.{down}")), m, h, bias, layers);
        }
        Mlp::Experts(router) => experts::describe(config, router, bias, &mut shape, to)?,
    }
    if family == "apertus" && config.text("hidden_act").unwrap_or("xielu") == "xielu" {
        to.parameter(&at("mlp.act_fn.alpha_p"), 1, layers);
        to.parameter(&at("mlp.act_fn.alpha_n"), 1, layers);
    }
    if traits.norm[0] {
        for name in traits.norms {
            to.norm(&at(name), h, traits.norm[1], layers);
        }
        to.norm("model.norm", h, traits.norm[1], 1);
    }
    finish(config, head, [traits.tied, traits.bias[3]], shape, to)
}

/// Queries, keys, values and what leads out of attention.
fn attention(traits: &Traits, shape: &Stack, to: &mut Builder) {
    let (layers, h, d) = (shape.layers, shape.hidden, shape.head_dim);
    let (q, kv) = (shape.heads * d, shape.kv_heads * d);
    let at = |name: &str| format!("model.layers.*.self_attn.{name}");
    for (name, size) in [("q_proj", q), ("k_proj", kv), ("v_proj", kv)] {
        to.linear(&at(name), h, size, traits.bias[0], layers);
    }
    to.linear(&at("o_proj"), q, h, traits.bias[1], layers);
    for (name, heads) in traits
        .normed_names
        .into_iter()
        .zip([shape.heads, shape.kv_heads])
    {
        match traits.normed {
            Normed::No => {}
            Normed::Head => to.norm(&at(name), d, false, layers),
            Normed::Whole => to.norm(&at(name), heads * d, false, layers),
            Normed::EachHead => to.norm(&at(name), d, false, layers * heads),
        }
    }
}

/// Keys and values come from one small vector for each token, queries from another.
fn latent_attention(
    config: &Config<'_>,
    traits: &Traits,
    shape: &mut Stack,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let (layers, h, heads) = (shape.layers, shape.hidden, shape.heads);
    let (plain, rotated) = (
        config.size("qk_nope_head_dim")?,
        config.size("qk_rope_head_dim")?,
    );
    let (values, latent) = (config.size("v_head_dim")?, config.size("kv_lora_rank")?);
    let q = heads * (plain + rotated);
    let at = |name: &str| format!("model.layers.*.self_attn.{name}");
    match config.size("q_lora_rank") {
        Ok(rank) => {
            to.linear(&at("q_a_proj"), h, rank, traits.bias[0], layers);
            to.norm(&at("q_a_layernorm"), rank, false, layers);
            to.linear(&at("q_b_proj"), rank, q, false, layers);
        }
        Err(_) if config.is_null("q_lora_rank") => {
            to.linear(&at("q_proj"), h, q, false, layers);
        }
        Err(unknown) => return Err(unknown),
    }
    let small = latent + rotated;
    to.linear(&at("kv_a_proj_with_mqa"), h, small, traits.bias[0], layers);
    to.norm(&at("kv_a_layernorm"), latent, false, layers);
    to.linear(
        &at("kv_b_proj"),
        latent,
        heads * (plain + values),
        false,
        layers,
    );
    to.linear(&at("o_proj"), heads * values, h, traits.bias[1], layers);
    shape.kv_heads = heads;
    shape.head_dim = plain + rotated;
    shape.latent = Some(small);
    Ok(())
}

/// The head, and the stack that everything belongs to.
pub fn finish(
    config: &Config<'_>,
    head: Head,
    [tied, bias]: [bool; 2],
    mut stack: Stack,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let hidden = stack.hidden;
    match head {
        Head::Words => {
            let is_tied = config.is("tie_word_embeddings", tied)?;
            to.linear("lm_head", hidden, stack.vocab, bias, 1).tied = is_tied;
        }
        Head::Labels | Head::TokenLabels => {
            let bias = head == Head::TokenLabels;
            to.linear("score", hidden, config.labels()?, bias, 1);
        }
        Head::None => {}
    }
    if head != Head::Words {
        stack.vocab = 0;
    }
    to.stack(stack);
    Ok(())
}
