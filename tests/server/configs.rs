//! Configuration and Markdown, as editors open them.

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{CodeActionRequest, Diagnostic, HoverRequest};

use crate::client::{Client, Setup, at};

const YAML: &str = "file:///config.yaml";
const MARKDOWN: &str = "file:///README.md";

const TEXT: &str = "# 🤗\noutput_dir: out\nper_device_train_batch_size: 8\nlearning_rate: 2e-5\nsave_steps: 5\nevaluation_strategy: steps  # often\n";

/// The places and codes of what was published.
fn codes(found: &[Diagnostic]) -> Vec<Value> {
    let place = |found: &Diagnostic| {
        let it = serde_json::to_value(found).unwrap();
        let start = &it["range"]["start"];
        json!([start["line"], start["character"], it["code"]])
    };
    found.iter().map(place).collect()
}

fn rename(client: &mut Client, uri: &str, line: u32) -> Value {
    let place = json!({"line": line, "character": 0});
    let params = json!({
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": {"line": line, "character": 60}},
        "context": {"diagnostics": []},
    });
    let found = client.request::<CodeActionRequest>(params).unwrap();
    let found = serde_json::to_value(found).unwrap();
    let actions = found.as_array().unwrap().iter();
    let mut renames = actions.filter(|it| it["title"] == "Rename to `eval_strategy`");
    renames.next().unwrap()["edit"]["changes"][uri].clone()
}

#[test]
fn keys_are_diagnosed_explained_and_renamed() {
    let mut client = Client::ready(Setup {
        capabilities: json!({"textDocument": {"hover": {"contentFormat": ["markdown"]}}}),
        ..Setup::default()
    });
    client.open_as(YAML, "yaml", TEXT);
    let found = client.published(YAML, Some(1));
    assert_eq!(codes(&found), [json!([5, 0, "HF103"])]);
    let hover = client.request::<HoverRequest>(at(YAML, 5, 3)).unwrap();
    let hover = serde_json::to_value(hover).unwrap();
    let shown = hover["contents"]["value"].as_str().unwrap();
    assert!(
        shown.contains("evaluation_strategy") && shown.contains("now: `eval_strategy`"),
        "{shown}"
    );
    assert_eq!(
        rename(&mut client, YAML, 5),
        json!([{"range": {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 19}}, "newText": "eval_strategy"}])
    );
    client.change(YAML, 2, [5, 0, 5, 19], "eval_strategy");
    assert_eq!(client.published(YAML, Some(2)), []);
    client.finish();
}

#[test]
fn fences_are_diagnosed_and_fixed() {
    let mut client = Client::ready(Setup::default());
    let text = "# Use 🤗\n\n- ```python\n  from transformers import TrainingArguments\n  TrainingArguments(\"🤗\", evaluation_strategy=\"no\")\n  ```\n";
    client.open_as(MARKDOWN, "markdown", text);
    let found = client.published(MARKDOWN, Some(1));
    assert_eq!(codes(&found), [json!([4, 26, "HF103"])]);
    assert_eq!(
        rename(&mut client, MARKDOWN, 4)[0]["range"]["start"],
        json!({"line": 4, "character": 26})
    );
    client.finish();
}

#[test]
fn what_cannot_be_read_is_silent() {
    let mut client = Client::ready(Setup::default());
    client.open_as(YAML, "yaml", &format!("{TEXT}a: [\n"));
    assert_eq!(client.published(YAML, Some(1)), []);
    client.open_as("file:///a.json", "json", TEXT);
    assert_eq!(client.published("file:///a.json", Some(1)), []);
    client.finish();
}
