//! What is in memory at each moment of a run, on the device that has most.

mod cache;
mod habits;
mod layer;
mod loss;
mod numbers;
mod passes;
mod place;
mod spread;
mod states;

use super::gpu::Gpu;
use super::model::{Known, Model};
use super::number::{GIB, count, float};
use super::optimizer::{Optimizer, optimizer};
use super::outcome::{Moment, Part, When};
use super::run::{
    Attention, Inference, Objective, Quantization, Reference, Run, Stage, Task, Training,
};
use super::trained::{Share, shares};
use layer::Scene;
use loss::Logits;
use numbers::{Numbers, size};
use passes::Pass;
use spread::Spread;
use states::States;

/// What cuBLAS works in, which PyTorch takes from its own memory.
const WORKSPACE: f64 = 32.0 * 1_048_576.0;
/// The driver's context and the kernels that a run loads, since they are loaded one by one (CUDA 11.7).
const CONTEXT: f64 = 0.9 * GIB;
/// What the allocator cannot use of what it holds for tensors that come and go.
const FRAGMENTS: f64 = 0.05;
/// The same of what is cut out of blocks of the first step's activations and stays: gradients and states.
const CUT: f64 = 0.08;

/// What memory needs of the model and the run.
#[derive(Clone, Debug)]
pub struct Memory {
    /// In their order.
    pub moments: Vec<Moment>,
    /// Trained parameters.
    pub trainable: f64,
}

/// What is in memory at each moment.
pub fn memory(model: &Model, run: &Run, gpu: Option<&Gpu>) -> Memory {
    match &run.task {
        Task::Training(training) => Step::new(model, run, training, gpu).memory(),
        Task::Inference(inference) => Memory {
            moments: reading(model, run, inference, gpu),
            trainable: 0.0,
        },
    }
}

/// What one device holds of a card for a server, in bytes.
fn reserved(share: f64, gpu: Option<&Gpu>) -> f64 {
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.9
    };
    gpu.map_or(0.0, |gpu| float(gpu.memory) * GIB * share)
}

/// Moments of a model that computes or writes.
fn reading(model: &Model, run: &Run, inference: &Inference, gpu: Option<&Gpu>) -> Vec<Moment> {
    let states = states::weights(model, run, false);
    let devices = float(run.devices.max(1));
    let parted =
        run.sharding.by_layers || run.sharding.stage != Stage::None || inference.reserved.is_some();
    let weights = states.weights / if parted { devices } else { 1.0 };
    let bytes = inference.cache.map_or(size(run.dtype).max(2.0), size);
    let (sequences, length) = (
        float(inference.batch.max(1)),
        float(inference.length.max(1)),
    );
    let cache = cache::cache(model, sequences, length, bytes) / if parted { devices } else { 1.0 };
    let words = loss::vocabulary(model);
    let compute = size(run.dtype).max(2.0);
    let inner = |stack: &super::model::Stack| {
        (2.0 * float(stack.intermediate) + 3.0 * float(stack.hidden)) * compute
    };
    let widest = model.stacks.iter().map(inner).fold(0.0, f64::max);
    let temporary =
        sequences * (length * widest + words * (compute + 4.0)) + states.dequantised + WORKSPACE;
    if let Some(share) = inference.reserved {
        let server = (reserved(share, gpu) - weights).max(cache + temporary);
        let parts = [
            (Part::Weights, weights),
            (Part::Server, server),
            (Part::Context, CONTEXT),
        ];
        return vec![moment(When::Generating, &parts)];
    }
    let loading = moment(
        When::Loading,
        &[
            (Part::Weights, weights),
            (Part::Temporary, states.largest),
            (Part::Context, CONTEXT),
        ],
    );
    let moving = cache + temporary;
    let generating = moment(
        When::Generating,
        &[
            (Part::Weights, weights),
            (Part::Cache, cache),
            (Part::Temporary, temporary),
            (Part::Fragments, moving * FRAGMENTS),
            (Part::Context, CONTEXT),
        ],
    );
    vec![loading, generating]
}

