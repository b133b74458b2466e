//! What a script, or a command line, does with which model: every setting with where it comes from.
//!
//! A setting is read in the code, else it is the default of the release that applies, else what that release does
//! (`behaviour`), else it is assumed, which is said. What people give (`--set`, flags) stands above all.

mod adapter;
mod behaviour;
mod cached;
mod code;
mod evaluate;
mod given;
mod inference;
mod launch;
mod loader;
mod loops;
mod notes;
mod object;
mod objective;
mod quantised;
mod script;
mod sharding;
mod training;
mod typed;

pub use behaviour::BY_NAME;
pub use given::{Given, NAMES};
pub use script::{Beside, readings};
pub use typed::plain;

use super::run::{Dtype, Quantization, Run, Task};
use crate::text::TextRange;

/// What is done with one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Where the configuration is made, `SFTConfig(` without the bracket; the trainer or the call that generates where
    /// there is none. Nothing where there is no code.
    pub place: Option<TextRange>,
    /// The whole call at that place.
    pub call: Option<TextRange>,
    /// What is run: `trl.SFTTrainer`, `transformers.pipeline`.
    pub what: String,
    /// The model.
    pub model: ModelRef,
    /// What is done with it.
    pub run: Run,
    /// Every setting, in the order in which it was looked for.
    pub settings: Vec<Setting>,
}

/// The model of a [`Reading`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelRef {
    /// Its id on the Hub, or its folder, as written.
    pub name: Option<String>,
    /// Where that is written.
    pub place: Option<TextRange>,
    /// The folder in it: `unet` of a diffusion pipeline.
    pub subfolder: Option<String>,
    /// The commit, branch or tag that is asked for.
    pub revision: Option<String>,
    /// The class that loads it, where it decides about the head: `AutoModelForSequenceClassification`.
    pub class: Option<String>,
    /// The labels of a head for classes, where said.
    pub labels: Option<u64>,
    /// Whether the weights are loaded in the type that the model's configuration names; [`Run::dtype`] is then a guess
    /// until [`Reading::knows`] has seen that configuration.
    pub own_dtype: bool,
    /// Whether the example's length is bounded by the model's own; see [`Reading::knows`].
    pub own_length: bool,
}

/// One setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its name, as the library has it or as [`NAMES`] do: `per_device_train_batch_size`.
    pub name: String,
    /// Its value, as Python writes it.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The code says so there.
    Read(TextRange),
    /// Another file of the project says so: `config.py:3`.
    Elsewhere(String),
    /// The default of an option of the script: its name, and where it is declared.
    Option(String, TextRange),
    /// The default of a release: `trl 1.16.0`.
    Default(String),
    /// What a release does, in words, and where that stands in its source.
    Does(String, &'static str),
    /// Somebody gave it.
    Given,
    /// The configuration of the model says so.
    Model,
    /// Nothing says so; why it was taken.
    Assumed(String),
}

impl Setting {
    /// Whether nothing says so.
    pub const fn is_assumed(&self) -> bool {
        matches!(self.origin, Origin::Assumed(_))
    }

    /// The setting with its origin in words, without places: `max_length 1024 (default of trl 1.16.0)`.
    pub fn told(&self) -> String {
        let Self { name, value, .. } = self;
        match &self.origin {
            Origin::Read(_) => format!("{name} {value} (in the code)"),
            Origin::Elsewhere(place) => format!("{name} {value} ({place})"),
            Origin::Option(option, _) => format!("{name} {value} (default of the option {option})"),
            Origin::Default(release) => format!("{name} {value} (default of {release})"),
            Origin::Does(what, source) => format!("{name} {value} ({what}; {source})"),
            Origin::Given => format!("{name} {value} (given)"),
            Origin::Model => format!("{name} {value} (the model's configuration)"),
            Origin::Assumed(why) => format!("{name} {value}: {why}"),
        }
    }
}

impl Reading {
    /// The setting of that name.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// Takes over what the configuration of the model says where the code leaves it to that: the type of the weights,
    /// that they are quantised already, and how long a text may be.
    pub fn knows(&mut self, config: &serde_json::Value) {
        let text = config.get("text_config").unwrap_or(config);
        let own = |name: &str| config.get(name).or_else(|| text.get(name));
        let named = own("dtype").or_else(|| own("torch_dtype"));
        if self.model.own_dtype {
            let dtype = named
                .and_then(serde_json::Value::as_str)
                .and_then(typed::dtype);
            let (dtype, origin) = match dtype {
                Some(dtype) => (dtype, Origin::Model),
                None => {
                    let why =
                        "the model's configuration names no type; transformers then takes this one";
                    (Dtype::Float32, Origin::Assumed(why.to_owned()))
                }
            };
            self.run.dtype = dtype;
            self.put("dtype", typed::dtype_name(dtype).to_owned(), origin);
        }
        if self.run.quantization == Quantization::None
            && let Some(found) = config
                .get("quantization_config")
                .and_then(quantised::of_config)
        {
            self.run.quantization = found;
            self.put("quantization", quantised::name(found), Origin::Model);
        }
        if self.model.own_length
            && let Some(most) = own("max_position_embeddings").and_then(serde_json::Value::as_u64)
            && let Task::Training(training) = &mut self.run.task
            && (1..training.length).contains(&most)
        {
            training.length = most;
            self.put("max_length", most.to_string(), Origin::Model);
        }
    }

    fn put(&mut self, name: &str, value: String, origin: Origin) {
        let new = Setting {
            name: name.to_owned(),
            value,
            origin,
        };
        match self.settings.iter_mut().find(|it| it.name == name) {
            Some(known) => *known = new,
            None => self.settings.push(new),
        }
    }
}
