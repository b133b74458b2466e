//! The model that code trains or runs: where it is loaded, and through whose hands it goes.

use super::behaviour::{About, behaviour};
use super::code::Code;
use super::notes::{Found, Notes};
use super::object::Object;
use super::quantised;
use super::typed::Typed;
use super::{ModelRef, Origin as From};
use crate::estimate::run::{Attention, Dtype, Quantization};
use crate::knowledge::view::Entity;
use crate::python::facts::{Call, CallId, Origin, Step, Value};
use crate::rules::context::Thing;
use crate::rules::refusal::Passed;

/// Wrappers around wrappers beyond this are not followed.
const DEEPEST: usize = 16;

/// A model on its way.
#[derive(Clone, Default)]
pub struct Loaded<'a> {
    /// The call that loads it, where one does.
    pub call: Option<&'a Call>,
    /// Its id or folder, where a trainer is given that.
    pub named: Option<Found>,
    /// Calls of `get_peft_model` and its like that it goes through.
    pub adapted: Option<&'a Call>,
    /// Whether `prepare_model_for_kbit_training` changes it.
    pub prepared: Option<&'a Call>,
    /// Whether it was found although its way is not known.
    pub guessed: bool,
}

/// The model that is passed to a trainer.
pub fn loaded<'a>(code: &Code<'_, 'a>, passed: Option<&Passed<'a>>) -> Loaded<'a> {
    let mut found = Loaded::default();
    if let Some(passed) = passed {
        let value = code.value(passed);
        if matches!(value.value, Value::Str(_)) {
            found.named = Some(value);
            return found;
        }
        if let Some(origin) = passed.origin() {
            follow(code, origin, &mut found, 0);
        }
    }
    if found.call.is_none() && found.named.is_none() {
        found.call = only(code, |call| is_loader(code, call));
        found.guessed = found.call.is_some();
    }
    let called = |name: &'static str| only(code, move |call| ends_with(call, name));
    if found.adapted.is_none() {
        found.adapted = called("get_peft_model");
    }
    if found.prepared.is_none() {
        found.prepared = called("prepare_model_for_kbit_training");
    }
    found
}

fn follow<'a>(code: &Code<'_, 'a>, origin: &Origin, found: &mut Loaded<'a>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    let facts = code.ctx.facts;
    let before = |steps: usize| {
        let kept = origin.steps.len().checked_sub(steps)?;
        Some(Origin {
            root: origin.root.clone(),
            steps: origin.steps[..kept].to_vec(),
        })
    };
    match origin.steps.last() {
        Some(Step::Call(id)) => {
            let call = facts.call(*id);
            if is_loader(code, call) {
                found.call = Some(call);
                return;
            }
            if ends_with(call, "get_peft_model") {
                found.adapted = Some(call);
            }
            if ends_with(call, "prepare_model_for_kbit_training") {
                found.prepared = Some(call);
            }
            // `accelerator.prepare(model)`, `get_peft_model(model, ..)`, `torch.compile(model)`
            let first = call.positional.first().and_then(|it| it.origin.as_ref());
            let named = call.keyword("model").and_then(|it| it.origin.as_ref());
            if let Some(next) = named.or(first) {
                follow(code, next, found, depth + 1);
            }
            // `model.to("cuda")`
            if found.call.is_none()
                && let Some(receiver) = before(2)
                && receiver.steps.iter().any(|it| matches!(it, Step::Call(_)))
            {
                follow(code, &receiver, found, depth + 1);
            }
        }
        Some(Step::Item(index)) => {
            let Some(Step::Call(id)) = origin.steps.iter().rev().nth(1) else {
                return;
            };
            prepared(code, *id, *index, found, depth);
        }
        Some(Step::Attr(_) | Step::Key(_)) => {
            if let Some(receiver) = before(1) {
                follow(code, &receiver, found, depth + 1);
            }
        }
        None => {}
    }
}

/// One of several results: `model, optimizer = accelerator.prepare(model, optimizer)`, or the model of
/// `FastLanguageModel.from_pretrained`.
fn prepared<'a>(code: &Code<'_, 'a>, id: CallId, index: i32, found: &mut Loaded<'a>, depth: usize) {
    let call = code.ctx.facts.call(id);
    if is_loader(code, call) {
        found.call = Some(call);
        return;
    }
    let given = usize::try_from(index)
        .ok()
        .and_then(|index| call.positional.get(index));
    if let Some(origin) = given.and_then(|it| it.origin.as_ref()) {
        follow(code, origin, found, depth + 1);
    }
}

