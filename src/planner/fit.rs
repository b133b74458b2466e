//! Batch, length, precision and sharding that a machine has room for.
//!
//! Each try is estimated: the modules of the model by its configuration, and what training, or reading, keeps of them.
//! Where the configuration is not known, or not understood, the smoke test measures the peak instead.

use std::borrow::Cow;

use super::library::{self, Aim, Method, Model, Wanted};
use crate::estimate::architecture;
use crate::estimate::estimate;
use crate::estimate::gpu::Gpu;
use crate::estimate::model as shape;
use crate::estimate::outcome::Estimate;
use crate::estimate::run::{
    Adapter, Attention, Dtype, Generated, Inference, Loss, Objective, Quantization, Reference, Run,
    Sharding, Stage, Targets, Task, Trained, Training,
};

/// What is chosen, and what it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// How weights are trained.
    pub method: Method,
    /// Examples on one device at a time.
    pub batch: u64,
    /// Batches before weights change.
    pub accumulation: u64,
    /// Tokens of an example.
    pub max_length: u64,
    /// Whether activations are computed again instead of kept.
    pub checkpointing: bool,
    /// Whether FlashAttention can be used.
    pub flash: bool,
    /// The optimizer by its name in `TrainingArguments`.
    pub optim: &'static str,
    /// The type that weights are loaded in.
    pub dtype: &'static str,
    /// The type that autocast computes in.
    pub mixed: &'static str,
    /// Whether weights are spread over the GPUs.
    pub is_sharded: bool,
    /// What is in the memory of one device; none where the model is not known well enough.
    pub estimate: Option<Estimate>,
    /// Whether that is below the limit.
    pub fits: bool,
}

const GIB: f64 = 1024.0 * 1024.0 * 1024.0;
/// What a plan fills of a card: other programs need the rest.
const SHARE: f64 = 0.9;
/// Tokens whose logits the trainers of TRL have at a time (trl 1.16 `kernels/chunked_logprob.py`: tiles of as many numbers).
const LOSS_TOKENS: u64 = 128;

impl Fit {
    /// What is taken of one device at the worst moment, in GiB; 0 where it is not known.
    pub fn peak(&self) -> f64 {
        self.estimate.as_ref().map_or(0.0, |it| gib(it.peak))
    }
}

/// Bytes in GiB.
#[expect(
    clippy::cast_precision_loss,
    reason = "shown with one digit behind the point"
)]
pub fn gib(bytes: u64) -> f64 {
    bytes as f64 / GIB
}

/// What a plan may fill of a card, in GiB.
pub fn limit(gpu: &Gpu) -> f64 {
    // A count of gigabytes is far below what a float holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let memory = gpu.memory as f64;
    memory * SHARE
}

/// What is asked of the choice.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// How weights are trained.
    pub method: Method,
    /// The model, as far as it is known.
    pub model: &'a Model,
    /// The machine.
    pub gpu: &'a Gpu,
    /// Examples between two changes of weights.
    pub effective: u64,
    /// Tokens of an example.
    pub max_length: u64,
    /// The rank of an adapter.
    pub rank: u64,
    /// Where answers are generated: tokens of a prompt, where that has a bound of its own.
    pub prompt: Option<u64>,
    /// Tokens of an answer.
    pub completion: u64,
    /// Answers to one prompt.
    pub generations: u64,
    /// Whether answers are compared with those of the model as it was.
    pub compares: bool,
    /// Parameters of a teacher.
    pub teacher: Option<u64>,
    /// Words of a tokenizer that takes the place of the model's own.
    pub vocab: Option<u64>,
    /// What the use case says.
    pub wanted: &'a Wanted,
}

