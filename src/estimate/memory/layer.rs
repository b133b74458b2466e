//! What autograd keeps of one layer, counted operation by operation as transformers writes its models in PyTorch:
//! an operation keeps what its derivative needs, a tensor that two need is there once.

use super::habits;
use super::numbers::Numbers;
use super::place::{Place, parent, place};
use crate::estimate::model::{Kind, Model, Module, Stack};
use crate::estimate::number::float;
use crate::estimate::run::{Adapter, Trained, Training};
use crate::estimate::trained::Share;

/// One layer of a stack, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Layer {
    /// Kept of a token.
    pub kept: f64,
    /// Kept of each pair of tokens of an example.
    pub squared: f64,
    /// Kept of a token by a layer that is computed again.
    pub boundary: f64,
    /// What a token takes besides while the layer's gradients are computed.
    pub work: f64,
    /// The same of each pair of tokens.
    pub work_squared: f64,
    /// Kept whatever the tokens are.
    pub fixed: f64,
    /// Kept of a token of the stack that it attends to.
    pub crossed: f64,
    /// Kept of each pair of a token and one of the stack that it attends to.
    pub crossed_pairs: f64,
}

/// What is looked at.
pub struct Scene<'a> {
    pub model: &'a Model,
    pub shares: &'a [Share],
    pub training: &'a Training,
    pub numbers: Numbers,
    /// Whether frozen layers keep their inputs too: those of LLM.int8() do (bitsandbytes 0.50 `autograd/_functions.py`).
    pub keeps_inputs: bool,
    /// Whether keys and values are repeated for each head before attention (a mask, or scores in steps).
    pub repeats: bool,
}

