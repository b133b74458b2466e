//! From answers and downloads to what is known about a dataset.

use serde_json::Value;

use super::columns::columns;
use super::{Config, DatasetFacts, Script, Split};
use crate::hub::facts::{Common, Existence, Gate, licence};
use crate::hub::id::Kind;
use crate::hub::json;
use crate::hub::network::Settings;
use crate::hub::parts::{Parts, Question, Subject};
use crate::hub::request::Request;

/// More configurations are left out, which leaves it open which there are.
const MOST_CONFIGS: usize = 1_000;

impl Subject for DatasetFacts {
    const KIND: Kind = Kind::Dataset;

    /// The dataset viewer, where the card does not say it all. It knows the default revision of public datasets
    /// alone, and is told of no other.
    fn more(settings: &Settings, question: &Question, parts: &Parts) -> Option<Request> {
        let facts = Self::compose(parts)?;
        let common = &facts.common;
        let is_public = common.private == Some(false)
            && common.gate == Gate::Open
            && common.disabled != Some(true);
        let is_default = question
            .revision
            .as_deref()
            .is_none_or(|revision| revision == "main");
        let has_data = !matches!(facts.script, Script::Only(_));
        (is_public && is_default && has_data && !facts.is_complete())
            .then(|| Request::viewer(settings, &question.id).ok())?
    }

    fn compose(parts: &Parts) -> Option<Self> {
        let mut facts = Self::default();
        let common = parts.common();
        let snapshot = parts.fitting_snapshot();
        match (common, snapshot) {
            (None, None) => return None,
            (Some(common), _) => facts.common = common,
            (None, Some(_)) => {}
        }
        if let Some(info) = parts.known_info() {
            facts.read_info(info);
        }
        if let Some(viewed) = parts.known_more() {
            facts.read_viewer(viewed);
        }
        if let Some(snapshot) = snapshot {
            let common = &mut facts.common;
            if matches!(common.existence, Existence::Unknown) {
                common.existence = Existence::Exists;
            } else if common.existence == Existence::NotFoundOrPrivate {
                common.existence = Existence::Unknown;
            }
            common.sha.get_or_insert_with(|| snapshot.commit.clone());
            if let Some(card) = &snapshot.card {
                common.licence = common.licence.take().or_else(|| licence(card));
                facts.read_card(card);
            }
        }
        facts.common.forget_many_files();
        Some(facts)
    }
}

impl DatasetFacts {
    /// Whether every configuration has its splits and columns.
    fn is_complete(&self) -> bool {
        let complete = |config: &Config| config.splits.is_some() && config.columns.is_some();
        self.configs
            .as_deref()
            .is_some_and(|configs| !configs.is_empty() && configs.iter().all(complete))
    }

    fn read_info(&mut self, info: &Value) {
        self.format = self.common.tag("format:").map(ToOwned::to_owned);
        self.script = script(&self.common);
        if let Some(card) = json::present(info, "cardData") {
            self.read_card(card);
        }
        if self.download_bytes.is_none() {
            self.download_bytes = json::number(info, "mainSize");
        }
    }

    /// What the metadata of a card says: `dataset_info`, and `configs` for the names. A card may describe a part only,
    /// so names from `dataset_info` count as all of them where `configs` says the same or nothing.
    fn read_card(&mut self, card: &Value) {
        if self.configs.is_some() {
            return;
        }
        let described: Vec<&Value> = match card.get("dataset_info") {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one @ Value::Object(_)) => vec![one],
            _ => Vec::new(),
        };
        let mut configs: Vec<Config> = described
            .iter()
            .take(MOST_CONFIGS)
            .map(|info| described_config(info))
            .collect();
        for entry in json::list(card, "configs").into_iter().flatten() {
            add_named(&mut configs, entry);
        }
        if configs.is_empty() || configs.len() >= MOST_CONFIGS {
            return;
        }
        self.configs = Some(configs);
        self.download_bytes = sum(&described, "download_size");
        self.bytes = sum(&described, "dataset_size");
    }

    /// What the viewer says: it has seen the data, so it is believed.
    fn read_viewer(&mut self, answer: &Value) {
        let Some(infos) = answer.get("dataset_info").and_then(Value::as_object) else {
            return;
        };
        self.viewed = true;
        let is_all = json::flag(answer, "partial") != Some(true)
            && ["failed", "pending"]
                .iter()
                .all(|key| json::list(answer, key).is_none_or(|mut list| list.next().is_none()));
        let known = self.configs.take().unwrap_or_default();
        let mut configs: Vec<Config> = known;
        for (name, info) in infos.iter().take(MOST_CONFIGS) {
            let mut viewed = Config {
                name: name.clone(),
                ..described_config(info)
            };
            match configs.iter_mut().find(|config| config.name == *name) {
                Some(config) => {
                    config.splits = viewed.splits.take().or_else(|| config.splits.take());
                    config.columns = viewed.columns.take().or_else(|| config.columns.take());
                }
                None => configs.push(viewed),
            }
        }
        let is_all = is_all && infos.len() < MOST_CONFIGS && !configs.is_empty();
        self.configs = is_all.then_some(configs);
        let infos: Vec<&Value> = infos.values().collect();
        self.download_bytes = self.download_bytes.or_else(|| sum(&infos, "download_size"));
        self.bytes = self.bytes.or_else(|| sum(&infos, "dataset_size"));
    }
}

