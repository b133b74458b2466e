//! What is computed of the model's answers: by the trainer and the class of the model.

use super::Origin as From;
use super::notes::{Found, Notes};
use super::object::Object;
use super::typed::Typed;
use crate::estimate::run::{Generated, Objective, Reference};
use crate::python::facts::Value;

/// What a trainer or its configuration is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Whatever the head of the model computes.
    Plain,
    /// The next token.
    Language,
    /// Pairs of answers; whether there is a reference model.
    Preference(bool),
    /// Single answers.
    Judgement,
    /// Scores.
    Reward,
    /// Generated answers.
    Generated,
    /// A teacher.
    Distilled,
    /// Embeddings.
    Contrasted,
    /// Pairs that are scored together (cross-encoders).
    Scored,
    /// Diffusion.
    Denoised,
}

/// The aim of a trainer or a configuration, by its class.
pub fn aim(symbol: &str) -> Aim {
    let class = symbol.rsplit('.').next().unwrap_or(symbol);
    let stem = class
        .trim_end_matches("Trainer")
        .trim_end_matches("TrainingArguments")
        .trim_end_matches("Config")
        .trim_end_matches("Arguments");
    match stem {
        "SFT" | "IterativeSFT" => Aim::Language,
        "DPO" | "OnlineDPO" | "NashMD" | "XPO" | "TPO" | "BCO" | "OnlineDPOTrainer" => {
            Aim::Preference(true)
        }
        "CPO" | "ORPO" => Aim::Preference(false),
        "KTO" => Aim::Judgement,
        "Reward" | "PRM" => Aim::Reward,
        "GRPO" | "RLOO" | "AsyncGRPO" | "GMPO" | "A2PO" | "GRPOWithReplayBuffer" | "SDPO" => {
            Aim::Generated
        }
        "GKD" | "Distillation" | "GOLD" | "MiniLLM" | "ServerDistillation"
        | "AsyncDistillation" | "SDFT" => Aim::Distilled,
        "SentenceTransformer" | "SparseEncoder" | "MultiVectorEncoder" => Aim::Contrasted,
        "CrossEncoder" => Aim::Scored,
        _ => Aim::Plain,
    }
}

impl Aim {
    /// How it is named on the command line.
    fn of_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "sft" | "language" | "clm" => Self::Language,
            "dpo" | "preference" => Self::Preference(true),
            "orpo" | "cpo" => Self::Preference(false),
            "kto" => Self::Judgement,
            "reward" => Self::Reward,
            "grpo" | "rloo" => Self::Generated,
            "distillation" | "gkd" => Self::Distilled,
            "embedding" => Self::Contrasted,
            "classification" => Self::Scored,
            "diffusion" => Self::Denoised,
            _ => return None,
        })
    }
}

impl Typed for Aim {
    fn read(value: &Value) -> Option<Self> {
        String::read(value).and_then(|word| Self::of_word(&word))
    }

    fn show(&self) -> String {
        match self {
            Self::Plain | Self::Language => "sft",
            Self::Preference(_) => "dpo",
            Self::Judgement => "kto",
            Self::Reward => "reward",
            Self::Generated => "grpo",
            Self::Distilled => "distillation",
            Self::Contrasted => "embedding",
            Self::Scored => "classification",
            Self::Denoised => "diffusion",
        }
        .to_owned()
    }
}

impl Typed for Reference {
    fn read(value: &Value) -> Option<Self> {
        match String::read(value)?.to_ascii_lowercase().as_str() {
            "model" => Some(Self::Model),
            "adapter" => Some(Self::Adapter),
            "none" => Some(Self::None),
            _ => None,
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Model => "model",
            Self::Adapter => "adapter",
            Self::None => "none",
        }
        .to_owned()
    }
}

/// Whether the logits of a class of models are words.
pub fn speaks(class: &str) -> bool {
    const HEADS: [&str; 9] = [
        "CausalLM",
        "MaskedLM",
        "LMHead",
        "Seq2SeqLM",
        "ConditionalGeneration",
        "ImageTextToText",
        "Vision2Seq",
        "CTC",
        "FastLanguageModel",
    ];
    HEADS.iter().any(|head| class.contains(head))
        || class.contains("MultimodalLM")
        || class.contains("ForPreTraining")
}

/// What a training computes, and what it needs for that.
pub struct Aiming<'l, 'c, 'a> {
    /// What it is for.
    pub aim: Aim,
    /// The class of the model.
    pub class: Option<&'l str>,
    /// The configuration.
    pub config: Option<&'l Object<'c, 'a>>,
    /// The trainer.
    pub trainer: Option<&'l Object<'c, 'a>>,
    /// Whether an adapter is trained.
    pub adapted: bool,
}

