//! How long a run takes: operations, and what cards do at most.

use super::gpu::{Gpu, Speed};
use super::model::{Kind, Model, Role};
use super::number::float;
use super::outcome::Time;
use super::run::{Attention, Dtype, Inference, Objective, Run, Task, Trained, Training};

/// The part of its peak that a card reaches: badly used, usually, well used. Measured for adapters and full training of
/// decoders with FlashAttention on an A100: 0.41 at 512 tokens to 0.52 at 8,192; short sequences, small models and
/// waiting for data are less.
pub const EFFICIENCY: (f64, f64, f64) = (0.15, 0.35, 0.50);

/// Time of a run on these devices; none where their speed is not known.
pub fn time(model: &Model, run: &Run, gpu: Option<&Gpu>) -> Option<Time> {
    let speed = gpu?.speed?;
    let devices = float(run.devices.max(1));
    match &run.task {
        Task::Training(training) => Some(of_training(model, run, training, &speed, devices)),
        Task::Inference(inference) => Some(of_reading(model, run, inference, &speed, devices)),
    }
}

/// Operations of a forward pass over one example of so many tokens: two for each weight that a token meets, and the
/// scores of attention, half of them where a token sees only those before it.
pub fn forward(model: &Model, length: f64) -> f64 {
    let matrices = model.modules.iter().filter(|it| {
        match it.kind {
            Kind::Linear | Kind::Conv1D | Kind::Experts => it.inputs > 0,
            // Those of layers: each place of a picture meets the whole kernel.
            Kind::Convolution => it.stack.is_some(),
            _ => false,
        }
    });
    let tokens = |stack: Option<usize>| {
        let stack = stack.and_then(|it| model.stacks.get(it));
        match stack {
            Some(stack) if !matches!(stack.role, Role::Decoder | Role::Encoder) => {
                stack.tokens.map_or(length, float)
            }
            _ => length,
        }
    };
    let met = matrices.map(|it| {
        let often = match it.experts {
            Some(experts) if experts.all > 0 => {
                float(it.count) / float(experts.all) * float(experts.used)
            }
            _ => float(it.count),
        };
        2.0 * float(it.weight) * often * tokens(it.stack)
    });
    let scores = model.stacks.iter().enumerate().map(|(index, it)| {
        let tokens = tokens(Some(index));
        let seen = if it.causal { tokens / 2.0 } else { tokens };
        let (window, windowed) = it.window.unwrap_or((u64::MAX, 0));
        let windowed = float(windowed.min(it.layers));
        let whole = float(it.layers.saturating_sub(it.recurrent)) - windowed;
        let width = float(it.heads) * float(it.head_dim);
        4.0 * tokens * width * (whole.max(0.0) * seen + windowed * seen.min(float(window)))
    });
    let counted: f64 = met.sum();
    let known = if counted > 0.0 {
        counted
    } else {
        2.0 * float(model.parameters()) * length
    };
    known + scores.sum::<f64>()
}

/// Operations of a change of weights on one device.
fn operations(model: &Model, training: &Training) -> f64 {
    let texts = match &training.objective {
        Objective::Preference(_) | Objective::Reward => 2.0,
        Objective::Contrasted { texts } => float((*texts).max(1)),
        _ => 1.0,
    };
    let length = float(training.length.max(1));
    let once = |length: f64| forward(model, length);
    // Frozen weights need no gradients of their own.
    let backward = if matches!(training.trained, Trained::Full) {
        2.0
    } else {
        1.0
    };
    let again = if training.checkpointing { 1.0 } else { 0.0 };
    let passes = 1.0 + backward + again;
    let besides = match &training.objective {
        Objective::Preference(reference) | Objective::Judgement(reference) => {
            f64::from(u8::from(*reference != super::run::Reference::None))
        }
        Objective::Distilled { teacher } => {
            float(teacher.unwrap_or(0)) / float(model.parameters().max(1))
        }
        _ => 0.0,
    };
    let of_one = match &training.objective {
        // Written token by token, which uses a card badly: some five times as long.
        Objective::Generated(it) => {
            let all = length + float(it.completion);
            let reference = f64::from(u8::from(it.reference != super::run::Reference::None));
            once(all) * (passes + 1.0 + reference + 5.0)
        }
        _ => once(length) * (passes + besides),
    };
    of_one * texts * float(training.batch.max(1)) * float(training.accumulation.max(1))
}

fn of_training(model: &Model, run: &Run, training: &Training, speed: &Speed, devices: f64) -> Time {
    let flops = operations(model, training);
    let peak = peak(speed, training.autocast.unwrap_or(run.dtype));
    let (bad, usual, good) = efficiency(run);
    // Layers one after the other: one device works at a time.
    let (busy, data) = if run.sharding.by_layers {
        (1.0, 1.0)
    } else {
        (1.0, devices)
    };
    let seconds = |part: f64| flops / (peak * part * busy);
    let steps = training.max_steps.map(float).or_else(|| {
        let batch = float(training.batch.max(1)) * float(training.accumulation.max(1)) * data;
        let epochs = if training.epochs.is_finite() {
            training.epochs.max(0.0)
        } else {
            0.0
        };
        let answers = match &training.objective {
            Objective::Generated(it) => float(it.generations.max(1)),
            _ => 1.0,
        };
        training
            .examples
            .map(|it| ((float(it) * answers / batch).ceil() * epochs).ceil())
    });
    Time {
        step: seconds(usual),
        total: steps.map(|steps| (seconds(good) * steps, seconds(bad) * steps)),
        flops: flops * data,
    }
}

/// What is reached of a peak: badly, usually, well.
fn efficiency(run: &Run) -> (f64, f64, f64) {
    let (bad, usual, good) = EFFICIENCY;
    let slower = match run.attention {
        Attention::Eager => 0.6,
        Attention::Flash | Attention::Sdpa => 1.0,
    } * if run.sharding.offloads_weights {
        0.4
    } else {
        1.0
    };
    (bad * slower, usual * slower, good * slower)
}

/// Reading is bound by operations, writing by the memory that each token reads all weights from.
fn of_reading(
    model: &Model,
    run: &Run,
    inference: &Inference,
    speed: &Speed,
    devices: f64,
) -> Time {
    let flops = forward(model, float(inference.length.max(1))) * float(inference.batch.max(1));
    let peak = peak(speed, run.dtype) * devices;
    let (bad, usual, good) = efficiency(run);
    Time {
        step: flops / (peak * usual),
        total: Some((flops / (peak * good), flops / (peak * bad))),
        flops,
    }
}

/// Operations a second that a card does in a type.
fn peak(speed: &Speed, dtype: Dtype) -> f64 {
    let thousand_millions = match dtype {
        Dtype::Float64 | Dtype::Float32 => speed.single,
        _ => speed.half,
    };
    float(thousand_millions.max(1)) * 1e9
}

impl Time {
    /// What all of it costs at a price of an hour of one device: well used, and badly.
    pub fn cost(&self, devices: u64, hour: f64) -> Option<(f64, f64)> {
        let price = float(devices.max(1)) * hour / 3600.0;
        self.total
            .map(|(least, most)| (least * price, most * price))
    }
}
