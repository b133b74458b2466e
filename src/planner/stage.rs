//! The facts of one stage: what its templates may say.

use serde_json::{Map, Value, json};

use super::fit::{self, Fit};
use super::library::{Case, DataFormat, Dataset, Method, Model};
use super::pins::Package;
use crate::estimate::gpu::Gpu;
use crate::estimate::outcome::Estimate;
use crate::estimate::words::{gib, name};

/// The data of a stage.
#[derive(Clone, Debug, Default)]
pub struct StageData {
    /// The dataset of the Hub; empty for files of the project.
    pub id: String,
    /// The file or folder.
    pub path: String,
    /// What `load_dataset` calls its form.
    pub builder: String,
    /// The name of the form.
    pub format: String,
    /// The form.
    pub columns: Vec<String>,
    /// What the columns hold, in words.
    pub about: String,
    /// What is known of the dataset.
    pub known: Dataset,
}

/// All that is settled for a stage.
#[derive(Clone, Debug)]
pub struct Settled<'a> {
    /// The use case.
    pub case: &'a Case,
    /// What names of its own end with.
    pub suffix: String,
    /// Which it is, from 1.
    pub number: usize,
    /// How many there are.
    pub count: usize,
    /// The folder of the stage before; empty for the first.
    pub input: String,
    /// The model.
    pub model: Model,
    /// Whether that is a folder of the project.
    pub model_is_local: bool,
    /// Others that would do.
    pub others: Vec<&'a Model>,
    /// The data.
    pub data: StageData,
    /// Batch, length, precision.
    pub fit: Fit,
    /// Settings with their values and reasons.
    pub settings: Map<String, Value>,
    /// What only the user knows.
    pub questions: Vec<String>,
}

/// What all stages share.
#[derive(Clone, Debug)]
pub struct Shared<'a> {
    /// The title.
    pub title: &'a str,
    /// What results are called.
    pub slug: &'a str,
    /// What is to be reached.
    pub goal: &'a str,
    /// Where the plan lies.
    pub path: &'a str,
    /// The release of Python.
    pub python: &'a str,
    /// Whether the project has a `pyproject.toml`.
    pub has_pyproject: bool,
    /// The machine.
    pub gpu: &'a Gpu,
    /// What draws the curves.
    pub tracker: &'a str,
    /// Where the result goes.
    pub repository: &'a str,
}

