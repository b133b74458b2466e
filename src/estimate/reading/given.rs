//! What people give: flags, and `--set NAME=VALUE`.

use std::collections::BTreeMap;

use super::objective::Aim;
use super::typed::{Typed, plain};
use crate::estimate::run::{Attention, Dtype, Quantization, Reference, Stage, Targets};
use crate::python::facts::Value;
use crate::python::literal::written;

/// Settings that somebody gives; they stand above those of code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    values: BTreeMap<&'static str, Value>,
}

/// Names that can be given, what else they are called, and what they mean.
pub const NAMES: &[(&str, &[&str], &str)] = &[
    (
        "model",
        &["model_name_or_path", "model_name", "model_id"],
        "id or folder of the model",
    ),
    (
        "class",
        &["model_class"],
        "class that loads it: AutoModelForSequenceClassification",
    ),
    ("num_labels", &[], "classes of a head for classes"),
    ("method", &[], "full, lora, qlora or inference"),
    (
        "objective",
        &[],
        "sft, dpo, kto, reward, grpo, distillation, classification, embedding or diffusion",
    ),
    (
        "dtype",
        &["torch_dtype"],
        "type of the loaded weights: float32, bfloat16, float16",
    ),
    (
        "mixed_precision",
        &[],
        "type that autocast computes in: bf16, fp16 or no",
    ),
    ("quantization", &[], "none, int8, nf4, nf4-dq"),
    (
        "attn_implementation",
        &["attention"],
        "flash, sdpa or eager",
    ),
    ("optim", &["optimizer"], "optim of TrainingArguments"),
    (
        "per_device_train_batch_size",
        &["batch_size", "train_batch_size", "batch"],
        "examples on one device at a time",
    ),
    (
        "gradient_accumulation_steps",
        &["accumulation"],
        "batches before weights change",
    ),
    (
        "max_length",
        &["seq_len", "max_seq_length", "length", "sequence_length"],
        "tokens of an example",
    ),
    (
        "max_completion_length",
        &["completion", "max_new_tokens"],
        "tokens of an answer",
    ),
    ("num_generations", &[], "answers of one prompt"),
    (
        "prompt_length",
        &["max_prompt_length"],
        "tokens of a prompt",
    ),
    (
        "resolution",
        &["pixels"],
        "width and height of images in pixels",
    ),
    (
        "gradient_checkpointing",
        &["activation_checkpointing", "checkpointing"],
        "whether activations are computed again",
    ),
    (
        "activation_offloading",
        &[],
        "whether kept activations wait in the host's memory",
    ),
    ("loss", &[], "whole, chunked or fused"),
    ("reference", &["ref_model"], "model, adapter or none"),
    ("teacher_parameters", &[], "parameters of the teacher"),
    ("lora_r", &["r", "rank"], "rank of the adapter"),
    (
        "target_modules",
        &["lora_target_modules"],
        "all-linear, or names with commas between",
    ),
    ("lora_dropout", &[], "dropout of the adapter"),
    (
        "use_dora",
        &["dora"],
        "whether the adapter is weight-decomposed",
    ),
    ("modules_to_save", &[], "modules that are trained whole"),
    ("adapter_dtype", &[], "type of the adapter's weights"),
    (
        "upcasts",
        &[],
        "whether what is not quantised was cast to float32",
    ),
    (
        "num_processes",
        &["gpus", "devices"],
        "devices that work together",
    ),
    ("sharding", &[], "none, ddp, zero1, zero2, zero3, fsdp"),
    (
        "offload_optimizer",
        &[],
        "whether states of the optimizer wait in the host's memory",
    ),
    ("offload_weights", &["offload_param"], "whether weights do"),
    (
        "device_map",
        &[],
        "whether layers are spread over the devices: auto",
    ),
    ("examples", &[], "examples of the training"),
    ("num_train_epochs", &["epochs"], "passes over them"),
    ("max_steps", &[], "changes of weights, instead of epochs"),
    (
        "gpu_memory_utilization",
        &["vllm_gpu_memory_utilization"],
        "share of the card that vLLM keeps",
    ),
    (
        "kv_cache_dtype",
        &["cache_dtype"],
        "type of cached keys and values",
    ),
];

