//! What is made of the answers, and how it is told.

use hf_lsp::hub::dataset::{Script, Split};
use hf_lsp::hub::facts::{Existence, Gate};
use hf_lsp::hub::model::{Adapter, Presence, Scans};
use hf_lsp::hub::{Answer, ModelFacts, Need, Origin};
use std::sync::Arc;

use crate::desk::{Desk, TOKEN, id};
use crate::stand_in::CONFIG_SHA;

fn facts<T>(answer: &Answer<T>) -> Arc<T> {
    Arc::clone(answer.facts.as_ref().unwrap())
}

#[tokio::test]
async fn an_open_model() {
    let desk = Desk::new().await;
    let answer = desk.model("studio/chat-1b").await;
    let it = facts(&answer);
    assert_eq!(answer.origin, Origin::Hub);
    assert_eq!(answer.trouble, None);
    assert_eq!(it.common.existence, Existence::Exists);
    assert_eq!(
        (it.common.gate, it.common.private, it.common.disabled),
        (Gate::Open, Some(false), Some(false))
    );
    assert_eq!(it.common.sha.as_deref(), Some(CONFIG_SHA));
    assert_eq!(it.common.licence.as_ref().unwrap().id, "apache-2.0");
    assert_eq!(it.memory(), Some(2_000_004_000));
    assert_eq!(it.context_length, Some(40_960));
    assert_eq!(it.auto_class.as_deref(), Some("AutoModelForCausalLM"));
    assert_eq!(
        (it.chat_template, it.custom_code),
        (Some(true), Some(false))
    );
    assert_eq!(it.quantised, Presence::No);
    assert_eq!(it.adapter, Presence::No);
    assert_eq!(it.scans, Scans::Clean);
    assert_eq!(
        (it.base_models.as_slice(), it.base_relation.as_deref()),
        (["studio/base-1b".to_owned()].as_slice(), Some("finetune"))
    );
    insta::assert_snapshot!(desk.hover("studio/chat-1b", &answer).unwrap());
}

#[tokio::test]
async fn a_gated_model() {
    let desk = Desk::new().await;
    let answer = desk.model("studio/closed-8b").await;
    let it = facts(&answer);
    assert_eq!(it.common.gate, Gate::Manual);
    assert_eq!(
        it.scans,
        Scans::Unknown,
        "scans that are not done say nothing"
    );
    assert_eq!(it.chat_template, Some(false));
    assert_eq!(
        it.context_length, None,
        "its configuration is not asked for without a token"
    );
    let weights = it.weights.unwrap();
    assert_eq!(
        (
            weights.safetensors,
            weights.pickle,
            weights.pickle_elsewhere
        ),
        (2, 0, 1)
    );
    insta::assert_snapshot!(desk.hover("studio/closed-8b", &answer).unwrap());
    let hub = desk.hub_with_token();
    let refused = hub
        .wait_for_model(&id("studio/closed-8b"), None, Need::Hover)
        .await;
    assert!(facts(&refused).common.refused, "the token has no access");
}

