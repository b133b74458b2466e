//! Adapters: configurations of PEFT, and what trainers make of them.

use super::Origin as From;
use super::behaviour::{About, behaviour};
use super::code::Code;
use super::loader::{Loaded, ends_with};
use super::notes::{Found, Notes};
use super::object::Object;
use super::typed::{Typed, dtype_name};
use crate::estimate::run::{Adapter, Dtype, Quantization, Targets, Trained};
use crate::python::facts::{Call, CallId, Step, Value};
use crate::rules::refusal::Passed;

/// The rank that is assumed where an adapter is of a sort that has none here.
const RANK: u64 = 8;

/// Where the adapter of a training is looked for.
pub struct Looking<'l, 'c, 'a> {
    /// The code.
    pub code: &'l Code<'c, 'a>,
    /// The way of the model.
    pub loaded: &'l Loaded<'a>,
    /// The configuration of the training.
    pub config: Option<&'l Object<'c, 'a>>,
    /// The trainer.
    pub trainer: Option<&'l Object<'c, 'a>>,
    /// What is quantised, and the type of the rest.
    pub weights: (Quantization, Dtype),
}

impl<'c, 'a> Looking<'_, 'c, 'a> {
    /// Which weights are trained.
    pub fn trained(&self, notes: &mut Notes<'_>) -> Trained {
        let method: Option<String> = notes.given("method");
        let method = method.map(|it| it.to_ascii_lowercase());
        if let Some(method) = method.as_deref() {
            notes.say("method", method.to_owned(), From::Given);
        }
        let object = self.object();
        let asked = matches!(method.as_deref(), Some("lora" | "qlora"));
        let is_adapted = match method.as_deref() {
            Some("full") => false,
            _ if asked || notes.is_given("lora_r") => true,
            _ => object.is_some() || self.of_file() || self.unsloth().is_some(),
        };
        match is_adapted {
            true => Trained::Adapter(self.adapter(object.as_ref(), notes)),
            false => self.frozen(notes),
        }
    }

    /// The configuration of the adapter that code hands to the trainer, or to `get_peft_model`.
    fn object(&self) -> Option<Object<'c, 'a>> {
        let of_trainer = self
            .trainer
            .and_then(|trainer| trainer.passed("peft_config"));
        let of_call = self.loaded.adapted.and_then(|call| {
            let named = call.keyword("peft_config").map(Passed::Keyword);
            named.or_else(|| call.positional.get(1).map(Passed::Positional))
        });
        let is_none = |passed: &Passed<'_>| *passed.value() == Value::None;
        let passed = of_trainer.filter(|it| !is_none(it)).or(of_call);
        let origin = passed.as_ref().and_then(Passed::origin);
        if let Some(object) = origin.and_then(|origin| self.code.object(origin)) {
            return Some(object);
        }
        // `get_peft_config(model_args)` of trl makes one where the command line says `--use_peft`.
        let by_line = origin.is_some_and(|origin| {
            matches!(origin.steps.last(), Some(Step::Call(id)) if ends_with(self.code.ctx.facts.call(*id), "get_peft_config"))
        });
        let adds = self.adds_adapter();
        if passed.is_none() && adds.is_none() || by_line {
            return None;
        }
        let calls = (0..).map(CallId).zip(&self.code.ctx.facts.calls);
        let mut configs = calls.filter(|(_, call)| is_adapter_config(call));
        let (id, _) = configs.next()?;
        self.code.made(id, None)
    }

    /// `unet.add_adapter(config)`
    fn adds_adapter(&self) -> Option<&'a Call> {
        let mut calls = self.code.ctx.facts.calls.iter();
        calls.find(|call| ends_with(call, "add_adapter"))
    }

    /// `FastLanguageModel.get_peft_model(model, r=16, ...)`
    fn unsloth(&self) -> Option<&'a Call> {
        self.loaded
            .adapted
            .filter(|call| call.callee.package() == Some("unsloth"))
    }

    /// A key of a file of settings.
    fn shared(&self, name: &str) -> Option<Found> {
        let call = self.config?.call.filter(|call| call.shared)?;
        Some(self.code.value(&Passed::Keyword(call.keyword(name)?)))
    }

    /// Whether a file of settings asks for an adapter.
    fn of_file(&self) -> bool {
        let is = |name: &str, value: Value| self.shared(name).is_some_and(|it| it.value == value);
        is("use_peft", Value::Bool(true)) || is("finetuning_type", Value::Str("lora".to_owned()))
    }

    /// A field of the adapter's configuration, wherever it is given.
    fn field(&self, object: Option<&Object<'c, 'a>>, name: &str, others: &[&str]) -> Option<Found> {
        let names = || std::iter::once(name).chain(others.iter().copied());
        if let Some(object) = object {
            return names().find_map(|name| object.field(name));
        }
        if let Some(call) = self.unsloth() {
            let keyword = names().find_map(|name| call.keyword(name))?;
            return Some(self.code.value(&Passed::Keyword(keyword)));
        }
        names().find_map(|name| self.shared(name))
    }

    fn adapter(&self, object: Option<&Object<'c, 'a>>, notes: &mut Notes<'_>) -> Adapter {
        let why = "nothing names the adapter's rank";
        let rank = self.field(object, "r", &["lora_r", "lora_rank"]);
        let rank = notes.take("lora_r", rank, RANK, why).clamp(1, 1 << 20);
        let targets = self.field(
            object,
            "target_modules",
            &["lora_target_modules", "lora_target"],
        );
        let targets = notes.take(
            "target_modules",
            targets,
            Targets::Usual,
            "PEFT takes what is usual for the model",
        );
        let dropout = self.field(object, "lora_dropout", &[]);
        let dropout = notes.take("lora_dropout", dropout, 0.0, "nothing is said of dropout") > 0.0;
        let dora = self.field(object, "use_dora", &[]);
        let dora = notes.find("use_dora", dora).unwrap_or_default();
        let saved = self.field(object, "modules_to_save", &["lora_modules_to_save"]);
        let saved: Option<Names> = notes.find("modules_to_save", saved);
        let (dtype, upcasts) = self.casts(notes);
        Adapter {
            rank,
            targets,
            dtype,
            dropout,
            dora,
            saved: saved.unwrap_or_default().0,
            upcasts,
        }
    }

    /// The type of the adapter's weights, and whether what is not quantised becomes float32.
    fn casts(&self, notes: &mut Notes<'_>) -> (Dtype, bool) {
        let (quantization, weights) = self.weights;
        let is_quantised = quantization != Quantization::None;
        let symbol = self
            .trainer
            .or(self.config)
            .map(Object::symbol)
            .unwrap_or_default();
        let name = symbol.rsplit('.').next().unwrap_or_default();
        let stem = name.trim_end_matches("Trainer").trim_end_matches("Config");
        let about = super::behaviour::TABLE
            .iter()
            .find_map(|row| match row.about {
                // A file of settings names the configuration alone.
                About::Quantised(of) if of.trim_end_matches("Trainer") == stem => Some(row.about),
                _ => None,
            });
        let by_trainer = about.filter(|_| is_quantised && symbol.starts_with("trl."));
        let by_trainer = by_trainer.and_then(|about| behaviour(self.code, about));
        let by_hand = self.loaded.prepared.map(|call| Found {
            value: Value::Bool(true),
            origin: self.code.place(call.callee_range),
        });
        // `peft_module_casting_to_bf16` casts embeddings and head of 4-bit models back (trl 0.25 `models/utils.py:548`).
        let is_cast_back = matches!(quantization, Quantization::Nf4 { .. })
            && self.config.is_none_or(|config| {
                config
                    .field("fp16")
                    .is_none_or(|it| bool::read(&it.value) != Some(true))
            });
        let upcast = by_hand.or_else(|| {
            let row = by_trainer.filter(|row| row.value == "upcasts" && !is_cast_back)?;
            Some(Found {
                value: Value::Bool(true),
                origin: row.origin(),
            })
        });
        let upcasts = is_quantised && notes.find("upcasts", upcast).unwrap_or_default();
        let cast = by_trainer.filter(|row| row.value == "bfloat16");
        let row = cast.or_else(|| behaviour(self.code, About::AdapterDtype));
        let found = row.map(|row| Found {
            value: Value::Str(match row.value {
                "model" => dtype_name(weights).to_owned(),
                value => value.to_owned(),
            }),
            origin: row.origin(),
        });
        let dtype = notes.take(
            "adapter_dtype",
            found,
            Dtype::Float32,
            "PEFT makes adapters in float32",
        );
        (dtype, upcasts)
    }

    /// All weights, but for those that code freezes.
    fn frozen(&self, notes: &mut Notes<'_>) -> Trained {
        let facts = self.code.ctx.facts;
        let freezes = |used: &&crate::python::facts::AttributeUse| {
            used.attr.name == "requires_grad" && used.access == crate::python::facts::Access::Store
        };
        let text = self.code.ctx.text;
        let is_frozen = facts.attributes.iter().any(|it| freezes(&it))
            || text.contains(".requires_grad = False");
        if is_frozen {
            let why =
                "the code freezes parameters; which, is not read: all are taken to be trained";
            notes.say("trained", "all".to_owned(), From::Assumed(why.to_owned()));
        }
        Trained::Full
    }
}

