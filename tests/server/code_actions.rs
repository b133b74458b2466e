//! Code actions, with their edits at once or when asked for.

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{CodeActionRequest, CodeActionResolveRequest};

use crate::client::{Client, SCRIPT, Setup};

const URI: &str = "file:///t.py";
const CONTENT_MODIFIED: i64 = -32801;

fn resolves() -> Value {
    json!({
        "textDocument": {"codeAction": {
            "dataSupport": true,
            "resolveSupport": {"properties": ["edit"]},
        }},
        "workspace": {"workspaceEdit": {"documentChanges": true}},
    })
}

/// The actions for line 2, or for all of the document.
fn actions(client: &mut Client, lines: [u32; 2], only: Option<&str>) -> Vec<Value> {
    let range = json!({
        "start": {"line": lines[0], "character": 0},
        "end": {"line": lines[1], "character": 99},
    });
    let context = match only {
        Some(kind) => json!({"diagnostics": [], "only": [kind]}),
        None => json!({"diagnostics": []}),
    };
    let params = json!({"textDocument": {"uri": URI}, "range": range, "context": context});
    let found = client.request::<CodeActionRequest>(params).unwrap();
    found
        .iter()
        .map(|action| serde_json::to_value(action).unwrap())
        .collect()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions
        .iter()
        .map(|action| action["title"].as_str().unwrap())
        .collect()
}

/// Sends the edits back as changes, last first, as an editor does.
fn apply(client: &mut Client, version: i32, edits: &Value) -> String {
    let mut changes = edits.as_array().unwrap().clone();
    changes.reverse();
    let changes: Vec<Value> = changes
        .iter()
        .map(|edit| json!({"range": edit["range"], "text": edit["newText"]}))
        .collect();
    client.changes(URI, version, json!(changes));
    client.text(URI)
}

#[test]
fn fixes_the_finding_under_the_cursor() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    let found = actions(&mut client, [2, 2], None);
    assert_eq!(
        titles(&found),
        [
            "Rename to `eval_strategy`",
            "Ignore HF103 on this line",
            "Fix all hf-lsp findings in this file",
        ]
    );
    assert_eq!(found[0]["kind"], "quickfix");
    assert_eq!(found[0]["isPreferred"], true);
    assert_eq!(found[0]["diagnostics"][0]["code"], "HF103");
    assert_eq!(found[1]["isPreferred"], Value::Null);
    let fixed = apply(&mut client, 2, &found[0]["edit"]["changes"][URI]);
    assert_eq!(
        fixed,
        SCRIPT.replace("evaluation_strategy", "eval_strategy")
    );
    assert_eq!(client.published(URI, Some(2)), []);
    assert_eq!(titles(&actions(&mut client, [0, 2], None)), [""; 0]);
    client.finish();
}

#[test]
fn offers_nothing_for_other_lines() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    let found = actions(&mut client, [0, 0], None);
    assert_eq!(titles(&found), ["Fix all hf-lsp findings in this file"]);
    client.finish();
}

#[test]
fn honours_the_kinds_asked_for() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    for (only, expected) in [
        ("quickfix", vec!["quickfix", "quickfix"]),
        ("source", vec!["source.fixAll.hf-lsp"]),
        ("source.fixAll", vec!["source.fixAll.hf-lsp"]),
        ("source.fixAll.hf-lsp", vec!["source.fixAll.hf-lsp"]),
        ("source.fixAll.ruff", vec![]),
        ("refactor", vec![]),
    ] {
        let found = actions(&mut client, [2, 2], Some(only));
        let kinds: Vec<&Value> = found.iter().map(|action| &action["kind"]).collect();
        assert_eq!(kinds, expected, "{only}");
    }
    client.finish();
}

