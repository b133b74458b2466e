//! Whatever the Hub, a card or a download says: nothing panics, and hovers stay what they are.

use std::sync::Arc;
use std::time::SystemTime;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;

use super::answer::{Answer, Origin};
use super::dataset::DatasetFacts;
use super::describe::{self, Place};
use super::downloads::Snapshot;
use super::id::RepoId;
use super::json;
use super::model::ModelFacts;
use super::parts::{Parts, Subject};

/// Every key that is looked at.
const KEYS: &[&str] = &[
    "id",
    "sha",
    "gated",
    "private",
    "disabled",
    "siblings",
    "rfilename",
    "tags",
    "cardData",
    "license",
    "license_name",
    "license_link",
    "pipeline_tag",
    "library_name",
    "transformersInfo",
    "auto_model",
    "processor",
    "custom_class",
    "safetensors",
    "parameters",
    "gguf",
    "total",
    "context_length",
    "totalFileSize",
    "architecture",
    "chat_template",
    "securityRepoStatus",
    "scansDone",
    "filesWithIssues",
    "path",
    "level",
    "config",
    "architectures",
    "model_type",
    "auto_map",
    "tokenizer_config",
    "quantization_config",
    "quant_method",
    "peft",
    "base_model_name_or_path",
    "base_model",
    "base_model_relation",
    "max_position_embeddings",
    "text_config",
    "dtype",
    "torch_dtype",
    "transformers_version",
    "n_positions",
    "pad_token_id",
    "dataset_info",
    "features",
    "splits",
    "name",
    "num_examples",
    "config_name",
    "configs",
    "data_files",
    "split",
    "default",
    "list",
    "sequence",
    "struct",
    "class_label",
    "names",
    "feature",
    "_type",
    "download_size",
    "dataset_size",
    "partial",
    "failed",
    "pending",
    "mainSize",
    "downloads",
    "likes",
    "lastModified",
    "BF16",
];

/// Texts that would do harm where they are not made harmless; each holds `EVIL`.
const TEXTS: &[&str] = &[
    "![EVIL](https://evil.test/EVIL.png)",
    "[EVIL](command:EVIL)",
    "<img src=EVIL>",
    "`` EVIL",
    "`EVIL`](x)",
    "EVIL\n\n# EVIL",
    "\u{202e}EVIL",
    "EVIL\u{0}\u{1b}[31m",
    "https://EVIL.test",
    "EVIL\r\n```\nEVIL",
    "&lt;EVIL&gt;",
    "a|EVIL|b",
    "EVIL\u{2028}EVIL",
    "studio/EVIL",
    "EVIL.safetensors",
    "model.gguf",
    "license:EVIL",
    "base_model:adapter:EVIL",
    "List",
    "Value",
    "ClassLabel",
    "string",
    "Sequence",
    "auto",
    "manual",
    "unsafe",
    "format:EVIL",
    "1234567890abcdef1234567890abcdef12345678",
    "gpt2",
    "roberta",
    "config.json",
    "chat_template.jinja",
    "adapter_config.json",
    "",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => proptest::sample::select(TEXTS).prop_map(ToOwned::to_owned),
        1 => ".{0,20}".prop_map(|text| format!("EVIL{text}")),
        1 => Just("EVIL".repeat(300)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        4 => text().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 200, 12, |inner| {
        let key = prop_oneof![20 => proptest::sample::select(KEYS).prop_map(ToOwned::to_owned), 1 => text()];
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            3 => proptest::collection::vec((key, inner), 0..12).prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// An answer that is right but for what is put into it.
fn info() -> impl Strategy<Value = Value> {
    let whole = json!({
        "id": "studio/it", "sha": "1234567890abcdef1234567890abcdef12345678", "gated": false, "private": false, "tags": ["format:json"],
        "config": {"model_type": "llama", "tokenizer_config": {}}, "siblings": [{"rfilename": "config.json"}],
        "safetensors": {"parameters": {"F32": 3}, "total": 3},
        "cardData": {"license": "mit", "dataset_info": {"features": [{"name": "a", "dtype": "string"}], "splits": [{"name": "train"}]}},
    });
    let changes = proptest::collection::vec((proptest::sample::select(KEYS), value()), 0..6);
    (Just(whole), changes).prop_map(|(mut whole, changes)| {
        for (key, value) in changes {
            whole[key] = value;
        }
        whole
    })
}

/// The hover without what stands in code: there, nothing is read as Markdown.
fn outside_of_code(hover: &str) -> String {
    hover.split('`').step_by(2).collect()
}

fn answer<S: Subject>(parts: &Parts) -> Answer<S> {
    Answer {
        facts: S::compose(parts).map(Arc::new),
        origin: Origin::Hub,
        asked: Some(SystemTime::now()),
        ..Answer::default()
    }
}

fn assert_harmless(hover: &str) {
    let outside = outside_of_code(hover);
    // What is left of "studio/EVIL" is a valid name, and may stand in links to the Hub.
    let outside = outside
        .replace("https://hub.test/studio/EVIL", "")
        .replace("https://hub.test/datasets/studio/EVIL", "");
    let outside = outside
        .replace("https://hub.test/EVIL", "")
        .replace("https://hub.test/datasets/EVIL", "");
    assert!(
        !outside.contains("EVIL") && !outside.contains('<') && !outside.contains("!["),
        "{hover}"
    );
    assert_eq!(hover.matches('`').count() % 2, 0, "{hover}");
    assert!(
        hover.chars().all(|c| c == '\n' || !c.is_control()),
        "{hover:?}"
    );
    assert!(
        !hover.contains(['\u{202e}', '\u{2028}']) && hover.len() < 10_000,
        "{hover:?}"
    );
    let outside = outside_of_code(hover);
    let links = outside.matches("](").count();
    assert_eq!(
        links,
        outside.matches("](https://hub.test/").count(),
        "{hover}"
    );
}

proptest! {
    #[test]
    fn nothing_panics_and_hovers_stay_harmless(info in info(), more in proptest::option::of(value()), card in proptest::option::of(value())) {
        let commit = "1234567890abcdef1234567890abcdef12345678".to_owned();
        let snapshot = card.map(|card| {
            let names = ["config.json", "adapter_config.json", "tokenizer_config.json"];
            let values = names.into_iter().map(|name| (name, card.clone())).collect();
            Snapshot { commit, card: Some(card), values, ..Snapshot::default() }
        });
        let parts = Parts { info: Some(Ok(info)), more: more.map(Ok), snapshot, brief: false };
        let id = RepoId::parse("studio/it").unwrap();
        let endpoint = Url::parse("https://hub.test").unwrap();
        let place = Place { id: &id, revision: None, endpoint: &endpoint, script: &[], now: SystemTime::now() };
        let model = describe::model(&answer::<ModelFacts>(&parts), &place).unwrap();
        assert_harmless(&model);
        let dataset = describe::dataset(&answer::<DatasetFacts>(&parts), &place).unwrap();
        assert_harmless(&dataset);
    }

    #[test]
    fn cards_of_any_kind_are_read(text in "(---\n)?([a-z_]{1,8}: ?[\\[\\]{}&*!|>'\"a-z0-9 \\-]{0,20}\n|  - [a-z]{0,4}\n|.{0,30}\n){0,20}(---\n)?") {
        let _ = json::metadata(&text);
    }
}
