//! What is done with a model, and on what.

/// What is done with a model, and on what.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What is done.
    pub task: Task,
    /// The type that weights are loaded in.
    pub dtype: Dtype,
    /// What of the weights is quantised.
    pub quantization: Quantization,
    /// How attention is computed.
    pub attention: Attention,
    /// How many devices work together.
    pub devices: u64,
    /// How the model is spread over them.
    pub sharding: Sharding,
}

/// What is done with a model.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// Its weights are trained.
    Training(Box<Training>),
    /// It computes or writes.
    Inference(Inference),
}

/// How weights are trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// What the loss is computed of.
    pub objective: Objective,
    /// Which weights are trained.
    pub trained: Trained,
    /// The type that autocast computes in; none without it.
    pub autocast: Option<Dtype>,
    /// `optim` of `TrainingArguments`: `adamw_torch_fused`.
    pub optim: String,
    /// Examples on one device at a time.
    pub batch: u64,
    /// Batches before weights change.
    pub accumulation: u64,
    /// Tokens of an example, padding included; of the prompt alone where answers are generated. For vision and speech, whose length the model fixes, it counts for text.
    pub length: u64,
    /// Width and height of images in pixels, where the model takes any size.
    pub pixels: Option<(u64, u64)>,
    /// Whether activations are computed again instead of kept.
    pub checkpointing: bool,
    /// Whether kept activations wait in the memory of the host.
    pub offloads_activations: bool,
    /// How the logits become the loss.
    pub loss: Loss,
    /// Examples of the whole training, where known.
    pub examples: Option<u64>,
    /// Passes over them.
    pub epochs: f64,
    /// Changes of weights, where given instead of epochs.
    pub max_steps: Option<u64>,
}

/// What the loss is computed of.
#[derive(Clone, Debug, PartialEq)]
pub enum Objective {
    /// The next token (SFT, pretraining).
    Language,
    /// Two answers of one prompt; the reference is a second model, the adapter switched off, or computed before.
    Preference(Reference),
    /// One answer judged good or bad (KTO): with a reference, and a batch of mismatched answers beside it.
    Judgement(Reference),
    /// Two answers, scored (reward models).
    Reward,
    /// Generated answers, scored (GRPO, RLOO).
    Generated(Generated),
    /// A teacher's distribution (GKD, distillation).
    Distilled {
        /// Parameters of the teacher, where known.
        teacher: Option<u64>,
    },
    /// A label for an input, or for each token: the logits are few.
    Classified,
    /// Embeddings of pairs or triplets, each of so many texts.
    Contrasted {
        /// Texts of one example.
        texts: u64,
    },
    /// Noise that was added to an image.
    Denoised,
}

/// The model that a preference is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A second model of the same size.
    Model,
    /// The same model without its adapter.
    Adapter,
    /// Computed before training, or not needed.
    None,
}

/// Answers that are generated while training.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// The model that answers are compared with; none where `beta` is 0.
    pub reference: Reference,
    /// Tokens of an answer.
    pub completion: u64,
    /// Answers of one prompt.
    pub generations: u64,
    /// The share of the card that vLLM takes on the same device, where it generates there.
    pub vllm: Option<f64>,
}

/// Which weights are trained.
#[derive(Clone, Debug, PartialEq)]
pub enum Trained {
    /// All.
    Full,
    /// Those of an adapter.
    Adapter(Adapter),
    /// Modules whose paths end with one of these, all others are frozen: `classifier`, `norm`.
    Only(Vec<String>),
}

/// A LoRA adapter, or one of its relatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    /// Its rank.
    pub rank: u64,
    /// What it is beside.
    pub targets: Targets,
    /// The type of its weights.
    pub dtype: Dtype,
    /// Whether `lora_dropout` is above 0.
    pub dropout: bool,
    /// Weight-decomposed (`use_dora`).
    pub dora: bool,
    /// Modules that are trained whole beside it, by the ends of their paths.
    pub saved: Vec<String>,
    /// Whether what is not quantised was cast to float32 (`prepare_model_for_kbit_training`).
    pub upcasts: bool,
}

/// Which modules an adapter is beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Targets {
    /// What PEFT takes for the model's family.
    Usual,
    /// Every linear layer but the head.
    AllLinear,
    /// Those whose paths end with one of these.
    Named(Vec<String>),
    /// Those whose paths this regular expression describes.
    Pattern(String),
}

/// How the logits become the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// All at once.
    Whole,
    /// So many tokens at a time.
    Chunked(u64),
    /// By a kernel that never holds them (Liger, cut cross-entropy).
    Fused,
}

/// Reading, or writing, with a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// Inputs at a time.
    pub batch: u64,
    /// Tokens that are read and written, of one input.
    pub length: u64,
    /// The type of cached keys and values; that of the weights where none is given.
    pub cache: Option<Dtype>,
    /// Whether a server keeps a fixed share of the card (`gpu_memory_utilization`).
    pub reserved: Option<f64>,
    /// Width and height of images in pixels.
    pub pixels: Option<(u64, u64)>,
}

/// A type of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// `float64`.
    Float64,
    /// `float32`.
    Float32,
    /// `bfloat16`.
    Bfloat16,
    /// `float16`.
    Float16,
    /// `float8` of either sort.
    Float8,
    /// `int8`.
    Int8,
}

/// What of the weights is quantised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantization {
    /// Nothing.
    None,
    /// Linear layers to 8 bits.
    Int8,
    /// Linear layers to 4 bits, NF4 or FP4 of bitsandbytes.
    Nf4 {
        /// Whether the constants are quantised too (`bnb_4bit_use_double_quant`).
        double: bool,
    },
    /// Linear layers to so many bits with a scale for each group of so many weights (GPTQ, AWQ, HQQ, torchao).
    Groups {
        /// Bits of a weight.
        bits: u8,
        /// Weights of a group.
        group: u32,
    },
    /// Linear layers to 8-bit floats.
    Float8,
}

/// How attention is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attention {
    /// FlashAttention.
    Flash,
    /// PyTorch's own fused attention.
    Sdpa,
    /// In steps, with all scores in memory.
    Eager,
}

/// How a model is spread over devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sharding {
    /// What is spread.
    pub stage: Stage,
    /// Whether states of the optimizer wait in the memory of the host.
    pub offloads_optimizer: bool,
    /// Whether weights do.
    pub offloads_weights: bool,
    /// Whether layers are spread one after the other (`device_map="auto"`), which splits weights, not the work.
    pub by_layers: bool,
}

/// What is spread over devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nothing: each device has all (DDP).
    #[default]
    None,
    /// States of the optimizer (ZeRO-1).
    Optimizer,
    /// And gradients (ZeRO-2, FSDP `SHARD_GRAD_OP`).
    Gradients,
    /// And weights (ZeRO-3, FSDP `FULL_SHARD`).
    Weights,
}

impl Dtype {
    /// Bytes of one number.
    pub const fn bytes(self) -> u64 {
        match self {
            Self::Float64 => 8,
            Self::Float32 => 4,
            Self::Bfloat16 | Self::Float16 => 2,
            Self::Float8 | Self::Int8 => 1,
        }
    }
}