impl Settled<'_> {
    /// The folder that the stage writes.
    pub fn output(&self) -> String {
        match self.case.result {
            super::library::Produces::Dataset => format!("data/processed{}", self.suffix),
            _ => format!("outputs/model{}", self.suffix),
        }
    }

    /// The folder of a whole model that the next stage may load.
    pub fn result(&self) -> String {
        let is_adapter = self.case.result == super::library::Produces::Adapter
            && self.fit.method != Method::Full;
        match is_adapter {
            true => format!("outputs/merged{}", self.suffix),
            false => self.output(),
        }
    }

    /// What templates may say.
    pub fn facts(&self, shared: &Shared<'_>) -> Map<String, Value> {
        let mut facts = Map::new();
        let mut put = |name: &str, value: Value| {
            facts.insert(name.to_owned(), value);
        };
        put(
            "plan",
            json!({ "title": shared.title, "slug": shared.slug, "goal": shared.goal, "path": shared.path }),
        );
        put("python", json!(shared.python));
        put("project", json!({ "has_pyproject": shared.has_pyproject }));
        put("s", json!(self.suffix));
        put(
            "stage",
            json!({
                "id": self.case.id,
                "title": self.case.title,
                "number": self.number,
                "first": self.number == 1,
                "last": self.number == self.count,
                "input": self.input,
                "output": self.output(),
                "result": self.result(),
            }),
        );
        put("model", self.model_facts());
        put("data", self.data_facts());
        let gpu = shared.gpu;
        put(
            "gpu",
            json!({
                "cpu": gpu.is_cpu(),
                "count": gpu.count.max(1),
                "memory": gpu.memory,
                "name": gpu.name,
                "label": gpu.label(),
                "bf16": gpu.bf16,
                // What a card of that size shows at least: some of it belongs to the driver.
                "bytes_least": gpu.memory * 950_000_000,
            }),
        );
        put("needs", json!({ "gpu": self.case.needs_gpu }));
        put("fit", self.fit_facts(gpu));
        let (org, name) = shared
            .repository
            .split_once('/')
            .unwrap_or(("", shared.repository));
        put(
            "hub",
            json!({ "id": shared.repository, "org": org, "name": name, "private": true }),
        );
        put("tracker", json!(shared.tracker));
        let values = self
            .settings
            .iter()
            .map(|(name, setting)| (name.clone(), setting["value"].clone()));
        put("set", Value::Object(values.collect()));
        put("settings", Value::Object(self.settings.clone()));
        put("extra", Value::Object(self.case.extra.clone()));
        put("questions", json!(self.questions));
        put("risks", json!(self.case.risks));
        put(
            "launch",
            json!(match gpu.is_cpu() {
                true => "uv run python",
                false => "uv run accelerate launch --config_file accelerate.yaml",
            }),
        );
        facts
    }

    fn model_facts(&self) -> Value {
        let model = &self.model;
        let others = self
            .others
            .iter()
            .map(|it| json!({ "id": it.id, "note": it.note }));
        json!({
            "id": model.id,
            "name": model.id.rsplit('/').next().unwrap_or_default(),
            "is_local": self.model_is_local,
            "known": model.parameters.is_some(),
            "parameters": model.parameters,
            "size": model.parameters.map(size).unwrap_or_default(),
            "licence": if model.licence.is_empty() { "not known" } else { &model.licence },
            "gated": model.gated,
            "context": model.context,
            "hidden": model.hidden(),
            "class": model.class,
            "why": if model.why.is_empty() { "it was asked for" } else { &model.why },
            "others": others.collect::<Vec<_>>(),
            "extra": model.extra,
        })
    }

    fn data_facts(&self) -> Value {
        let data = &self.data;
        let is_local = data.id.is_empty();
        let spans: Vec<String> = data.columns.iter().map(|it| format!("`{it}`")).collect();
        json!({
            "id": data.id,
            "path": data.path,
            "is_local": is_local,
            "shown": if is_local { &data.path } else { &data.id },
            "builder": data.builder,
            "format": data.format,
            "columns": data.columns,
            "spans": spans.join(", "),
            "about": data.about,
            "config": data.known.config,
            "split": if data.known.split.is_empty() { "train" } else { &data.known.split },
            "licence": if data.known.licence.is_empty() { "as its card says" } else { &data.known.licence },
            "why": if data.known.why.is_empty() { "it was asked for" } else { &data.known.why },
            "extra": data.known.extra,
        })
    }

    fn explained(&self, gpu: &Gpu) -> String {
        let of_stage = match self.count {
            1 => String::new(),
            _ => format!("**{}.** ", self.case.title),
        };
        let attention = match super::library::missing("kernels") {
            Some(why) if gpu.bf16 && !gpu.is_cpu() && self.case.method != Method::None => {
                format!("Attention is that of PyTorch (`sdpa`), without packing: {why}.\n\n")
            }
            _ => String::new(),
        };
        of_stage + &attention + &explanation(&self.fit, gpu)
    }

    fn fit_facts(&self, gpu: &Gpu) -> Value {
        let fit = &self.fit;
        let peak = (fit.peak() * 10.0).round() / 10.0;
        json!({
            "method": fit.method.as_str(),
            "batch": fit.batch,
            "accumulation": fit.accumulation,
            "effective": fit.batch * fit.accumulation * gpu.count.max(1),
            "max_length": fit.max_length,
            "checkpointing": fit.checkpointing,
            "flash": fit.flash,
            "attention": if fit.flash { "kernels-community/flash-attn2" } else { "sdpa" },
            "optim": fit.optim,
            "dtype": fit.dtype,
            "mixed": fit.mixed,
            "bf16": fit.mixed == "bf16",
            "fp16": fit.mixed == "fp16",
            "peak": peak,
            "limit": match gpu.is_cpu() {
                true => "the memory of the machine".to_owned(),
                false => format!("{:.1} GiB", fit::limit(gpu)),
            },
            "fits": fit.fits,
            "sharding": if fit.is_sharded { "fsdp" } else { "" },
            "sharding_why": "one of them alone has no room for what training keeps",
            "explanation": self.explained(gpu),
        })
    }
}

/// 8190735360 as `8.2B`.
pub fn size(parameters: u64) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "shown with one digit behind the point"
    )]
    let count = parameters as f64;
    match parameters {
        1_000_000_000.. => format!("{:.1}B", count / 1e9),
        1_000_000.. => format!("{:.0}M", count / 1e6),
        _ => parameters.to_string(),
    }
}

/// The row *Estimate* of the target.
pub fn estimate(fit: &Fit, gpu: &Gpu) -> String {
    let Some(estimate) = &fit.estimate else {
        return "not calculated: the smoke test measures the peak".to_owned();
    };
    let worst = estimate.moments.get(estimate.worst);
    let parts = worst.iter().flat_map(|moment| &moment.parts);
    let shown: Vec<String> = parts
        .map(|(part, bytes)| format!("{} {} GiB", name(*part), gib(*bytes)))
        .collect();
    format!(
        "{}: peak about {} GiB{} (calculated, between {} and {})",
        shown.join(", "),
        gib(estimate.peak),
        if gpu.count > 1 { " on each GPU" } else { "" },
        gib(estimate.low),
        gib(estimate.high)
    )
}

