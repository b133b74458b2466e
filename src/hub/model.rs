//! What is known about a model.

mod compose;
mod weights;

use serde::{Deserialize, Serialize};

pub use super::facts::Common;
pub use weights::{Parameters, Weights};

/// What is known about a model. `None` and `Unknown` mean "not known", never "no".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// Existence, gate, licence and so on.
    pub common: Common,
    /// The task: `text-generation`.
    pub task: Option<String>,
    /// The library that it is made for: `transformers`, `peft`.
    pub library: Option<String>,
    /// Numbers of parameters.
    pub parameters: Option<Parameters>,
    /// The number of tokens that its configuration allows.
    pub context_length: Option<u64>,
    /// Classes that its configuration names: `LlamaForCausalLM`.
    pub architectures: Option<Vec<String>>,
    /// The kind of model in its configuration: `llama`.
    pub model_type: Option<String>,
    /// The auto class that the Hub gives for it: `AutoModelForCausalLM`.
    pub auto_class: Option<String>,
    /// The auto class of its tokenizer or processor: `AutoTokenizer`.
    pub processor: Option<String>,
    /// Whether it needs code of its own, for which `trust_remote_code=True` has to be said.
    pub custom_code: Option<bool>,
    /// The auto classes that its own code serves (`auto_map`).
    pub custom_classes: Vec<String>,
    /// In which formats its weights are there.
    pub weights: Option<Weights>,
    /// The data type that its configuration names: `bfloat16`.
    pub dtype: Option<String>,
    /// What the scanners of the Hub have found.
    pub scans: Scans,
    /// Whether its tokenizer has a chat template.
    pub chat_template: Option<bool>,
    /// Whether it is an adapter, and of what.
    pub adapter: Presence<Adapter>,
    /// Whether it is quantised, and by what method (`bitsandbytes`, `gptq`).
    pub quantised: Presence<String>,
    /// What its GGUF files say.
    pub gguf: Option<Gguf>,
    /// What it is made from.
    pub base_models: Vec<String>,
    /// How it is made from that: `finetune`, `adapter`, `quantized`, `merge`.
    pub base_relation: Option<String>,
    /// The release of transformers that has saved it.
    pub saved_with: Option<String>,
}

impl ModelFacts {
    /// The bytes of its weights as they are stored, without what training and caches add.
    pub fn memory(&self) -> Option<u64> {
        let parameters = self.parameters.as_ref().and_then(Parameters::bytes);
        parameters.or_else(|| self.gguf.as_ref()?.bytes)
    }

    /// Whether weights are there in GGUF files alone.
    pub fn is_gguf_only(&self) -> bool {
        let only = |weights: &Weights| weights.gguf > 0 && weights.gguf == weights.all();
        self.weights.as_ref().is_some_and(only)
    }

    /// Whether weights are there in pickle files alone.
    pub fn is_pickle_only(&self) -> bool {
        let only =
            |weights: &Weights| weights.pickle > 0 && weights.safetensors == 0 && weights.gguf == 0;
        self.weights.as_ref().is_some_and(only)
    }
}

/// Whether something is there, and what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence<T> {
    /// Not known.
    #[default]
    Unknown,
    /// It is not there.
    No,
    /// This is there.
    Yes(T),
}

impl<T> Presence<T> {
    /// What is there.
    pub const fn get(&self) -> Option<&T> {
        match self {
            Self::Yes(it) => Some(it),
            _ => None,
        }
    }

    /// Whether nothing is known.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

/// An adapter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adapter {
    /// `LORA`
    pub kind: Option<String>,
    /// The model that it adapts.
    pub base: Option<String>,
}

/// What GGUF files say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gguf {
    /// `llama`
    pub architecture: Option<String>,
    /// The number of tokens.
    pub context_length: Option<u64>,
    /// The number of parameters.
    pub parameters: Option<u64>,
    /// The size of the file that the Hub has chosen.
    pub bytes: Option<u64>,
}

/// What the Hub's scanners say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scans {
    /// Not asked, or not done yet: this is not "clean".
    #[default]
    Unknown,
    /// Done; nothing found.
    Clean,
    /// Files and levels (`unsafe`, `caution`).
    Issues(Vec<(String, String)>),
}
