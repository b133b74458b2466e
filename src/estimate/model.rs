//! What a model is made of: its modules with their sizes, and the stacks of layers that they form.

/// A model as its configuration describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// `model_type` of the configuration.
    pub family: String,
    /// The class whose modules these are: `LlamaForCausalLM`.
    pub class: String,
    /// All modules that own parameters, in the order of the model.
    pub modules: Vec<Module>,
    /// The repeated parts, the one that reads text first.
    pub stacks: Vec<Stack>,
    /// How the modules are known.
    pub known: Known,
}

/// How the modules of a model are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// From the definition of the class and a complete configuration: the counts are exact.
    #[default]
    Exactly,
    /// Only the number of parameters is known (from the headers of its files, or given); `modules` holds them as square
    /// matrices of the kind [`Kind::Linear`] and a rest, and there may be no stack.
    Counted,
}

/// A module that owns parameters; all repetitions of a layer are one.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// Its dotted path, with `*` for the number of a repeated layer: `model.layers.*.mlp.up_proj`.
    pub path: String,
    /// What it computes.
    pub kind: Kind,
    /// Elements of its weight, in one repetition.
    pub weight: u64,
    /// Elements of its bias, in one repetition.
    pub bias: u64,
    /// Features that go in, of what multiplies by a matrix; else 0.
    pub inputs: u64,
    /// Features that come out, of what multiplies by a matrix; else 0.
    pub outputs: u64,
    /// How often it is there: layers, and experts in them.
    pub count: u64,
    /// Which of [`Model::stacks`] it is a part of.
    pub stack: Option<usize>,
    /// Whether its weight is another module's, as the head's often is the embedding's: it is computed with, not counted.
    pub tied: bool,
    /// Where it is one of several experts: how many of them see a token.
    pub experts: Option<Experts>,
}

/// What a module computes, as far as memory and time depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `nn.Linear`, also where a layer keeps the same as a bare matrix and says so by its name: what is quantised and
    /// adapted.
    Linear,
    /// `Conv1D` of transformers (GPT-2): a transposed linear layer.
    Conv1D,
    /// Experts whose matrices are one parameter of three dimensions; quantised by few releases, adapted by name only.
    Experts,
    /// `nn.Embedding`.
    Embedding,
    /// Norms of any sort.
    Norm,
    /// Convolutions.
    Convolution,
    /// Everything else: positions, class tokens, scales, recurrent kernels.
    Other,
}

/// Experts of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Experts {
    /// How many there are in a layer.
    pub all: u64,
    /// How many of them see a token.
    pub used: u64,
}

/// Layers of one shape above each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    /// What it reads.
    pub role: Role,
    /// The path of its layers without the number: `model.layers`.
    pub path: String,
    /// How many there are.
    pub layers: u64,
    /// Features of what goes from layer to layer.
    pub hidden: u64,
    /// Features inside of the feed-forward part, of one expert where there are several.
    pub intermediate: u64,
    /// Heads of attention; 0 where there is none.
    pub heads: u64,
    /// Heads of keys and values.
    pub kv_heads: u64,
    /// Features of a head.
    pub head_dim: u64,
    /// Whether the feed-forward part multiplies two projections (SwiGLU and its like).
    pub gated: bool,
    /// Whether each token sees only those before it.
    pub causal: bool,
    /// Whether its layers attend to another stack too.
    pub cross: bool,
    /// Words that it chooses from at its end; 0 where it chooses none.
    pub vocab: u64,
    /// Tokens that an input always has, where that is fixed: patches of an image, frames of 30 seconds of speech.
    pub tokens: Option<u64>,
    /// Tokens that it was trained for at most.
    pub context: Option<u64>,
    /// How far a windowed layer looks back, and how many layers are windowed.
    pub window: Option<(u64, u64)>,
    /// Layers whose attention keeps a state of fixed size instead of keys and values (Mamba and its like).
    pub recurrent: u64,
    /// Keys and values of one token and layer where they are kept compressed (multi-head latent attention), in elements.
    pub latent: Option<u64>,
}

/// What a stack reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Text, and writes it.
    #[default]
    Decoder,
    /// Text, and judges or encodes it.
    Encoder,
    /// Images.
    Vision,
    /// Sound.
    Audio,
    /// Noise, in diffusion: a transformer or a U-Net.
    Denoiser,
}

impl Module {
    /// Its parameters over all repetitions; none of them where it is tied.
    pub const fn parameters(&self) -> u64 {
        match self.tied {
            true => self.bias.saturating_mul(self.count),
            false => self
                .weight
                .saturating_add(self.bias)
                .saturating_mul(self.count),
        }
    }
}

impl Model {
    /// All parameters, each counted once.
    pub fn parameters(&self) -> u64 {
        let all = self.modules.iter().map(Module::parameters);
        all.fold(0, u64::saturating_add)
    }

    /// Parameters that one token is computed with.
    pub fn active(&self) -> u64 {
        let active = self.modules.iter().map(|module| match module.experts {
            Some(Experts { all, used }) if all > 0 => module.parameters() / all * used.min(all),
            _ => module.parameters(),
        });
        active.fold(0, u64::saturating_add)
    }
}
