//! BART and its relatives: an encoder and a decoder with biases everywhere.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::{Role, Stack};

/// What tells the relatives apart.
struct Traits {
    base: &'static str,
    /// Rows of the tables of positions beside those that are asked for; nothing where positions are computed.
    padding: Option<u64>,
    /// Whether the embeddings are normed, and what leaves the last layer.
    norms: [bool; 2],
}

fn traits(family: &str) -> Traits {
    let bart = Traits {
        base: "model",
        padding: Some(2),
        norms: [true, false],
    };
    match family {
        "mbart" => Traits {
            norms: [true, true],
            ..bart
        },
        "marian" => Traits {
            padding: Some(0),
            norms: [false, false],
            ..bart
        },
        "pegasus" | "blenderbot" => Traits {
            padding: Some(0),
            norms: [false, true],
            ..bart
        },
        "blenderbot-small" => Traits {
            padding: Some(0),
            ..bart
        },
        "m2m_100" => Traits {
            padding: None,
            norms: [false, true],
            ..bart
        },
        "led" => Traits {
            base: "led",
            padding: Some(0),
            ..bart
        },
        _ => bart,
    }
}

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let traits = traits(family);
    let (h, vocab) = (config.size("d_model")?, config.size("vocab_size")?);
    if !config.is("share_encoder_decoder_embeddings", true)? || config.is("is_decoder", false)? {
        return Err(Unknown(format!(
            "this form of `{family}` is not described here"
        )));
    }
    let is_tied = config.is("tie_word_embeddings", true)?;
    let base = traits.base;
    to.embedding(&format!("{base}.shared"), vocab, h);
    // The decoder writes text, so it comes first.
    for side in ["decoder", "encoder"] {
        let is_decoder = side == "decoder";
        let layers = config.size(&format!("{side}_layers"))?;
        let heads = config.size(&format!("{side}_attention_heads"))?;
        let m = config.size(&format!("{side}_ffn_dim"))?;
        let context = match family {
            "led" => config.size(&format!("max_{side}_position_embeddings"))?,
            _ => config.size("max_position_embeddings")?,
        };
        let outside = |name: &str| format!("{base}.{side}.{name}");
        if !is_tied {
            to.embedding(&outside("embed_tokens"), vocab, h);
        }
        if let Some(padding) = traits.padding {
            to.embedding(&outside("embed_positions"), context + padding, h);
        }
        if traits.norms[0] {
            to.norm(&outside("layernorm_embedding"), h, true, 1);
        }
        let at = |name: &str| format!("{base}.{side}.layers.*.{name}");
        for part in ["self_attn", "encoder_attn"] {
            if part == "encoder_attn" && !is_decoder {
                continue;
            }
            let matrices: &[&str] = match family {
                "led" if !is_decoder => &[
                    "longformer_self_attn.query",
                    "longformer_self_attn.key",
                    "longformer_self_attn.value",
                    "longformer_self_attn.query_global",
                    "longformer_self_attn.key_global",
                    "longformer_self_attn.value_global",
                    "output",
                ],
                _ => &["k_proj", "v_proj", "q_proj", "out_proj"],
            };
            for name in matrices {
                to.linear(&at(&format!("{part}.{name}")), h, h, true, layers);
            }
            to.norm(&at(&format!("{part}_layer_norm")), h, true, layers);
        }
        to.linear(&at("fc1"), h, m, true, layers);
        to.linear(&at("fc2"), m, h, true, layers);
        to.norm(&at("final_layer_norm"), h, true, layers);
        if traits.norms[1] {
            to.norm(&outside("layer_norm"), h, true, 1);
        }
        let window = config.maybe("attention_window");
        to.stack(Stack {
            role: if is_decoder {
                Role::Decoder
            } else {
                Role::Encoder
            },
            path: outside("layers"),
            layers,
            hidden: h,
            intermediate: m,
            heads,
            kv_heads: heads,
            head_dim: h / heads,
            causal: is_decoder,
            cross: is_decoder,
            vocab: if is_decoder && head == Head::Words {
                vocab
            } else {
                0
            },
            context: Some(context),
            window: window
                .filter(|_| family == "led" && !is_decoder)
                .map(|it| (it, layers)),
            ..Stack::default()
        });
    }
    match head {
        Head::Words => {
            to.linear("lm_head", h, vocab, false, 1).tied = is_tied;
        }
        Head::Labels => {
            to.linear("classification_head.dense", h, h, true, 1);
            to.linear("classification_head.out_proj", h, config.labels()?, true, 1);
        }
        Head::TokenLabels => {
            return Err(Unknown(format!(
                "`{family}` has no head for labels of tokens"
            )));
        }
        Head::None => {}
    }
    Ok(())
}
