//! Trainings that scripts write out themselves: an optimizer of PyTorch, and `backward`.

use super::adapter::Looking;
use super::code::Code;
use super::loader::{Loading, ends_with, loaded};
use super::notes::{Found, Notes};
use super::objective::speaks;
use super::script::Beside;
use super::sharding::spread;
use super::typed::Typed;
use super::{Given, Origin as From, Reading};
use crate::estimate::run::{Dtype, Loss, Objective, Run, Task, Trained, Training};
use crate::python::facts::{Call, Guard, Value};
use crate::rules::refusal::Passed;

/// Optimizers, by the classes of PyTorch, bitsandbytes and transformers, and what `optim` calls them.
const OPTIMIZERS: [(&str, &str); 10] = [
    ("AdamW8bit", "adamw_8bit"),
    ("Adam8bit", "adamw_8bit"),
    ("PagedAdamW8bit", "paged_adamw_8bit"),
    ("PagedAdamW", "paged_adamw_32bit"),
    ("AdamW", "adamw_torch"),
    ("Adam", "adamw_torch"),
    ("SGD", "sgd"),
    ("Adafactor", "adafactor"),
    ("Lion", "lion_32bit"),
    ("RMSprop", "rmsprop"),
];

/// The training that a script writes out; nothing where it makes no optimizer, or never goes back.
pub fn reading(code: Code<'_, '_>, given: &Given, beside: &Beside<'_>) -> Option<Reading> {
    if !code.ctx.text.contains(".backward(") {
        return None;
    }
    let calls = code
        .ctx
        .facts
        .calls
        .iter()
        .filter(|call| call.guard == Guard::None);
    let packages = ["torch", "bitsandbytes", "transformers"];
    let named = |call: &&Call| {
        let is_theirs = call
            .callee
            .package()
            .is_some_and(|it| packages.contains(&it));
        is_theirs && OPTIMIZERS.iter().any(|(class, _)| ends_with(call, class))
    };
    let optimizer = calls.clone().find(named);
    let accelerator = calls.clone().find(|call| ends_with(call, "Accelerator"));
    let place = optimizer.or(accelerator)?;
    let mut notes = Notes::new(given);
    let loaded = loaded(&code, None);
    let call = loaded.call?;
    let loading = Loading {
        code: &code,
        loaded: &loaded,
        config: None,
        trainer: None,
        by_trl: false,
    };
    let mut model = loading.model(&mut notes);
    let (dtype, own_dtype) = loading.dtype(&mut notes);
    model.own_dtype = own_dtype;
    let quantization = loading.quantization(&mut notes);
    let attention = loading.attention(&mut notes);
    let weights = (quantization, dtype);
    let looking = Looking {
        code: &code,
        loaded: &loaded,
        config: None,
        trainer: None,
        weights,
    };
    let trained = looking.trained(&mut notes);
    let of = |call: Option<&Call>, name: &str| {
        let keyword = call?.keyword(name)?;
        Some(code.value(&Passed::Keyword(keyword)))
    };
    let anywhere = |name: &'static str| {
        let found = code
            .ctx
            .facts
            .calls
            .iter()
            .filter_map(|call| call.keyword(name));
        let mut found = found.map(|keyword| code.value(&Passed::Keyword(keyword)));
        found.find(|found| u64::read(&found.value).is_some_and(|it| it > 0))
    };
    let optim = optimizer.and_then(|call| {
        let (_, name) = OPTIMIZERS
            .iter()
            .find(|(class, _)| ends_with(call, class))?;
        Some(Found {
            value: Value::Str((*name).to_owned()),
            origin: code.place(call.callee_range),
        })
    });
    let class = model.class.clone().unwrap_or_default();
    let is_denoiser = call.callee.package() == Some("diffusers");
    let objective = match () {
        () if is_denoiser => Objective::Denoised,
        () if speaks(&class) => Objective::Language,
        () => Objective::Classified,
    };
    let option = |name: &str| code.option(name).filter(|it| it.value != Value::None);
    let length = option("max_seq_length")
        .or_else(|| option("block_size"))
        .or_else(|| anywhere("max_length"));
    model.own_length = length.is_none() && !notes.is_given("max_length");
    let side: Option<u64> = match is_denoiser {
        true => Some(notes.take(
            "resolution",
            option("resolution"),
            512,
            "the size of images is not known",
        )),
        false => notes.find("resolution", None),
    };
    let checkpoints = code.ctx.facts.calls.iter().find(|call| {
        [
            "gradient_checkpointing_enable",
            "enable_gradient_checkpointing",
        ]
        .iter()
        .any(|name| ends_with(call, name))
    });
    // Where an option decides, the option's default counts.
    let checkpointing = option("gradient_checkpointing").or_else(|| {
        checkpoints.map(|call| Found {
            value: Value::Bool(true),
            origin: code.place(call.callee_range),
        })
    });
    let training = Training {
        objective,
        trained,
        autocast: autocast(
            of(accelerator, "mixed_precision").or_else(|| option("mixed_precision")),
            &mut notes,
        ),
        optim: notes.take(
            "optim",
            optim,
            "adamw_torch".to_owned(),
            "the optimizer is not read",
        ),
        batch: {
            let found =
                option("per_device_train_batch_size").or_else(|| option("train_batch_size"));
            let found = found.or_else(|| anywhere("batch_size"));
            let batch: u64 = notes.take(
                "per_device_train_batch_size",
                found,
                1,
                "the batch is not known",
            );
            batch.clamp(1, 1 << 24)
        },
        accumulation: {
            let found = of(accelerator, "gradient_accumulation_steps");
            let found = found.filter(|it| u64::read(&it.value).is_some());
            let steps: u64 = notes.take(
                "gradient_accumulation_steps",
                found,
                1,
                "nothing is said of accumulation",
            );
            steps.clamp(1, 1 << 24)
        },
        length: {
            let length: u64 = notes.take(
                "max_length",
                length,
                512,
                "the length of examples is not known",
            );
            length.max(1)
        },
        pixels: side.map(|side| (side, side)),
        checkpointing: notes.take(
            "gradient_checkpointing",
            checkpointing,
            false,
            "nothing asks for it",
        ),
        offloads_activations: notes
            .find("activation_offloading", None)
            .unwrap_or_default(),
        loss: Loss::Whole,
        examples: notes.find("examples", None),
        epochs: {
            let epochs: f64 = notes.take(
                "num_train_epochs",
                option("num_train_epochs"),
                1.0,
                "the number of passes is not known",
            );
            epochs.clamp(0.0, 1e6)
        },
        max_steps: {
            let found = option("max_train_steps")
                .filter(|it| u64::read(&it.value).is_some_and(|it| it > 0));
            notes.find("max_steps", found)
        },
    };
    let (devices, sharding) = spread(None, None, beside, &mut notes);
    // `unet.to(accelerator.device, dtype=weight_dtype)`: what an adapter is beside is cast to the type of autocast.
    let is_cast = matches!(training.trained, Trained::Adapter(_))
        && code.ctx.text.contains("dtype=weight_dtype");
    let dtype = match training
        .autocast
        .filter(|_| is_cast && !notes.is_given("dtype"))
    {
        Some(cast) => {
            let why = "the script casts frozen weights to `weight_dtype`, which is taken to be that of mixed precision";
            notes.note("dtype", &cast, From::Assumed(why.to_owned()));
            model.own_dtype = false;
            cast
        }
        None => dtype,
    };
    Some(Reading {
        place: Some(place.callee_range),
        call: Some(place.range),
        what: place.callee.import_path().unwrap_or_default(),
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
    })
}

/// `mixed_precision=` of an accelerator.
fn autocast(found: Option<Found>, notes: &mut Notes<'_>) -> Option<Dtype> {
    let found = found.filter(|it| it.value != Value::None);
    if found.is_none() && !notes.is_given("mixed_precision") {
        return None;
    }
    let said: String = notes.take(
        "mixed_precision",
        found,
        "no".to_owned(),
        "nothing is said of it",
    );
    let dtype = super::typed::dtype(&said);
    if dtype.is_none() && said != "no" {
        notes.say(
            "mixed_precision",
            "no".to_owned(),
            From::Assumed(format!("`{said}` is not known here")),
        );
    }
    dtype
}
