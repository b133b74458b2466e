//! Running a model: pipelines, `generate`, vLLM.

use super::code::Code;
use super::loader::{Loaded, Loading, ends_with, is_loader};
use super::notes::{Found, Notes};
use super::script::Beside;
use super::sharding::spread;
use super::typed::Typed;
use super::{Given, Origin as From, Reading};
use crate::estimate::run::{Dtype, Inference, Run, Task};
use crate::python::facts::{Call, Guard, Value};
use crate::rules::refusal::Passed;

/// More models than this of one script are not read.
const MOST: usize = 16;
/// Tokens of an input, and of an answer, where nothing says how many.
const PROMPT: u64 = 512;
const ANSWER: u64 = 256;

/// What a script runs.
pub fn readings(code: Code<'_, '_>, given: &Given, beside: &Beside<'_>) -> Vec<Reading> {
    let calls = code.ctx.facts.calls.iter();
    let runs = calls.filter(|call| call.guard == Guard::None && !call.partial);
    let runs = runs.filter(|call| is_run(&code, call));
    let read = |call| reading(code, call, given, beside);
    let mut readings: Vec<Reading> = runs.take(MOST).map(read).collect();
    // A pipeline or a server names its model; a model that is loaded for a pipeline is not a second one.
    if readings.iter().any(|it| it.what == "transformers.pipeline") {
        readings.retain(|it| it.what == "transformers.pipeline");
    }
    readings
}

fn is_server(call: &Call) -> bool {
    call.callee.package() == Some("vllm") && ends_with(call, "LLM")
}

fn is_pipeline(call: &Call) -> bool {
    call.callee.package() == Some("transformers") && ends_with(call, "pipeline")
}

fn is_run(code: &Code<'_, '_>, call: &Call) -> bool {
    is_server(call) || is_pipeline(call) || is_loader(code, call)
}

fn reading<'a>(code: Code<'_, 'a>, call: &'a Call, given: &Given, beside: &Beside<'_>) -> Reading {
    let mut notes = Notes::new(given);
    let is_named = is_server(call) || is_pipeline(call);
    let mut loaded = Loaded {
        call: (!is_named).then_some(call),
        ..Loaded::default()
    };
    if is_named {
        let at = usize::from(is_pipeline(call));
        let positional = call.positional.get(at).map(Passed::Positional);
        let named = call.keyword("model").map(Passed::Keyword).or(positional);
        if let Some(passed) = &named {
            loaded = super::loader::loaded(&code, Some(passed));
        }
    }
    let loading = Loading {
        code: &code,
        loaded: &loaded,
        config: None,
        trainer: None,
        by_trl: false,
    };
    let mut model = loading.model(&mut notes);
    let argument = |names: &[&str]| {
        let found = names.iter().find_map(|name| call.keyword(name))?;
        Some(code.value(&Passed::Keyword(found)))
    };
    // Pipelines and servers take the type themselves.
    let (dtype, own_dtype) = match argument(&["dtype", "torch_dtype"]).filter(|_| is_named) {
        Some(found) if Dtype::read(&found.value).is_some() => {
            (notes.take("dtype", Some(found), Dtype::Bfloat16, ""), false)
        }
        _ if is_server(call) && !notes.is_given("dtype") => {
            notes.say(
                "dtype",
                "auto".to_owned(),
                From::Assumed("vLLM takes the checkpoint's".to_owned()),
            );
            (Dtype::Bfloat16, true)
        }
        _ => loading.dtype(&mut notes),
    };
    model.own_dtype = own_dtype;
    let quantization = loading.quantization(&mut notes);
    let attention = loading.attention(&mut notes);
    let inference = inference(&code, call, &mut notes);
    let by_layers = argument(&["device_map"]);
    let (devices, sharding) = spread(None, by_layers, beside, &mut notes);
    let what = match (is_pipeline(call), is_server(call)) {
        (true, _) => "transformers.pipeline".to_owned(),
        (_, true) => "vllm.LLM".to_owned(),
        _ => call.callee.import_path().unwrap_or_default(),
    };
    Reading {
        place: Some(call.callee_range),
        call: Some(call.range),
        what,
        model,
        run: Run {
            task: Task::Inference(inference),
            dtype,
            quantization,
            attention,
            devices,
            sharding,
        },
        settings: notes.settings,
    }
}

fn inference(code: &Code<'_, '_>, call: &Call, notes: &mut Notes<'_>) -> Inference {
    let of_call = |names: &[&str]| {
        let found = names.iter().find_map(|name| call.keyword(name))?;
        Some(code.value(&Passed::Keyword(found)))
    };
    // Of any call of the file: `model.generate(**inputs, max_new_tokens=64)`, `SamplingParams(max_tokens=..)`.
    let anywhere = |names: &[&str]| {
        let calls = code.ctx.facts.calls.iter();
        let mut found = calls.filter_map(|call| {
            let keyword = names.iter().find_map(|name| call.keyword(name))?;
            let found = code.value(&Passed::Keyword(keyword));
            u64::read(&found.value).map(|_| found)
        });
        found.next()
    };
    let batch = of_call(&["batch_size", "max_num_seqs"]).or_else(|| anywhere(&["batch_size"]));
    let batch = batch.filter(|it| it.value != Value::None);
    let batch: u64 = notes.take("batch_size", batch, 1, "one input at a time is taken");
    let whole = of_call(&["max_model_len"]).or_else(|| anywhere(&["max_length", "max_seq_length"]));
    let length = match (whole, notes.is_given("max_length")) {
        (whole @ Some(_), _) | (whole, true) => notes.take(
            "max_length",
            whole,
            PROMPT + ANSWER,
            "the length is not known",
        ),
        _ => {
            let why = "the length of inputs is not known";
            let prompt: u64 = notes.take("prompt_length", None, PROMPT, why);
            let answer = anywhere(&["max_new_tokens", "max_tokens"]);
            let why = "the length of answers is not known";
            let answer: u64 = notes.take("max_completion_length", answer, ANSWER, why);
            prompt.saturating_add(answer)
        }
    };
    let is_vllm = is_server(call);
    let share = of_call(&["gpu_memory_utilization"]).filter(|_| is_vllm);
    let share = share.or_else(|| {
        let what = "what vLLM keeps where nothing is said".to_owned();
        is_vllm.then(|| Found::does(Value::Float(0.9), what, "vllm `config/cache.py`"))
    });
    let side = anywhere(&["height"]);
    let side: Option<u64> = notes.find("resolution", side);
    Inference {
        batch: batch.clamp(1, 1 << 24),
        length: length.max(1),
        cache: notes.find("kv_cache_dtype", None),
        reserved: notes
            .find::<f64>("gpu_memory_utilization", share)
            .map(|it| it.clamp(0.0, 1.0)),
        pixels: side.map(|side| (side, side)),
    }
}
