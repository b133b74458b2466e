//! One training: a trainer with its configuration, or a configuration alone.

use super::adapter::Looking;
use super::behaviour::{About, behaviour};
use super::code::Code;
use super::loader::{Loaded, Loading, ends_with, loaded};
use super::notes::{Found, Notes};
use super::object::Object;
use super::objective::{Aim, Aiming, aim};
use super::script::Beside;
use super::sharding::spread;
use super::typed::Typed;
use super::{Given, Origin as From, Reading, cached};
use crate::estimate::run::{Dtype, Loss, Objective, Run, Task, Trained, Training};
use crate::knowledge::view::Entity;
use crate::python::facts::{Call, Value};
use crate::rules::context::Thing;
use crate::rules::refusal::Passed;

/// Tokens of a chunk of trl's chunked loss (trl 1.8 `sft_trainer.py:85`).
const CHUNK: u64 = 256;
/// From trl 1.15 on a tile is of 4096 tokens and 32768 words in half precision, which is what so many tokens of a usual
/// vocabulary take in the older way (trl 1.16 `kernels/chunked_logprob.py:31`, `trainer/utils.py:1506`).
const TILE: u64 = 128;
/// Tokens of an example where nothing bounds them.
const LENGTH: u64 = 512;

/// What a training is read from.
pub struct Parts<'p, 'c, 'a> {
    /// The code.
    pub code: Code<'c, 'a>,
    /// The trainer.
    pub trainer: Option<Object<'c, 'a>>,
    /// Its configuration.
    pub config: Option<Object<'c, 'a>>,
    /// What lies beside the script.
    pub beside: &'p Beside<'p>,
    /// What people give.
    pub given: &'p Given,
}

