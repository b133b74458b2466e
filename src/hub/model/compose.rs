//! From answers and downloads to what is known about a model.

mod config;

use serde_json::Value;

use super::{Adapter, Gguf, ModelFacts, Parameters, Presence, Scans, Weights};
use crate::hub::downloads::Snapshot;
use crate::hub::error::Error;
use crate::hub::facts::{Existence, licence};
use crate::hub::id::Kind;
use crate::hub::json;
use crate::hub::network::Settings;
use crate::hub::parts::{Parts, Question, Subject};
use crate::hub::request::{RepoFile, Request};

impl Subject for ModelFacts {
    const KIND: Kind = Kind::Model;

    /// `config.json` at the commit that the Hub has named: the one place of the context length. At a commit
    /// it is fetched once. Not where it is in the downloads, or certainly refused.
    fn more(settings: &Settings, question: &Question, parts: &Parts) -> Option<Request> {
        let facts = Self::compose(parts)?;
        let common = &facts.common;
        let is_there = common
            .files
            .as_ref()
            .is_none_or(|files| files.iter().any(|file| file == "config.json"));
        let is_refused = common.gate.is_closed() && !settings.has_token();
        if facts.context_length.is_some() || facts.model_type.is_none() || !is_there || is_refused {
            return None;
        }
        Request::file(
            settings,
            Kind::Model,
            &question.id,
            common.sha.as_deref()?,
            RepoFile::Config,
        )
        .ok()
    }

    fn compose(parts: &Parts) -> Option<Self> {
        let mut facts = Self::default();
        let common = parts.common();
        let is_hidden = common
            .as_ref()
            .is_some_and(|common| common.existence == Existence::NotFoundOrPrivate);
        let snapshot = parts.fitting_snapshot();
        match (common, snapshot) {
            (None, None) => return None,
            (Some(common), _) => facts.common = common,
            (None, Some(_)) => {}
        }
        if let Some(info) = parts.known_info() {
            facts.read_info(info);
        }
        if let Some(config) = parts.known_more() {
            facts.read_config(config);
        }
        facts.common.refused |= matches!(parts.more, Some(Err(Error::Gated | Error::Denied)));
        if let Some(snapshot) = snapshot {
            if is_hidden {
                facts.common.existence = Existence::Unknown;
            }
            facts.read_snapshot(snapshot);
        }
        facts.common.forget_many_files();
        Some(facts)
    }
}

impl ModelFacts {
    /// What the Hub says.
    fn read_info(&mut self, info: &Value) {
        self.task = json::text(info, "pipeline_tag");
        self.library = json::text(info, "library_name");
        let transformers = info.get("transformersInfo").unwrap_or(&Value::Null);
        self.auto_class = json::text(transformers, "auto_model");
        self.processor = json::text(transformers, "processor");
        self.parameters = info.get("safetensors").and_then(parameters);
        self.gguf = json::present(info, "gguf")
            .filter(|gguf| gguf.is_object())
            .map(gguf);
        self.scans = scans(info.get("securityRepoStatus"));
        if let Some(files) = &self.common.files {
            self.weights = Some(Weights::of(files.iter().map(String::as_str)));
        }
        self.read_base(info.get("cardData").unwrap_or(&Value::Null));
        let config = info.get("config").filter(|config| config.is_object());
        self.read_partial_config(config.unwrap_or(&Value::Null));
        self.custom_code = self.needs_custom_code(transformers);
        self.chat_template = self.has_chat_template(info);
        self.adapter = self.adapter_of(config);
    }

    fn read_base(&mut self, card: &Value) {
        self.base_models = json::texts(card, "base_model");
        let relation = ["finetune", "adapter", "quantized", "merge"]
            .into_iter()
            .find(|relation| {
                self.common
                    .tag(&format!("base_model:{relation}:"))
                    .is_some()
            });
        self.base_relation =
            json::text(card, "base_model_relation").or_else(|| relation.map(ToOwned::to_owned));
    }

    /// Yes by tag, by `auto_map` or by what the Hub has found; no only where the Hub has read a
    /// configuration and there is no code among the files.
    fn needs_custom_code(&self, transformers: &Value) -> Option<bool> {
        let tagged = self.common.tags.iter().any(|tag| tag == "custom_code");
        let class = json::text(transformers, "custom_class").is_some();
        if tagged || class || !self.custom_classes.is_empty() {
            return Some(true);
        }
        let files = self.common.files.as_ref()?;
        let no_code = !files.iter().any(|file| file.ends_with(".py"));
        (no_code && self.model_type.is_some()).then_some(false)
    }