/// Chooses. The largest batch that is useful comes first; then activations are computed again, then the weights are
/// spread, then examples are cut.
pub fn choose(asked: &Asked<'_>) -> Fit {
    let gpu = asked.gpu;
    let per_device = (asked.effective / gpu.count.max(1)).max(1);
    let most = asked.wanted.batch.unwrap_or(8).min(per_device).max(1);
    if gpu.is_cpu() {
        return on_cpu(asked, most.min(4));
    }
    let first = base(asked, most);
    let Some(model) = described(asked) else {
        return first;
    };
    if asked.method == Method::None {
        return measured(asked, &model, first);
    }
    let lengths = std::iter::successors(Some(asked.max_length), |length| {
        Some(length / 2).filter(|it| *it >= 512)
    });
    let sharded: &[bool] = match gpu.count > 1 && asked.method != Method::Qlora {
        true => &[false, true],
        false => &[false],
    };
    let mut tries = lengths.flat_map(|length| {
        sharded
            .iter()
            .flat_map(move |is_sharded| steps(most).map(move |step| (length, *is_sharded, step)))
    });
    let of = |(max_length, is_sharded, (checkpointing, batch))| {
        let fit = Fit {
            batch,
            checkpointing,
            max_length,
            is_sharded,
            accumulation: (per_device / batch).max(1),
            ..first.clone()
        };
        measured(asked, &model, fit)
    };
    let fitting = tries.find_map(|tried| Some(of(tried)).filter(|fit| fit.fits));
    let least = asked.max_length.min(512);
    fitting.unwrap_or_else(|| of((least, sharded.len() > 1, (true, 1))))
}

/// Whether activations are computed again, with a batch: half the batch with what it keeps comes before all of it
/// without.
fn steps(most: u64) -> impl Iterator<Item = (bool, u64)> {
    let first = 1 << most.ilog2();
    let batches = std::iter::successors(Some(first), |batch| (*batch > 1).then_some(batch / 2));
    // A batch of one without computing again is no gain over a larger one with it.
    batches
        .flat_map(|batch| [(false, batch), (true, batch)])
        .filter(move |(again, batch)| *again || *batch >= 2.min(most))
}

/// A processor alone: everything in 32 bits, and nothing of four bits.
fn on_cpu(asked: &Asked<'_>, batch: u64) -> Fit {
    Fit {
        method: match asked.method {
            Method::Qlora => Method::Lora,
            other => other,
        },
        batch,
        accumulation: (asked.effective / batch).max(1),
        max_length: asked.max_length,
        checkpointing: false,
        flash: false,
        optim: "adamw_torch",
        dtype: "float32",
        mixed: "no",
        is_sharded: false,
        estimate: None,
        fits: true,
    }
}

fn base(asked: &Asked<'_>, batch: u64) -> Fit {
    let bf16 = asked.gpu.bf16;
    let half = if bf16 { "bfloat16" } else { "float16" };
    let per_device = (asked.effective / asked.gpu.count.max(1)).max(1);
    Fit {
        method: asked.method,
        batch,
        accumulation: (per_device / batch).max(1),
        max_length: asked.max_length,
        checkpointing: false,
        // FlashAttention comes with the package `kernels`.
        flash: bf16 && library::release("kernels").is_some(),
        optim: match asked.method {
            Method::Qlora => "paged_adamw_8bit",
            _ => "adamw_torch",
        },
        // All weights are trained in 32 bits; 16 bits lose small updates.
        dtype: if asked.method == Method::Full {
            "float32"
        } else {
            half
        },
        mixed: if bf16 { "bf16" } else { "fp16" },
        is_sharded: false,
        estimate: None,
        fits: true,
    }
}

/// The modules of the model; of a language model at least how many weights they have.
fn described(asked: &Asked<'_>) -> Option<shape::Model> {
    let (model, wanted) = (asked.model, asked.wanted);
    if wanted.aim == Aim::Other {
        return None;
    }
    let own = model.class.as_deref().and_then(|it| it.rsplit('.').next());
    let class = wanted.class.as_deref().or(own);
    let known = architecture::model(&resized(asked), class).ok();
    // Without layers nothing would be said of activations.
    known.filter(|it| !it.stacks.is_empty()).or_else(|| {
        let config = Some(&model.config).filter(|it| it.is_object());
        let count = model.parameters.filter(|_| wanted.aim.is_of_text())?;
        Some(architecture::counted(count, config))
    })
}

