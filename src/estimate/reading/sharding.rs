//! How a training is spread over devices: FSDP, DeepSpeed, and the files of accelerate.

use super::Origin as From;
use super::notes::{Found, Notes};
use super::object::Object;
use super::script::Beside;
use super::typed::Typed;
use crate::embedded::Format;
use crate::embedded::config::read;
use crate::embedded::tree::Node;
use crate::estimate::run::{Sharding, Stage};
use crate::python::facts::Value;

impl Typed for Stage {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Int(0) | Value::None | Value::Bool(false) => Some(Self::None),
            Value::Int(1) => Some(Self::Optimizer),
            Value::Int(2) => Some(Self::Gradients),
            Value::Int(3) | Value::Bool(true) => Some(Self::Weights),
            Value::Str(text) => of_words(text),
            _ => None,
        }
    }

    fn show(&self) -> String {
        match self {
            Self::None => "none",
            Self::Optimizer => "optimizer",
            Self::Gradients => "optimizer and gradients",
            Self::Weights => "optimizer, gradients and weights",
        }
        .to_owned()
    }
}

/// `zero3`, `fsdp`, `full_shard auto_wrap offload`, `SHARD_GRAD_OP`.
fn of_words(text: &str) -> Option<Stage> {
    let text = text.trim().to_ascii_lowercase();
    let words = || text.split([' ', ',']);
    let has = |names: &[&str]| words().any(|word| names.contains(&word));
    Some(
        if has(&[
            "zero3",
            "zero-3",
            "fsdp",
            "fsdp2",
            "full_shard",
            "hybrid_shard",
            "1",
        ]) {
            Stage::Weights
        } else if has(&[
            "zero2",
            "zero-2",
            "shard_grad_op",
            "hybrid_shard_zero2",
            "2",
        ]) {
            Stage::Gradients
        } else if has(&["zero1", "zero-1"]) {
            Stage::Optimizer
        } else if has(&["none", "no", "no_shard", "ddp", "3", ""]) {
            Stage::None
        } else {
            return None;
        },
    )
}

/// What is known of devices and of how the model is spread over them.
#[derive(Clone, Debug, Default)]
struct Spread {
    stage: Option<Found>,
    optimizer: Option<Found>,
    weights: Option<Found>,
    processes: Option<Found>,
}

/// The number of devices, and how the model is spread over them. `by_layers` is what `device_map=` is.
pub fn spread(
    config: Option<&Object<'_, '_>>,
    by_layers: Option<Found>,
    beside: &Beside<'_>,
    notes: &mut Notes<'_>,
) -> (u64, Sharding) {
    let of_code =
        config.and_then(|config| of_fsdp(config).or_else(|| of_deepspeed(config, beside)));
    let of_file = beside
        .accelerate
        .and_then(|(name, text)| of_accelerate(name, text, beside));
    let found = of_code
        .clone()
        .or_else(|| of_file.clone())
        .unwrap_or_default();
    let processes = of_file.and_then(|it| it.processes);
    let why = "nothing says how many devices work together";
    let devices: u64 = notes.take("num_processes", processes, 1, why);
    let devices = devices.clamp(1, 1 << 20);
    let stage = notes.find("sharding", found.stage).unwrap_or_default();
    let by_layers = notes.find::<String>("device_map", by_layers);
    let sharding = Sharding {
        stage,
        offloads_optimizer: notes
            .find("offload_optimizer", found.optimizer)
            .unwrap_or_default(),
        offloads_weights: notes
            .find("offload_weights", found.weights)
            .unwrap_or_default(),
        by_layers: by_layers.is_some_and(|it| it == "auto" || it.starts_with("balanced"))
            && devices > 1,
    };
    (devices, sharding)
}

/// `fsdp=` of training arguments: words, a list of them, or `True` with `fsdp_config=`.
fn of_fsdp(config: &Object<'_, '_>) -> Option<Spread> {
    let found = config.said("fsdp")?;
    let words = match &found.value {
        Value::List(items) => {
            let words: Option<Vec<String>> = items.iter().map(String::read).collect();
            words?.join(" ")
        }
        Value::Str(text) => text.clone(),
        Value::Bool(true) => "full_shard".to_owned(),
        _ => return None,
    };
    if words.trim().is_empty() {
        return None;
    }
    let offloads = words.contains("offload");
    let offload = || {
        offloads.then(|| Found {
            value: Value::Bool(true),
            origin: found.origin.clone(),
        })
    };
    Some(Spread {
        optimizer: offload(),
        weights: offload(),
        stage: Some(Found {
            value: Value::Str(words),
            origin: found.origin.clone(),
        }),
        processes: None,
    })
}

