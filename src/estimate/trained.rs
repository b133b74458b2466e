//! Which weights are trained: of each module itself, and of adapters beside it.

use super::model::{Kind, Known, Model, Module};
use super::number::float;
use super::run::{Adapter, Targets, Trained};
use super::targets;

/// What is trained of a module, over all its repetitions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Parameters of its own that are trained.
    pub own: f64,
    /// Parameters of an adapter beside it.
    pub adapter: f64,
    /// The part of its repetitions that has an adapter, from 0 to 1.
    pub adapted: f64,
    /// Parameters that are there twice, since PEFT trains a copy (`modules_to_save`).
    pub copied: f64,
}

impl Share {
    /// All that is trained.
    pub fn trained(&self) -> f64 {
        self.own + self.adapter
    }

    /// Whether something is.
    pub fn is_trained(&self) -> bool {
        self.trained() > 0.0
    }
}

/// What is trained of each module of a model, in their order.
pub fn shares(model: &Model, trained: &Trained) -> Vec<Share> {
    let own = |module: &Module| float(module.parameters());
    let of: Box<dyn Fn(&Module) -> Share> = match trained {
        Trained::Full => Box::new(move |module| Share {
            own: own(module),
            ..Share::default()
        }),
        Trained::Only(ends) => Box::new(move |module| Share {
            own: own(module) * f64::from(u8::from(is_named(&module.path, ends))),
            ..Share::default()
        }),
        Trained::Adapter(adapter) => {
            let beside = Beside::of(model, adapter);
            Box::new(move |module| beside.share(module))
        }
    };
    model.modules.iter().map(of).collect()
}