/// The configuration with as many words as the tokenizer has that the plan makes.
fn resized<'a>(asked: &Asked<'a>) -> Cow<'a, serde_json::Value> {
    let config = &asked.model.config;
    match (asked.vocab, config.as_object()) {
        (Some(words), Some(table)) if table.contains_key("vocab_size") => {
            let mut table = table.clone();
            table.insert("vocab_size".to_owned(), words.into());
            Cow::Owned(serde_json::Value::Object(table))
        }
        _ => Cow::Borrowed(config),
    }
}

/// The same with what it takes.
fn measured(asked: &Asked<'_>, model: &shape::Model, mut fit: Fit) -> Fit {
    let estimate = estimate(model, &run(asked, &fit), Some(asked.gpu));
    fit.fits = gib(estimate.peak) <= limit(asked.gpu);
    fit.estimate = Some(estimate);
    fit
}

/// What the scripts of the plan do with the model.
fn run(asked: &Asked<'_>, fit: &Fit) -> Run {
    let half = if asked.gpu.bf16 {
        Dtype::Bfloat16
    } else {
        Dtype::Float16
    };
    Run {
        task: match fit.method {
            Method::None => Task::Inference(Inference {
                batch: 1,
                length: fit.max_length,
                cache: None,
                reserved: None,
                pixels: None,
            }),
            _ => Task::Training(Box::new(training(asked, fit, half))),
        },
        dtype: if fit.dtype == "float32" {
            Dtype::Float32
        } else {
            half
        },
        quantization: match fit.method {
            Method::Qlora => Quantization::Nf4 { double: true },
            _ => Quantization::None,
        },
        attention: match (asked.wanted.eager, fit.flash) {
            (true, _) => Attention::Eager,
            (false, true) => Attention::Flash,
            (false, false) => Attention::Sdpa,
        },
        devices: asked.gpu.count.max(1),
        sharding: Sharding {
            stage: if fit.is_sharded {
                Stage::Weights
            } else {
                Stage::None
            },
            ..Sharding::default()
        },
    }
}

fn training(asked: &Asked<'_>, fit: &Fit, half: Dtype) -> Training {
    let wanted = asked.wanted;
    let length = wanted.tokens.unwrap_or(fit.max_length);
    Training {
        objective: objective(asked, fit),
        trained: trained(asked, fit),
        autocast: Some(half),
        optim: fit.optim.to_owned(),
        batch: fit.batch,
        accumulation: fit.accumulation,
        length: match wanted.aim {
            Aim::Generated => asked.prompt.unwrap_or(fit.max_length),
            _ => length,
        },
        pixels: wanted.pixels.map(|side| (side, side)),
        checkpointing: fit.checkpointing,
        offloads_activations: false,
        loss: match wanted.whole_loss || !wanted.aim.is_of_text() {
            true => Loss::Whole,
            false => Loss::Chunked(LOSS_TOKENS),
        },
        examples: None,
        epochs: 1.0,
        max_steps: None,
    }
}

fn objective(asked: &Asked<'_>, fit: &Fit) -> Objective {
    // Where all weights are trained, what the first model says is computed before.
    let before = match fit.method {
        Method::Full => Reference::None,
        _ => Reference::Adapter,
    };
    match asked.wanted.aim {
        Aim::Language | Aim::Other => Objective::Language,
        Aim::Preference => Objective::Preference(before),
        Aim::Judgement => Objective::Judgement(before),
        Aim::Reward => Objective::Reward,
        Aim::Distilled => Objective::Distilled {
            teacher: asked.teacher,
        },
        Aim::Classified => Objective::Classified,
        Aim::Contrasted => Objective::Contrasted { texts: 1 },
        Aim::Generated => Objective::Generated(Generated {
            reference: match (asked.compares, fit.method) {
                (false, _) => Reference::None,
                (true, Method::Full) => Reference::Model,
                (true, _) => Reference::Adapter,
            },
            completion: asked.completion,
            generations: asked.generations,
            // vLLM gives its share back while weights are trained (`vllm_enable_sleep_mode`).
            vllm: None,
        }),
    }
}