/// A moment of these parts; what is nothing is left out.
fn moment(when: When, parts: &[(Part, f64)]) -> Moment {
    let parts = parts.iter().map(|(part, bytes)| (*part, count(*bytes)));
    Moment {
        when,
        parts: parts.filter(|(_, bytes)| *bytes > 0).collect(),
    }
}

/// A step of training.
struct Step<'a> {
    model: &'a Model,
    run: &'a Run,
    training: &'a Training,
    gpu: Option<&'a Gpu>,
    numbers: Numbers,
    shares: Vec<Share>,
    states: States,
    optimizer: Optimizer,
    pass: Pass,
    logits: Logits,
    spread: Spread,
    kept: Kept,
}

/// What the backward pass needs, in bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    /// Kept until it is needed.
    all: f64,
    /// One layer's that is computed again, while its gradients are.
    layer: f64,
    /// What comes and goes within a layer.
    work: f64,
}

impl<'a> Step<'a> {
    fn new(model: &'a Model, run: &'a Run, training: &'a Training, gpu: Option<&'a Gpu>) -> Self {
        let numbers = Numbers::of(run, training);
        let shares = shares(model, &training.trained);
        let adam = || optimizer("adamw_torch").expect("it is in the table");
        let optimizer = optimizer(&training.optim).unwrap_or_else(adam);
        let states = states::training(model, run, &training.trained, &shares, numbers, &optimizer);
        let pass = passes::pass(model, training);
        let mut step = Self {
            model,
            run,
            training,
            gpu,
            numbers,
            shares,
            states,
            optimizer,
            pass,
            logits: loss::logits(model, training, numbers, pass),
            spread: Spread::default(),
            kept: Kept::default(),
        };
        step.spread = Spread::of(run, training, &step.states, numbers, &optimizer);
        step.kept = step.kept();
        step
    }

    fn memory(&self) -> Memory {
        let mut moments = vec![self.loading()];
        moments.extend(self.generating());
        moments.extend([self.forward(), self.backward(), self.step()]);
        Memory {
            moments,
            trainable: self.states.trainable,
        }
    }

    /// What all stacks keep for the backward pass.
    fn kept(&self) -> Kept {
        let flows = passes::flows(self.model, &self.shares);
        let scene = Scene {
            model: self.model,
            shares: &self.shares,
            training: self.training,
            numbers: self.numbers,
            keeps_inputs: self.run.quantization == Quantization::Int8,
            repeats: self.run.attention == Attention::Eager
                || (self.run.attention == Attention::Sdpa && self.pass.sequences > 1.0),
        };
        let mut kept = Kept::default();
        for (index, stack) in self.model.stacks.iter().enumerate() {
            let layer = scene.layer(index);
            let tokens = passes::tokens(
                self.model,
                index,
                stack,
                self.pass.length,
                self.training.pixels,
            );
            let one =
                |each: f64, pairs: f64| self.pass.sequences * tokens * (each + pairs * tokens);
            let crossed = if stack.cross {
                self.other_tokens(index)
            } else {
                0.0
            };
            let whole = layer.fixed
                + one(layer.kept, layer.squared)
                + self.pass.sequences * crossed * (layer.crossed + layer.crossed_pairs * tokens);
            kept.work = kept.work.max(one(layer.work, layer.work_squared));
            if !flows.get(index).copied().unwrap_or(true) {
                continue;
            }
            self.keep(
                &mut kept,
                whole,
                one(layer.boundary, 0.0),
                float(stack.layers),
            );
        }
        if self.run.sharding.by_layers {
            kept.all /= float(self.run.devices.max(1));
        }
        if self.model.known == Known::Counted && self.model.stacks.is_empty() {
            kept.all = self.guessed();
        }
        kept
    }

    /// Tokens of the stack that another one attends to.
    fn other_tokens(&self, index: usize) -> f64 {
        let (at, other) = match self
            .model
            .stacks
            .iter()
            .enumerate()
            .find(|it| it.0 != index)
        {
            Some(found) => found,
            None => return self.pass.length,
        };
        passes::tokens(
            self.model,
            at,
            other,
            self.pass.length,
            self.training.pixels,
        )
    }

