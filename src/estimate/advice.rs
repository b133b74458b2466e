//! What would make a run fit, each change computed anew.

use super::estimate;
use super::gpu::Gpu;
use super::model::Model;
use super::run::{
    Attention, Dtype, Loss, Quantization, Run, Stage, Targets, Task, Trained, Training,
};

/// A change of a run that saves memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// What is changed.
    pub change: Change,
    /// The run after it.
    pub run: Run,
    /// Its peak, in bytes.
    pub peak: u64,
    /// What it saves, in bytes.
    pub saves: u64,
    /// What it costs, in words.
    pub costs: &'static str,
}

/// What can be changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// Activations are computed again.
    Checkpointing,
    /// Fewer examples at a time, more batches before weights change.
    Batch {
        /// Examples on one device at a time.
        batch: u64,
        /// Batches before weights change.
        accumulation: u64,
    },
    /// Shorter examples.
    Length(u64),
    /// The loss of a few tokens at a time.
    ChunkedLoss,
    /// Another optimizer, by its name.
    Optimizer(&'static str),
    /// Weights loaded in another type.
    Load(Dtype),
    /// An adapter instead of all weights.
    Adapter,
    /// Frozen weights in 4 bits.
    Quantize,
    /// Fused attention instead of attention in steps.
    Attention(Attention),
    /// Activations wait in the memory of the host.
    OffloadActivations,
    /// States spread over the devices.
    Shard(Stage),
    /// Keys and values cached in 8 bits.
    Cache,
}

/// Changes that save memory, the one that saves most first; each from the run as it is.
pub fn advice(model: &Model, run: &Run, gpu: Option<&Gpu>) -> Vec<Advice> {
    let before = estimate(model, run, gpu).peak;
    let of = |(change, run, costs): (Change, Run, &'static str)| {
        let peak = estimate(model, &run, gpu).peak;
        let saves = before.saturating_sub(peak);
        Advice {
            change,
            run,
            peak,
            saves,
            costs,
        }
    };
    // What saves less than a hundredth is not worth a change.
    let is_worth = |it: &Advice| it.saves > 0 && it.saves >= before / 100;
    let mut all: Vec<Advice> = changes(run).into_iter().map(of).filter(is_worth).collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.saves));
    all
}

/// All changes that can be made, with the run after each and what it costs.
fn changes(run: &Run) -> Vec<(Change, Run, &'static str)> {
    let mut all = Vec::new();
    if run.attention == Attention::Eager {
        let mut after = run.clone();
        after.attention = Attention::Sdpa;
        all.push((
            Change::Attention(Attention::Sdpa),
            after,
            "nothing; it is faster",
        ));
    }
    match &run.task {
        Task::Training(training) => {
            all.extend(lighter(run, training));
            all.extend(smaller(run, training));
            all.extend(spread(run));
        }
        Task::Inference(inference) => {
            if inference.batch > 1 && inference.reserved.is_none() {
                let mut less = inference.clone();
                less.batch /= 2;
                let change = Change::Batch {
                    batch: less.batch,
                    accumulation: 1,
                };
                all.push((
                    change,
                    with(run, Task::Inference(less)),
                    "twice as many calls",
                ));
            }
            all.extend(quantized(run));
        }
    }
    all
}

fn with(run: &Run, task: Task) -> Run {
    Run {
        task,
        ..run.clone()
    }
}

fn trained(run: &Run, training: Training) -> Run {
    with(run, Task::Training(Box::new(training)))
}

/// Changes of how a step is computed.
fn lighter(run: &Run, training: &Training) -> Vec<(Change, Run, &'static str)> {
    let mut all = Vec::new();
    if !training.checkpointing {
        let after = Training {
            checkpointing: true,
            ..training.clone()
        };
        all.push((
            Change::Checkpointing,
            trained(run, after),
            "a third more time for a step",
        ));
    }
    if training.batch > 1 {
        let batch = training.batch.div_ceil(2);
        // The effective batch stays, up to what the halves round to.
        let accumulation = training
            .accumulation
            .max(1)
            .saturating_mul(training.batch)
            .div_ceil(batch);
        let after = Training {
            batch,
            accumulation,
            ..training.clone()
        };
        let change = Change::Batch {
            batch,
            accumulation,
        };
        all.push((
            change,
            trained(run, after),
            "a little time; the effective batch stays",
        ));
    }
    if training.loss == Loss::Whole {
        let after = Training {
            loss: Loss::Chunked(256),
            ..training.clone()
        };
        all.push((Change::ChunkedLoss, trained(run, after), "nearly nothing"));
    }
    if training.length > 512 {
        let length = training.length / 2;
        let after = Training {
            length,
            ..training.clone()
        };
        all.push((
            Change::Length(length),
            trained(run, after),
            "the ends of longer examples",
        ));
    }
    if !training.offloads_activations {
        let after = Training {
            offloads_activations: true,
            ..training.clone()
        };
        all.push((
            Change::OffloadActivations,
            trained(run, after),
            "time for copies to the host and back",
        ));
    }
    all
}

/// Changes of what is trained and how it is kept.
fn smaller(run: &Run, training: &Training) -> Vec<(Change, Run, &'static str)> {
    let mut all = Vec::new();
    if !training.optim.contains("8bit") {
        let after = Training {
            optim: "paged_adamw_8bit".into(),
            ..training.clone()
        };
        let costs = "states are rounded to 8 bits; needs bitsandbytes";
        all.push((
            Change::Optimizer("paged_adamw_8bit"),
            trained(run, after),
            costs,
        ));
    }
    if training.trained == Trained::Full {
        let after = Training {
            trained: Trained::Adapter(super::run::Adapter {
                rank: 16,
                targets: Targets::AllLinear,
                dtype: Dtype::Float32,
                dropout: false,
                dora: false,
                saved: Vec::new(),
                upcasts: false,
            }),
            ..training.clone()
        };
        all.push((
            Change::Adapter,
            trained(run, after),
            "less capacity; usually as good for one task",
        ));
    } else {
        all.extend(quantized(run));
    }
    if run.dtype == Dtype::Float32 {
        let mut after = run.clone();
        after.dtype = Dtype::Bfloat16;
        let costs = match training.trained {
            Trained::Full => "small updates are lost in 16 bits",
            _ => "nearly nothing: these weights are frozen",
        };
        all.push((Change::Load(Dtype::Bfloat16), after, costs));
    }
    all
}

fn quantized(run: &Run) -> Option<(Change, Run, &'static str)> {
    (run.quantization == Quantization::None).then(|| {
        let mut after = run.clone();
        after.quantization = Quantization::Nf4 { double: true };
        if after.dtype == Dtype::Float32 {
            after.dtype = Dtype::Bfloat16;
        }
        (
            Change::Quantize,
            after,
            "a little quality, and time to unpack weights; needs bitsandbytes",
        )
    })
}

fn spread(run: &Run) -> Option<(Change, Run, &'static str)> {
    (run.devices > 1 && run.sharding.stage != Stage::Weights && !run.sharding.by_layers).then(
        || {
            let mut after = run.clone();
            after.sharding.stage = Stage::Weights;
            (
                Change::Shard(Stage::Weights),
                after,
                "time for talking between devices",
            )
        },
    )
}
