//! Layers of attention and a plain feed-forward part, under the names that families give them.

use super::Unknown;
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Role, Stack};

/// What a family calls the parts of a layer.
pub struct Names {
    /// Queries, keys, values and what leads out of attention.
    pub attention: [&'static str; 4],
    pub norms: [&'static str; 2],
    /// Into the inner features and out of them.
    pub feed: [&'static str; 2],
}

/// CLIP and what took its layers.
pub const CLIP: Names = Names {
    attention: [
        "self_attn.q_proj",
        "self_attn.k_proj",
        "self_attn.v_proj",
        "self_attn.out_proj",
    ],
    norms: ["layer_norm1", "layer_norm2"],
    feed: ["mlp.fc1", "mlp.fc2"],
};

/// ViT and what took its layers.
pub const VIT: Names = Names {
    attention: [
        "attention.q_proj",
        "attention.k_proj",
        "attention.v_proj",
        "attention.o_proj",
    ],
    norms: ["layernorm_before", "layernorm_after"],
    feed: ["mlp.fc1", "mlp.fc2"],
};

/// ViT as it was written first.
pub const OLD_VIT: Names = Names {
    attention: [
        "attention.attention.query",
        "attention.attention.key",
        "attention.attention.value",
        "attention.output.dense",
    ],
    norms: ["layernorm_before", "layernorm_after"],
    feed: ["intermediate.dense", "output.dense"],
};

/// wav2vec 2.0 and what took its layers.
pub const WAV2VEC2: Names = Names {
    attention: [
        "attention.q_proj",
        "attention.k_proj",
        "attention.v_proj",
        "attention.out_proj",
    ],
    norms: ["layer_norm", "final_layer_norm"],
    feed: [
        "feed_forward.intermediate_dense",
        "feed_forward.output_dense",
    ],
};

/// Encoders of BART, Whisper and DETR.
pub const BART: Names = Names {
    attention: [
        "self_attn.q_proj",
        "self_attn.k_proj",
        "self_attn.v_proj",
        "self_attn.out_proj",
    ],
    norms: ["self_attn_layer_norm", "final_layer_norm"],
    feed: ["fc1", "fc2"],
};

/// Layers above each other.
pub struct Blocks {
    pub names: &'static Names,
    pub stack: Stack,
    /// Biases of queries, keys, values and what leads out.
    pub bias: [bool; 4],
    /// Whether norms shift too.
    pub shift: bool,
}

impl Blocks {
    /// Layers whose sizes have the usual names, with biases everywhere.
    pub fn new(
        config: &Config<'_>,
        names: &'static Names,
        path: &str,
        role: Role,
    ) -> Result<Self, Unknown> {
        let (hidden, heads) = (
            config.size("hidden_size")?,
            config.size("num_attention_heads")?,
        );
        Ok(Self {
            names,
            stack: Stack {
                role,
                path: path.to_owned(),
                layers: config.size("num_hidden_layers")?,
                hidden,
                intermediate: match config.has("intermediate_size") {
                    true => config.size("intermediate_size")?,
                    false => config.times("mlp_ratio", hidden)?,
                },
                heads,
                kv_heads: heads,
                head_dim: hidden / heads,
                ..Stack::default()
            },
            bias: [true; 4],
            shift: true,
        })
    }

    /// The path of something in each layer.
    pub fn at(&self, name: &str) -> String {
        format!("{}.*.{name}", self.stack.path)
    }

    /// Adds the modules of all layers; the stack is added by the caller, behind whatever else the layers have.
    pub fn add(&self, to: &mut Builder) {
        let (h, m, layers) = (
            self.stack.hidden,
            self.stack.intermediate,
            self.stack.layers,
        );
        let inner = self.stack.heads * self.stack.head_dim;
        for (number, name) in self.names.attention.iter().enumerate() {
            let (from, into) = if number == 3 { (inner, h) } else { (h, inner) };
            to.linear(&self.at(name), from, into, self.bias[number], layers);
        }
        for name in self.names.norms {
            to.norm(&self.at(name), h, self.shift, layers);
        }
        to.linear(&self.at(self.names.feed[0]), h, m, true, layers);
        to.linear(&self.at(self.names.feed[1]), m, h, true, layers);
    }
}
