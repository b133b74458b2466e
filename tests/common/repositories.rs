//! A shelf of made-up repositories, for rules about what the Hub says. All of them are of `acme-labs`; of
//! every other nothing is known.

use std::sync::Arc;

use hf_lsp::hub::dataset::{Column, ColumnType, Config, DatasetFacts, Script, Split};
use hf_lsp::hub::facts::{Common, Existence, Gate};
use hf_lsp::hub::model::{Adapter, ModelFacts, Presence, Weights};
use hf_lsp::rules::hub::LookUp;
use hf_lsp::rules::repository::Kind;

/// See above.
pub struct Shelf;

fn common(id: &str) -> Common {
    Common {
        id: Some(id.to_owned()),
        existence: Existence::Exists,
        gate: Gate::Open,
        ..Common::default()
    }
}

fn absent(existence: Existence) -> Common {
    Common {
        existence,
        ..Common::default()
    }
}

/// A causal language model that everybody can load.
fn chat(id: &str) -> ModelFacts {
    ModelFacts {
        common: common(id),
        context_length: Some(131_072),
        architectures: Some(vec!["LlamaForCausalLM".to_owned()]),
        model_type: Some("llama".to_owned()),
        auto_class: Some("AutoModelForCausalLM".to_owned()),
        custom_code: Some(false),
        weights: Some(Weights {
            safetensors: 4,
            ..Weights::default()
        }),
        chat_template: Some(true),
        adapter: Presence::No,
        quantised: Presence::No,
        ..ModelFacts::default()
    }
}

fn model(id: &str, revision: Option<&str>) -> ModelFacts {
    let mut facts = chat(id);
    match id {
        "acme-labs/chat-8b" | "acme-labs/decoder-8b" => {}
        "acme-labs/Chat-7B" => facts.common.id = Some("acme-labs/chat-8b".to_owned()),
        "acme-labs/base-8b" => facts.chat_template = Some(false),
        "acme-labs/short-1b" => facts.context_length = Some(2048),
        "acme-labs/gated-8b" => {
            facts.common.gate = Gate::Manual;
            facts.common.refused = true;
        }
        "acme-labs/t5-small" => {
            facts.architectures = Some(vec!["T5ForConditionalGeneration".to_owned()]);
            facts.model_type = Some("t5".to_owned());
            facts.auto_class = Some("AutoModelForSeq2SeqLM".to_owned());
        }
        "acme-labs/bert" => {
            facts.architectures = Some(vec!["BertForMaskedLM".to_owned()]);
            facts.model_type = Some("bert".to_owned());
            facts.auto_class = Some("AutoModelForMaskedLM".to_owned());
        }
        "acme-labs/own-code" => {
            facts.model_type = Some("acme".to_owned());
            facts.custom_code = Some(true);
            facts.custom_classes = vec!["AutoModelForCausalLM".to_owned()];
        }
        "acme-labs/adapter" => {
            facts.adapter = Presence::Yes(Adapter {
                kind: Some("LORA".to_owned()),
                base: Some("acme-labs/base-8b".to_owned()),
            });
        }
        "acme-labs/chat-8b-gguf" => {
            facts.weights = Some(Weights {
                gguf: 3,
                ..Weights::default()
            });
            facts.base_models = vec!["acme-labs/chat-8b".to_owned()];
        }
        "acme-labs/chat-8b-gptq" => facts.quantised = Presence::Yes("gptq".to_owned()),
        "acme-labs/hidden" => facts.common = absent(Existence::NotFoundOrPrivate),
        _ => facts.common = absent(Existence::NotFound),
    }
    if revision == Some("v9") {
        facts.common.existence = Existence::NoRevision;
    }
    facts
}

fn config(name: &str, splits: &[&str], columns: &[&str]) -> Config {
    let split = |name: &&str| Split {
        name: (*name).to_owned(),
        rows: Some(1000),
    };
    let column = |name: &&str| Column {
        name: (*name).to_owned(),
        kind: ColumnType::Value("string".to_owned()),
    };
    Config {
        name: name.to_owned(),
        is_default: false,
        splits: Some(splits.iter().map(split).collect()),
        columns: Some(columns.iter().map(column).collect()),
    }
}

fn dataset(id: &str) -> DatasetFacts {
    let mut facts = DatasetFacts {
        common: common(id),
        script: Script::No,
        ..DatasetFacts::default()
    };
    match id {
        "acme-labs/reviews" => {
            facts.configs = Some(vec![config(
                "default",
                &["train", "test"],
                &["review", "stars"],
            )]);
        }
        "acme-labs/chats" => {
            facts.configs = Some(vec![config("default", &["train"], &["messages"])])
        }
        "acme-labs/pairs" => {
            facts.configs = Some(vec![config("default", &["train"], &["chosen", "rejected"])]);
        }
        "acme-labs/languages" => {
            facts.configs = Some(vec![
                config("en", &["train"], &["text"]),
                config("de", &["train"], &["text"]),
            ]);
        }
        "acme-labs/old-script" => facts.script = Script::Only("old-script.py".to_owned()),
        "acme-labs/helper-script" => facts.script = Script::Beside("convert.py".to_owned()),
        _ => facts.common = absent(Existence::NotFound),
    }
    facts
}

impl LookUp for Shelf {
    fn model(&self, id: &str, revision: Option<&str>) -> Option<Arc<ModelFacts>> {
        id.starts_with("acme-labs/")
            .then(|| Arc::new(model(id, revision)))
    }

    fn downloaded(&self, kind: Kind) -> Vec<String> {
        match kind {
            Kind::Model => vec![
                "acme-labs/chat-8b".to_owned(),
                "acme-labs/base-8b".to_owned(),
            ],
            Kind::Dataset => vec!["acme-labs/reviews".to_owned()],
        }
    }

    fn dataset(&self, id: &str, _revision: Option<&str>) -> Option<Arc<DatasetFacts>> {
        id.starts_with("acme-labs/").then(|| Arc::new(dataset(id)))
    }
}
