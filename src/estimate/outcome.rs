//! What comes out of an estimate.

/// Memory and time of a run on each device.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The most that is in memory at once on one device, in bytes.
    pub peak: u64,
    /// What measured peaks were not below, in bytes.
    pub low: u64,
    /// What measured peaks were not above, in bytes.
    pub high: u64,
    /// What is counted in these three.
    pub kind: PeakKind,
    /// The moments of a step in their order, with what is in memory then.
    pub moments: Vec<Moment>,
    /// Which of them is the peak.
    pub worst: usize,
    /// All parameters of the model, those of an adapter not counted.
    pub parameters: u64,
    /// Those that are trained, an adapter's among them.
    pub trainable: u64,
    /// Tokens between two changes of weights, over all devices.
    pub tokens_per_step: u64,
    /// Examples between two changes of weights, over all devices.
    pub effective_batch: u64,
    /// How long it takes; none where the device's speed or the amount of work is not known.
    pub time: Option<Time>,
    /// What was taken for granted by the calculation itself, in words for people.
    pub notes: Vec<String>,
}

/// Which memory a peak counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeakKind {
    /// What tensors hold (`torch.cuda.max_memory_allocated`).
    Allocated,
    /// What PyTorch took from the driver for them (`torch.cuda.max_memory_reserved`).
    Reserved,
    /// What the driver counts for the process, kernels included (`nvidia-smi`).
    Process,
}

/// A moment of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// When.
    pub when: When,
    /// What is in memory, in bytes; nothing is there twice.
    pub parts: Vec<(Part, u64)>,
}

/// When in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// While weights are read.
    Loading,
    /// While answers are generated.
    Generating,
    /// At the end of the forward pass, with the loss.
    Forward,
    /// In the backward pass.
    Backward,
    /// While weights change.
    Step,
}

/// What takes memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Weights of the model.
    Weights,
    /// Weights of the model that comparisons are made with, or that teaches.
    Reference,
    /// Weights of an adapter.
    Adapter,
    /// Gradients.
    Gradients,
    /// States of the optimizer.
    Optimizer,
    /// What the backward pass needs of the forward pass.
    Activations,
    /// Logits and loss.
    Loss,
    /// Cached keys and values.
    Cache,
    /// What vLLM keeps for itself.
    Server,
    /// Layers that are gathered from other devices, and buffers of communication.
    Gathered,
    /// What lives only within a kernel or a layer.
    Temporary,
    /// What the allocator cannot use.
    Fragments,
    /// The driver's context and kernels.
    Context,
}

/// How long a run takes, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time {
    /// One change of weights, at the speed that is usual.
    pub step: f64,
    /// All of it, where the number of steps is known: at the speed of a well used device, and of a badly used one.
    pub total: Option<(f64, f64)>,
    /// Floating-point operations of a step.
    pub flops: f64,
}