/// The only call of the file of a kind.
fn only<'a>(code: &Code<'_, 'a>, is_it: impl Fn(&Call) -> bool) -> Option<&'a Call> {
    let mut calls = code.ctx.facts.calls.iter().filter(|call| is_it(call));
    let first = calls.next()?;
    // The same model may be loaded anew, to be merged.
    calls
        .all(|other| first_argument(other) == first_argument(first))
        .then_some(first)
}

fn first_argument(call: &Call) -> Option<(Value, Option<String>)> {
    let first = call.positional.first()?;
    Some((
        first.value.clone(),
        first.origin.as_ref().map(ToString::to_string),
    ))
}

/// Whether a call's path ends with a name.
pub fn ends_with(call: &Call, name: &str) -> bool {
    matches!(call.callee.steps.last(), Some(Step::Attr(last)) if last == name)
}

/// Whether a call loads a model, or makes one.
pub fn is_loader(code: &Code<'_, '_>, call: &Call) -> bool {
    match call.callee.steps.last() {
        Some(Step::Attr(name))
            if matches!(
                name.as_str(),
                "from_pretrained" | "from_config" | "_from_config"
            ) =>
        {
            class_of(call).is_some_and(|class| is_model_class(&class))
        }
        // `SentenceTransformer("...")`, `BertModel(config)`
        Some(Step::Attr(_)) => matches!(
            code.ctx.thing(&call.callee),
            Thing::Object(Entity::Class(class))
                if is_sentence_model(&code.ctx.view.public_path(&class))
        ),
        _ => false,
    }
}

/// The classes of sentence-transformers that are made with the name of a model.
pub fn is_sentence_model(symbol: &str) -> bool {
    matches!(
        symbol,
        "sentence_transformers.SentenceTransformer"
            | "sentence_transformers.CrossEncoder"
            | "sentence_transformers.SparseEncoder"
            | "sentence_transformers.sparse_encoder.SparseEncoder"
            | "sentence_transformers.cross_encoder.CrossEncoder"
    )
}

/// The class whose method a call is.
pub fn class_of(call: &Call) -> Option<String> {
    match call.callee.steps.as_slice() {
        // `sentence_transformers.cross_encoder.CrossEncoder` is no method.
        [.., Step::Attr(class), Step::Attr(_)] if class.starts_with(char::is_uppercase) => {
            Some(class.to_string())
        }
        _ => None,
    }
}

/// Whether a class of transformers, diffusers or their relatives is a model, and no tokenizer, processor or
/// configuration.
fn is_model_class(class: &str) -> bool {
    const OTHERS: [&str; 14] = [
        "Tokenizer",
        "Processor",
        "Config",
        "FeatureExtractor",
        "Scheduler",
        "Dataset",
        "TokenizerFast",
        "Extractor",
        "ModelCard",
        "Adapter",
        "Callback",
        "Arguments",
        "AutoencoderKL",
        "VAE",
    ];
    const SIGNS: [&str; 9] = [
        "Model",
        "For",
        "Transformer2D",
        "UNet",
        "Pipeline",
        "DiT",
        "LLM",
        "Transformer3D",
        "Encoder",
    ];
    // A text encoder of a diffusion script is not what is trained.
    let is_side = matches!(
        class,
        "CLIPTextModel" | "CLIPTextModelWithProjection" | "T5EncoderModel" | "PeftConfig"
    );
    let is_other = OTHERS.iter().any(|other| class.ends_with(other));
    !is_other && !is_side && SIGNS.iter().any(|sign| class.contains(sign))
}

/// The argument of a loading call.
fn argument<'a>(call: &'a Call, names: &[&str]) -> Option<Passed<'a>> {
    let named = names.iter().find_map(|name| call.keyword(name));
    named.map(Passed::Keyword)
}

/// What is known of loading: from the call itself, or from a dict that a trainer hands on.
pub struct Loading<'l, 'c, 'a> {
    /// The code.
    pub code: &'l Code<'c, 'a>,
    /// The way of the model.
    pub loaded: &'l Loaded<'a>,
    /// The configuration with `model_init_kwargs`.
    pub config: Option<&'l Object<'c, 'a>>,
    /// The trainer, which may take `quantization_config` itself.
    pub trainer: Option<&'l Object<'c, 'a>>,
    /// Whether a trainer of trl loads the model by its name.
    pub by_trl: bool,
}

