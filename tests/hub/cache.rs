//! What is remembered, and what the user has downloaded.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use hf_lsp::hub::client::Client;
use hf_lsp::hub::facts::Existence;
use hf_lsp::hub::model::Presence;
use hf_lsp::hub::{Kind, Mode, Need, Origin};

use crate::desk::{Desk, TOKEN, id};
use crate::stand_in::{CONFIG_SHA, Port};

/// Sets back the time at which everything in the cache was asked for.
fn make_old(folder: &Path, by: Duration) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        let mut head: serde_json::Value = serde_json::from_slice(&bytes[..end]).unwrap();
        head["asked"] = (head["asked"].as_u64().unwrap() - by.as_secs()).into();
        let mut changed = head.to_string().into_bytes();
        changed.extend_from_slice(&bytes[end..]);
        fs::write(&path, changed).unwrap();
    }
}

#[tokio::test]
async fn what_is_remembered_needs_no_network() {
    let desk = Desk::new().await;
    let name = id("studio/chat-1b");
    desk.model("studio/chat-1b").await;
    let before = desk.stand_in.seen().len();
    let hub = desk.hub();
    let answer = hub.model(&name, None, Need::Hover);
    assert!(!answer.pending && answer.facts.unwrap().context_length == Some(40_960));
    make_old(&desk.cache(), Duration::from_secs(7200));
    let mut given = desk.given();
    given.mode = Some(Mode::Cache);
    let old = desk.hub_with(given, &[]).model(&name, None, Need::Hover);
    assert_eq!(old.origin, Origin::Hub, "old facts are better than none");
    assert!(old.asked.unwrap() < SystemTime::now() - Duration::from_secs(7000));
    assert_eq!(desk.stand_in.seen().len(), before);
}

#[tokio::test]
async fn what_is_old_is_shown_and_asked_about_by_its_mark() {
    let desk = Desk::new().await;
    let name = id("studio/chat-1b");
    desk.model("studio/chat-1b").await;
    make_old(&desk.cache(), Duration::from_secs(7200));
    let hub = desk.hub();
    let first = hub.model(&name, None, Need::Hover);
    assert!(first.pending && first.facts.is_some());
    let then = hub.wait_for_model(&name, None, Need::Hover).await;
    assert!(then.facts.is_some() && then.asked > first.asked);
    let last = desk.stand_in.seen().pop().unwrap();
    assert_eq!(last.if_none_match.as_deref(), Some("W/\"studio-1\""));
    let configs = desk
        .stand_in
        .paths(Port::Hub)
        .iter()
        .filter(|path| path.ends_with("config.json"))
        .count();
    assert_eq!(configs, 1, "what lies at a commit does not change");
}

#[tokio::test]
async fn cache_files_that_somebody_has_written_change_nothing_but_what_is_shown() {
    let desk = Desk::new().await;
    desk.model("studio/chat-1b").await;
    for entry in fs::read_dir(desk.cache()).unwrap() {
        fs::write(entry.unwrap().path(), b"\0\xff{\"key\":[[[[").unwrap();
    }
    let answer = desk.model("studio/chat-1b").await;
    assert_eq!(answer.origin, Origin::Hub);
}

