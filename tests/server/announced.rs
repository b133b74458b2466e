//! The server sends a client only what that client has announced.

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::PublishDiagnosticsNotification;

use crate::client::{Client, FINDING_COLUMN, FINDING_LINE, SCRIPT, Setup, at};

const URI: &str = "file:///t.py";

fn open(capabilities: Value) -> Client {
    let mut client = Client::ready(Setup {
        capabilities,
        literals: false,
        ..Setup::default()
    });
    client.open(URI, SCRIPT);
    client
}

fn actions(client: &mut Client) -> Vec<Value> {
    let place = json!({"line": FINDING_LINE, "character": FINDING_COLUMN});
    let range = json!({"start": place, "end": place});
    let context = json!({"diagnostics": [], "only": ["quickfix"]});
    let params = json!({"textDocument": {"uri": URI}, "range": range, "context": context});
    let id = client.ask("textDocument/codeAction", params);
    client.result(id)
}

#[test]
fn fixes_are_commands_for_clients_that_know_no_other_actions() {
    let mut client = open(json!({"workspace": {"applyEdit": true}}));
    let found = actions(&mut client);
    assert_eq!(found[0]["command"], "hf-lsp.apply", "{found:#?}");
    assert_eq!(found[0]["kind"], Value::Null);
    let id = client.ask_command("hf-lsp.apply", found[0]["arguments"].clone());
    assert_eq!(client.result::<Value>(id), Value::Null);
    let asked = client.wait_asked("workspace/applyEdit");
    let edits = &asked["params"]["edit"]["changes"][URI];
    assert_eq!(edits[0]["newText"], "eval_strategy");
    client.finish();
}

#[test]
fn there_are_no_fixes_for_clients_that_can_do_nothing_with_them() {
    let mut client = open(json!({}));
    assert_eq!(actions(&mut client), Vec::<Value>::new());
    let id = client.ask_command("hf-lsp.apply", json!([{"title": "t"}]));
    client.error(id);
    client.finish();
}

#[test]
fn diagnostics_are_pushed_to_clients_that_cannot_be_told_to_pull_again() {
    let mut client = open(json!({"textDocument": {
        "diagnostic": {},
        "publishDiagnostics": {"dataSupport": true},
    }}));
    assert_eq!(client.published(URI, Some(1)).len(), 1);
    client.finish();
}

#[test]
fn what_a_client_shows_may_stand_where_it_speaks_of_pushing() {
    let mut client = open(json!({
        "textDocument": {"diagnostic": {}, "publishDiagnostics": {"dataSupport": true}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    }));
    let id = client.ask(
        "textDocument/diagnostic",
        json!({"textDocument": {"uri": URI}}),
    );
    let report: Value = client.result(id);
    assert_eq!(
        report["items"][0]["data"]["argument"],
        "evaluation_strategy"
    );
    assert_eq!(client.unread::<PublishDiagnosticsNotification>(), 0);
    client.finish();
}

#[test]
fn hovers_have_no_marks_where_nobody_reads_them() {
    let mut client = open(json!({}));
    let id = client.ask("textDocument/hover", at(URI, FINDING_LINE, FINDING_COLUMN));
    let hover: Value = client.result(id);
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(
        text.starts_with("evaluation_strategy\n") && !text.contains('`'),
        "{text}"
    );
    client.finish();
}

#[test]
fn proposals_are_of_the_first_kinds_for_clients_that_name_none() {
    let script = "from transformers import TrainingArguments\nTrainingArguments(optim=\"\")\n";
    let mut client = open(json!({}));
    client.changes(URI, 2, json!([{"text": script}]));
    let id = client.ask("textDocument/completion", at(URI, 1, 25));
    let found: Value = client.result(id);
    let items = found["items"].as_array().unwrap();
    assert!(!items.is_empty());
    assert!(
        items.iter().all(|it| it["kind"].as_u64().unwrap() <= 18),
        "{found}"
    );
    client.finish();
}

#[test]
fn a_request_without_parameters_has_none() {
    let mut client = open(json!({"workspace": {"inlayHint": {"refreshSupport": true}}}));
    client.published(URI, Some(1));
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"ignore": ["HF7"]}}),
    );
    let asked = client.wait_asked("workspace/inlayHint/refresh");
    assert_eq!(asked.get("params"), None);
    client.finish();
}
