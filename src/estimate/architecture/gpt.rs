//! Decoders of the first generations: GPT-Neo, GPT-J, GPT-NeoX, OPT, MPT and what followed them.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::Stack;

/// A layer and what is around it.
struct Plan {
    /// What all paths begin with.
    base: &'static str,
    /// The path of the layers below it.
    layer: &'static str,
    words: &'static str,
    /// A table of positions, with its rows.
    positions: Option<(&'static str, u64)>,
    /// Matrices of a layer: path, what goes in and out, whether there is a bias.
    matrices: Vec<(&'static str, u64, u64, bool)>,
    norms: Vec<&'static str>,
    /// Whether norms have a shift.
    shift: bool,
    /// The norm behind all layers.
    last: Option<&'static str>,
    /// The head for words, and whether it has a bias.
    head: (&'static str, bool),
    tied: bool,
    inner: u64,
    kv_heads: Option<u64>,
    context: &'static str,
    /// The head for labels of tokens.
    token_head: &'static str,
}

/// The width, unless the configuration says how wide the feed-forward part is.
fn inner(config: &Config<'_>, name: &str, hidden: u64) -> Result<u64, Unknown> {
    config.size_or(name, hidden.saturating_mul(4))
}

fn plan(config: &Config<'_>, family: &str, h: u64) -> Result<Plan, Unknown> {
    let old = |m: u64| Plan {
        base: "transformer",
        layer: "h",
        words: "wte",
        positions: None,
        matrices: Vec::new(),
        norms: vec!["ln_1", "ln_2"],
        shift: true,
        last: Some("ln_f"),
        head: ("lm_head", false),
        tied: true,
        inner: m,
        kv_heads: None,
        context: "n_positions",
        token_head: "classifier",
    };
    Ok(match family {
        "gpt_neox" => {
            let m = config.size("intermediate_size")?;
            let bias = config.is("attention_bias", true)?;
            Plan {
                base: "gpt_neox",
                layer: "layers",
                words: "embed_in",
                matrices: vec![
                    ("attention.query_key_value", h, 3 * h, bias),
                    ("attention.dense", h, h, bias),
                    ("mlp.dense_h_to_4h", h, m, true),
                    ("mlp.dense_4h_to_h", m, h, true),
                ],
                norms: vec!["input_layernorm", "post_attention_layernorm"],
                last: Some("final_layer_norm"),
                tied: false,
                context: "max_position_embeddings",
                ..old(m)
            }
        }
        "gptj" | "codegen" => {
            let m = inner(config, "n_inner", h)?;
            let mut matrices = match family {
                "gptj" => vec![
                    ("attn.k_proj", h, h, false),
                    ("attn.v_proj", h, h, false),
                    ("attn.q_proj", h, h, false),
                ],
                _ => vec![("attn.qkv_proj", h, 3 * h, false)],
            };
            matrices.extend([
                ("attn.out_proj", h, h, false),
                ("mlp.fc_in", h, m, true),
                ("mlp.fc_out", m, h, true),
            ]);
            Plan {
                matrices,
                norms: vec!["ln_1"],
                head: ("lm_head", true),
                tied: false,
                ..old(m)
            }
        }
        "gpt_neo" => {
            let m = inner(config, "intermediate_size", h)?;
            let positions = config.size("max_position_embeddings")?;
            Plan {
                positions: Some(("wpe", positions)),
                matrices: vec![
                    ("attn.attention.k_proj", h, h, false),
                    ("attn.attention.v_proj", h, h, false),
                    ("attn.attention.q_proj", h, h, false),
                    ("attn.attention.out_proj", h, h, true),
                    ("mlp.c_fc", h, m, true),
                    ("mlp.c_proj", m, h, true),
                ],
                context: "max_position_embeddings",
                ..old(m)
            }
        }
        "gpt_bigcode" => {
            if config.is("add_cross_attention", false)? {
                return Err(Unknown(
                    "`gpt_bigcode` beside an encoder is not described here".to_owned(),
                ));
            }
            let m = inner(config, "n_inner", h)?;
            let heads = config.size("num_attention_heads")?;
            let is_shared = config.is("multi_query", true)?;
            let kv = if is_shared { h / heads } else { h };
            Plan {
                positions: Some(("wpe", config.size("n_positions")?)),
                matrices: vec![
                    ("attn.c_attn", h, h + 2 * kv, true),
                    ("attn.c_proj", h, h, true),
                    ("mlp.c_fc", h, m, true),
                    ("mlp.c_proj", m, h, true),
                ],
                kv_heads: is_shared.then_some(1),
                ..old(m)
            }
        }
        "mpt" => {
            let m = 4 * h;
            Plan {
                layer: "blocks",
                matrices: vec![
                    ("attn.Wqkv", h, 3 * h, false),
                    ("attn.out_proj", h, h, false),
                    ("ffn.up_proj", h, m, false),
                    ("ffn.down_proj", m, h, false),
                ],
                norms: vec!["norm_1", "norm_2"],
                shift: false,
                last: Some("norm_f"),
                context: "max_seq_len",
                ..old(m)
            }
        }
        "persimmon" => {
            let m = config.size("intermediate_size")?;
            Plan {
                base: "model",
                layer: "layers",
                words: "embed_tokens",
                matrices: vec![
                    ("self_attn.query_key_value", h, 3 * h, true),
                    ("self_attn.dense", h, h, true),
                    ("mlp.dense_h_to_4h", h, m, true),
                    ("mlp.dense_4h_to_h", m, h, true),
                ],
                norms: vec!["input_layernorm", "post_attention_layernorm"],
                last: Some("final_layernorm"),
                tied: false,
                context: "max_position_embeddings",
                token_head: "score",
                ..old(m)
            }
        }
        // XGLM, BioGPT and OPT, which is described further below, write a layer as BART does.
        _ => {
            let m = match family {
                "biogpt" => config.size("intermediate_size")?,
                _ => config.size("ffn_dim")?,
            };
            let bias = config.is("enable_bias", true)?;
            let positions = config.size("max_position_embeddings")?;
            Plan {
                base: match family {
                    "biogpt" => "biogpt",
                    "opt" => "model.decoder",
                    _ => "model",
                },
                layer: "layers",
                words: "embed_tokens",
                // The first two rows are for padding; those of XGLM are computed.
                positions: (family != "xglm").then_some(("embed_positions", positions + 2)),
                matrices: vec![
                    ("self_attn.k_proj", h, h, bias),
                    ("self_attn.v_proj", h, h, bias),
                    ("self_attn.q_proj", h, h, bias),
                    ("self_attn.out_proj", h, h, bias),
                    ("fc1", h, m, bias),
                    ("fc2", m, h, bias),
                ],
                norms: vec!["self_attn_layer_norm", "final_layer_norm"],
                last: Some("layer_norm"),
                head: match family {
                    "biogpt" => ("output_projection", false),
                    _ => ("lm_head", false),
                },
                context: "max_position_embeddings",
                ..old(m)
            }
        }
    })
}

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let h = config.size("hidden_size")?;
    let layers = config.size("num_hidden_layers")?;
    let heads = config.size("num_attention_heads")?;
    let vocab = config.size("vocab_size")?;
    let mut plan = plan(config, family, h)?;
    let mut outer = h;
    if family == "opt" {
        outer = opt(config, h, &mut plan, to)?;
    }
    let base = plan.base;
    to.embedding(&format!("{base}.{}", plan.words), vocab, outer);
    if let Some((name, rows)) = plan.positions {
        to.embedding(&format!("{base}.{name}"), rows, h);
    }
    let path = format!("{base}.{}", plan.layer);
    for (name, inputs, outputs, bias) in plan.matrices {
        to.linear(&format!("{path}.*.{name}"), inputs, outputs, bias, layers);
    }
    for name in plan.norms {
        to.norm(&format!("{path}.*.{name}"), h, plan.shift, layers);
    }
    if family == "persimmon" && config.is("qk_layernorm", true)? {
        for name in ["q_layernorm", "k_layernorm"] {
            to.norm(
                &format!("{path}.*.self_attn.{name}"),
                h / heads,
                true,
                layers,
            );
        }
    }
    if let Some(name) = plan.last {
        to.norm(&format!("{base}.{name}"), h, plan.shift, 1);
    }
    match head {
        Head::Words => {
            let is_tied = config.is("tie_word_embeddings", plan.tied)?;
            let (name, bias) = plan.head;
            to.linear(name, outer, vocab, bias, 1).tied = is_tied;
        }
        Head::Labels => {
            to.linear("score", outer, config.labels()?, false, 1);
        }
        Head::TokenLabels => {
            to.linear(plan.token_head, h, config.labels()?, true, 1);
        }
        Head::None => {}
    }
    to.stack(Stack {
        path,
        layers,
        hidden: h,
        intermediate: plan.inner,
        heads,
        kv_heads: plan.kv_heads.unwrap_or(heads),
        head_dim: h / heads,
        causal: true,
        vocab: if head == Head::Words { vocab } else { 0 },
        context: config.maybe(plan.context),
        ..Stack::default()
    });
    Ok(())
}

/// What OPT has of its own; the width of its words.
fn opt(config: &Config<'_>, h: u64, plan: &mut Plan, to: &mut Builder) -> Result<u64, Unknown> {
    let outer = config.size_or("word_embed_proj_dim", h)?;
    if outer != h {
        to.linear("model.decoder.project_out", h, outer, false, 1);
        to.linear("model.decoder.project_in", outer, h, false, 1);
    }
    let is_before = config.is("do_layer_norm_before", true)?;
    let has_last = is_before && !config.is("_remove_final_layer_norm", false)?;
    plan.last = has_last.then_some("final_layer_norm");
    if !config.is("layer_norm_elementwise_affine", true)? {
        plan.norms.clear();
        plan.last = None;
    }
    Ok(outer)
}