impl Scene<'_> {
    /// One layer of the stack with this number.
    pub fn layer(&self, index: usize) -> Layer {
        let Some(stack) = self.model.stacks.get(index) else {
            return Layer::default();
        };
        let numbers = self.numbers;
        let mut layer = Layer {
            boundary: numbers.stream * float(stack.hidden),
            ..Layer::default()
        };
        self.attention(stack, &mut layer);
        let mut seen: Vec<(&str, u64, bool)> = Vec::new();
        let mut inner = 0.0;
        for (module, share) in self.model.modules.iter().zip(self.shares) {
            if module.stack != Some(index) {
                continue;
            }
            let often = repetitions(module, stack);
            match module.kind {
                Kind::Norm => layer.kept += often * self.norm(module, share, stack),
                Kind::Linear | Kind::Conv1D | Kind::Experts => {
                    let at = place(module);
                    if at == Place::FeedIn {
                        inner += often * float(module.outputs);
                    }
                    if module.kind == Kind::Experts && share.adapted > 0.0 {
                        // PEFT adds the adapter to all experts' weights; the sum is kept.
                        let all =
                            float(module.weight) * float(module.count) / float(stack.layers.max(1));
                        layer.fixed += share.adapted * numbers.compute * all;
                    }
                    let kept = often * self.matrix(module, share, at, &mut seen);
                    // Keys and values of what it attends to are read from there.
                    match stack.cross && at == Place::AttentionIn && is_of_other(&module.path) {
                        true if numbers.is_autocast && numbers.normed > numbers.compute => {
                            layer.crossed += kept
                        }
                        true => {}
                        false => layer.kept += kept,
                    }
                    if module.experts.is_some() && at == Place::FeedOut {
                        // What experts give back is kept to be weighed.
                        layer.kept += often * numbers.compute * float(module.outputs);
                    }
                }
                Kind::Convolution => {
                    layer.kept += often * numbers.compute * float(module.outputs.max(stack.hidden));
                }
                Kind::Embedding | Kind::Other => {}
            }
        }
        self.feed(stack, inner, &mut layer);
        if habits::drops(&self.model.family) {
            let parts = if stack.cross { 3.0 } else { 2.0 };
            layer.kept += parts * float(stack.hidden);
            if habits::drops_inside(&self.model.family) {
                let dropped = if stack.gated { inner / 2.0 } else { inner };
                layer.kept += dropped;
            }
        }
        layer
    }

    /// Queries, keys, values, and what comes of them; without a fused kernel all scores, in 32 bits and as they are
    /// multiplied with.
    fn attention(&self, stack: &Stack, layer: &mut Layer) {
        let numbers = self.numbers;
        let heads = float(stack.heads);
        let (queries, keys) = (
            heads * float(stack.head_dim),
            float(stack.kv_heads) * float(stack.head_dim),
        );
        let keys = if self.repeats { queries } else { keys };
        let times = if stack.cross { 2.0 } else { 1.0 };
        layer.kept += numbers.compute * (times * queries + 2.0 * keys);
        let crosses = f64::from(u8::from(stack.cross));
        layer.crossed = crosses * numbers.compute * 2.0 * keys;
        layer.work += numbers.compute * (2.0 * queries + 2.0 * keys);
        if numbers.is_eager {
            let scores = heads * self.scores();
            layer.squared += scores;
            layer.crossed_pairs = crosses * scores;
            layer.work_squared += heads * (4.0 + 4.0 + numbers.compute);
        } else {
            layer.kept += times * (numbers.compute * queries + 4.0 * heads);
            layer.work += 4.0 * queries;
        }
    }

    /// Bytes of a score that are kept: the softmax in 32 bits, and what is multiplied with the values.
    fn scores(&self) -> f64 {
        let compute = self.numbers.compute;
        let family = &self.model.family;
        let multiplied = match habits::drops(family) {
            true => 1.0 + compute,
            // The softmax itself where that is in 32 bits anyway.
            false if compute >= 4.0 => 0.0,
            false => compute,
        };
        let capped = if habits::caps(family) { compute } else { 0.0 };
        4.0 + multiplied + capped
    }

    /// The inner features: the activation's input and output, and what it is multiplied with.
    fn feed(&self, stack: &Stack, inner: f64, layer: &mut Layer) {
        let compute = self.numbers.compute;
        let one = if stack.gated { inner / 2.0 } else { inner };
        let steps = habits::activation(&self.model.family);
        layer.kept += compute
            * match stack.gated {
                true => one * (steps + 2.0),
                false => one * steps,
            };
        layer.work += compute * inner + self.numbers.stream * 2.0 * float(stack.hidden);
    }

    /// A norm keeps its input, those that are written in Python in 32 bits; and where its weight is trained, what that
    /// is multiplied with.
    fn norm(&self, module: &Module, share: &Share, stack: &Stack) -> f64 {
        let last = module.path.rsplit('.').next().unwrap_or_default();
        // One norm for all heads.
        let heads = match last {
            "q_norm" => float(stack.heads),
            "k_norm" => float(stack.kv_heads),
            _ => 1.0,
        };
        let features = match last {
            "q_norm" | "k_norm" if module.weight == stack.head_dim => heads * float(stack.head_dim),
            _ => float(module.weight),
        };
        let numbers = self.numbers;
        if module.bias > 0 {
            return numbers.normed * features + 8.0 * heads;
        }
        let weighed = match habits::weighs_in_single(&self.model.family) {
            _ if share.own <= 0.0 => 0.0,
            true => 4.0,
            false => numbers.stream,
        };
        features * (4.0 + weighed) + 4.0 * heads
    }

    /// What a matrix keeps of its input, for its own gradient and for an adapter's.
    fn matrix<'m>(
        &self,
        module: &'m Module,
        share: &Share,
        at: Place,
        seen: &mut Vec<(&'m str, u64, bool)>,
    ) -> f64 {
        let numbers = self.numbers;
        let inputs = float(module.inputs);
        let is_out = matches!(at, Place::AttentionOut | Place::FeedOut);
        let key = (
            parent(&module.path),
            module.inputs,
            is_out || is_of_other(&module.path),
        );
        // Fused attention keeps its output anyway.
        let is_kept = at == Place::AttentionOut && !numbers.is_eager;
        let mut once = |bytes: f64| {
            if is_kept || seen.contains(&key) {
                return 0.0;
            }
            seen.push(key);
            bytes * inputs
        };
        let mut kept = 0.0;
        let is_merged = module.kind == Kind::Experts && share.adapted > 0.0;
        if is_merged {
            return once(numbers.compute);
        }
        if share.own > 0.0 {
            // Autocast casts anew for each layer what is not in its type yet.
            let casts = numbers.is_autocast
                && !is_out
                && numbers.normed > numbers.compute
                && (numbers.stream > numbers.compute || habits::is_layer_norm(self.model, module));
            kept += if casts {
                numbers.compute * inputs
            } else {
                once(numbers.compute)
            };
        }
        if self.keeps_inputs && !super::super::trained::is_head(self.model, module) {
            kept += once(2.0);
        }
        if share.adapted > 0.0
            && let Trained::Adapter(adapter) = &self.training.trained
        {
            kept += share.adapted * self.adapted(module, adapter, &mut once);
        }
        kept
    }

    /// An adapter keeps its input in its own type, a copy where that is another than the layer's; what comes between its
    /// matrices; and with dropout a mask and what it leaves.
    fn adapted(
        &self,
        module: &Module,
        adapter: &Adapter,
        once: &mut impl FnMut(f64) -> f64,
    ) -> f64 {
        let numbers = self.numbers;
        let (inputs, outputs) = (float(module.inputs), float(module.outputs));
        let kept_in = if numbers.is_autocast {
            numbers.compute
        } else {
            numbers.adapter
        };
        let copies = adapter.dropout
            || numbers.adapter > numbers.stream.min(numbers.compute)
            || numbers.is_autocast;
        let mut kept = if copies {
            kept_in * inputs
        } else {
            once(kept_in)
        };
        if adapter.dropout {
            kept += inputs;
        }
        kept += kept_in * float(adapter.rank);
        if adapter.dora {
            kept += (numbers.compute + numbers.adapter) * outputs;
        }
        kept
    }
}

/// Whether a matrix makes keys or values of another stack's features.
fn is_of_other(path: &str) -> bool {
    let mut parts = path.rsplit('.');
    let name = parts.next().unwrap_or_default();
    let within = parts.next().unwrap_or_default();
    let crosses = [
        "EncDecAttention",
        "encoder_attn",
        "crossattention",
        "cross_attn",
    ]
    .contains(&within);
    crosses && ["k", "v", "k_proj", "v_proj", "key", "value"].contains(&name)
}

/// How often a module is used for a token in one layer.
pub fn repetitions(module: &Module, stack: &Stack) -> f64 {
    let all = float(module.count) / float(stack.layers.max(1));
    match module.experts {
        Some(experts) if experts.all > 0 => all / float(experts.all) * float(experts.used),
        _ => all,
    }
}