    /// Adds a stack's layers: all that they keep, or what they start from and one of them.
    fn keep(&self, kept: &mut Kept, whole: f64, boundary: f64, layers: f64) {
        let training = self.training;
        // What is moved to the host stays while it is copied.
        let waiting = if training.offloads_activations {
            layers.min(2.0)
        } else {
            layers
        };
        if training.checkpointing {
            kept.all += waiting * boundary;
            kept.layer = kept.layer.max(whole);
        } else {
            kept.all += waiting * whole;
        }
    }

    /// Activations of a model of which only the number of its parameters is known: as a decoder of that many has, whose
    /// layers are a hundredth of its width.
    fn guessed(&self) -> f64 {
        let parameters = float(self.model.parameters());
        let hidden = (parameters * 128.0 / 12.0).cbrt();
        let layers = (hidden / 128.0).max(1.0);
        let of_token = match self.training.checkpointing {
            true => self.numbers.stream * hidden * (layers + 24.0),
            false => layers * hidden * 17.0 * self.numbers.compute,
        };
        self.pass.sequences * self.pass.length * of_token
    }

    /// What is there all the time.
    fn standing(&self) -> Vec<(Part, f64)> {
        let server = match &self.training.objective {
            Objective::Generated(it) => it.vllm.map_or(0.0, |share| reserved(share, self.gpu)),
            _ => 0.0,
        };
        vec![
            (Part::Weights, self.spread.weights),
            (Part::Reference, self.reference()),
            (Part::Adapter, self.spread.adapter),
            (Part::Server, server),
            (Part::Context, CONTEXT),
        ]
    }

    /// Weights of a second model.
    fn reference(&self) -> f64 {
        let second = |reference: Reference| match reference {
            Reference::Model => self.spread.weights,
            Reference::Adapter | Reference::None => 0.0,
        };
        match &self.training.objective {
            Objective::Preference(it) | Objective::Judgement(it) => second(*it),
            Objective::Generated(it) => second(it.reference),
            Objective::Distilled { teacher } => {
                float(teacher.unwrap_or(0)) * size(self.run.dtype).max(2.0)
            }
            _ => 0.0,
        }
    }

    /// A moment with what is always there and these; what comes and goes leaves gaps.
    fn with(&self, when: When, parts: &[(Part, f64)]) -> Moment {
        let moves = |part: Part| {
            matches!(
                part,
                Part::Activations | Part::Loss | Part::Temporary | Part::Gathered | Part::Cache
            )
        };
        let moving: f64 = parts.iter().filter(|it| moves(it.0)).map(|it| it.1).sum();
        let mut all = self.standing();
        all.extend_from_slice(parts);
        let stays = |part: Part| matches!(part, Part::Gradients | Part::Optimizer);
        let cut: f64 = parts.iter().filter(|it| stays(it.0)).map(|it| it.1).sum();
        all.push((Part::Fragments, moving * FRAGMENTS + cut * CUT));
        moment(when, &all)
    }

    fn loading(&self) -> Moment {
        moment(
            When::Loading,
            &[
                (Part::Weights, self.spread.weights),
                (Part::Temporary, self.states.largest),
                (Part::Context, CONTEXT),
            ],
        )
    }

    /// Answers are written before they are judged.
    fn generating(&self) -> Option<Moment> {
        let Objective::Generated(generated) = &self.training.objective else {
            return None;
        };
        let optimizer = (Part::Optimizer, self.spread.optimizer);
        if generated.vllm.is_some() {
            return Some(self.with(When::Generating, &[optimizer]));
        }
        let length = self.pass.length;
        let cache = cache::cache(
            self.model,
            self.pass.sequences,
            length,
            self.numbers.compute,
        );
        let logits =
            self.pass.sequences * loss::vocabulary(self.model) * (self.numbers.compute + 8.0);
        let temporary = logits + self.states.dequantised + WORKSPACE;
        let parts = [
            optimizer,
            (Part::Cache, cache),
            (Part::Temporary, temporary),
        ];
        Some(self.with(When::Generating, &parts))
    }

