//! Settings as flags.

use clap::ValueEnum;

use crate::cli::Error;
use crate::estimate::reading::{Given, plain};
use crate::python::facts::Value;

/// Settings that stand above those of a script.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Flags {
    /// The model: of the Hub, or a folder
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
    /// What is done with it
    #[arg(long, value_enum)]
    pub method: Option<Method>,
    /// What it is trained for: `sft`, `dpo`, `kto`, `reward`, `grpo`, `distillation`, `classification`, `embedding`,
    /// `diffusion`
    #[arg(long, value_name = "NAME")]
    pub objective: Option<String>,
    /// The type of the loaded weights
    #[arg(long, value_name = "TYPE")]
    pub dtype: Option<String>,
    /// What of the weights is quantised
    #[arg(long, value_enum)]
    pub quantization: Option<Quantized>,
    /// The optimizer, a value of `optim` of `TrainingArguments`
    #[arg(long, value_name = "NAME")]
    pub optim: Option<String>,
    /// Examples on one device at a time
    #[arg(long, value_name = "N")]
    pub batch_size: Option<u64>,
    /// Batches before weights change
    #[arg(long, value_name = "N")]
    pub gradient_accumulation_steps: Option<u64>,
    /// Tokens of an example, those that are generated among them
    #[arg(long, value_name = "N")]
    pub seq_len: Option<u64>,
    /// Rank of the adapter
    #[arg(long, value_name = "N")]
    pub lora_r: Option<u64>,
    /// Modules that the adapter is beside: `all-linear`, or names with commas between them
    #[arg(long, value_name = "NAMES")]
    pub target_modules: Option<String>,
    /// Compute activations again instead of keeping them
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub gradient_checkpointing: Option<bool>,
    /// How attention is computed
    #[arg(long, value_enum)]
    pub attention: Option<Attention>,
    /// How many devices work together
    #[arg(long, value_name = "N")]
    pub gpus: Option<u64>,
    /// How the model is spread over them
    #[arg(long, value_enum)]
    pub sharding: Option<Sharding>,
    /// Examples of the training, for its time
    #[arg(long, value_name = "N")]
    pub examples: Option<u64>,
    /// Passes over them
    #[arg(long, value_name = "N")]
    pub epochs: Option<f64>,
    /// Any other setting: `max_completion_length=1024`; an unknown name lists all of them
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

/// What is done with a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum Method {
    /// All weights are trained
    Full,
    /// An adapter is trained
    Lora,
    /// An adapter is trained beside weights in 4 bits
    Qlora,
    /// Nothing is trained
    Inference,
}

/// What of the weights is quantised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Quantized {
    /// Nothing
    None,
    /// Linear layers to 8 bits
    Int8,
    /// Linear layers to 4 bits
    Nf4,
    /// The same, with quantised constants
    Nf4Dq,
}

/// How attention is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Attention {
    /// FlashAttention
    Flash,
    /// PyTorch's own
    Sdpa,
    /// With all scores in memory
    Eager,
}

/// How a model is spread over devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sharding {
    /// Each has all
    None,
    /// States of the optimizer are spread
    Zero1,
    /// Gradients too
    Zero2,
    /// Weights too
    Zero3,
    /// As ZeRO-3
    Fsdp,
}

fn word(value: impl ValueEnum) -> Value {
    let shown = value.to_possible_value();
    Value::Str(shown.map_or_else(String::new, |it| it.get_name().to_owned()))
}

fn number(value: u64, flag: &str) -> Result<Value, Error> {
    if value == 0 {
        return Err(Error(format!("`{flag} 0` makes no sense; give 1 or more")));
    }
    i64::try_from(value)
        .ok()
        .filter(|it| *it <= 1 << 40)
        .map(Value::Int)
        .ok_or_else(|| Error(format!("`{flag} {value}` is too much")))
}