impl<'c, 'a> Parts<'_, 'c, 'a> {
    /// The reading.
    pub fn reading(&self) -> Reading {
        let mut notes = Notes::new(self.given);
        let trainer = self.trainer.as_ref();
        let config = self.config.as_ref();
        let passed = trainer.and_then(|it| it.passed("model"));
        let loaded = loaded(&self.code, passed.as_ref());
        let symbol = trainer.or(config).map(Object::symbol).unwrap_or_default();
        let loading = Loading {
            code: &self.code,
            loaded: &loaded,
            config,
            trainer,
            by_trl: symbol.starts_with("trl.") && loaded.call.is_none(),
        };
        let mut model = loading.model(&mut notes);
        let (dtype, own_dtype) = loading.dtype(&mut notes);
        model.own_dtype = own_dtype;
        let quantization = loading.quantization(&mut notes);
        let attention = loading.attention(&mut notes);
        let looking = Looking {
            code: &self.code,
            loaded: &loaded,
            config,
            trainer,
            weights: (quantization, dtype),
        };
        let trained = looking.trained(&mut notes);
        let aiming = Aiming {
            aim: self.aim(&symbol),
            class: model.class.as_deref(),
            config,
            trainer,
            adapted: matches!(trained, Trained::Adapter(_)),
        };
        let objective = aiming.objective(&mut notes);
        let training = self.training(
            &loaded,
            objective,
            trained,
            &mut model.own_length,
            &mut notes,
        );
        let by_layers = loaded.call.and_then(|call| call.keyword("device_map"));
        let by_layers = by_layers.map(|it| self.code.value(&Passed::Keyword(it)));
        let (devices, sharding) = spread(config, by_layers, self.beside, &mut notes);
        let here = |object: &&Object<'_, '_>| object.code.module.is_none() && object.call.is_some();
        let place = config
            .filter(|it| here(it))
            .or(trainer)
            .and_then(|it| it.call);
        Reading {
            place: place.map(|call| call.callee_range),
            call: place.map(|call| call.range),
            what: symbol,
            model,
            run: Run {
                task: Task::Training(Box::new(training)),
                dtype,
                quantization,
                attention,
                devices,
                sharding,
            },
            settings: notes.settings,
        }
    }

    /// What the training is for: a file of settings for LLaMA-Factory says it by its stage.
    fn aim(&self, symbol: &str) -> Aim {
        let of_config = || {
            self.config
                .as_ref()
                .map_or(Aim::Plain, |config| aim(&config.symbol()))
        };
        let shared = self
            .config
            .as_ref()
            .and_then(|config| config.call)
            .filter(|call| call.shared);
        let stage = shared
            .and_then(|call| call.keyword("stage"))
            .map(|it| &it.value);
        match stage {
            Some(Value::Str(stage)) => match stage.as_str() {
                "dpo" => Aim::Preference(true),
                "kto" => Aim::Judgement,
                "rm" => Aim::Reward,
                _ => Aim::Language,
            },
            _ => match aim(symbol) {
                Aim::Plain => of_config(),
                aim => aim,
            },
        }
    }

    /// A field of the configuration.
    fn field(&self, name: &str) -> Option<Found> {
        self.config.as_ref()?.field(name)
    }

    fn is(&self, name: &str) -> bool {
        let found = self.field(name);
        found.is_some_and(|it| bool::read(&it.value) == Some(true))
    }

    /// The batch, of which a loss with a cache computes parts one after the other.
    fn parted(&self, batch: u64, accumulation: u64, notes: &mut Notes<'_>) -> (u64, u64) {
        let trainer = self.trainer.as_ref();
        let part = trainer.and_then(|it| cached::part(&self.code, it));
        let part = part.and_then(|it| notes.find::<u64>("mini_batch_size", Some(it)));
        match part {
            Some(part) if (1..batch).contains(&part) => {
                (part, accumulation.saturating_mul(batch.div_ceil(part)))
            }
            _ => (batch, accumulation),
        }
    }

    fn training(
        &self,
        loaded: &Loaded<'a>,
        objective: Objective,
        trained: Trained,
        own_length: &mut bool,
        notes: &mut Notes<'_>,
    ) -> Training {
        let why = "the batch is not known";
        let batch = notes.take(
            "per_device_train_batch_size",
            self.field("per_device_train_batch_size"),
            8,
            why,
        );
        let accumulation = self.field("gradient_accumulation_steps");
        let why = "nothing is said of accumulation";
        let accumulation = notes.take("gradient_accumulation_steps", accumulation, 1, why);
        let (batch, accumulation) = self.parted(batch, accumulation, notes);
        let loss = self.loss(&objective, notes);
        Training {
            trained,
            autocast: self.autocast(notes),
            optim: self.optim(notes),
            batch: batch.clamp(1, 1 << 24),
            accumulation: accumulation.clamp(1, 1 << 24),
            length: self.length(&objective, own_length, notes),
            pixels: self.pixels(notes),
            checkpointing: self.checkpointing(loaded, notes),
            offloads_activations: self.offloads(notes),
            loss,
            examples: notes.find("examples", None),
            epochs: self.epochs(notes),
            max_steps: self.max_steps(notes),
            objective,
        }
    }

    /// `bf16=` and `fp16=`; trl computes in bfloat16 where neither is said.
    fn autocast(&self, notes: &mut Notes<'_>) -> Option<Dtype> {
        if let Some(given) = notes.given::<String>("mixed_precision") {
            let dtype = super::typed::dtype(&given);
            notes.note("mixed_precision", &dtype, From::Given);
            return dtype;
        }
        let set = |name: &str| self.field(name).map(|it| (bool::read(&it.value), it));
        let (fp16, bf16) = (set("fp16"), set("bf16"));
        match (fp16, bf16) {
            (Some((Some(true), found)), _) => {
                notes.say("fp16", "True".to_owned(), found.origin);
                Some(Dtype::Float16)
            }
            (_, Some((_, found))) if found.value == Value::None => {
                let what = "bf16 is True where neither it nor fp16 is set".to_owned();
                let source = "trl 1.16 `trainer/base_config.py:108`";
                notes.say("bf16", "True".to_owned(), From::Does(what, source));
                Some(Dtype::Bfloat16)
            }
            (_, Some((Some(true), found))) => {
                notes.say("bf16", "True".to_owned(), found.origin);
                Some(Dtype::Bfloat16)
            }
            (_, Some((None, _))) => {
                let why = "its value is only known when the code runs; it is taken to be true";
                notes.say("bf16", "True".to_owned(), From::Assumed(why.to_owned()));
                Some(Dtype::Bfloat16)
            }
            (_, Some((Some(false), found))) => {
                notes.say("bf16", "False".to_owned(), found.origin);
                None
            }
            _ => None,
        }
    }

    fn optim(&self, notes: &mut Notes<'_>) -> String {
        // Another optimizer may be handed to the trainer itself.
        let found = self
            .field("optim")
            .filter(|it| it.value != Value::Unknown || it.clone().if_said().is_some());
        let found = found.map(|it| match &it.value {
            // `OptimizerNames.ADAMW_TORCH`
            Value::Str(name) => Found {
                value: Value::Str(name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase()),
                ..it
            },
            _ => it,
        });
        let usual = || {
            let row = behaviour(&self.code, About::Optimizer)?;
            Some(Found {
                value: Value::Str(row.value.to_owned()),
                origin: row.origin(),
            })
        };
        let why = "nothing names the optimizer that can be read";
        notes.take("optim", found.or_else(usual), "adamw_torch".to_owned(), why)
    }

    fn checkpointing(&self, loaded: &Loaded<'a>, notes: &mut Notes<'_>) -> bool {
        let new = self
            .field("activation_checkpointing")
            .filter(|it| it.value != Value::None);
        let old = self.field("gradient_checkpointing");
        let old = old.map(|it| match it.value {
            Value::None => Found {
                value: Value::Bool(false),
                ..it
            },
            _ => it,
        });
        let found = new.or(old);
        let is_off = found
            .as_ref()
            .is_none_or(|it| bool::read(&it.value) == Some(false));
        let by_call = is_off.then(|| self.checkpointing_by_call(loaded)).flatten();
        let why = "nothing is said of checkpointing";
        notes.take("gradient_checkpointing", by_call.or(found), false, why)
    }

    /// `model.gradient_checkpointing_enable()`, `prepare_model_for_kbit_training(model)`, and unsloth's own.
    fn checkpointing_by_call(&self, loaded: &Loaded<'a>) -> Option<Found> {
        let on = |call: &Call| Found {
            value: Value::Bool(true),
            origin: self.code.place(call.callee_range),
        };
        let mut calls = self.code.ctx.facts.calls.iter();
        let enables = |call: &&Call| {
            [
                "gradient_checkpointing_enable",
                "enable_gradient_checkpointing",
            ]
            .iter()
            .any(|name| ends_with(call, name))
        };
        if let Some(call) = calls.find(enables) {
            return Some(on(call));
        }
        let says = |call: &&Call| {
            let value = call
                .keyword("use_gradient_checkpointing")
                .map(|it| &it.value);
            match value {
                Some(Value::Bool(value)) => *value,
                Some(Value::None) => false,
                Some(_) => true,
                None => ends_with(call, "prepare_model_for_kbit_training"),
            }
        };
        let unsloth = loaded
            .adapted
            .filter(|call| call.callee.package() == Some("unsloth"));
        loaded.prepared.or(unsloth).filter(says).map(on)
    }

    fn offloads(&self, notes: &mut Notes<'_>) -> bool {
        let found = self.field("activation_offloading");
        notes
            .find("activation_offloading", found)
            .unwrap_or_default()
    }

    fn epochs(&self, notes: &mut Notes<'_>) -> f64 {
        let found = self.field("num_train_epochs");
        let epochs: f64 = notes.take(
            "num_train_epochs",
            found,
            1.0,
            "the number of passes is not known",
        );
        epochs.clamp(0.0, 1e6)
    }

    fn max_steps(&self, notes: &mut Notes<'_>) -> Option<u64> {
        let found = self.field("max_steps");
        // -1 stands for none.
        let found = found.filter(|it| u64::read(&it.value).is_some_and(|it| it > 0));
        notes.find("max_steps", found)
    }

    fn pixels(&self, notes: &mut Notes<'_>) -> Option<(u64, u64)> {
        let found = self.field("resolution");
        let side: Option<u64> = notes.find("resolution", found);
        side.map(|side| (side, side))
    }

    /// Tokens of an example: of a prompt where answers are generated.
    fn length(&self, objective: &Objective, own_length: &mut bool, notes: &mut Notes<'_>) -> u64 {
        if matches!(objective, Objective::Generated(_)) {
            let prompt = self
                .field("max_prompt_length")
                .filter(|it| it.value != Value::None);
            let why = "the length of prompts is not known";
            let prompt: u64 = notes.take("prompt_length", prompt, LENGTH, why);
            return prompt.max(1);
        }
        let names = ["max_length", "max_seq_length", "cutoff_len"];
        let of_file = |name: &str| {
            let call = self.config.as_ref()?.call.filter(|call| call.shared)?;
            Some(self.code.value(&Passed::Keyword(call.keyword(name)?)))
        };
        let of_config = names
            .iter()
            .find_map(|name| self.field(name).or_else(|| of_file(name)));
        let found = of_config
            .filter(|it| it.value != Value::None)
            .or_else(|| self.tokenised());
        *own_length = found.is_none() && !notes.is_given("max_length");
        let why = "the length of examples is not known";
        let why = match &found {
            Some(found) if matches!(found.origin, From::Default(_)) => {
                "the length of examples is not known: what is cut off is taken"
            }
            _ => why,
        };
        let length: u64 = notes.take("max_length", found, LENGTH, why);
        length.max(1)
    }

    /// Where a tokenizer, or something like it, is told how long texts may be.
    fn tokenised(&self) -> Option<Found> {
        let facts = self.code.ctx.facts;
        let is_generation = |call: &Call| ends_with(call, "generate");
        let cuts = |call: &&Call| {
            let cuts = call.keyword("truncation").is_some() || call.keyword("padding").is_some();
            cuts && call.keyword("max_length").is_some() && !is_generation(call)
        };
        let call = facts.calls.iter().find(cuts)?;
        let found = self
            .code
            .value(&Passed::Keyword(call.keyword("max_length")?));
        (u64::read(&found.value).is_some()).then_some(found)
    }

    fn loss(&self, objective: &Objective, notes: &mut Notes<'_>) -> Loss {
        if let Some(given) = notes.given::<String>("loss") {
            let loss = match given.as_str() {
                "chunked" => Some(Loss::Chunked(CHUNK)),
                "fused" => Some(Loss::Fused),
                "whole" => Some(Loss::Whole),
                _ => None,
            };
            if let Some(loss) = loss {
                notes.say("loss", given, From::Given);
                return loss;
            }
        }
        let symbol = self
            .trainer
            .as_ref()
            .or(self.config.as_ref())
            .map(Object::symbol)
            .unwrap_or_default();
        let is_sft = aim(&symbol) == Aim::Language;
        let is_trl = symbol.starts_with("trl.");
        let speaks = !matches!(
            objective,
            Objective::Classified
                | Objective::Reward
                | Objective::Contrasted { .. }
                | Objective::Denoised
        );
        let chunked = is_trl && speaks;
        let about = if is_sft {
            About::SftLoss
        } else {
            About::OtherLoss
        };
        let row = chunked.then(|| behaviour(&self.code, about)).flatten();
        let is_tiled = row.is_some_and(|row| row.since == "1.15");
        let liger = ["use_liger_kernel", "use_liger", "use_liger_loss"]
            .into_iter()
            .find(|name| self.is(name));
        if let (Some(name), false, true) = (liger, is_tiled, speaks) {
            let origin = self.field(name).map_or(From::Given, |it| it.origin);
            notes.say("loss", "fused".to_owned(), origin);
            return Loss::Fused;
        }
        let kind = self.field("loss_type").filter(|_| is_sft && !is_tiled);
        if let Some((Value::Str(kind), origin)) = kind.map(|it| (it.value, it.origin)) {
            let is_chunked = kind == "chunked_nll";
            notes.say(
                "loss",
                if is_chunked { "chunked" } else { "whole" }.to_owned(),
                origin,
            );
            return if is_chunked {
                Loss::Chunked(CHUNK)
            } else {
                Loss::Whole
            };
        }
        match row {
            Some(row) => {
                notes.say("loss", row.value.to_owned(), row.origin());
                Loss::Chunked(if is_tiled { TILE } else { CHUNK })
            }
            None => Loss::Whole,
        }
    }
}

/// Whether a call makes a trainer, by its class.
pub fn is_trainer(code: &Code<'_, '_>, call: &Call) -> bool {
    class_of_thing(code, call).is_some_and(|class| code.ctx.derives(&class, "transformers.Trainer"))
}

/// Whether a call makes training arguments.
pub fn is_config(code: &Code<'_, '_>, call: &Call) -> bool {
    class_of_thing(code, call)
        .is_some_and(|class| code.ctx.derives(&class, "transformers.TrainingArguments"))
}

/// The class of a library that a call makes an object of.
fn class_of_thing(code: &Code<'_, '_>, call: &Call) -> Option<String> {
    match code.ctx.thing(&call.callee) {
        Thing::Object(Entity::Class(class)) => Some(class),
        Thing::LocalClass(id) => code.base(id),
        _ => None,
    }
}