impl Aiming<'_, '_, '_> {
    fn field(&self, name: &str) -> Option<Found> {
        self.config.and_then(|config| config.field(name))
    }

    /// What the loss is computed of.
    pub fn objective(&self, notes: &mut Notes<'_>) -> Objective {
        let aim = match notes.given::<Aim>("objective") {
            Some(aim) => {
                notes.note("objective", &aim, From::Given);
                aim
            }
            None => self.aim,
        };
        match aim {
            Aim::Plain => self.plain(notes),
            Aim::Language => Objective::Language,
            Aim::Preference(true) => Objective::Preference(self.reference(notes)),
            Aim::Preference(false) => Objective::Preference(Reference::None),
            Aim::Judgement => Objective::Judgement(self.reference(notes)),
            Aim::Reward => Objective::Reward,
            Aim::Generated => Objective::Generated(self.generated(notes)),
            Aim::Distilled => Objective::Distilled {
                teacher: notes.find("teacher_parameters", None),
            },
            Aim::Contrasted => {
                let why = "an example is taken to be a pair of texts";
                notes.say("texts", "2".to_owned(), From::Assumed(why.to_owned()));
                Objective::Contrasted { texts: 2 }
            }
            Aim::Scored => Objective::Classified,
            Aim::Denoised => Objective::Denoised,
        }
    }

    /// By the head of the model.
    fn plain(&self, notes: &mut Notes<'_>) -> Objective {
        match self.class {
            Some(class) if speaks(class) => Objective::Language,
            Some(_) => Objective::Classified,
            None => {
                let why = "the class of the model is not known: a language model is taken";
                notes.say("objective", "sft".to_owned(), From::Assumed(why.to_owned()));
                Objective::Language
            }
        }
    }

    /// The model that answers are compared with.
    fn reference(&self, notes: &mut Notes<'_>) -> Reference {
        let is = |name: &str| {
            let found = self.field(name);
            found.is_some_and(|it| bool::read(&it.value) == Some(true))
        };
        let given = self.trainer.and_then(|trainer| trainer.passed("ref_model"));
        let given = given.filter(|passed| *passed.value() != Value::None && !passed.may_be_none());
        let found = if is("precompute_ref_log_probs") || is("reference_free") {
            let config = self.config.and_then(|config| {
                let name = if is("precompute_ref_log_probs") {
                    "precompute_ref_log_probs"
                } else {
                    "reference_free"
                };
                config.field(name)
            });
            Found {
                value: Value::Str("none".to_owned()),
                origin: config.map_or(From::Given, |it| it.origin),
            }
        } else if let (Some(passed), Some(trainer)) = (given, self.trainer) {
            Found {
                value: Value::Str("model".to_owned()),
                origin: trainer.code.place(passed.site().0),
            }
        } else if self.adapted {
            let what = "without ref_model the adapter is switched off for comparison".to_owned();
            Found::does(
                Value::Str("adapter".to_owned()),
                what,
                "trl 1.16 `trainer/dpo_trainer.py:929`",
            )
        } else {
            let what = "without ref_model the trainer makes a second model".to_owned();
            Found::does(
                Value::Str("model".to_owned()),
                what,
                "trl 1.16 `trainer/dpo_trainer.py:927`",
            )
        };
        notes.take(
            "reference",
            Some(found),
            Reference::Model,
            "nothing is said of the reference",
        )
    }

    fn generated(&self, notes: &mut Notes<'_>) -> Generated {
        let beta = self.field("beta");
        let reference = match beta.as_ref().and_then(|it| f64::read(&it.value)) {
            Some(0.0) => Found {
                value: Value::Str("none".to_owned()),
                origin: beta.map_or(From::Given, |it| it.origin),
            },
            _ if self.adapted => {
                let what =
                    "beta is above 0, and the adapter is switched off for comparison".to_owned();
                Found::does(
                    Value::Str("adapter".to_owned()),
                    what,
                    "trl 1.16 `trainer/grpo_trainer.py:1003`",
                )
            }
            _ => {
                let what = "beta is above 0, and the trainer makes a second model".to_owned();
                Found::does(
                    Value::Str("model".to_owned()),
                    what,
                    "trl 1.16 `trainer/grpo_trainer.py:1003`",
                )
            }
        };
        let reference = notes.take(
            "reference",
            Some(reference),
            Reference::None,
            "nothing is said of the reference",
        );
        let completion = self
            .field("max_completion_length")
            .or_else(|| self.field("response_length"));
        let completion = completion.filter(|it| it.value != Value::None);
        let completion = notes.take(
            "max_completion_length",
            completion,
            256,
            "the length of answers is not known",
        );
        let generations = self.field("num_generations");
        let generations = notes.take(
            "num_generations",
            generations,
            8,
            "the number of answers is not known",
        );
        Generated {
            reference,
            completion,
            generations: generations.max(1),
            vllm: self.vllm(notes),
        }
    }

    /// The share of the card that vLLM takes beside the training.
    fn vllm(&self, notes: &mut Notes<'_>) -> Option<f64> {
        let uses = self
            .field("use_vllm")
            .is_some_and(|it| bool::read(&it.value) == Some(true));
        let mode = self.field("vllm_mode");
        let mode = mode.as_ref().and_then(|it| String::read(&it.value));
        // Releases without modes have a server of its own.
        let is_here = uses && mode.as_deref() == Some("colocate");
        if !is_here && !notes.is_given("gpu_memory_utilization") {
            return None;
        }
        let share = self.field("vllm_gpu_memory_utilization");
        let share = notes.take(
            "gpu_memory_utilization",
            share,
            0.3,
            "the share of vLLM is not known",
        );
        Some(share.clamp(0.0, 1.0))
    }
}
