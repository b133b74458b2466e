//! Reads what is asked about, looks for the model, and estimates.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use super::flags::script;
use super::show::{Shown, json, table};
use super::{Args, Error, Format};
use crate::checker::{Checker, Described, Request};
use crate::cli::network::Network;
use crate::embedded::{Format as Written, analyse};
use crate::estimate::gpu::Gpu;
use crate::estimate::model::Known;
use crate::estimate::reading::{Given, Origin, Reading, Setting};
use crate::estimate::run::{Dtype, Task};
use crate::estimate::words::{Fits, fits};
use crate::estimate::{advice, estimate};
use crate::hub::network::Subject;
use crate::hub::{Mode, Need, RepoId};
use crate::knowledge::choose::Knowledge;
use crate::workspace::discover::absolute;
use crate::workspace::document::{Document, Language};
use crate::workspace::files::{DEFAULT_LIMIT, Disk, Files, Steady, read_text};
use crate::workspace::settings::Layer;
use crate::workspace::versions::project_root;

pub fn run(args: &Args) -> Result<ExitCode, Error> {
    let shown = shown(args)?;
    match args.output_format {
        Format::Table => anstream::print!("{}", table(&shown)),
        Format::Json => anstream::println!("{}", json(&shown)),
    }
    Ok(match shown.fits {
        Some(Fits::No) => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}

/// What is asked about, estimated.
pub fn shown(args: &Args) -> Result<Shown, Error> {
    let given = args.flags.given()?;
    let gpu = args
        .gpu
        .as_deref()
        .map(Gpu::parse)
        .transpose()
        .map_err(Error)?;
    if args.price.is_some_and(|it| !it.is_finite() || it < 0.0) {
        return Err(Error(
            "`--price` has to be a number of 0 or more".to_owned(),
        ));
    }
    let work = Work::new(args)?;
    // What the project says it runs on counts where nothing is said.
    let gpu = gpu.or_else(|| work.checker.settings(&work.here).gpu().cloned());
    let gpu = gpu.map(|gpu| together(gpu, &given)).transpose()?;
    let (given, gpu) = spread(given, gpu);
    let (path, reading) = match &args.script {
        Some(script) => work.of_script(script, &given)?,
        None => work.of_flags(args, &given)?,
    };
    work.estimated(args, &path, reading, gpu)
}

/// Whether the number of cards is the same, however it was said.
fn together(gpu: Gpu, given: &Given) -> Result<Gpu, Error> {
    let said = match given.get("num_processes") {
        Some(crate::python::facts::Value::Int(number)) => u64::try_from(*number).ok(),
        _ => None,
    };
    match said {
        Some(number) if gpu.count > 1 && gpu.count != number => Err(Error(format!(
            "`--gpu` says {} cards and `--gpus` {number}",
            gpu.count
        ))),
        _ => Ok(gpu),
    }
}

/// `--gpu 2x24GB` says how many work together.
fn spread(mut given: Given, gpu: Option<Gpu>) -> (Given, Option<Gpu>) {
    if let Some(gpu) = &gpu
        && gpu.count > 1
        && given.get("num_processes").is_none()
    {
        let count = i64::try_from(gpu.count).unwrap_or(1);
        given.put("num_processes", crate::python::facts::Value::Int(count));
    }
    (given, gpu)
}

struct Work {
    checker: Checker,
    network: Option<Network>,
    here: PathBuf,
}

impl Work {
    fn new(args: &Args) -> Result<Self, Error> {
        let files: Arc<dyn Files> = Arc::new(Steady::<Disk>::default());
        let here = std::env::current_dir()
            .map_err(|error| Error(format!("the working directory cannot be found: {error}")))?;
        let mode = if args.online { Mode::On } else { Mode::Cache };
        let network = Network::new(Arc::clone(&files), mode, Subject::Repository);
        let network = match (network, args.online) {
            (Ok(network), _) => Some(network),
            (Err(error), true) => return Err(error),
            (Err(_), false) => None,
        };
        let request = Request {
            root: project_root(&*files, &here),
            python: args.python.clone(),
            layer: Layer {
                targets: args.targets.clone(),
                ..Layer::default()
            },
            use_active: true,
            hub: network.as_ref().map(|network| network.hub.clone()),
            ..Request::default()
        };
        let checker =
            Checker::new(files, Arc::new(Knowledge::default()), request).map_err(Error)?;
        Ok(Self {
            checker,
            network,
            here,
        })
    }

    /// The first training of a script, else what it runs first; others are named.
    fn of_script(&self, script: &Path, given: &Given) -> Result<(PathBuf, Reading), Error> {
        let shown = script.display();
        let path = absolute(script);
        let files = &**self.checker.files();
        if files.is_folder(&path) {
            return Err(Error(format!("`{shown}` is a folder; name a script")));
        }
        let text = read_text(files, &path, DEFAULT_LIMIT)
            .map_err(|error| Error(format!("`{shown}` {error}")))?;
        let language = Language::from_path(&path);
        let document = Document::new(shown.to_string(), Some(path.clone()), language, None, text);
        let mut readings = self.checker.readings(&path, &document, given);
        let failed = self.checker.incidents();
        if let Some(incident) = failed.first() {
            return Err(Error(incident.to_string()));
        }
        if readings.is_empty() {
            return Err(Error(format!(
                "`{shown}` trains and runs no model that can be read; give what it does with flags: `hf-lsp estimate \
                 --model ID --method lora`"
            )));
        }
        let first = readings.remove(0);
        if !readings.is_empty() {
            let others: Vec<String> = readings.iter().map(|it| format!("`{}`", it.what)).collect();
            anstream::eprintln!(
                "note: this is about `{}`; the script has {} more: {}",
                first.what,
                others.len(),
                others.join(", ")
            );
        }
        Ok((path, first))
    }

    /// What the flags say, with what trl and transformers of this project do by themselves.
    fn of_flags(&self, args: &Args, given: &Given) -> Result<(PathBuf, Reading), Error> {
        if given.get("model").is_none() && args.config.is_none() {
            return Err(Error(
                "name a script, or a model: `hf-lsp estimate train.py`, `hf-lsp estimate --model ID`, `hf-lsp estimate \
                 --config config.json`"
                    .to_owned(),
            ));
        }
        let path = self.here.join("estimate.py");
        let text = script(given);
        let facts = analyse(Written::Python, &text);
        let answer = self.checker.versions(&path, None);
        let mut readings =
            self.checker
                .readings_at(&path, &text, &facts, given, &answer.environment);
        if readings.is_empty() {
            return Err(Error(
                "the releases of this project are not known well enough to estimate by flags"
                    .to_owned(),
            ));
        }
        let mut reading = readings.remove(0);
        bare(&mut reading, given);
        Ok((path, reading))
    }

    fn estimated(
        &self,
        args: &Args,
        path: &Path,
        mut reading: Reading,
        gpu: Option<Gpu>,
    ) -> Result<Shown, Error> {
        if args.online
            && let (Some(network), Some(name)) = (&self.network, &reading.model.name)
            && let Ok(id) = RepoId::parse(name)
        {
            let revision = reading.model.revision.as_deref();
            let asked = network.hub.wait_for_model(&id, revision, Need::Background);
            let answer = network.runtime.block_on(asked);
            if let Some(trouble) = answer.trouble {
                anstream::eprintln!("warning: nothing new is known of `{id}`: {trouble}");
            }
        }
        let config = args.config.as_ref().map(|it| absolute(it));
        let Described {
            model,
            config,
            from,
        } = self
            .checker
            .describe(path, &reading.model, config.as_deref())
            .map_err(|why| Error(why.to_string()))?;
        if let Some(config) = &config {
            reading.knows(config);
        }
        if model.parameters() == 0 {
            return Err(Error(format!("{from} describes a model without weights")));
        }
        let outcome = estimate(&model, &reading.run, gpu.as_ref());
        if outcome.peak == u64::MAX || outcome.high == u64::MAX {
            return Err(Error(format!(
                "{from}: the numbers are too large for an estimate; is the configuration right?"
            )));
        }
        let advised = advice(&model, &reading.run, gpu.as_ref());
        let fits = gpu.as_ref().and_then(|gpu| fits(&outcome, gpu));
        let versions = self.checker.versions(path, None);
        let named = [
            "transformers",
            "trl",
            "peft",
            "accelerate",
            "diffusers",
            "sentence-transformers",
        ];
        let versions = named.iter().filter_map(|name| {
            let resolved = versions.environment.libraries.get(*name)?;
            Some(((*name).to_owned(), resolved.version.to_string()))
        });
        Ok(Shown {
            versions: versions.collect(),
            is_exact: model.known == Known::Exactly,
            class: model.class.clone(),
            from,
            outcome,
            advised,
            fits,
            gpu,
            price: args.price,
            reading,
        })
    }
}

/// Without a script nobody has chosen what trl does by itself where that is unusual: weights are taken in half precision,
/// and flags that are not given are off.
fn bare(reading: &mut Reading, given: &Given) {
    reading.place = None;
    reading.call = None;
    let mut assume = |name: &str, value: &str, why: &str| {
        let origin = Origin::Assumed(why.to_owned());
        let (name, value) = (name.to_owned(), value.to_owned());
        let new = Setting {
            name,
            value,
            origin,
        };
        reading.settings.retain(|it| it.name != new.name);
        reading.settings.push(new);
    };
    if given.get("dtype").is_none() {
        assume("dtype", "bfloat16", "no `--dtype` is given");
        reading.model.own_dtype = false;
        reading.run.dtype = Dtype::Bfloat16;
    }
    if let Task::Training(training) = &mut reading.run.task {
        if given.get("gradient_checkpointing").is_none() {
            assume(
                "gradient_checkpointing",
                "False",
                "no `--gradient-checkpointing` is given",
            );
            training.checkpointing = false;
        }
        if given.get("per_device_train_batch_size").is_none() {
            assume(
                "per_device_train_batch_size",
                "1",
                "no `--batch-size` is given",
            );
            training.batch = 1;
        }
        if given.get("num_train_epochs").is_none() {
            training.epochs = 1.0;
            assume("num_train_epochs", "1", "no `--epochs` is given");
        }
    }
    if given.get("model").is_none() {
        reading.model.name = None;
        reading.settings.retain(|it| it.name != "model");
    }
    reading
        .settings
        .retain(|it| it.name != "class" || given.get("class").is_some());
    if given.get("class").is_none() {
        reading.model.class = None;
    }
    for setting in &mut reading.settings {
        // What the flags stand for is no code that anybody wrote.
        if matches!(setting.origin, Origin::Read(_)) {
            setting.origin = Origin::Assumed("nothing else is given".to_owned());
        }
    }
}
