//! Commands in scripts: diagnostics and fixes through the server.

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::CodeActionRequest;

use crate::client::{Client, Setup, codes};

const URI: &str = "file:///run.sh";

#[test]
fn a_removed_command_is_told_and_rewritten() {
    let mut client = Client::ready(Setup::default());
    // The euro sign is three bytes and one unit of the protocol.
    let text = "echo € && huggingface-cli login --token x\naccelerate lanuch train.py\n";
    client.open_as(URI, "shellscript", text);
    let found = client.published(URI, Some(1));
    assert_eq!(codes(&found), ["HF711", "HF712"]);
    assert_eq!(found[0].range.start.character, 10);
    assert_eq!(found[0].range.end.character, 31);
    let range = json!({"start": {"line": 0, "character": 12}, "end": {"line": 0, "character": 12}});
    let params = json!({
        "textDocument": {"uri": URI},
        "range": range,
        "context": {"diagnostics": []},
    });
    let actions = client.request::<CodeActionRequest>(params).unwrap();
    let action = serde_json::to_value(&actions[0]).unwrap();
    assert_eq!(action["title"], "Use `hf auth login`");
    let edit: &Value = &action["edit"]["changes"][URI][0];
    let changes = json!([{"range": edit["range"], "text": edit["newText"]}]);
    client.changes(URI, 2, changes);
    assert_eq!(
        client.text(URI),
        text.replace("huggingface-cli login", "hf auth login")
    );
    assert_eq!(codes(&client.published(URI, Some(2))), ["HF712"]);
    client.finish();
}

/// A command in a notebook, which is not the Python around it.
#[test]
fn a_command_in_a_cell_is_told() {
    let mut client = Client::ready(Setup::default());
    let text = "import os\n!huggingface-cli download {name} --local-dir out\n";
    client.open("file:///n.ipynb", text);
    let found = client.published("file:///n.ipynb", Some(1));
    assert_eq!(codes(&found), ["HF711"]);
    assert_eq!(found[0].range.start.line, 1);
    let range = json!({"start": {"line": 1, "character": 3}, "end": {"line": 1, "character": 3}});
    let params = json!({
        "textDocument": {"uri": "file:///n.ipynb"},
        "range": range,
        "context": {"diagnostics": []},
    });
    let actions = client.request::<CodeActionRequest>(params).unwrap();
    let action = serde_json::to_value(&actions[0]).unwrap();
    assert_eq!(action["title"], "Use `hf download`");
    client.finish();
}
