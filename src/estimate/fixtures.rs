//! Models as the real classes of transformers build them (`tests/estimate/models.py`).

use serde_json::Value;

use super::model::{Experts, Kind, Known, Model, Module, Role, Stack};

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or(0)
}

/// A model of the fixtures, with so many layers in each stack where that is given.
pub fn model(name: &str, layers: Option<u64>) -> Model {
    let text = include_str!("../../tests/fixtures/estimate/models.json");
    let all: Value = serde_json::from_str(text).unwrap();
    let it = &all[name];
    assert!(it.is_object(), "no model {name}");
    let stacks: Vec<Stack> = it["stacks"].as_array().unwrap().iter().map(stack).collect();
    let of_layers = |index: Option<usize>, count: u64| match (index, layers) {
        (Some(index), Some(layers)) if count >= stacks[index].layers => {
            count / stacks[index].layers * layers
        }
        _ => count,
    };
    let modules = it["modules"].as_array().unwrap().iter().map(|row| {
        let stack = row["stack"].as_u64().map(|it| usize::try_from(it).unwrap());
        Module {
            path: row["path"].as_str().unwrap().to_owned(),
            kind: kind(row["kind"].as_str().unwrap()),
            weight: number(row, "weight"),
            bias: number(row, "bias"),
            inputs: number(row, "inputs"),
            outputs: number(row, "outputs"),
            count: of_layers(stack, number(row, "count")),
            stack,
            tied: row["tied"].as_bool().unwrap(),
            experts: row["experts"].is_object().then(|| Experts {
                all: number(&row["experts"], "all"),
                used: number(&row["experts"], "used"),
            }),
        }
    });
    let modules = modules.collect();
    let resized = |stack: &Stack| Stack {
        layers: layers.unwrap_or(stack.layers),
        ..stack.clone()
    };
    Model {
        family: it["family"].as_str().unwrap().to_owned(),
        class: it["class"].as_str().unwrap().to_owned(),
        modules,
        stacks: stacks.iter().map(resized).collect(),
        known: Known::Exactly,
    }
}

fn kind(name: &str) -> Kind {
    match name {
        "Linear" => Kind::Linear,
        "Conv1D" => Kind::Conv1D,
        "Experts" => Kind::Experts,
        "Embedding" => Kind::Embedding,
        "Norm" => Kind::Norm,
        "Convolution" => Kind::Convolution,
        _ => Kind::Other,
    }
}

fn stack(it: &Value) -> Stack {
    Stack {
        role: match it["role"].as_str().unwrap() {
            "Decoder" => Role::Decoder,
            "Vision" => Role::Vision,
            "Audio" => Role::Audio,
            _ => Role::Encoder,
        },
        path: it["path"].as_str().unwrap().to_owned(),
        layers: number(it, "layers"),
        hidden: number(it, "hidden"),
        intermediate: number(it, "intermediate"),
        heads: number(it, "heads"),
        kv_heads: number(it, "kv_heads"),
        head_dim: number(it, "head_dim"),
        gated: it["gated"].as_bool().unwrap(),
        causal: it["causal"].as_bool().unwrap(),
        cross: it["cross"].as_bool().unwrap(),
        vocab: number(it, "vocab"),
        tokens: it["tokens"].as_u64(),
        ..Stack::default()
    }
}
