//! From `initialize` to the end of the process.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::client::{Client, SCRIPT, Setup, codes, frame};

const NOT_INITIALIZED: i64 = -32002;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;

#[test]
fn says_what_it_is_and_ends_with_zero() {
    let mut client = Client::start(Setup::default());
    let result = client.initialize();
    let info = result.server_info.unwrap();
    assert_eq!(info.name, "hf-lsp");
    assert_eq!(info.version.as_deref(), Some(env!("CARGO_PKG_VERSION")));
    let capabilities = serde_json::to_value(&result.capabilities).unwrap();
    assert_eq!(capabilities["positionEncoding"], "utf-16");
    assert_eq!(capabilities["textDocumentSync"]["change"], 2);
    assert_eq!(capabilities["diagnosticProvider"], Value::Null);
    client.finish();
}

#[test]
fn exit_without_shutdown_ends_with_one() {
    let mut client = Client::ready(Setup::default());
    client.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(client.wait_exit().unwrap().code(), Some(1));
}

#[test]
fn exit_before_initialize_ends_with_one() {
    let mut client = Client::start(Setup::default());
    client.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(client.wait_exit().unwrap().code(), Some(1));
}

#[test]
fn ends_when_the_input_ends() {
    let mut client = Client::ready(Setup::default());
    client.close_input();
    assert_eq!(client.wait_exit().unwrap().code(), Some(1));

    let mut client = Client::ready(Setup::default());
    let id = client.ask("shutdown", Value::Null);
    client.close_input();
    assert_eq!(client.wait_exit().unwrap().code(), Some(0));
    assert_eq!(client.result::<Value>(id), Value::Null);
}

#[test]
fn answers_what_was_asked_before_the_input_ended() {
    let mut client = Client::ready(Setup::default());
    client.open("file:///t.py", SCRIPT);
    let ids: Vec<i64> = (0..50)
        .map(|_| client.ask_hover("file:///t.py", 2, 35))
        .collect();
    client.close_input();
    assert_eq!(client.wait_exit().unwrap().code(), Some(1));
    for id in ids {
        assert_ne!(client.result::<Value>(id), Value::Null);
    }
}

#[test]
fn shutdown_and_exit_in_one_write() {
    let mut client = Client::ready(Setup::default());
    let mut bytes = frame(&json!({"jsonrpc": "2.0", "id": 77, "method": "shutdown"}));
    bytes.extend(frame(&json!({"jsonrpc": "2.0", "method": "exit"})));
    client.write(&bytes);
    assert_eq!(client.wait_exit().unwrap().code(), Some(0));
    assert_eq!(client.result::<Value>(77), Value::Null);
}

#[test]
fn a_whole_session_in_one_write() {
    let mut client = Client::start(Setup::default());
    let document =
        json!({"uri": "file:///t.py", "languageId": "python", "version": 1, "text": SCRIPT});
    let messages = [
        json!({"jsonrpc": "2.0", "id": 50, "method": "initialize", "params": {"capabilities": {}}}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}),
        json!({"jsonrpc": "2.0", "id": 51, "method": "textDocument/hover", "params": {
            "textDocument": {"uri": "file:///t.py"}, "position": {"line": 2, "character": 35},
        }}),
    ];
    let bytes: Vec<u8> = messages.iter().flat_map(frame).collect();
    client.write(&bytes);
    assert_ne!(client.result::<Value>(50), Value::Null);
    assert_ne!(client.result::<Value>(51), Value::Null);
    assert_eq!(codes(&client.published("file:///t.py", Some(1))), ["HF103"]);
    client.finish();
}

#[test]
fn refuses_what_comes_at_the_wrong_time() {
    let mut client = Client::start(Setup::default());
    let early = client.ask_hover("file:///t.py", 0, 0);
    assert_eq!(client.error(early), NOT_INITIALIZED);
    client.open("file:///t.py", SCRIPT);
    client.initialize();
    let id = client.ask_command("hf-lsp.test.version", json!(["file:///t.py"]));
    assert_eq!(
        client.result::<Value>(id),
        Value::Null,
        "opened before `initialize`"
    );
    let again = client.send_initialize();
    assert_eq!(client.error(again), INVALID_REQUEST);
    let shutdown = client.ask("shutdown", Value::Null);
    client.result::<Value>(shutdown);
    let late = client.ask_hover("file:///t.py", 0, 0);
    assert_eq!(client.error(late), INVALID_REQUEST);
    client.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(client.wait_exit().unwrap().code(), Some(0));
}

#[test]
fn answers_what_it_does_not_know_with_an_error() {
    let mut client = Client::ready(Setup::default());
    let unknown = client.ask("textDocument/unheardOf", json!({}));
    assert_eq!(client.error(unknown), METHOD_NOT_FOUND);
    let wrong = client.ask("textDocument/hover", json!({"textDocument": 7}));
    assert_eq!(client.error(wrong), INVALID_PARAMS);
    let command = client.ask_command("hf-lsp.unheardOf", json!([]));
    assert_eq!(client.error(command), INVALID_PARAMS);
    client.notify("textDocument/unheardOf", json!({}));
    client.notify("$/setTrace", json!({"value": "verbose"}));
    client.notify("textDocument/didChange", json!({"textDocument": 7}));
    client.finish();
}

#[test]
fn ends_when_the_editor_process_is_gone() {
    let mut editor = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let mut client = Client::ready(Setup {
        process_id: Some(editor.id()),
        ..Setup::default()
    });
    drop(editor.stdin.take());
    editor.wait().unwrap();
    assert_eq!(client.wait_exit().unwrap().code(), Some(1));
}
