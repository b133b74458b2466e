//! Where in a layer a matrix stands, by its path: that says what it reads and whether others read the same.

use crate::estimate::model::Module;

/// Where a matrix stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Reads features, makes queries, keys or values.
    AttentionIn,
    /// Reads what attention makes.
    AttentionOut,
    /// Reads features, makes the inner ones of the feed-forward part.
    FeedIn,
    /// Reads the inner features.
    FeedOut,
    /// Chooses experts, or does something small.
    Other,
}

const FEED_IN: [&str; 15] = [
    "gate_proj",
    "up_proj",
    "gate_up_proj",
    "fc1",
    "w1",
    "w3",
    "c_fc",
    "dense_h_to_4h",
    "wi",
    "wi_0",
    "wi_1",
    "lin1",
    "fc_in",
    "Wi",
    "intermediate_dense",
];
const FEED_OUT: [&str; 8] = [
    "down_proj",
    "fc2",
    "w2",
    "dense_4h_to_h",
    "lin2",
    "fc_out",
    "output_dense",
    "ffn_output",
];
const ATTENTION_OUT: [&str; 8] = [
    "o_proj", "out_proj", "out_lin", "o", "proj", "to_out", "Wo", "dense",
];

/// Where a module stands.
pub fn place(module: &Module) -> Place {
    let last = module.path.rsplit('.').next().unwrap_or_default();
    let attends = ["attn", "attention", "Attention"]
        .iter()
        .any(|it| module.path.contains(it));
    let is = |names: &[&str]| names.contains(&last);
    if is(&["router", "gate", "shared_expert_gate"]) {
        return Place::Other;
    }
    if attends {
        return match is(&ATTENTION_OUT) || is(&["c_proj"]) {
            true => Place::AttentionOut,
            false => Place::AttentionIn,
        };
    }
    if is(&FEED_IN) || module.path.contains("intermediate.") {
        return Place::FeedIn;
    }
    if is(&FEED_OUT) || is(&["wo", "c_proj", "Wo"]) || module.path.ends_with("output.dense") {
        return Place::FeedOut;
    }
    match (module.inputs, module.outputs) {
        (0, _) | (_, 0) => Place::Other,
        (inputs, outputs) if inputs > outputs => Place::FeedOut,
        (inputs, outputs) if outputs > inputs => Place::FeedIn,
        _ => Place::AttentionIn,
    }
}

/// The path of what a module is a part of.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}
