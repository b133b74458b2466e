//! The modules of a model, from its `config.json`: which they are, with their sizes.
//!
//! Each family is described in a file of its own, as the constructors of transformers 5.23 make it; a maintenance test
//! compares the counts with the library's. What is not described is an [`Unknown`], never a guess.

mod bert;
mod bloom;
mod builder;
mod config;
mod decoder;
mod falcon;
mod gpt2;
mod t5;
mod vit;
mod whisper;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use self::builder::Builder;
use self::config::Config;
use super::model::{Experts, Kind, Known, Model, Module, Stack};
use super::number::{count, float};

/// Why the modules of a model are not known, in words for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown(pub String);

impl fmt::Display for Unknown {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl std::error::Error for Unknown {}

/// What a class adds to the layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    /// Nothing: the base class.
    None,
    /// A choice among the words.
    Words,
    /// Labels for a whole text, or an image.
    Labels,
    /// Labels for each token.
    TokenLabels,
}

/// The modules of the model that a `config.json` describes.
///
/// `class` is the class that is asked for, or an auto class (`AutoModelForSequenceClassification`); without it, it is the
/// first of `architectures`, or what the configuration is usually loaded as.
///
/// # Errors
/// Where the family or the class is not described here, or the configuration lacks a size or has an absurd one.
pub fn model(config: &Value, class: Option<&str>) -> Result<Model, Unknown> {
    let config = Config::new(config)?;
    let name = config.family()?;
    let family = FAMILIES.iter().find(|family| family.name == name);
    let family =
        family.ok_or_else(|| Unknown(format!("the architecture `{name}` is not known here")))?;
    let asked = class.or_else(|| config.architecture());
    let head = match asked {
        Some(class) => family
            .head(class)
            .ok_or_else(|| Unknown(format!("the class `{class}` of `{name}` is not known here")))?,
        None => family.usual(),
    };
    let mut builder = Builder::default();
    (family.describe)(&config, head, &mut builder)?;
    builder.model(name, asked.unwrap_or_default())
}

