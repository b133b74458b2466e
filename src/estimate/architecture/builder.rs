//! Modules, put together one after the other.

use super::Unknown;
use crate::estimate::model::{Experts, Kind, Known, Model, Module, Stack};

/// The modules so far.
#[derive(Default)]
pub struct Builder {
    /// In the order of the model.
    pub modules: Vec<Module>,
    /// See [`Model::stacks`].
    pub stacks: Vec<Stack>,
    /// Where the modules of the part that is being described begin.
    start: usize,
}

impl Builder {
    fn add(&mut self, path: &str, kind: Kind, weight: u64, bias: u64, count: u64) -> &mut Module {
        self.modules.push(Module {
            path: path.to_owned(),
            kind,
            weight,
            bias,
            inputs: 0,
            outputs: 0,
            count,
            stack: None,
            tied: false,
            experts: None,
        });
        self.modules.last_mut().expect("it was just pushed")
    }

    /// A matrix with or without a bias.
    pub fn linear(
        &mut self,
        path: &str,
        inputs: u64,
        outputs: u64,
        bias: bool,
        count: u64,
    ) -> &mut Module {
        let own = if bias { outputs } else { 0 };
        let module = self.add(
            path,
            Kind::Linear,
            inputs.saturating_mul(outputs),
            own,
            count,
        );
        (module.inputs, module.outputs) = (inputs, outputs);
        module
    }

    /// A table of words or positions.
    pub fn embedding(&mut self, path: &str, words: u64, size: u64) {
        self.add(path, Kind::Embedding, words * size, 0, 1);
    }

    /// A table of each layer.
    pub fn embeddings(&mut self, path: &str, words: u64, size: u64, count: u64) {
        self.add(path, Kind::Embedding, words * size, 0, count);
    }

    /// A norm with a scale, and a shift where `bias` says so.
    pub fn norm(&mut self, path: &str, size: u64, bias: bool, count: u64) {
        self.add(path, Kind::Norm, size, if bias { size } else { 0 }, count);
    }

    /// A convolution.
    pub fn convolution(&mut self, path: &str, weight: u64, bias: u64) {
        self.add(path, Kind::Convolution, weight, bias, 1);
    }

    /// Convolutions of all layers.
    pub fn convolutions(&mut self, path: &str, weight: u64, bias: u64, count: u64) {
        self.add(path, Kind::Convolution, weight, bias, count);
    }

    /// A bare parameter of each layer.
    pub fn parameter(&mut self, path: &str, weight: u64, count: u64) {
        self.add(path, Kind::Other, weight, 0, count);
    }

    /// Takes away what the paths of a class with a head begin with, where the model is the base class alone.
    pub fn without_base(&mut self) {
        let Some((base, _)) = self.modules.first().and_then(|it| it.path.split_once('.')) else {
            return;
        };
        let base = format!("{base}.");
        if self.modules.iter().all(|it| it.path.starts_with(&base)) {
            let paths = self.modules.iter_mut().map(|it| &mut it.path);
            for path in paths.chain(self.stacks.iter_mut().map(|it| &mut it.path)) {
                if let Some(rest) = path.strip_prefix(&base) {
                    *path = rest.to_owned();
                }
            }
        }
    }

    /// Anything else.
    pub fn other(&mut self, path: &str, weight: u64) {
        self.add(path, Kind::Other, weight, 0, 1);
    }

    /// Matrices of all experts of a layer, in one parameter.
    pub fn experts(
        &mut self,
        path: &str,
        inputs: u64,
        outputs: u64,
        experts: Experts,
        layers: u64,
    ) {
        let count = layers.saturating_mul(experts.all);
        let module = self.linear(path, inputs, outputs, false, count);
        module.kind = Kind::Experts;
        module.experts = Some(experts);
    }

    /// What `describe` adds, as a part that has this path in the whole.
    pub fn below<T>(
        &mut self,
        path: &str,
        describe: impl FnOnce(&mut Self) -> Result<T, Unknown>,
    ) -> Result<T, Unknown> {
        let (start, stacks) = (self.modules.len(), self.stacks.len());
        let before = std::mem::replace(&mut self.start, start);
        let result = describe(self);
        self.start = before;
        if path.is_empty() {
            return result;
        }
        for module in &mut self.modules[start..] {
            module.path = format!("{path}.{}", module.path);
        }
        for stack in &mut self.stacks[stacks..] {
            stack.path = format!("{path}.{}", stack.path);
        }
        result
    }

    /// What another builder has, as a part that has this path in the whole.
    pub fn adopt(&mut self, other: Self, path: &str) {
        let moved = |old: &str| format!("{path}.{old}");
        let stacks = self.stacks.len();
        self.modules
            .extend(other.modules.into_iter().map(|it| Module {
                path: moved(&it.path),
                stack: it.stack.map(|it| it + stacks),
                ..it
            }));
        self.stacks.extend(other.stacks.into_iter().map(|it| Stack {
            path: moved(&it.path),
            ..it
        }));
    }

    /// A stack of layers; all modules so far whose paths are below its own, and in no other, are its parts.
    pub fn stack(&mut self, stack: Stack) {
        let inside = format!("{}.", stack.path);
        let number = self.stacks.len();
        for module in &mut self.modules[self.start..] {
            if module.path.starts_with(&inside) {
                module.stack = Some(number);
            }
        }
        self.stacks.push(stack);
    }

    /// The model.
    ///
    /// # Errors
    /// Where there is more of it than can be counted.
    pub fn model(self, family: &str, class: &str) -> Result<Model, Unknown> {
        let all = self.modules.iter().try_fold(0_u64, |all, module| {
            let one = module
                .weight
                .checked_add(module.bias)?
                .checked_mul(module.count)?;
            all.checked_add(one)
        });
        match all {
            Some(1..=1_000_000_000_000_000) => Ok(Model {
                family: family.to_owned(),
                class: class.to_owned(),
                modules: self.modules,
                stacks: self.stacks,
                known: Known::Exactly,
            }),
            _ => Err(Unknown(
                "the sizes of the configuration make no model that can be".to_owned(),
            )),
        }
    }
}
