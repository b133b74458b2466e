//! BERT, RoBERTa and the encoders that are built like them.

use super::builder::Builder;
use super::config::Config;
use super::{Head, Unknown};
use crate::estimate::model::{Role, Stack};

/// What the parts of a family are called; where one has no name, it is not there.
struct Names {
    base: &'static str,
    /// Below the base.
    layer: &'static str,
    /// Queries, keys, values and what leads out of attention; up and down.
    matrices: [&'static str; 6],
    norms: [&'static str; 2],
    /// The norm behind all layers.
    last: &'static str,
    /// Whether the embeddings are normed.
    first: bool,
    /// The number of types of tokens where nothing says so; 0 where there are none.
    types: u64,
    /// Whether the base class pools, and whether the class with labels for texts does.
    pools: [bool; 2],
    words: Words,
    labels: Labels,
}

/// The head for words: the path of its transformation, of its norm, of a bias beside it, and of the words.
struct Words([&'static str; 4]);

/// The head for labels of texts.
#[derive(Clone, Copy, PartialEq)]
enum Labels {
    One,
    Two,
    /// As in DistilBERT.
    Before,
}

const PREDICTIONS: Words = Words([
    "cls.predictions.transform.dense",
    "cls.predictions.transform.LayerNorm",
    "cls.predictions.bias",
    "cls.predictions.decoder",
]);
const LM_HEAD: Words = Words([
    "lm_head.dense",
    "lm_head.layer_norm",
    "lm_head.bias",
    "lm_head.decoder",
]);
const BERT: Names = Names {
    base: "bert",
    layer: "encoder.layer",
    matrices: [
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "intermediate.dense",
        "output.dense",
    ],
    norms: ["attention.output.LayerNorm", "output.LayerNorm"],
    last: "",
    first: true,
    types: 2,
    pools: [true, true],
    words: PREDICTIONS,
    labels: Labels::One,
};
const ROBERTA: Names = Names {
    base: "roberta",
    pools: [true, false],
    words: LM_HEAD,
    labels: Labels::Two,
    ..BERT
};

fn names(family: &str) -> Names {
    match family {
        "roberta" | "xlm-roberta" | "camembert" => ROBERTA,
        "ernie" => Names {
            base: "ernie",
            ..BERT
        },
        "megatron-bert" => Names {
            norms: ["attention.ln", "ln"],
            last: "encoder.ln",
            first: false,
            ..BERT
        },
        "data2vec-text" => Names {
            base: "data2vec_text",
            ..ROBERTA
        },
        "roberta-prelayernorm" => Names {
            base: "roberta_prelayernorm",
            norms: ["attention.LayerNorm", "intermediate.LayerNorm"],
            last: "LayerNorm",
            ..ROBERTA
        },
        "xlm-roberta-xl" => Names {
            norms: ["attention.self_attn_layer_norm", "LayerNorm"],
            last: "encoder.LayerNorm",
            first: false,
            types: 1,
            ..ROBERTA
        },
        "mpnet" => Names {
            base: "mpnet",
            matrices: [
                "attention.attn.q",
                "attention.attn.k",
                "attention.attn.v",
                "attention.attn.o",
                "intermediate.dense",
                "output.dense",
            ],
            norms: ["attention.LayerNorm", "output.LayerNorm"],
            types: 0,
            ..ROBERTA
        },
        "electra" => Names {
            base: "electra",
            pools: [false, false],
            words: Words([
                "generator_predictions.dense",
                "generator_predictions.LayerNorm",
                "",
                "generator_lm_head",
            ]),
            labels: Labels::Two,
            ..BERT
        },
        "distilbert" => Names {
            base: "distilbert",
            layer: "transformer.layer",
            matrices: [
                "attention.q_lin",
                "attention.k_lin",
                "attention.v_lin",
                "attention.out_lin",
                "ffn.lin1",
                "ffn.lin2",
            ],
            norms: ["sa_layer_norm", "output_layer_norm"],
            types: 0,
            pools: [false, false],
            words: Words(["vocab_transform", "vocab_layer_norm", "", "vocab_projector"]),
            labels: Labels::Before,
            ..BERT
        },
        _ => BERT,
    }
}

/// See [`super::model`].
pub fn describe(config: &Config<'_>, head: Head, to: &mut Builder) -> Result<(), Unknown> {
    let family = config.family()?;
    let names = names(family);
    let h = config.size("hidden_size")?;
    let m = match family {
        "distilbert" => config.size("hidden_dim")?,
        _ => config.size("intermediate_size")?,
    };
    let (layers, heads) = (
        config.size("num_hidden_layers")?,
        config.size("num_attention_heads")?,
    );
    let positions = config.size("max_position_embeddings")?;
    if config.is("is_decoder", false)? || config.is("add_cross_attention", false)? {
        return Err(Unknown(format!(
            "`{family}` as a decoder is not described here"
        )));
    }
    let outer = embeddings(config, &names, h, to)?;
    let base = names.base;
    let layer = |name: &str| format!("{base}.{}.*.{name}", names.layer);
    for (number, name) in names.matrices.into_iter().enumerate() {
        let (inputs, outputs) = match number {
            4 => (h, m),
            5 => (m, h),
            _ => (h, h),
        };
        to.linear(&layer(name), inputs, outputs, true, layers);
    }
    for name in names.norms {
        to.norm(&layer(name), h, true, layers);
    }
    if !names.last.is_empty() {
        to.norm(&format!("{base}.{}", names.last), h, true, 1);
    }
    if family == "mpnet" {
        let buckets = config.size_or("relative_attention_num_buckets", 32)?;
        to.embedding("mpnet.encoder.relative_attention_bias", buckets, heads);
    }
    let pools = match head {
        Head::None => names.pools[0],
        Head::Labels => names.pools[1],
        _ => false,
    };
    if pools {
        to.linear(&format!("{base}.pooler.dense"), h, h, true, 1);
    }
    match head {
        Head::Words => words(config, &names.words, [h, outer], to)?,
        Head::Labels if names.labels != Labels::One => {
            let (dense, out) = match names.labels {
                Labels::Before => ("pre_classifier", "classifier"),
                _ => ("classifier.dense", "classifier.out_proj"),
            };
            to.linear(dense, h, h, true, 1);
            to.linear(out, h, config.labels()?, true, 1);
        }
        Head::Labels | Head::TokenLabels => {
            to.linear("classifier", h, config.labels()?, true, 1);
        }
        Head::None => {}
    }
    to.stack(Stack {
        role: Role::Encoder,
        path: format!("{base}.{}", names.layer),
        layers,
        hidden: h,
        intermediate: m,
        heads,
        kv_heads: heads,
        head_dim: h / heads,
        vocab: match head {
            Head::Words => config.size("vocab_size")?,
            _ => 0,
        },
        context: Some(positions),
        ..Stack::default()
    });
    Ok(())
}

/// Tables of words, positions and types; their width.
fn embeddings(
    config: &Config<'_>,
    names: &Names,
    h: u64,
    to: &mut Builder,
) -> Result<u64, Unknown> {
    let family = config.family()?;
    let outer = match family {
        "electra" => config.size_or("embedding_size", h)?,
        _ => h,
    };
    let at = |name: &str| format!("{}.{name}", names.base);
    to.embedding(
        &at("embeddings.word_embeddings"),
        config.size("vocab_size")?,
        outer,
    );
    to.embedding(
        &at("embeddings.position_embeddings"),
        config.size("max_position_embeddings")?,
        outer,
    );
    if names.types > 0 {
        let types = config.size_or("type_vocab_size", names.types)?;
        to.embedding(&at("embeddings.token_type_embeddings"), types, outer);
    }
    if family == "ernie" && config.is("use_task_id", false)? {
        let tasks = config.size_or("task_type_vocab_size", 3)?;
        to.embedding(&at("embeddings.task_type_embeddings"), tasks, outer);
    }
    if names.first {
        to.norm(&at("embeddings.LayerNorm"), outer, true, 1);
    }
    if outer != h {
        to.linear(&at("embeddings_project"), outer, h, true, 1);
    }
    Ok(outer)
}

/// The head for words.
fn words(
    config: &Config<'_>,
    words: &Words,
    [h, outer]: [u64; 2],
    to: &mut Builder,
) -> Result<(), Unknown> {
    let Words([dense, norm, bias, out]) = *words;
    let vocab = config.size("vocab_size")?;
    let is_tied = config.is("tie_word_embeddings", true)?;
    to.linear(dense, h, outer, true, 1);
    to.norm(norm, outer, true, 1);
    if !bias.is_empty() {
        to.parameter(bias, vocab, 1);
    }
    // Where the bias is a parameter beside it, the one of the matrix is shared with it, as the matrix is.
    let has_bias = bias.is_empty() || !is_tied;
    to.linear(out, outer, vocab, has_bias, 1).tied = is_tied;
    Ok(())
}