    /// No only where the Hub has read the tokenizer's configuration, and there is no template among the files.
    fn has_chat_template(&self, info: &Value) -> Option<bool> {
        let config = info.get("config").and_then(Value::as_object);
        let tokenizer = config.and_then(|config| config.get("tokenizer_config")?.as_object());
        let in_tokenizer =
            tokenizer.is_some_and(|it| it.get("chat_template").is_some_and(|it| !it.is_null()));
        let beside = config.is_some_and(|it| {
            it.iter()
                .any(|(key, value)| key.starts_with("chat_template") && !value.is_null())
        });
        let in_gguf = info
            .get("gguf")
            .is_some_and(|gguf| json::present(gguf, "chat_template").is_some());
        let files = self.common.files.as_ref();
        let is_template = |file: &String| {
            file.starts_with("chat_template.") || file.starts_with("additional_chat_templates/")
        };
        if in_tokenizer
            || beside
            || in_gguf
            || files.is_some_and(|files| files.iter().any(is_template))
        {
            return Some(true);
        }
        (tokenizer.is_some() && files.is_some()).then_some(false)
    }

    fn adapter_of(&self, config: Option<&Value>) -> Presence<Adapter> {
        let peft = config.and_then(|config| json::present(config, "peft"));
        let is_file = |file: &String| file == "adapter_config.json";
        let files = self.common.files.as_ref();
        if peft.is_none() && !files.is_some_and(|files| files.iter().any(is_file)) {
            return files.map_or(Presence::Unknown, |_| Presence::No);
        }
        let base = peft.and_then(|peft| json::text(peft, "base_model_name_or_path"));
        let base = base.or_else(|| self.base_models.first().cloned());
        Presence::Yes(Adapter { kind: None, base })
    }

    /// What the user's own downloads say: fills in what is not known yet.
    fn read_snapshot(&mut self, snapshot: &Snapshot) {
        let common = &mut self.common;
        if common.existence == Existence::Unknown {
            common.existence = Existence::Exists;
        }
        common.sha.get_or_insert_with(|| snapshot.commit.clone());
        if let Some(card) = &snapshot.card {
            common.licence = common.licence.take().or_else(|| licence(card));
            self.task = self
                .task
                .take()
                .or_else(|| json::text(card, "pipeline_tag"));
            self.library = self
                .library
                .take()
                .or_else(|| json::text(card, "library_name"));
            if self.base_models.is_empty() {
                self.read_base(card);
            }
        }
        if let Some(config) = snapshot.json("config.json") {
            self.read_config(config);
        }
        if self.weights.is_none() {
            let found = Weights::of(snapshot.files.iter().map(String::as_str));
            self.weights = (found.all() > 0).then_some(found);
        }
        self.parameters = self
            .parameters
            .take()
            .or_else(|| snapshot.parameters.clone());
        self.chat_template = self.chat_template.or_else(|| snapshot.chat_template());
        self.read_adapter(snapshot);
    }

    fn read_adapter(&mut self, snapshot: &Snapshot) {
        let Some(config) = snapshot.json("adapter_config.json") else {
            return;
        };
        let known = std::mem::take(&mut self.adapter);
        let mut adapter = match known {
            Presence::Yes(adapter) => adapter,
            _ => Adapter::default(),
        };
        adapter.kind = adapter.kind.or_else(|| json::text(config, "peft_type"));
        adapter.base = adapter
            .base
            .or_else(|| json::text(config, "base_model_name_or_path"));
        self.adapter = Presence::Yes(adapter);
    }
}

fn parameters(safetensors: &Value) -> Option<Parameters> {
    let by_dtype = safetensors.get("parameters")?.as_object()?;
    let by_dtype = by_dtype
        .iter()
        .take(100)
        .filter_map(|(dtype, number)| Some((dtype.clone(), json::whole(number)?)));
    let counted = Parameters::new(by_dtype.collect());
    (counted.total > 0).then_some(counted)
}

fn gguf(value: &Value) -> Gguf {
    Gguf {
        architecture: json::text(value, "architecture"),
        context_length: json::number(value, "context_length"),
        parameters: json::number(value, "total"),
        bytes: json::number(value, "totalFileSize"),
    }
}

/// What is found counts at once; "nothing found" only when all scans are done.
fn scans(status: Option<&Value>) -> Scans {
    let Some(status) = status.filter(|status| status.is_object()) else {
        return Scans::Unknown;
    };
    let issue = |file: &Value| Some((json::text(file, "path")?, json::text(file, "level")?));
    let issues = json::list(status, "filesWithIssues");
    let issues: Option<Vec<_>> = issues.map(|files| {
        files
            .filter_map(issue)
            .filter(|(_, level)| level != "safe")
            .collect()
    });
    match issues {
        Some(issues) if !issues.is_empty() => Scans::Issues(issues),
        Some(_) if json::flag(status, "scansDone") == Some(true) => Scans::Clean,
        _ => Scans::Unknown,
    }
}