#[tokio::test]
async fn models_that_need_care() {
    let desk = Desk::new().await;
    let hub = desk.hub();
    let get = async |name: &str| facts(&hub.wait_for_model(&id(name), None, Need::Hover).await);
    let pickle = get("studio/old-pickle").await;
    assert!(pickle.is_pickle_only());
    assert_eq!(
        pickle.scans,
        Scans::Issues(vec![("pytorch_model.bin".to_owned(), "unsafe".to_owned())])
    );
    assert_eq!(pickle.context_length, Some(512));
    let code = get("studio/own-code").await;
    assert_eq!(code.custom_code, Some(true));
    assert_eq!(code.custom_classes, ["AutoModelForCausalLM"]);
    let lora = get("studio/chat-lora").await;
    let base = Some("studio/base-1b".to_owned());
    assert_eq!(lora.adapter, Presence::Yes(Adapter { kind: None, base }));
    let gguf = get("studio/chat-gguf").await;
    assert!(gguf.is_gguf_only());
    assert_eq!(
        (gguf.memory(), gguf.chat_template),
        (Some(600_000_000), Some(true))
    );
    let quantised = get("studio/chat-4bit").await;
    assert_eq!(
        quantised.quantised,
        Presence::Yes("bitsandbytes".to_owned())
    );
    let vision = get("studio/vision").await;
    assert_eq!(
        (vision.context_length, vision.dtype.as_deref()),
        (Some(131_072), Some("float16"))
    );
    assert_eq!(vision.chat_template, Some(true));
    let mut shown = String::new();
    for name in [
        "studio/old-pickle",
        "studio/own-code",
        "studio/chat-lora",
        "studio/chat-gguf",
        "studio/chat-4bit",
    ] {
        let answer = hub.model(&id(name), None, Need::Hover);
        shown += &format!("{}\n\n", desk.hover(name, &answer).unwrap());
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn a_model_with_too_many_files_is_asked_for_in_brief() {
    let desk = Desk::new().await;
    let it = facts(&desk.model("studio/many-files").await);
    assert_eq!(it.common.files, None);
    assert_eq!(it.weights, None, "which files there are is not known");
    assert_eq!(it.memory(), Some(40));
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let desk = Desk::new().await;
    let anonymous = desk.model("studio/nothing").await;
    assert_eq!(
        facts(&anonymous).common.existence,
        Existence::NotFoundOrPrivate
    );
    let hub = desk.hub_with_token();
    let get = async |name: &str, revision: Option<&str>| {
        hub.wait_for_model(&id(name), revision, Need::Hover).await
    };
    assert_eq!(
        facts(&get("studio/nothing", None).await).common.existence,
        Existence::NotFound
    );
    assert_eq!(
        facts(&get("studio/chat-1b", Some("nope")).await)
            .common
            .existence,
        Existence::NoRevision
    );
    assert_eq!(
        facts(&get("studio/off", None).await).common.disabled,
        Some(true)
    );
    let moved = facts(&get("studio/Chat-Old", None).await);
    assert_eq!(
        moved.common.id.as_deref(),
        Some("studio/chat-1b"),
        "the name that it has now"
    );
    insta::assert_snapshot!(desk.hover("studio/nothing", &anonymous).unwrap());
}

#[tokio::test]
async fn what_something_on_the_way_says_is_not_believed() {
    let desk = Desk::new().await;
    for name in ["studio/intercepted", "studio/portal", "studio/down"] {
        let answer = desk.model(name).await;
        assert!(answer.facts.is_none(), "{name}: {:?}", answer.facts);
        assert!(answer.trouble.is_some());
        insta::assert_snapshot!(name, desk.hover(name, &answer).unwrap());
    }
}

#[tokio::test]
async fn a_wrong_token_is_reported_and_says_nothing_about_the_model() {
    let desk = Desk::new().await;
    let hub = desk.hub_with(desk.given(), &[("HF_TOKEN", "hf_wrong")]);
    let answer = hub
        .wait_for_model(&id("studio/chat-1b"), None, Need::Hover)
        .await;
    assert!(answer.facts.is_none());
    assert_eq!(
        answer.trouble.unwrap().to_string(),
        "the Hub refuses the token; log in again"
    );
}

#[tokio::test]
async fn a_dataset_that_describes_itself() {
    let desk = Desk::new().await;
    let answer = desk.dataset("studio/talks").await;
    let it = facts(&answer);
    assert_eq!(it.rows(), Some(1000));
    let config = it.config(None).unwrap();
    let split = |name: &str, rows| Split {
        name: name.to_owned(),
        rows: Some(rows),
    };
    assert_eq!(
        config.splits.as_deref(),
        Some([split("train", 900), split("test", 100)].as_slice())
    );
    assert!(config.column("messages").unwrap().kind.is_messages());
    assert!(config.column("source").unwrap().kind.is_text());
    assert_eq!(it.script, Script::No);
    assert_eq!((it.download_bytes, it.bytes), (Some(5000), Some(20_000)));
    assert!(!it.viewed, "the viewer is not needed");
    insta::assert_snapshot!(desk.dataset_hover("studio/talks", &answer).unwrap());
}

#[tokio::test]
async fn datasets_of_other_kinds() {
    let desk = Desk::new().await;
    let two = facts(&desk.dataset("studio/two-configs").await);
    assert_eq!(two.rows(), Some(7));
    assert_eq!(two.config(None), None, "there is no default among them");
    assert_eq!(two.config(Some("de")).unwrap().rows(), Some(4));
    let scripted = desk.dataset("studio/scripted").await;
    assert_eq!(
        facts(&scripted).script,
        Script::Only("scripted.py".to_owned())
    );
    let plain = facts(&desk.dataset("studio/plain").await);
    assert!(plain.viewed);
    assert_eq!(
        plain.config(None).unwrap().columns.as_ref().unwrap().len(),
        2
    );
    assert_eq!(plain.rows(), Some(70));
    let unready = facts(&desk.dataset("studio/unready").await);
    assert_eq!(
        (unready.viewed, unready.configs.as_ref()),
        (false, None),
        "not known, which is not none"
    );
    assert_eq!(unready.common.existence, Existence::Exists);
    insta::assert_snapshot!(desk.dataset_hover("studio/scripted", &scripted).unwrap());
}

#[tokio::test]
async fn facts_can_be_written_and_read() {
    let desk = Desk::new().await;
    let it = facts(&desk.model("studio/chat-1b").await);
    let text = serde_json::to_string(&*it).unwrap();
    assert_eq!(serde_json::from_str::<ModelFacts>(&text).unwrap(), *it);
    assert!(!text.contains(TOKEN));
}
