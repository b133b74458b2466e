//! What stands at each stage: settings, data, model, and what the machine has room for.

use serde_json::{Map, Value};

use super::fit::{self, Asked};
use super::inventory::Inventory;
use super::library::{self, Case, Dataset, Method, Model, Produces, Recommended};
use super::make::Refusal;
use super::stage::{self, Settled, StageData};
use super::wish::Wish;
use crate::estimate::gpu::Gpu;

/// The facts of all stages, each with what the one before it left.
pub fn settle<'a>(
    wish: &Wish,
    inventory: &Inventory,
    cases: &[&'a Case],
    gpu: &Gpu,
    is_suffixed: bool,
    notes: &mut Vec<String>,
) -> Result<Vec<Settled<'a>>, Refusal> {
    let mut stages: Vec<Settled<'a>> = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let suffix = match cases.len() {
            1 if !is_suffixed => String::new(),
            _ => format!("_{}", case.id.replace('-', "_")),
        };
        let mut stage = Settled {
            case,
            suffix,
            number: at + 1,
            count: cases.len(),
            input: String::new(),
            model: Model::default(),
            model_is_local: false,
            others: Vec::new(),
            data: StageData::default(),
            fit: fit::choose(&Asked {
                method: Method::None,
                model: &Model::default(),
                gpu,
                effective: 1,
                max_length: 1,
                rank: 1,
                prompt: None,
                completion: 0,
                generations: 1,
                compares: false,
                teacher: None,
                vocab: None,
                wanted: &case.fit,
            }),
            settings: settings(case, wish)?,
            questions: case.questions.clone(),
        };
        stage.choose_data(wish, inventory, notes)?;
        let before = stages
            .iter()
            .rev()
            .find(|it| !matches!(it.case.result, Produces::None | Produces::Dataset));
        match before {
            Some(before) => {
                stage.input = before.result();
                stage.model = Model {
                    id: before.result(),
                    ..before.model.clone()
                };
                stage.model_is_local = true;
            }
            None => stage.choose_model(wish, inventory, gpu, notes),
        }
        stage.choose_fit(gpu);
        if !stage.fit.fits {
            stage.questions.push(unfitting(&stage, gpu));
        }
        stages.push(stage);
    }
    Ok(stages)
}

fn unfitting(stage: &Settled<'_>, gpu: &Gpu) -> String {
    let needed = stage.fit.peak();
    let least = match stage.case.method {
        Method::None => " for the weights alone",
        _ => " even with batches of one and short examples",
    };
    let other = match stage.case.method {
        Method::Full => "an adapter (`--use-case llm-sft`)",
        Method::Lora => "weights of 4 bits (`--use-case llm-sft-qlora`)",
        Method::Qlora | Method::None => "a smaller model (`--model`)",
    };
    format!(
        "which machine will it be? {} needs about {needed:.0} GiB{least}, and {} has {} GiB; otherwise {other}.",
        stage.case.title,
        gpu.label(),
        gpu.memory * gpu.count
    )
}

fn settings(case: &Case, wish: &Wish) -> Result<Map<String, Value>, Refusal> {
    let mut all = case.settings.clone();
    for (name, setting) in &mut all {
        let Some(text) = wish.set.get(name) else {
            continue;
        };
        let default = &setting["value"];
        let value = match default {
            Value::Bool(_) => text.parse::<bool>().ok().map(Value::from),
            Value::Number(number) if number.is_i64() => text
                .parse::<i64>()
                .ok()
                .filter(|it| *it >= 0)
                .map(Value::from),
            Value::Number(_) => text
                .parse::<f64>()
                .ok()
                .filter(|it| it.is_finite() && *it >= 0.0)
                .map(Value::from),
            _ => Some(Value::from(text.as_str())),
        };
        let value = value.ok_or_else(|| {
            Refusal::Wish(format!("`{name}={text}` is not of the kind of `{default}`"))
        })?;
        *setting = serde_json::json!({ "value": value, "why": "it was asked for" });
    }
    Ok(all)
}