impl Loading<'_, '_, '_> {
    /// An argument of `from_pretrained`, wherever it is given.
    fn argument(&self, names: &[&str]) -> Option<Found> {
        if let Some(call) = self.loaded.call {
            let passed = argument(call, names)?;
            return Some(self.code.value(&passed));
        }
        // In a file of settings the keys of all classes stand together.
        if let Some(call) = self
            .config
            .and_then(|config| config.call)
            .filter(|call| call.shared)
            && let Some(passed) = argument(call, names)
        {
            return Some(self.code.value(&passed));
        }
        let of_config = self.config.and_then(|config| {
            names
                .iter()
                .find_map(|name| config.entry("model_init_kwargs", name))
        });
        of_config.or_else(|| {
            let trainer = self.trainer?;
            names
                .iter()
                .find_map(|name| trainer.entry("model_init_kwargs", name))
        })
    }

    /// The model itself.
    pub fn model(&self, notes: &mut Notes<'_>) -> ModelRef {
        let mut model = ModelRef::default();
        let call = self.loaded.call;
        let first = call.and_then(|call| {
            let named = argument(
                call,
                &[
                    "pretrained_model_name_or_path",
                    "model_name",
                    "model_name_or_path",
                    "model",
                ],
            );
            named.or_else(|| call.positional.first().map(Passed::Positional))
        });
        let shared = || {
            let call = self.config?.call.filter(|call| call.shared)?;
            argument(call, &["model_name_or_path", "model"]).map(|it| self.code.value(&it))
        };
        let is_made = call.is_some_and(|call| ends_with(call, "from_config"));
        let found = match first {
            Some(passed) if is_made => passed.origin().and_then(|origin| self.configured(origin)),
            Some(passed) => Some(self.code.value(&passed)),
            None => self.loaded.named.clone().or_else(shared),
        };
        let place = match &found {
            Some(Found {
                origin: From::Read(range),
                ..
            }) => Some(*range),
            _ => None,
        };
        model.name = notes.find("model", found);
        model.place = place.filter(|_| !notes.is_given("model"));
        model.revision = self
            .argument(&["revision"])
            .and_then(|it| String::read(&it.value));
        model.subfolder = self
            .argument(&["subfolder"])
            .and_then(|it| String::read(&it.value));
        let class = call.and_then(|call| Some((class_of(call)?, call.callee_range)));
        let class = class.map(|(name, range)| Found {
            value: Value::Str(name),
            origin: self.code.place(range),
        });
        model.class = notes.find("class", class);
        model.labels = notes.find("num_labels", self.argument(&["num_labels"]));
        model
    }

    /// The model whose configuration `from_config` is given.
    fn configured(&self, origin: &Origin) -> Option<Found> {
        let Some(Step::Call(id)) = origin.steps.last() else {
            return None;
        };
        let call = self.code.ctx.facts.call(*id);
        let first = call
            .positional
            .first()
            .filter(|_| ends_with(call, "from_pretrained"))?;
        Some(self.code.value(&Passed::Positional(first)))
    }

    /// The type of the weights, and whether it is the checkpoint's own.
    pub fn dtype(&self, notes: &mut Notes<'_>) -> (Dtype, bool) {
        let said = self.argument(&["dtype", "torch_dtype"]);
        let said = said.filter(|it| it.value != Value::None);
        let is_unknown = said
            .as_ref()
            .is_some_and(|it| Dtype::read(&it.value).is_none());
        let is_auto = |it: &Found| matches!(&it.value, Value::Str(text) if text == "auto");
        let auto = |notes: &mut Notes<'_>, origin: From| {
            if let Some(given) = notes.given::<Dtype>("dtype") {
                notes.note("dtype", &given, From::Given);
                return (given, false);
            }
            notes.say("dtype", "auto".to_owned(), origin);
            (Dtype::Bfloat16, true)
        };
        if let Some(found) = said.clone().filter(is_auto) {
            return auto(notes, found.origin);
        }
        if is_unknown && !notes.is_given("dtype") {
            let why = "its value is only known when the code runs; bfloat16 is taken";
            return (notes.take("dtype", None, Dtype::Bfloat16, why), false);
        }
        let found = said.or_else(|| self.usual());
        match found {
            Some(found) if is_auto(&found) => auto(notes, found.origin),
            found => {
                let why = "nothing says in which type the weights are loaded";
                (notes.take("dtype", found, Dtype::Float32, why), false)
            }
        }
    }

    /// The type that the releases take where none is named.
    fn usual(&self) -> Option<Found> {
        if self
            .loaded
            .call
            .is_some_and(|call| call.callee.package() == Some("diffusers"))
        {
            let what = "diffusers loads in float32 where no torch_dtype is given".to_owned();
            let source = "diffusers 0.42 `models/modeling_utils.py`, `from_pretrained`";
            return Some(Found::does(Value::Str("float32".to_owned()), what, source));
        }
        let is_unsloth = self
            .loaded
            .call
            .is_some_and(|call| call.callee.package() == Some("unsloth"));
        if is_unsloth {
            let why = "unsloth loads in the type of the device, bfloat16 where it has that";
            return Some(Found::assumed(Value::Str("bfloat16".to_owned()), why));
        }
        let by_trl = self
            .by_trl
            .then(|| behaviour(self.code, About::NamedDtype))
            .flatten();
        let is_bytes = self.quantised().is_some_and(|it| {
            matches!(
                Quantization::read(&it.value),
                Some(Quantization::Int8 | Quantization::Nf4 { .. })
            )
        });
        let quantised = is_bytes
            .then(|| behaviour(self.code, About::QuantisedDtype))
            .flatten();
        let row = by_trl
            .or(quantised)
            .or_else(|| behaviour(self.code, About::LoadedDtype))?;
        Some(Found {
            value: Value::Str(row.value.to_owned()),
            origin: row.origin(),
        })
    }

    /// What of the weights is quantised.
    pub fn quantization(&self, notes: &mut Notes<'_>) -> Quantization {
        let why = "nothing is said of quantisation";
        let found = self.quantised();
        if found.is_none() && !notes.is_given("quantization") {
            return Quantization::None;
        }
        notes.take("quantization", found, Quantization::None, why)
    }

    fn quantised(&self) -> Option<Found> {
        let direct = |name: &str| {
            self.argument(&[name])
                .filter(|it| bool::read(&it.value) == Some(true))
        };
        let named = |value: &str, found: Found| Found {
            value: Value::Str(value.to_owned()),
            ..found
        };
        if let Some(found) = direct("load_in_4bit") {
            let double =
                direct("use_bnb_nested_quant").or_else(|| direct("bnb_4bit_use_double_quant"));
            return Some(named(
                if double.is_some() { "nf4-dq" } else { "nf4" },
                found,
            ));
        }
        if let Some(found) = direct("load_in_8bit") {
            return Some(named("int8", found));
        }
        let of_call = self
            .loaded
            .call
            .and_then(|call| call.keyword("quantization_config"));
        let of_call = of_call.map(Passed::Keyword);
        let of_trainer = || self.trainer?.passed("quantization_config");
        let passed = of_call.or_else(of_trainer);
        let origin = passed.as_ref().and_then(Passed::origin);
        let object = origin.and_then(|origin| self.code.object(origin));
        if let Some(found) = object.as_ref().and_then(quantised::of_object) {
            return Some(found);
        }
        // Handed on by ways that are not known: what the file makes is taken for it.
        let is_handed = passed.is_some_and(|it| *it.value() != Value::None)
            || self.argument(&["quantization_config"]).is_some();
        if !is_handed {
            return None;
        }
        let facts = self.code.ctx.facts;
        let calls = (0..).map(CallId).zip(&facts.calls);
        let configs = calls.filter(|(_, call)| ends_with(call, "BitsAndBytesConfig"));
        let mut made =
            configs.filter_map(|(id, _)| quantised::of_object(&self.code.made(id, None)?));
        let why = "which is only known when the code runs; the one that the file makes is taken";
        made.next().map(|found| Found::assumed(found.value, why))
    }

    /// How attention is computed.
    pub fn attention(&self, notes: &mut Notes<'_>) -> Attention {
        let said = self.argument(&["attn_implementation", "_attn_implementation"]);
        let flash = || {
            let found = self.argument(&["use_flash_attention_2"])?;
            (bool::read(&found.value) == Some(true)).then(|| Found {
                value: Value::Str("flash_attention_2".to_owned()),
                ..found
            })
        };
        let usual = || {
            let row = behaviour(self.code, About::Attention)?;
            Some(Found {
                value: Value::Str(row.value.to_owned()),
                origin: row.origin(),
            })
        };
        let said = said.filter(|it| it.value != Value::None);
        let found = said.or_else(flash).or_else(usual);
        notes.take(
            "attn_implementation",
            found,
            Attention::Sdpa,
            "nothing says how attention is computed",
        )
    }
}
