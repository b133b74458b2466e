//! Feed-forward parts with experts, and those that see every token beside them.

use super::Unknown;
use super::builder::Builder;
use super::config::Config;
use crate::estimate::model::{Experts, Stack};

/// Who chooses the experts, and where it all lies.
#[derive(Clone, Copy, PartialEq)]
pub enum Router {
    /// `mlp.gate` before `mlp.experts`: the fields for how many there are, and for their features.
    Plain(&'static str, &'static str),
    /// Under `block_sparse_moe`, with a shared part in Granite's later models.
    Granite,
    /// Experts behind some dense layers, beside shared ones.
    Deepseek,
    /// All matrices with biases.
    GptOss,
    /// A shared expert with a gate of its own.
    Qwen2,
    Phi,
    /// Experts in a range of layers, beside shared ones.
    Ernie,
}

impl Router {
    /// See [`Router::Plain`].
    pub const fn plain(all: &'static str, inner: &'static str) -> Self {
        Self::Plain(all, inner)
    }
}

/// Gate, up and down.
pub fn gated(path: &str, h: u64, m: u64, bias: bool, count: u64, to: &mut Builder) {
    if count > 0 && m > 0 {
        to.linear(&format!("{path}.gate_proj"), h, m, bias, count);
        to.linear(&format!("{path}.up_proj"), h, m, bias, count);
        to.linear(&format!("{path}.down_proj"), m, h, bias, count);
    }
}

/// The feed-forward parts of all layers.
pub fn describe(
    config: &Config<'_>,
    router: Router,
    bias: bool,
    shape: &mut Stack,
    to: &mut Builder,
) -> Result<(), Unknown> {
    let (layers, h, m) = (shape.layers, shape.hidden, shape.intermediate);
    let (all, used, inner) = match router {
        Router::Plain(all, inner) => (all, "num_experts_per_tok", inner),
        Router::Granite | Router::GptOss | Router::Phi => (
            "num_local_experts",
            "num_experts_per_tok",
            "intermediate_size",
        ),
        Router::Deepseek => (
            "n_routed_experts",
            "num_experts_per_tok",
            "moe_intermediate_size",
        ),
        Router::Qwen2 => (
            "num_experts",
            "num_experts_per_tok",
            "moe_intermediate_size",
        ),
        Router::Ernie => ("moe_num_experts", "moe_k", "moe_intermediate_size"),
    };
    let experts = Experts {
        all: config.size(all)?,
        used: config.size_or(used, 1)?,
    };
    let inner = config.size(inner)?;
    let (part, gate) = match router {
        Router::Granite => ("block_sparse_moe", "router"),
        Router::GptOss | Router::Phi => ("mlp", "router"),
        _ => ("mlp", "gate"),
    };
    let at = |name: &str| format!("model.layers.*.{part}.{name}");
    let sparse = sparse(config, router, layers)?;
    gated(
        &format!("model.layers.*.{part}"),
        h,
        m,
        bias,
        layers - sparse,
        to,
    );
    shape.intermediate = inner;
    if sparse == 0 {
        return Ok(());
    }
    let is_biased = router == Router::GptOss;
    to.linear(&at(gate), h, experts.all, is_biased, sparse);
    let both = 2 * inner;
    to.experts(&at("experts.gate_up_proj"), h, both, experts, sparse);
    to.experts(&at("experts.down_proj"), inner, h, experts, sparse);
    match router {
        Router::Plain(..) | Router::Phi => {}
        Router::Granite => {
            let shared = config.number("shared_intermediate_size", 0)?;
            if shared > 0 && config.family()? == "granitemoeshared" {
                let at = |name: &str| format!("model.layers.*.shared_mlp.{name}");
                to.linear(&at("input_linear"), h, 2 * shared, false, sparse);
                to.linear(&at("output_linear"), shared, h, false, sparse);
            }
        }
        Router::GptOss => {
            let of_all = |size: u64| size.saturating_mul(experts.all);
            to.parameter(&at("experts.gate_up_proj_bias"), of_all(both), sparse);
            to.parameter(&at("experts.down_proj_bias"), of_all(h), sparse);
        }
        Router::Deepseek => {
            let shared = inner.saturating_mul(config.number("n_shared_experts", 0)?);
            gated(&at("shared_experts"), h, shared, bias, sparse, to);
        }
        Router::Qwen2 => {
            let shared = config.size("shared_expert_intermediate_size")?;
            gated(&at("shared_expert"), h, shared, false, sparse, to);
            to.linear(&at("shared_expert_gate"), h, 1, false, sparse);
        }
        Router::Ernie => {
            let shared = inner.saturating_mul(config.number("moe_num_shared_experts", 0)?);
            to.parameter(
                &at("gate.moe_statics.e_score_correction_bias"),
                experts.all,
                sparse,
            );
            gated(&at("shared_experts"), h, shared, bias, sparse, to);
        }
    }
    Ok(())
}

/// How many layers have experts.
fn sparse(config: &Config<'_>, router: Router, layers: u64) -> Result<u64, Unknown> {
    match router {
        Router::Deepseek => {
            let dense = config.number("first_k_dense_replace", 0)?;
            Ok(layers.saturating_sub(dense))
        }
        Router::Ernie => {
            let first = config.number("moe_layer_start_index", 0)?;
            let last = match config.is_negative("moe_layer_end_index") {
                true => layers - 1,
                false => config.number("moe_layer_end_index", layers - 1)?,
            };
            let step = config.size_or("moe_layer_interval", 1)?;
            let range = first..=last.min(layers - 1);
            Ok(range.filter(|layer| (layer + 1) % step == 0).count() as u64)
        }
        Router::Qwen2
            if config.lists("mlp_only_layers")
                || config.size_or("decoder_sparse_step", 1)? != 1 =>
        {
            Err(Unknown(
                "only some of its layers have experts, which is not described here".to_owned(),
            ))
        }
        _ => Ok(layers),
    }
}