#[cfg(unix)]
#[tokio::test]
async fn answers_for_a_token_are_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new().await;
    desk.hub_with_token()
        .wait_for_model(&id("studio/chat-1b"), None, Need::Hover)
        .await;
    for entry in fs::read_dir(desk.cache()).unwrap() {
        assert_eq!(
            entry.unwrap().metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

/// A repository in the layout of huggingface_hub: blobs, a snapshot that links to them, a reference.
struct Downloaded<'a> {
    desk: &'a Desk,
    folder: String,
}

impl<'a> Downloaded<'a> {
    fn new(desk: &'a Desk, folder: &str) -> Self {
        let it = Self {
            desk,
            folder: folder.to_owned(),
        };
        it.write("refs/main", CONFIG_SHA);
        it
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.desk.downloads().join(&self.folder).join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        #[cfg(unix)]
        {
            let blob = format!("blobs/blob-of-{name}");
            self.write(&blob, content);
            self.write(&format!("snapshots/{CONFIG_SHA}/.made"), "");
            let link = self
                .desk
                .downloads()
                .join(&self.folder)
                .join(format!("snapshots/{CONFIG_SHA}/{name}"));
            std::os::unix::fs::symlink(format!("../../{blob}"), link).unwrap();
        }
        #[cfg(not(unix))]
        self.write(&format!("snapshots/{CONFIG_SHA}/{name}"), content);
    }
}

fn safetensors() -> Vec<u8> {
    let header = br#"{"__metadata__":{"format":"pt"},"a":{"dtype":"BF16","shape":[100,10],"data_offsets":[0,2000]},"b":{"dtype":"F32","shape":[],"data_offsets":[2000,2004]}}"#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header);
    bytes.extend_from_slice(&[0; 2004]);
    bytes
}

#[tokio::test]
async fn downloads_answer_without_a_network() {
    let desk = Desk::new().await;
    let model = Downloaded::new(&desk, "models--home--tiny");
    model.file("config.json", r#"{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "max_position_embeddings": 2048, "dtype": "bfloat16"}"#);
    model.file("tokenizer_config.json", "{}");
    model.write(&format!(".no_exist/{CONFIG_SHA}/chat_template.jinja"), "");
    model.file(
        "README.md",
        "---\nlicense: mit\npipeline_tag: text-generation\n---\n# Tiny",
    );
    model.file("model.safetensors", safetensors());
    let mut given = desk.given();
    given.mode = Some(Mode::Cache);
    let hub = desk.hub_with(given.clone(), &[]);
    let answer = hub.model(&id("home/tiny"), None, Need::Hover);
    assert_eq!(answer.origin, Origin::Downloads);
    let it = answer.facts.clone().unwrap();
    assert_eq!(it.common.existence, Existence::Exists);
    assert_eq!(it.common.sha.as_deref(), Some(CONFIG_SHA));
    assert_eq!((it.context_length, it.memory()), (Some(2048), Some(2004)));
    assert_eq!(
        (it.chat_template, it.quantised.clone()),
        (Some(false), Presence::No)
    );
    assert_eq!(it.common.licence.as_ref().unwrap().id, "mit");
    assert_eq!(
        hub.model(&id("home/tiny"), Some(CONFIG_SHA), Need::Hover)
            .facts
            .unwrap()
            .context_length,
        Some(2048)
    );
    assert!(
        hub.model(&id("home/tiny"), Some("v2"), Need::Hover)
            .facts
            .is_none()
    );
    assert_eq!(hub.downloaded(Kind::Model), [id("home/tiny")]);
    let data = Downloaded::new(&desk, "datasets--home--rows");
    data.file("README.md", "---\ndataset_info:\n  features:\n  - name: text\n    dtype: string\n  splits:\n  - name: train\n    num_examples: 5\n---\n");
    let rows = hub
        .dataset(&id("home/rows"), None, Need::Hover)
        .facts
        .unwrap();
    assert_eq!(rows.rows(), Some(5));
    assert!(
        rows.config(None)
            .unwrap()
            .column("text")
            .unwrap()
            .kind
            .is_text()
    );
    insta::assert_snapshot!(desk.hover("home/tiny", &answer).unwrap());
    assert!(desk.stand_in.seen().is_empty());
    given.mode = Some(Mode::Off);
    assert!(
        desk.hub_with(given, &[])
            .model(&id("home/tiny"), None, Need::Hover)
            .facts
            .is_none()
    );
}

#[tokio::test]
async fn what_is_hidden_now_was_there_when_it_was_downloaded() {
    let desk = Desk::new().await;
    let model = Downloaded::new(&desk, "models--studio--nothing");
    model.file(
        "config.json",
        r#"{"model_type": "llama", "max_position_embeddings": 7}"#,
    );
    let answer = desk.model("studio/nothing").await;
    let it = answer.facts.unwrap();
    assert_eq!(it.context_length, Some(7));
    assert_ne!(it.common.existence, Existence::NotFoundOrPrivate);
}

#[tokio::test]
async fn downloads_of_another_commit_do_not_speak_for_the_hub() {
    let desk = Desk::new().await;
    let old = "f".repeat(40);
    let model = Downloaded::new(&desk, "models--studio--chat-1b");
    model.write("refs/main", &old);
    model.write(
        &format!("snapshots/{old}/config.json"),
        r#"{"model_type": "old", "max_position_embeddings": 7}"#,
    );
    let it = desk.model("studio/chat-1b").await.facts.unwrap();
    assert_eq!(
        (it.model_type.as_deref(), it.context_length),
        (Some("qwen3"), Some(40_960))
    );
}

#[cfg(unix)]
#[tokio::test]
async fn links_out_of_the_downloads_are_not_followed() {
    let desk = Desk::new().await;
    let secret = desk.folder.path().join("secret.json");
    fs::write(
        &secret,
        format!(r#"{{"model_type": "{TOKEN}", "max_position_embeddings": 7}}"#),
    )
    .unwrap();
    let model = Downloaded::new(&desk, "models--home--tiny");
    model.file("README.md", "---\nlicense: mit\n---\n");
    let link = desk.downloads().join(format!(
        "models--home--tiny/snapshots/{CONFIG_SHA}/config.json"
    ));
    std::os::unix::fs::symlink(&secret, link).unwrap();
    let outside = Downloaded::new(&desk, "models--home--outside");
    outside.write("refs/main", "../../../../outside");
    let reference = desk.downloads().join("models--home--outside/refs/linked");
    std::os::unix::fs::symlink(&secret, reference).unwrap();
    let mut given = desk.given();
    given.mode = Some(Mode::Cache);
    let hub = desk.hub_with(given, &[]);
    let tiny = hub
        .model(&id("home/tiny"), None, Need::Hover)
        .facts
        .unwrap();
    assert_eq!(
        (tiny.model_type.as_deref(), tiny.common.licence.is_some()),
        (None, true)
    );
    for revision in [None, Some("linked"), Some("../../../x")] {
        assert!(
            hub.model(&id("home/outside"), revision, Need::Hover)
                .facts
                .is_none()
        );
    }
}

#[tokio::test]
async fn broken_downloads_are_no_downloads() {
    let desk = Desk::new().await;
    let model = Downloaded::new(&desk, "models--home--tiny");
    model.file(
        "config.json",
        "{\"max_position_embeddings\": -1, \"architectures\": 3, \"model_type\": [",
    );
    model.file("README.md", "---\nlicense: &a [*a]\n---\n");
    model.file("model.safetensors", [0xff; 16]);
    model.file("tokenizer_config.json", [0xff, 0xfe]);
    let mut given = desk.given();
    given.mode = Some(Mode::Cache);
    let it = desk
        .hub_with(given, &[])
        .model(&id("home/tiny"), None, Need::Hover)
        .facts
        .unwrap();
    assert_eq!(
        (it.context_length, it.parameters.clone(), it.chat_template),
        (None, None, None)
    );
}

#[test]
fn the_client_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<Client>();
    shared::<hf_lsp::hub::Hub>();
}