    /// Gradients that wait for more batches.
    fn waiting(&self) -> f64 {
        match self.training.accumulation > 1 {
            true => self.spread.gradients,
            false => 0.0,
        }
    }

    fn temporary(&self, work: f64) -> f64 {
        work + self.states.dequantised + WORKSPACE
    }

    fn forward(&self) -> Moment {
        self.with(
            When::Forward,
            &[
                (Part::Gradients, self.waiting()),
                (Part::Optimizer, self.spread.optimizer),
                (Part::Activations, self.kept.all),
                (Part::Loss, self.logits.forward),
                (Part::Gathered, self.spread.gathered),
                (
                    Part::Temporary,
                    self.states.casts + self.states.dequantised + WORKSPACE,
                ),
            ],
        )
    }

    /// The worst of three: the loss's gradient with all that is kept, the last layer, and the first with all gradients.
    fn backward(&self) -> Moment {
        let casts = if self.training.checkpointing {
            0.0
        } else {
            self.states.casts
        };
        let head = self.head_gradient();
        let at = |gradients: f64, kept: f64, loss: f64, temporary: f64| {
            self.with(
                When::Backward,
                &[
                    (Part::Gradients, gradients.max(self.waiting())),
                    (Part::Optimizer, self.spread.optimizer),
                    (Part::Activations, kept),
                    (Part::Loss, loss),
                    (Part::Gathered, self.spread.gathered),
                    (Part::Temporary, self.temporary(temporary)),
                ],
            )
        };
        let kept = self.kept;
        let layer = if self.training.checkpointing {
            kept.layer
        } else {
            0.0
        };
        let first = if self.training.checkpointing {
            kept.layer
        } else {
            kept.work
        };
        [
            at(head, kept.all, self.logits.backward, casts),
            at(head, kept.all + layer, 0.0, casts + kept.work),
            at(
                self.spread.gradients,
                first,
                0.0,
                kept.work.max(self.tied_gradients()),
            ),
        ]
        .into_iter()
        .max_by_key(sum)
        .expect("there are three")
    }

    /// The gradient of what makes the logits is the first; an embedding's where that is tied.
    fn head_gradient(&self) -> f64 {
        self.head(|share| share.own > 0.0)
            .min(self.spread.gradients)
    }

    /// An embedding that is the head too gets two gradients, and their sum.
    fn tied_gradients(&self) -> f64 {
        let is_tied = self
            .model
            .modules
            .iter()
            .any(|it| it.tied && it.stack.is_none());
        if is_tied {
            2.0 * self.head_gradient()
        } else {
            0.0
        }
    }

    /// The largest of the matrices outside of all layers, in bytes of its gradient.
    fn head(&self, is: impl Fn(&Share) -> bool) -> f64 {
        let pairs = self.model.modules.iter().zip(&self.shares);
        let outside = pairs.filter(|(module, share)| {
            module.stack.is_none()
                && matches!(
                    module.kind,
                    super::model::Kind::Linear | super::model::Kind::Embedding
                )
                && is(share)
        });
        outside.map(|(it, _)| float(it.weight)).fold(0.0, f64::max) * self.numbers.weight
    }

    fn step(&self) -> Moment {
        let bytes = self.states.gradients;
        let copies = self.optimizer.copies * bytes * self.spread.part;
        self.with(
            When::Step,
            &[
                (Part::Gradients, self.spread.gradients),
                (Part::Optimizer, self.spread.optimizer),
                (Part::Temporary, copies + WORKSPACE),
            ],
        )
    }
}

/// All of a moment, in bytes.
pub fn sum(moment: &Moment) -> u64 {
    moment
        .parts
        .iter()
        .fold(0, |all, (_, bytes)| all.saturating_add(*bytes))
}

#[cfg(test)]
pub mod tests;