/// What is said where the most that it may take is above the card.
fn doubt(estimate: &Estimate, gpu: &Gpu) -> String {
    match estimate.high > gpu.memory << 30 {
        true => format!(
            " It may be as much as {} GiB: the smoke test decides.",
            gib(estimate.high)
        ),
        false => String::new(),
    }
}

/// What the sum takes for granted.
fn notes(estimate: &Estimate) -> String {
    let notes = estimate.notes.iter();
    notes
        .map(|note| format!(" {}.", note.trim_end_matches('.')))
        .collect()
}

/// Why batch, length and precision are what they are, and what to change first.
fn explanation(fit: &Fit, gpu: &Gpu) -> String {
    if gpu.is_cpu() {
        return "No GPU: everything is computed in 32 bits, and weights of 4 bits are of no use. The smoke test tells how \
                long a step takes; a run of more than a day wants a GPU."
            .to_owned();
    }
    let chosen = format!(
        "{} examples at a time on each device, {} times before the weights change{}{}.",
        fit.batch,
        fit.accumulation,
        if fit.checkpointing {
            ", activations computed again in the backward pass"
        } else {
            ""
        },
        if fit.is_sharded {
            ", weights and optimizer spread over the GPUs"
        } else {
            ""
        },
    );
    let room = match &fit.estimate {
        None => format!(
            "The peak is not calculated; the smoke test measures it. The limit is {:.1} GiB, nine tenths of the card.",
            fit::limit(gpu)
        ),
        Some(estimate) if fit.fits => format!(
            "By the sum in the row *Estimate* that takes {} of {:.1} GiB, nine tenths of the card.{}{}",
            gib(estimate.peak),
            fit::limit(gpu),
            doubt(estimate, gpu),
            notes(estimate)
        ),
        Some(estimate) => format!(
            "By the sum in the row *Estimate* that takes {} GiB, and nine tenths of the card are {:.1}: **it does not \
             fit**; see the open question.{}",
            gib(estimate.peak),
            fit::limit(gpu),
            notes(estimate)
        ),
    };
    let mut measures = Vec::new();
    if !fit.checkpointing {
        measures
            .push("compute activations again (`activation_checkpointing=True`): a third slower");
    }
    if fit.batch > 1 {
        measures.push("halve `per_device_train_batch_size` and double `gradient_accumulation_steps`: the same result");
    }
    if fit.method == Method::Lora {
        measures.push("load the weights in 4 bits: a fourth of their memory, a little slower");
    }
    if fit.optim == "adamw_torch" {
        measures.push(
            "`optim=\"adamw_8bit\"` of bitsandbytes: a fourth of the states of the optimizer",
        );
    }
    measures.push("shorten the examples: activations grow with their length");
    let list: String = measures
        .iter()
        .enumerate()
        .map(|(at, it)| format!("{}. {it}\n", at + 1))
        .collect();
    format!("{chosen} {room} When the smoke test shows more, in this order:\n\n{list}")
}

/// A form of data by its name.
pub fn format(case: &Case, name: &str) -> Option<DataFormat> {
    serde_json::from_value(case.formats.get(name)?.clone()).ok()
}

/// What templates know of the environments.
pub fn environment_facts(
    facts: &mut Map<String, Value>,
    own: &[Package],
    why: &str,
    apart: &[(String, &super::library::Apart, Vec<Package>)],
) {
    let list = |all: &[Package]| {
        let packages: Vec<Value> = all
            .iter()
            .map(|it| json!({ "name": it.name, "version": it.version, "spec": it.spec() }))
            .collect();
        packages
    };
    let spans = |all: &[Package]| all.iter().map(Package::span).collect::<Vec<_>>().join(", ");
    let quoted: Vec<String> = own.iter().map(|it| format!("\"{}\"", it.spec())).collect();
    facts.insert(
        "packages".to_owned(),
        json!({
            "spans": spans(own),
            "quoted": quoted.join(" "),
            "why": why,
            "list": list(own),
        }),
    );
    let pins: Map<String, Value> = own
        .iter()
        .map(|it| (it.name.clone(), json!(it.version)))
        .collect();
    facts.insert("pins".to_owned(), Value::Object(pins));
    let apart: Vec<Value> = apart
        .iter()
        .map(|(name, environment, packages)| {
            // Each span with the name of its environment, so that nobody takes them for the project's own.
            let spans: Vec<String> = packages
                .iter()
                .map(|it| format!("{} ({name})", it.span()))
                .collect();
            json!({
                "name": name,
                "purpose": environment.purpose,
                "why": environment.why,
                "python": environment.python,
                "packages": list(packages),
                "spans": spans.join(", "),
            })
        })
        .collect();
    facts.insert("environments".to_owned(), json!(apart));
}