/// The name that a setting has here.
pub fn canonical(name: &str) -> Option<&'static str> {
    let name = name.trim().trim_start_matches("--").replace('-', "_");
    let is_it = |(own, others, _): &&(&'static str, &[&str], &str)| {
        *own == name || others.contains(&name.as_str())
    };
    NAMES.iter().find(is_it).map(|(own, ..)| *own)
}

impl Given {
    /// Takes `NAME=VALUE`.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence for people.
    pub fn set(&mut self, written: &str) -> Result<(), String> {
        let Some((name, value)) = written.split_once('=') else {
            return Err(format!("`{written}` is no setting; write NAME=VALUE"));
        };
        let Some(own) = canonical(name) else {
            let known: Vec<&str> = NAMES.iter().map(|(own, ..)| *own).collect();
            let (name, known) = (name.trim(), known.join(", "));
            return Err(format!("there is no setting `{name}`; there are {known}"));
        };
        let value = value.trim();
        if value.is_empty() {
            return Err(format!("`{written}` gives no value"));
        }
        self.put(own, plain(value));
        Ok(())
    }

    /// Takes a value under a name of [`NAMES`].
    pub fn put(&mut self, name: &'static str, value: Value) {
        self.values.insert(name, value);
    }

    /// What was given under a name of [`NAMES`], or another that stands for it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(canonical(name)?)
    }

    /// Whether every value is of the type that its setting has.
    ///
    /// # Errors
    /// Which one is not, in a sentence for people.
    pub fn check(&self) -> Result<(), String> {
        for (name, value) in self.all() {
            let is_fine = match name {
                "model" | "class" | "optim" => String::read(value).is_some(),
                "method" => {
                    let word = String::read(value);
                    word.is_some_and(|it| {
                        matches!(it.as_str(), "full" | "lora" | "qlora" | "inference")
                    })
                }
                "objective" => Aim::read(value).is_some(),
                "dtype" | "adapter_dtype" | "kv_cache_dtype" => Dtype::read(value).is_some(),
                "mixed_precision" => {
                    Dtype::read(value).is_some()
                        || matches!(value, Value::None)
                        || *value == Value::Str("no".to_owned())
                }
                "quantization" => Quantization::read(value).is_some(),
                "attn_implementation" => Attention::read(value).is_some(),
                "reference" => Reference::read(value).is_some(),
                "sharding" => Stage::read(value).is_some(),
                "loss" => String::read(value)
                    .is_some_and(|it| matches!(it.as_str(), "whole" | "chunked" | "fused")),
                "gradient_checkpointing"
                | "activation_offloading"
                | "use_dora"
                | "upcasts"
                | "offload_optimizer"
                | "offload_weights" => bool::read(value).is_some(),
                "lora_dropout" | "num_train_epochs" | "gpu_memory_utilization" => {
                    f64::read(value).is_some_and(|it| it >= 0.0)
                }
                "target_modules" => Targets::read(value).is_some(),
                "modules_to_save" | "device_map" => true,
                _ => u64::read(value).is_some_and(|it| (1..=1 << 40).contains(&it)),
            };
            if !is_fine {
                let (_, _, means) = NAMES
                    .iter()
                    .find(|(own, ..)| *own == name)
                    .copied()
                    .unwrap_or_default();
                return Err(format!(
                    "`{}` is no value for `{name}` ({means})",
                    shown(value)
                ));
            }
        }
        Ok(())
    }

    /// All of it, by name.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.values.iter().map(|(name, value)| (*name, value))
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Str(text) => text.clone(),
        value => written(value).unwrap_or_default(),
    }
}