/// One entry of `dataset_info`.
fn described_config(info: &Value) -> Config {
    Config {
        name: json::text(info, "config_name").unwrap_or_else(|| "default".to_owned()),
        is_default: false,
        splits: info.get("splits").and_then(splits),
        columns: info
            .get("features")
            .and_then(columns)
            .filter(|columns| !columns.is_empty()),
    }
}

/// One entry of `configs`: a name, whether it is the default, and maybe the names of its splits.
fn add_named(configs: &mut Vec<Config>, entry: &Value) {
    let Some(name) = json::text(entry, "config_name") else {
        return;
    };
    let place = configs.iter().position(|config| config.name == name);
    let place = place.unwrap_or_else(|| {
        configs.push(Config {
            name,
            ..Config::default()
        });
        configs.len() - 1
    });
    let config = &mut configs[place];
    config.is_default = json::flag(entry, "default") == Some(true);
    if config.splits.is_none() {
        config.splits = named_splits(entry);
    }
}

/// The splits that `data_files` names one by one; patterns without a name do not tell.
fn named_splits(entry: &Value) -> Option<Vec<Split>> {
    let files = json::list(entry, "data_files")?;
    let splits: Option<Vec<Split>> = files
        .map(|file| {
            Some(Split {
                name: json::text(file, "split")?,
                rows: None,
            })
        })
        .collect();
    splits.filter(|splits| !splits.is_empty())
}

/// `splits` as a list with names, or as a map.
fn splits(value: &Value) -> Option<Vec<Split>> {
    let split = |name: Option<String>, split: &Value| {
        Some(Split {
            name: name?,
            rows: json::number(split, "num_examples"),
        })
    };
    let found: Option<Vec<Split>> = match value {
        Value::Array(list) => list
            .iter()
            .take(MOST_CONFIGS)
            .map(|it| split(json::text(it, "name"), it))
            .collect(),
        Value::Object(map) => map
            .iter()
            .take(MOST_CONFIGS)
            .map(|(name, it)| split(Some(name.clone()), it))
            .collect(),
        _ => None,
    };
    found.filter(|splits| !splits.is_empty())
}

/// The sum of a number over all configurations; `None` where one does not say it.
fn sum(infos: &[&Value], key: &str) -> Option<u64> {
    let mut numbers = infos.iter().map(|info| json::number(info, key));
    let sum = numbers.try_fold(0_u64, |sum, number| sum.checked_add(number?))?;
    (!infos.is_empty()).then_some(sum)
}

/// Whether the dataset is made by a script: a Python file at its top that is called as it is.
fn script(common: &Common) -> Script {
    const DATA: &[&str] = &[
        "parquet", "json", "jsonl", "csv", "tsv", "arrow", "txt", "tar", "zip", "gz", "zst", "xml",
        "lance", "h5", "hdf5", "png", "jpg", "jpeg", "webp", "wav", "mp3", "flac", "mp4", "pdf",
    ];
    let (Some(files), Some(id)) = (&common.files, &common.id) else {
        return Script::Unknown;
    };
    let name = format!("{}.py", id.rsplit('/').next().unwrap_or(id));
    if !files.contains(&name) {
        return Script::No;
    }
    let is_data = |file: &String| {
        file.rsplit_once('.')
            .is_some_and(|(_, extension)| DATA.contains(&extension))
    };
    if files.iter().any(is_data) {
        Script::Beside(name)
    } else {
        Script::Only(name)
    }
}