/// Whether a call makes a configuration of an adapter.
fn is_adapter_config(call: &Call) -> bool {
    const CLASSES: [&str; 10] = [
        "LoraConfig",
        "AdaLoraConfig",
        "LoHaConfig",
        "LoKrConfig",
        "OFTConfig",
        "BOFTConfig",
        "IA3Config",
        "VeraConfig",
        "RandLoraConfig",
        "MissConfig",
    ];
    CLASSES.iter().any(|class| ends_with(call, class))
}

/// Names in a list, or with commas between them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Names(Vec<String>);

impl Typed for Names {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::None => Some(Self::default()),
            Value::Str(text) => Some(Self(split(text))),
            Value::List(items) => items
                .iter()
                .map(String::read)
                .collect::<Option<_>>()
                .map(Self),
            _ => None,
        }
    }

    fn show(&self) -> String {
        match self.0.is_empty() {
            true => "None".to_owned(),
            false => self.0.join(", "),
        }
    }
}

fn split(text: &str) -> Vec<String> {
    let parts = text.split([',', ' ']).map(str::trim);
    parts
        .filter(|it| !it.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

impl Typed for Targets {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::None => Some(Self::Usual),
            Value::Str(text) if matches!(text.trim(), "all-linear" | "all") => {
                Some(Self::AllLinear)
            }
            Value::Str(text) if text.contains(['*', '(', '[', '\\', '|', '^', '$', '+']) => {
                Some(Self::Pattern(text.clone()))
            }
            value => Names::read(value).map(|names| Self::Named(names.0)),
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Usual => "usual".to_owned(),
            Self::AllLinear => "all-linear".to_owned(),
            Self::Named(names) => names.join(", "),
            Self::Pattern(pattern) => pattern.clone(),
        }
    }
}