impl Settled<'_> {
    fn number(&self, name: &str) -> Option<u64> {
        self.settings.get(name)?["value"].as_u64()
    }

    fn recommended(&self) -> &'static Recommended {
        library::recommended(self.case.task.as_deref().unwrap_or_default())
    }

    fn asked<'a>(&'a self, model: &'a Model, gpu: &'a Gpu) -> Asked<'a> {
        let length = self
            .number("max_length")
            .or(self.case.fit.tokens)
            .unwrap_or(1024);
        Asked {
            method: self.case.method,
            model,
            gpu,
            effective: self.number("effective_batch").unwrap_or(16).max(1),
            max_length: model.context.map_or(length, |context| context.min(length)),
            rank: self.number("lora_r").unwrap_or(16),
            prompt: self.number("max_prompt"),
            completion: self.number("max_completion").unwrap_or(0),
            generations: self.number("num_generations").unwrap_or(1),
            compares: self
                .settings
                .get("beta")
                .is_some_and(|it| it["value"].as_f64() > Some(0.0)),
            teacher: self.teacher(model),
            vocab: self.number("vocab_size"),
            wanted: &self.case.fit,
        }
    }

    /// Parameters of the model that teaches: the one that is set, that of the model's entry, or the model itself.
    fn teacher(&self, model: &Model) -> Option<u64> {
        let Some(set) = self.settings.get("teacher") else {
            return model.parameters;
        };
        let entry = model.extra.get("teacher").and_then(Value::as_str);
        let named = set["value"]
            .as_str()
            .filter(|it| !it.is_empty())
            .or(entry)?;
        library::model(None, named)?.parameters
    }

    fn choose_fit(&mut self, gpu: &Gpu) {
        self.fit = fit::choose(&self.asked(&self.model, gpu));
    }

    /// The model that was named, the one of the code, or the first recommended one that fits.
    fn choose_model(
        &mut self,
        wish: &Wish,
        inventory: &Inventory,
        gpu: &Gpu,
        notes: &mut Vec<String>,
    ) {
        let all = &self.recommended().model;
        let named = wish.model.as_ref().or(inventory.model.as_ref());
        if let Some(local) = &inventory.local_model {
            self.model = local.clone();
            self.model.why = "it was asked for".to_owned();
            self.model_is_local = true;
        } else if let Some(id) = named {
            let entry = library::model(self.case.task.as_deref(), id);
            let known = inventory.hub_model.clone().filter(|it| it.id == *id);
            self.model = entry.cloned().or(known).unwrap_or_else(|| Model {
                id: id.clone(),
                ..Model::default()
            });
            self.model_is_local = id.starts_with(['.', '/', '~']);
            self.note_unknown(wish);
        } else if let Some(model) = self.recommended_for(all, gpu) {
            notes.push(format!("model `{}`: {}", model.id, model.why));
            self.model = model.clone();
        }
        self.others = all
            .iter()
            .filter(|it| it.id != self.model.id)
            .take(3)
            .collect();
    }

    /// On a processor the smallest, on a GPU the first that fits, else the smallest.
    fn recommended_for<'a>(&self, all: &'a [Model], gpu: &Gpu) -> Option<&'a Model> {
        let smallest = || {
            all.iter()
                .min_by_key(|model| model.parameters.unwrap_or(u64::MAX))
        };
        if gpu.is_cpu() {
            return smallest();
        }
        let fits = |model: &&Model| fit::choose(&self.asked(model, gpu)).fits;
        all.iter().find(fits).or_else(smallest)
    }

    /// What has to be asked of a model that nobody knows here.
    fn note_unknown(&mut self, wish: &Wish) {
        if let Some(count) = wish.set.get("parameters").and_then(|text| parameters(text)) {
            self.model.parameters = Some(count);
        }
        if let Some(licence) = wish.set.get("licence") {
            self.model.licence.clone_from(licence);
        }
        if self.model.licence.is_empty() && !self.model_is_local {
            let question = format!(
                "what does the licence of `{}` allow? It is not known here; its card says it, and `--set licence=` or \
                 `--online` writes it into this plan.",
                self.model.id
            );
            self.questions.push(question);
        }
    }

    /// The data that were named, those of the project that have the form, those of the code, or recommended ones.
    fn choose_data(
        &mut self,
        wish: &Wish,
        inventory: &Inventory,
        notes: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        let names: Vec<&String> = self.case.formats.keys().collect();
        let Some(usual) = names.first() else {
            return Ok(());
        };
        let wanted = wish.set.get("format");
        if let Some(wanted) = wanted.filter(|it| !names.contains(it))
            && self.count == 1
        {
            let names: Vec<&str> = names.iter().map(|it| it.as_str()).collect();
            return Err(Refusal::Wish(format!(
                "`format={wanted}` is none of {}",
                names.join(", ")
            )));
        }
        let wanted = wanted.filter(|it| names.contains(it)).map(String::as_str);
        let matching = |columns: &[String]| {
            let fits = |name: &&&String| {
                stage::format(self.case, name)
                    .is_some_and(|it| it.columns.iter().all(|column| columns.contains(column)))
            };
            names.iter().find(fits).map(|it| it.as_str())
        };
        let is_first = self.number == 1;
        let named = inventory.local_data.as_ref().filter(|_| is_first);
        let found = || {
            inventory
                .data
                .iter()
                .find(|data| matching(&data.columns).is_some())
        };
        let local = named.or_else(|| found().filter(|_| wish.dataset.is_none()));
        let id = wish
            .dataset
            .as_ref()
            .filter(|_| is_first && named.is_none());
        let id = id.or_else(|| {
            inventory
                .dataset
                .as_ref()
                .filter(|_| is_first && local.is_none())
        });
        let recommended = &self.recommended().dataset;
        let of_form = |data: &&Dataset| {
            wanted.is_none_or(|wanted| data.format == wanted) && names.contains(&&data.format)
        };
        let mut data = StageData::default();
        if let Some(local) = local {
            data.path.clone_from(&local.path);
            local.builder.clone_into(&mut data.builder);
            data.format = wanted
                .or_else(|| matching(&local.columns))
                .unwrap_or(usual)
                .to_owned();
        } else if let Some(id) = id {
            data.known = recommended
                .iter()
                .find(|it| it.id == *id)
                .cloned()
                .unwrap_or_default();
            data.id.clone_from(id);
            let known = Some(data.known.format.as_str()).filter(|it| !it.is_empty());
            data.format = wanted.or(known).unwrap_or(usual).to_owned();
        } else if let Some(known) = recommended.iter().find(of_form) {
            data.id.clone_from(&known.id);
            data.known = known.clone();
            data.format.clone_from(&known.format);
            notes.push(format!("dataset `{}`: {}", known.id, known.why));
            self.questions.push(format!(
                "which examples of your own belong beside or in place of `{}`? The plan works with it as it is.",
                known.id
            ));
        } else {
            data.format = wanted.unwrap_or(usual).to_owned();
            let builder = stage::format(self.case, &data.format).and_then(|it| it.builder);
            data.builder = builder.unwrap_or_else(|| "json".to_owned());
            let folder = format!("data/raw{}", self.suffix);
            data.path = match data.builder.as_str() {
                "json" => format!("{folder}/examples.jsonl"),
                "csv" => format!("{folder}/examples.csv"),
                _ => folder,
            };
            self.questions.push(format!(
                "where do the examples come from? The plan reads them from `{}`.",
                data.path
            ));
        }
        if let Some(format) = stage::format(self.case, &data.format) {
            data.columns = format.columns;
            data.about = format.about;
        }
        if !data.known.columns.is_empty() {
            data.columns.clone_from(&data.known.columns);
        }
        self.data = data;
        Ok(())
    }
}

/// `8B`, `350M`, `8030261248`.
fn parameters(text: &str) -> Option<u64> {
    let (digits, factor) = match text.trim().to_uppercase() {
        it if it.ends_with('B') => (it.trim_end_matches('B').to_owned(), 1e9),
        it if it.ends_with('M') => (it.trim_end_matches('M').to_owned(), 1e6),
        it => (it, 1.0),
    };
    let count = digits.parse::<f64>().ok()? * factor;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a count"
    )]
    (count.is_finite() && (1.0..1e14).contains(&count)).then_some(count as u64)
}