#[test]
fn fixes_all_of_a_file_at_once() {
    let twice = format!("{SCRIPT}args = TrainingArguments(\"🤗\", evaluation_strategy=\"no\")\n");
    let mut client = Client::ready(Setup {
        capabilities: resolves(),
        ..Setup::default()
    });
    client.open(URI, &twice);
    let found = actions(&mut client, [0, 0], Some("source.fixAll"));
    let resolved = client.request::<CodeActionResolveRequest>(found[0].clone());
    let resolved = serde_json::to_value(resolved).unwrap();
    let change = &resolved["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": URI, "version": 1}));
    let fixed = apply(&mut client, 2, &change["edits"]);
    assert_eq!(fixed, twice.replace("evaluation_strategy", "eval_strategy"));
    client.finish();
}

/// `max_seq_length` and `packing` stand in adjacent lines and go to the same place: that takes a round
/// each.
const MOVES: &str = "# ü 🤗\r
from trl import SFTConfig, SFTTrainer\r
\r
config = SFTConfig(\r
    output_dir=\"out\",\r
)\r
trainer = SFTTrainer(\r
    \"Qwen/Qwen3-0.6B\", train_dataset=data,\r
    args=config,\r
    max_seq_length=1024,\r
    packing=True,\r
)\r
print(config)\r
";
const MOVED: &str = "# ü 🤗\r
from trl import SFTConfig, SFTTrainer\r
\r
config = SFTConfig(\r
    output_dir=\"out\",\r
    max_length=1024,\r
    packing=True,\r
)\r
trainer = SFTTrainer(\r
    \"Qwen/Qwen3-0.6B\", train_dataset=data,\r
    args=config,\r
)\r
print(config)\r
";

#[test]
fn fixes_all_until_nothing_changes() {
    let mut client = Client::ready(Setup {
        options: json!({"settings": {"targets": ["trl==1.16.0"]}}),
        ..Setup::default()
    });
    client.open(URI, MOVES);
    let found = actions(&mut client, [0, 0], Some("source.fixAll"));
    let edits = &found[0]["edit"]["changes"][URI];
    let places: Vec<&Value> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| &edit["range"])
        .collect();
    let place = |line: u32, to_line: u32| json!({"start": {"line": line, "character": 0}, "end": {"line": to_line, "character": 0}});
    assert_eq!(
        places,
        [&place(5, 5), &place(9, 11)],
        "the rest stays untouched"
    );
    assert_eq!(apply(&mut client, 2, edits), MOVED);
    assert_eq!(client.published(URI, Some(2)), []);
    let left = actions(&mut client, [0, 0], Some("source.fixAll"));
    assert_eq!(titles(&left), [""; 0]);
    client.finish();
}

#[test]
fn ignores_a_finding_on_its_line() {
    let mut client = Client::ready(Setup {
        capabilities: resolves(),
        ..Setup::default()
    });
    client.open(URI, SCRIPT);
    let found = actions(&mut client, [2, 2], Some("quickfix"));
    let ignore = found
        .iter()
        .find(|it| it["title"] == "Ignore HF103 on this line")
        .unwrap();
    assert_eq!(ignore["edit"], Value::Null, "edits come when asked for");
    let resolved = client.request::<CodeActionResolveRequest>(ignore.clone());
    let resolved = serde_json::to_value(resolved).unwrap();
    let text = apply(
        &mut client,
        2,
        &resolved["edit"]["documentChanges"][0]["edits"],
    );
    assert_eq!(
        text,
        SCRIPT.replace("\")\n", "\")  # hf-lsp: ignore[HF103]\n")
    );
    assert_eq!(client.published(URI, Some(2)), []);
    client.finish();
}

#[test]
fn does_not_resolve_for_another_text() {
    let mut client = Client::ready(Setup {
        capabilities: resolves(),
        ..Setup::default()
    });
    client.open(URI, SCRIPT);
    let found = actions(&mut client, [2, 2], Some("quickfix"));
    client.change(URI, 2, [0, 0, 0, 0], "# moved\n");
    let id = client.ask("codeAction/resolve", found[0].clone());
    assert_eq!(client.error(id), CONTENT_MODIFIED);
    let id = client.ask(
        "codeAction/resolve",
        json!({"title": "by hand", "data": {"x": 1}}),
    );
    assert_eq!(client.error(id), -32602);
    client.finish();
}