impl Flags {
    /// As the reading of scripts takes it.
    ///
    /// # Errors
    /// Flags that contradict each other, unknown names, numbers that make no sense.
    pub fn given(&self) -> Result<Given, Error> {
        self.contradictions()?;
        let mut given = Given::default();
        for written in &self.set {
            given.set(written).map_err(Error)?;
        }
        let text = |value: &Option<String>| value.as_ref().map(|it| Value::Str(it.clone()));
        let count = |value: Option<u64>, flag: &str| value.map(|it| number(it, flag)).transpose();
        let quantization = self.quantization.map(word);
        let is_qlora = self.method == Some(Method::Qlora);
        let quantization = quantization.or_else(|| is_qlora.then(|| Value::Str("nf4".to_owned())));
        let all = [
            ("model", text(&self.model)),
            ("method", self.method.map(word)),
            ("objective", text(&self.objective)),
            ("dtype", text(&self.dtype)),
            ("quantization", quantization),
            ("optim", text(&self.optim)),
            (
                "per_device_train_batch_size",
                count(self.batch_size, "--batch-size")?,
            ),
            (
                "gradient_accumulation_steps",
                count(
                    self.gradient_accumulation_steps,
                    "--gradient-accumulation-steps",
                )?,
            ),
            ("max_length", count(self.seq_len, "--seq-len")?),
            ("lora_r", count(self.lora_r, "--lora-r")?),
            ("target_modules", text(&self.target_modules)),
            (
                "gradient_checkpointing",
                self.gradient_checkpointing.map(Value::Bool),
            ),
            ("attn_implementation", self.attention.map(word)),
            ("num_processes", count(self.gpus, "--gpus")?),
            ("sharding", self.sharding.map(word)),
            ("examples", count(self.examples, "--examples")?),
            ("num_train_epochs", self.epochs.map(Value::Float)),
        ];
        for (name, value) in all {
            let Some(value) = value else { continue };
            if given.get(name).is_some() {
                return Err(Error(format!(
                    "`{name}` is given twice, as a flag and with `--set`"
                )));
            }
            given.put(name, value);
        }
        given.check().map_err(Error)?;
        Ok(given)
    }

    fn contradictions(&self) -> Result<(), Error> {
        let quantised = self.quantization.filter(|it| *it != Quantized::None);
        let adapts = self.lora_r.is_some() || self.target_modules.is_some();
        let said = match self.method {
            Some(Method::Full) if quantised.is_some() => {
                "quantised weights cannot be trained themselves; use `--method qlora` for an adapter beside them"
            }
            Some(Method::Full | Method::Inference) if adapts => {
                "`--lora-r` and `--target-modules` are for adapters; use `--method lora` or `--method qlora`"
            }
            Some(Method::Qlora) if self.quantization == Some(Quantized::None) => {
                "`--method qlora` is an adapter beside quantised weights; use `--method lora` for `--quantization none`"
            }
            Some(Method::Inference)
                if self.objective.is_some() || self.gradient_checkpointing == Some(true) =>
            {
                "`--method inference` trains nothing, so `--objective` and `--gradient-checkpointing` mean nothing with it"
            }
            _ if self.sharding.is_some_and(|it| it != Sharding::None) && self.gpus == Some(1) => {
                "`--sharding` spreads a model over several devices; give more with `--gpus`"
            }
            _ if self.epochs.is_some_and(|it| !it.is_finite() || it <= 0.0) => {
                "`--epochs` has to be above 0"
            }
            _ => return Ok(()),
        };
        Err(Error(said.to_owned()))
    }
}

/// The script that the flags alone stand for: what trl and transformers do by themselves is then known from their releases.
pub fn script(given: &Given) -> String {
    let is = |name: &str, word: &str| given.get(name) == Some(&plain(word));
    let model = "\"?\"";
    if is("method", "inference") {
        return format!(
            "from transformers import AutoModelForCausalLM\nmodel = AutoModelForCausalLM.from_pretrained({model})\n"
        );
    }
    let (config, trainer) = match given.get("objective") {
        Some(Value::Str(objective)) => match objective.to_ascii_lowercase().as_str() {
            "dpo" | "preference" => ("DPOConfig", "DPOTrainer"),
            "kto" => ("KTOConfig", "KTOTrainer"),
            "reward" => ("RewardConfig", "RewardTrainer"),
            "grpo" => ("GRPOConfig", "GRPOTrainer"),
            "rloo" => ("RLOOConfig", "RLOOTrainer"),
            "sft" | "language" | "clm" => ("SFTConfig", "SFTTrainer"),
            _ => {
                return "from transformers import Trainer, TrainingArguments\n\
                        trainer = Trainer(args=TrainingArguments(bf16=True))\n"
                    .to_owned();
            }
        },
        _ => ("SFTConfig", "SFTTrainer"),
    };
    format!("from trl import {config}, {trainer}\ntrainer = {trainer}({model}, args={config}())\n")
}