/// `deepspeed=` of training arguments: a dict, or a file.
fn of_deepspeed(config: &Object<'_, '_>, beside: &Beside<'_>) -> Option<Spread> {
    let found = config.said("deepspeed")?;
    if let Value::Str(path) = &found.value {
        return of_zero_file(path, beside);
    }
    let Value::Dict(entries) = &found.value else {
        return None;
    };
    let Value::Dict(zero) = &entries
        .iter()
        .find(|(name, _)| name == "zero_optimization")?
        .1
    else {
        return None;
    };
    let at = |value: &Value| Found {
        value: value.clone(),
        origin: found.origin.clone(),
    };
    let entry = |name: &str| {
        zero.iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value)
    };
    let offloads = |name: &str| match entry(name)? {
        Value::Dict(entries) => {
            let device = entries.iter().find(|(name, _)| name == "device");
            let waits = device.is_some_and(|(_, it)| matches!(it, Value::Str(it) if it != "none"));
            waits.then(|| at(&Value::Bool(true)))
        }
        _ => None,
    };
    Some(Spread {
        stage: entry("stage").map(at),
        optimizer: offloads("offload_optimizer"),
        weights: offloads("offload_param"),
        processes: None,
    })
}

/// A file of DeepSpeed's settings.
fn of_zero_file(path: &str, beside: &Beside<'_>) -> Option<Spread> {
    let text = (beside.file)(path)?;
    let documents = read(Format::Json, &text).ok()?;
    let zero = documents.first()?.get("zero_optimization")?;
    let at = |value: Value| Found {
        value,
        origin: From::Elsewhere(path.to_owned()),
    };
    let offloads = |name: &str| {
        let device = zero.get(name)?.get("device")?.as_str()?;
        (device != "none").then(|| at(Value::Bool(true)))
    };
    Some(Spread {
        stage: zero.get("stage").map(|node| at(value(node))),
        optimizer: offloads("offload_optimizer"),
        weights: offloads("offload_param"),
        processes: None,
    })
}

/// A file that `accelerate config` wrote.
fn of_accelerate(name: &str, text: &str, beside: &Beside<'_>) -> Option<Spread> {
    let documents = read(Format::Yaml, text).ok()?;
    let all = documents.first()?;
    let at = |value: Value| Found {
        value,
        origin: From::Elsewhere(name.to_owned()),
    };
    let mut spread = Spread {
        processes: all.get("num_processes").map(|node| at(value(node))),
        ..Spread::default()
    };
    if let Some(zero) = all.get("deepspeed_config") {
        let file = zero
            .get("deepspeed_config_file")
            .and_then(|node| node.as_str());
        if let Some(file) = file.and_then(|file| of_zero_file(file, beside)) {
            return Some(Spread {
                processes: spread.processes,
                ..file
            });
        }
        spread.stage = zero.get("zero_stage").map(|node| at(value(node)));
        let offloads = |name: &str| {
            let device = zero.get(name)?.as_str()?;
            (device != "none").then(|| at(Value::Bool(true)))
        };
        spread.optimizer = offloads("offload_optimizer_device");
        spread.weights = offloads("offload_param_device");
    }
    if let Some(fsdp) = all.get("fsdp_config") {
        let strategy = fsdp.get("fsdp_sharding_strategy").map(value);
        let reshards = fsdp.get("fsdp_reshard_after_forward").map(value);
        let stage = match (strategy, reshards) {
            (Some(strategy), _) => strategy,
            (None, Some(Value::Bool(false))) => Value::Int(2),
            (None, Some(Value::Str(words))) => Value::Str(words),
            _ => Value::Int(3),
        };
        // 1 to 4 number the strategies of FSDP in another way than the stages of ZeRO.
        let stage = match stage {
            Value::Int(number @ (1..=3)) => Value::Str(number.to_string()),
            other => other,
        };
        spread.stage = Some(at(stage));
        let offloads = fsdp.get("fsdp_offload_params").map(value) == Some(Value::Bool(true));
        let offload = || offloads.then(|| at(Value::Bool(true)));
        spread.optimizer = offload();
        spread.weights = offload();
    }
    Some(spread)
}

fn value(node: &Node) -> Value {
    let mut visits = 100;
    node.value_within(&mut visits)
}