fn trained(asked: &Asked<'_>, fit: &Fit) -> Trained {
    if fit.method == Method::Full {
        return Trained::Full;
    }
    let is_reward = asked.wanted.aim == Aim::Reward;
    Trained::Adapter(Adapter {
        rank: asked.rank,
        targets: Targets::AllLinear,
        // TRL casts adapters of quantised models, PEFT keeps others in 32 bits.
        dtype: match fit.method {
            Method::Qlora => Dtype::Bfloat16,
            _ => Dtype::Float32,
        },
        dropout: asked.wanted.dropout,
        dora: false,
        saved: if is_reward {
            vec!["score".to_owned()]
        } else {
            Vec::new()
        },
        upcasts: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::library::recommended;

    static WANTED: Wanted = Wanted {
        tokens: None,
        batch: None,
        aim: Aim::Language,
        class: None,
        whole_loss: false,
        dropout: false,
        eager: false,
        pixels: None,
    };

    fn asked<'a>(method: Method, id: &str, gpu: &'a Gpu) -> Asked<'a> {
        let model = recommended("causal-lm")
            .model
            .iter()
            .find(|it| it.id == id)
            .unwrap();
        Asked {
            method,
            model,
            gpu,
            effective: 16,
            max_length: 2048,
            rank: 16,
            prompt: None,
            completion: 0,
            generations: 1,
            compares: false,
            teacher: None,
            vocab: None,
            wanted: &WANTED,
        }
    }

    #[test]
    fn four_bits_of_eight_billion_fit_a_card_of_24() {
        let gpu = Gpu::parse("24GB").unwrap();
        let fit = choose(&asked(
            Method::Qlora,
            "meta-llama/Llama-3.1-8B-Instruct",
            &gpu,
        ));
        assert!(fit.fits && fit.batch * fit.accumulation == 16, "{fit:?}");
        let estimate = fit.estimate.as_ref().unwrap();
        let weights = estimate.moments[estimate.worst].parts[0].1;
        assert!(gib(weights) > 4.5 && gib(weights) < 6.0, "{estimate:?}");
        assert!(fit.peak() < limit(&gpu));
    }

    #[test]
    fn all_weights_of_eight_billion_need_more_than_one_card() {
        let one = Gpu::parse("24GB").unwrap();
        assert!(!choose(&asked(Method::Full, "Qwen/Qwen3-8B", &one)).fits);
        let eight = Gpu::parse("8x80GB").unwrap();
        let fit = choose(&asked(Method::Full, "Qwen/Qwen3-8B", &eight));
        assert!(fit.fits && fit.is_sharded, "{fit:?}");
    }

    #[test]
    fn old_cards_and_processors_get_what_they_can() {
        let old = Gpu::parse("T4").unwrap();
        let fit = choose(&asked(
            Method::Lora,
            "HuggingFaceTB/SmolLM2-135M-Instruct",
            &old,
        ));
        assert_eq!(
            (fit.dtype, fit.mixed, fit.flash),
            ("float16", "fp16", false)
        );
        let fit = choose(&asked(Method::Qlora, "Qwen/Qwen3-8B", &Gpu::none()));
        assert_eq!(
            (fit.method, fit.dtype, fit.mixed),
            (Method::Lora, "float32", "no")
        );
    }

    #[test]
    fn what_is_not_trained_takes_its_weights() {
        let gpu = Gpu::parse("24GB").unwrap();
        let fit = choose(&asked(Method::None, "Qwen/Qwen3-8B", &gpu));
        assert!(fit.fits && fit.peak() < 18.0, "{fit:?}");
        let small = Gpu::parse("12GB").unwrap();
        assert!(!choose(&asked(Method::None, "Qwen/Qwen3-8B", &small)).fits);
    }

    #[test]
    fn a_larger_card_never_gets_a_smaller_batch() {
        let of = |memory: u64| Gpu {
            count: 1,
            memory,
            name: String::new(),
            bf16: true,
            speed: None,
        };
        let mut before = 0;
        for memory in [8, 12, 16, 24, 40, 48, 80, 141] {
            let gpu = of(memory);
            let fit = choose(&asked(Method::Qlora, "Qwen/Qwen3-8B", &gpu));
            let tokens = fit.batch * fit.max_length;
            assert!(tokens >= before, "{memory}: {fit:?}");
            before = tokens;
        }
    }
}