type Describe = fn(&Config<'_>, Head, &mut Builder) -> Result<(), Unknown>;

/// Models of one `model_type`.
struct Family {
    name: &'static str,
    /// What the names of its classes begin with: of the class that chooses words, and of the others.
    prefixes: [&'static str; 2],
    /// The ends of the names of the class that chooses words, and of its auto class; empty where there is none.
    words: [&'static str; 2],
    describe: Describe,
}

const CAUSAL: [&str; 2] = ["ForCausalLM", "AutoModelForCausalLM"];
const MASKED: [&str; 2] = ["ForMaskedLM", "AutoModelForMaskedLM"];

const fn family(
    name: &'static str,
    prefix: &'static str,
    words: [&'static str; 2],
    describe: Describe,
) -> Family {
    Family {
        name,
        prefixes: [prefix, prefix],
        words,
        describe,
    }
}

/// All families; the classes are those of transformers 5.23.
const FAMILIES: &[Family] = &[
    family("bloom", "Bloom", CAUSAL, bloom::describe),
    family("llama", "Llama", CAUSAL, decoder::describe),
    family("mistral", "Mistral", CAUSAL, decoder::describe),
    family("qwen2", "Qwen2", CAUSAL, decoder::describe),
    family("qwen3", "Qwen3", CAUSAL, decoder::describe),
    family("gemma", "Gemma", CAUSAL, decoder::describe),
    family("gemma2", "Gemma2", CAUSAL, decoder::describe),
    Family {
        prefixes: ["Gemma3", "Gemma3Text"],
        ..family("gemma3_text", "", CAUSAL, decoder::describe)
    },
    family("phi3", "Phi3", CAUSAL, decoder::describe),
    family("mixtral", "Mixtral", CAUSAL, decoder::describe),
    family("qwen3_moe", "Qwen3Moe", CAUSAL, decoder::describe),
    family("phi", "Phi", CAUSAL, decoder::describe),
    family(
        "gpt2",
        "GPT2",
        ["LMHeadModel", "AutoModelForCausalLM"],
        gpt2::describe,
    ),
    family("bert", "Bert", MASKED, bert::describe),
    family("roberta", "Roberta", MASKED, bert::describe),
    family("xlm-roberta", "XLMRoberta", MASKED, bert::describe),
    family(
        "t5",
        "T5",
        ["ForConditionalGeneration", "AutoModelForSeq2SeqLM"],
        t5::describe,
    ),
    family(
        "mt5",
        "MT5",
        ["ForConditionalGeneration", "AutoModelForSeq2SeqLM"],
        t5::describe,
    ),
    family("falcon", "Falcon", CAUSAL, falcon::describe),
    family("vit", "ViT", ["", ""], vit::describe),
    family(
        "whisper",
        "Whisper",
        ["ForConditionalGeneration", "AutoModelForSpeechSeq2Seq"],
        whisper::describe,
    ),
];

impl Family {
    /// The head of what is loaded where nothing says which.
    fn usual(&self) -> Head {
        match self.words[0] {
            "" => Head::None,
            _ => Head::Words,
        }
    }

    /// The head of a class; nothing where it is not one of those described.
    fn head(&self, class: &str) -> Option<Head> {
        let [first, other] = self.prefixes;
        let [own, auto] = self.words;
        if !own.is_empty() && (class == auto || class.strip_prefix(first) == Some(own)) {
            return Some(Head::Words);
        }
        let rest = match class.strip_prefix("AutoModel") {
            Some("") => "Model",
            Some(rest) => rest,
            None => class.strip_prefix(other)?,
        };
        match rest {
            "Model" => Some(Head::None),
            "ForSequenceClassification" | "ForImageClassification" => Some(Head::Labels),
            "ForTokenClassification" => Some(Head::TokenLabels),
            _ => None,
        }
    }
}

/// A model of which only the number of parameters is known, with what its configuration says of its stacks.
pub fn counted(parameters: u64, config: Option<&Value>) -> Model {
    let known = config.and_then(|config| model(config, None).ok());
    let (family, class, stacks) = match known {
        Some(model) => (model.family, model.class, model.stacks),
        None => {
            let config = config.and_then(|config| Config::new(config).ok());
            let family = config
                .as_ref()
                .and_then(|it| it.family().ok())
                .unwrap_or_default();
            let stack = config.as_ref().and_then(|it| guessed(it).ok());
            (
                family.to_owned(),
                String::new(),
                stack.into_iter().collect(),
            )
        }
    };
    let width = stacks.first().map_or_else(
        || usual_width(parameters),
        |stack: &Stack| stack.hidden.max(1),
    );
    Model {
        family,
        class,
        modules: squares(parameters, width),
        stacks,
        known: Known::Counted,
    }
}

/// The width of a decoder of that many parameters: twelve squares of it in each layer, and a layer for every 128 features.
fn usual_width(parameters: u64) -> u64 {
    count((float(parameters) * 128.0 / 12.0).cbrt()).max(1)
}

/// So many parameters as square matrices, and what is left over.
fn squares(parameters: u64, width: u64) -> Vec<Module> {
    let matrices = parameters / width.saturating_mul(width).max(1);
    let mut builder = Builder::default();
    if matrices > 0 {
        builder.linear("model", width, width, false, matrices);
    }
    let rest = parameters - matrices * width.saturating_mul(width);
    if rest > 0 {
        builder.other("rest", rest);
    }
    builder.modules
}

/// The layers that the usual names of a configuration speak of.
fn guessed(config: &Config<'_>) -> Result<Stack, Unknown> {
    let heads = config.size("num_attention_heads")?;
    let hidden = config.size("hidden_size")?;
    let kv_heads = config.size_or("num_key_value_heads", heads)?;
    Ok(Stack {
        path: "model.layers".to_owned(),
        layers: config.size("num_hidden_layers")?,
        hidden,
        intermediate: config.size("intermediate_size")?,
        heads,
        kv_heads,
        head_dim: config.size_or("head_dim", hidden / heads.max(1))?,
        gated: true,
        causal: true,
        vocab: config.size_or("vocab_size", 0)?,
        context: config.maybe("max_position_embeddings"),
        ..Stack::default()
    })
}

/// Parameters by their paths, elements and repetitions, sorted: what tests compare with the library's own. All numbers in
/// paths are `*`, and a `.weight` at their ends is left out.
pub fn listing(model: &Model) -> Vec<String> {
    let mut all: BTreeMap<(String, u64), u64> = BTreeMap::new();
    let mut add = |path: &str, size: u64, count: u64| {
        let is_number = |part: &str| part.bytes().all(|it| it.is_ascii_digit());
        let parts = path
            .split('.')
            .map(|part| if is_number(part) { "*" } else { part });
        let path = parts.collect::<Vec<_>>().join(".");
        *all.entry((path, size)).or_default() += count;
    };
    for module in &model.modules {
        match module.experts.filter(|_| module.kind == Kind::Experts) {
            Some(Experts { all, .. }) => add(&module.path, module.weight * all, module.count / all),
            None if !module.tied => add(&module.path, module.weight, module.count),
            None => {}
        }
        if module.bias > 0 {
            add(&format!("{}.bias", module.path), module.bias, module.count);
        }
    }
    let lines = all
        .into_iter()
        .map(|((path, size), count)| format!("{path}\t{size}\t{count}"));
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}