/// Whether a path ends with one of these, at a dot.
pub fn is_named(path: &str, ends: &[String]) -> bool {
    let ends_with = |end: &String| {
        let rest = path.strip_suffix(end.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let within = |end: &String| path.split('.').any(|part| part == end);
    ends.iter().any(|end| ends_with(end) || within(end))
}

/// Whether it is the layer that turns features into an answer, which quantisation and `all-linear` leave alone.
pub fn is_head(model: &Model, module: &Module) -> bool {
    const HEADS: [&str; 9] = [
        "lm_head",
        "embed_out",
        "score",
        "classifier",
        "qa_outputs",
        "proj_out",
        "output_projection",
        "cls",
        "v_head",
    ];
    let named = module.path.split('.').any(|part| HEADS.contains(&part));
    let last = model.modules.iter().rfind(|it| it.kind != Kind::Norm);
    module.stack.is_none()
        && (named || last.is_some_and(|last| std::ptr::eq(last, module) && model.modules.len() > 1))
}

/// Whether a name is what experts' matrices were called before they became one parameter.
fn is_expert(path: &str, name: &str) -> bool {
    let before: &[&str] = match path.rsplit('.').next() {
        Some("gate_up_proj") => &["gate_proj", "up_proj", "w1", "w3"],
        Some("down_proj") => &["down_proj", "w2"],
        _ => &[],
    };
    before.contains(&name)
}

/// What an adapter is beside.
struct Beside<'a> {
    model: &'a Model,
    adapter: &'a Adapter,
    targets: Which,
}

/// How targets are recognised.
enum Which {
    Linear,
    Named(Vec<String>),
    Pattern(Option<regex::Regex>),
}

impl<'a> Beside<'a> {
    fn of(model: &'a Model, adapter: &'a Adapter) -> Self {
        let targets = match &adapter.targets {
            Targets::AllLinear => Which::Linear,
            Targets::Named(ends) if ends.iter().any(|end| end == "all-linear") => Which::Linear,
            Targets::Named(ends) => Which::Named(ends.clone()),
            // PEFT matches the whole path.
            Targets::Pattern(pattern) => {
                Which::Pattern(regex::Regex::new(&format!("^(?:{pattern})$")).ok())
            }
            Targets::Usual => match targets::usual(&model.family) {
                Some(ends) => Which::Named(ends.iter().map(|&end| end.to_owned()).collect()),
                None => Which::Linear,
            },
        };
        Self {
            model,
            adapter,
            targets,
        }
    }

    fn share(&self, module: &Module) -> Share {
        let own = float(module.parameters());
        if is_named(&module.path, &self.adapter.saved) {
            return Share {
                own,
                copied: own,
                ..Share::default()
            };
        }
        let adapted = self.part(module);
        Share {
            adapter: adapted * float(module.count) * self.parameters(module),
            adapted,
            ..Share::default()
        }
    }

    /// Parameters beside one repetition.
    fn parameters(&self, module: &Module) -> f64 {
        // Two matrices in one have two adapters.
        let fused = module.kind == Kind::Experts && module.path.ends_with("gate_up_proj");
        let rank = float(self.adapter.rank) * if fused { 2.0 } else { 1.0 };
        let (inputs, outputs) = match module.kind {
            Kind::Embedding => {
                let features = self.model.stacks.first().map_or(1, |it| it.hidden.max(1));
                (float(module.weight) / float(features), float(features))
            }
            _ => (float(module.inputs), float(module.outputs)),
        };
        let magnitude = if self.adapter.dora { outputs } else { 0.0 };
        rank * (inputs + outputs) + magnitude
    }

    /// The part of a module's repetitions that is matched, from 0 to 1.
    fn part(&self, module: &Module) -> f64 {
        let is_matrix = module.inputs > 0 && module.outputs > 0 || module.kind == Kind::Embedding;
        let whole = |is: bool| f64::from(u8::from(is));
        if self.model.known == Known::Counted && module.kind == Kind::Linear {
            return self.guessed();
        }
        match &self.targets {
            Which::Linear => {
                // Experts too: PEFT adapts the matrices that they were before they became one parameter.
                let is_linear = matches!(module.kind, Kind::Linear | Kind::Conv1D | Kind::Experts);
                whole(is_matrix && is_linear && !is_head(self.model, module))
            }
            Which::Named(ends) => whole(
                is_matrix
                    && ends.iter().any(|end| {
                        if module.kind == Kind::Experts && is_expert(&module.path, end) {
                            return true;
                        }
                        let rest = module.path.strip_suffix(end.as_str());
                        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                    }),
            ),
            Which::Pattern(None) => whole(is_matrix && module.kind == Kind::Linear),
            Which::Pattern(Some(pattern)) if is_matrix => self.matching(module, pattern),
            Which::Pattern(_) => 0.0,
        }
    }

    /// The part of the matrices of a model whose modules have no names: a layer has seven, four of attention among them.
    fn guessed(&self) -> f64 {
        const MATRICES: u8 = 7;
        match &self.targets {
            Which::Linear | Which::Pattern(_) => 1.0,
            Which::Named(ends) => {
                let named = u8::try_from(ends.len()).unwrap_or(MATRICES).min(MATRICES);
                f64::from(named) / f64::from(MATRICES)
            }
        }
    }

    /// Tries the numbers of a module's layers: a pattern may choose some of them.
    fn matching(&self, module: &Module, pattern: &regex::Regex) -> f64 {
        const MOST: u64 = 512;
        let stack = module.stack.and_then(|it| self.model.stacks.get(it));
        let layers = stack.map_or(1, |it| it.layers).clamp(1, MOST);
        let matches =
            |number: &u64| pattern.is_match(&module.path.replace('*', &number.to_string()));
        let matching = (0..layers).filter(matches).count();
        float(u64::try_from(matching).unwrap_or(0)) / float(layers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::architecture::counted;
    use crate::estimate::run::Dtype;

    fn adapted(targets: Targets) -> f64 {
        let adapter = Adapter {
            rank: 16,
            targets,
            dtype: Dtype::Float32,
            dropout: false,
            dora: false,
            saved: Vec::new(),
            upcasts: false,
        };
        let model = counted(4_437_815_808, None);
        let of = shares(&model, &Trained::Adapter(adapter));
        of.iter().map(|share| share.adapter).sum()
    }

    /// Qwen3-VL-4B has adapters of 33 million parameters beside its words' layers.
    #[test]
    fn an_adapter_beside_modules_without_names_is_of_the_usual_size() {
        let all = adapted(Targets::AllLinear);
        assert!((2e7..8e7).contains(&all), "{all}");
        let two = adapted(Targets::Named(vec!["q_proj".into(), "v_proj".into()]));
        assert!((two * 3.5 - all).abs() < 1.0, "{two} of {all}");
    }
}
