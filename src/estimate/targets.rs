//! Which modules PEFT puts an adapter beside when nobody says (peft 0.21 `utils/constants.py`,
//! `TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING`).

/// The ends of the paths of a family's modules; none where PEFT asks its user to say.
pub fn usual(family: &str) -> Option<&'static [&'static str]> {
    let at = USUAL
        .iter()
        .find(|(families, _)| families.contains(&family))?;
    Some(at.1)
}

/// Families, and the ends of the paths of their modules.
const USUAL: &[(&[&str], &[&str])] = &[
    (
        &[
            "bart",
            "gemma",
            "gemma2",
            "gemma3_text",
            "gemma4",
            "gpt_neo",
            "gptj",
            "llama",
            "llama4",
            "mistral",
            "mixtral",
            "opt",
            "qwen2",
            "qwen3",
            "stablelm",
        ],
        &["q_proj", "v_proj"],
    ),
    (&["t5", "mt5"], &["q", "v"]),
    (&["blip-2"], &["q", "v", "q_proj", "v_proj"]),
    (&["gpt2", "gpt_bigcode"], &["c_attn"]),
    (
        &[
            "bloom",
            "chatglm",
            "falcon",
            "gpt_neox",
            "RefinedWeb",
            "RefinedWebModel",
        ],
        &["query_key_value"],
    ),
    (
        &["bert", "electra", "layoutlm", "roberta", "xlm-roberta"],
        &["query", "value"],
    ),
    (&["deberta-v2"], &["query_proj", "value_proj"]),
    (&["deberta"], &["in_proj"]),
    (&["mpt"], &["Wqkv"]),
    (&["btlm"], &["c_proj", "c_attn"]),
    (&["codegen"], &["qkv_proj"]),
    (&["phi"], &["q_proj", "v_proj", "fc1", "fc2"]),
    (&["nemotron_h"], &["q_proj", "k_proj", "v_proj", "o_proj"]),
    (&["rwkv"], &["key", "value", "receptance", "output"]),
    (
        &["rwkv7"],
        &["r_proj", "k_proj", "v_proj", "o_proj", "key", "value"],
    ),
];
