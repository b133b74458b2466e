//! Any messages to a server: each request is answered once, and the end is a clean one.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Write};
use std::sync::Arc;

use hf_lsp::engine::live::LiveEngine;
use hf_lsp::server::{Connection, Incoming, Options, messages, serve};
use hf_lsp::workspace::files::MemoryFiles;
use serde_json::{Value, json};

use super::bytes::Bytes;

const URIS: [&str; 8] = [
    "file:///p/train.py",
    "file:///p/b%20c.py",
    "untitled:Untitled-1",
    "vscode-notebook-cell:/p/t.ipynb#W1sZmlsZQ==",
    "file:///p/requirements.txt",
    "file:///p/pyproject.toml",
    "file://host/share/x.py",
    "",
];
const NOTEBOOK: &str = "file:///p/t.ipynb";
const LANGUAGES: [&str; 4] = ["python", "pip-requirements", "toml", "json"];
const ASKED: [&str; 8] = [
    "textDocument/hover",
    "textDocument/codeAction",
    "textDocument/diagnostic",
    "codeAction/resolve",
    "workspace/diagnostic",
    "workspace/executeCommand",
    "textDocument/unheardOf",
    "initialize",
];
const TEXT: &str = "from transformers import TrainingArguments\n\n\
    args = TrainingArguments(\"out\", evaluation_strategy=\"epoch\")\n";

pub fn run(input: &[u8]) {
    let mut bytes = Bytes(input);
    let mut wire = Vec::new();
    let mut asked = 0;
    let capabilities = if bytes.byte().is_multiple_of(2) {
        json!({})
    } else {
        json!({"textDocument": {"diagnostic": {}, "codeAction": {"resolveSupport": {"properties": ["edit"]}}},
            "general": {"positionEncodings": ["utf-8"]}})
    };
    let folder = json!({"uri": "file:///p", "name": "p"});
    let initialize = json!({"capabilities": capabilities, "workspaceFolders": [folder]});
    ask(&mut wire, &mut asked, "initialize", &initialize);
    send(
        &mut wire,
        &json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
    );
    for _ in 0..32 {
        if bytes.is_empty() {
            break;
        }
        any_message(&mut bytes, &mut wire, &mut asked);
    }
    let answers = talk(&wire, asked);
    let expected: BTreeMap<i64, usize> = (0..=asked).map(|id| (id, 1)).collect();
    assert_eq!(answers, expected, "each request is answered once");
}

/// Sends everything at once, waits until so many requests are answered, and ends the session. Gives how
/// often each identifier was answered.
fn talk(wire: &[u8], asked: i64) -> BTreeMap<i64, usize> {
    let (server_input, mut input) = io::pipe().unwrap();
    let (output, server_output) = io::pipe().unwrap();
    let server = std::thread::spawn(move || serve_over(server_input, server_output));
    let mut answers = BTreeMap::new();
    // Sent from a thread of its own: both pipes may be full.
    let sender = std::thread::spawn({
        let wire = wire.to_vec();
        move || {
            input.write_all(&wire).unwrap();
            input
        }
    });
    let mut messages = messages(BufReader::new(output));
    wait_for(asked, &mut messages, &mut answers);
    let mut input = sender.join().unwrap();
    let mut end = Vec::new();
    send(
        &mut end,
        &json!({"jsonrpc": "2.0", "id": asked, "method": "shutdown"}),
    );
    input.write_all(&end).unwrap();
    wait_for(asked + 1, &mut messages, &mut answers);
    drop(input);
    for message in messages {
        count(&message, &mut answers);
    }
    assert_eq!(server.join().unwrap(), 0, "ends well after `shutdown`");
    answers
}

fn wait_for(
    wanted: i64,
    messages: &mut impl Iterator<Item = Incoming>,
    answers: &mut BTreeMap<i64, usize>,
) {
    while (answers.len() as i64) < wanted {
        let message = messages.next().expect("the server goes on");
        count(&message, answers);
    }
}

fn count(message: &Incoming, answers: &mut BTreeMap<i64, usize>) {
    if let Incoming::Response(response) = message {
        let id = serde_json::to_value(response.id()).unwrap();
        *answers.entry(id.as_i64().unwrap()).or_default() += 1;
    }
}

fn serve_over(input: io::PipeReader, output: io::PipeWriter) -> u8 {
    let files = MemoryFiles::new();
    files.write("/p/requirements.txt", "transformers==5.0.0\n");
    // No network.
    files.set("HF_HUB_OFFLINE", "1");
    let engine = Arc::new(LiveEngine::new(Arc::new(files)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    let connection = Connection::new(input, output);
    runtime.block_on(serve(engine, connection, Options::default()))
}

fn send(wire: &mut Vec<u8>, message: &Value) {
    let body = message.to_string();
    wire.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes());
}

fn ask(wire: &mut Vec<u8>, asked: &mut i64, method: &str, params: &Value) {
    send(
        wire,
        &json!({"jsonrpc": "2.0", "id": *asked, "method": method, "params": params}),
    );
    *asked += 1;
}

fn any_message(bytes: &mut Bytes<'_>, wire: &mut Vec<u8>, asked: &mut i64) {
    let mut notify = |method: &str, params: Value| {
        send(
            wire,
            &json!({"jsonrpc": "2.0", "method": method, "params": params}),
        );
    };
    let kind = bytes.byte() % 12;
    let uri = *bytes.pick(&URIS);
    let document = json!({"uri": uri, "version": bytes.byte()});
    match kind {
        0 => {
            let own = bytes.byte().is_multiple_of(2);
            let language = *bytes.pick(&LANGUAGES);
            let text = if own { bytes.text() } else { TEXT.to_owned() };
            notify(
                "textDocument/didOpen",
                json!({"textDocument":
                {"uri": uri, "languageId": language, "version": 1, "text": text}}),
            );
        }
        1 | 2 => {
            let range = (kind == 1).then(|| range(bytes));
            let mut change = json!({"text": bytes.text()});
            if let Some(range) = range {
                change["range"] = range;
            }
            notify(
                "textDocument/didChange",
                json!({"textDocument": document, "contentChanges": [change]}),
            );
        }
        3 => notify("textDocument/didClose", json!({"textDocument": document})),
        4 => notify("textDocument/didSave", json!({"textDocument": document})),
        5 => notify("$/cancelRequest", json!({"id": bytes.byte() % 32})),
        6 => notify(
            "workspace/didChangeConfiguration",
            json!({"settings": anything(bytes)}),
        ),
        7 => notify(
            "workspace/didChangeWatchedFiles",
            json!({"changes": [{"uri": uri, "type": bytes.byte() % 4}]}),
        ),
        8 => {
            let method = *bytes.pick(&ASKED);
            ask(wire, asked, method, &params(uri, bytes));
        }
        9 => {
            let method = *bytes.pick(&ASKED);
            ask(wire, asked, method, &anything(bytes));
        }
        10 => {
            let cells = cells(bytes);
            let text = bytes.text();
            notify(
                "notebookDocument/didOpen",
                json!({
                    "notebookDocument": {"uri": NOTEBOOK, "cells": cells},
                    "cellTextDocuments": [{"uri": uri, "languageId": "python", "version": 1, "text": text}],
                }),
            );
        }
        _ => {
            let (start, delete) = (bytes.byte() % 8, bytes.byte() % 4);
            let array = json!({"start": start, "deleteCount": delete, "cells": cells(bytes)});
            let closed = bytes
                .byte()
                .is_multiple_of(4)
                .then(|| json!([{"uri": uri}]));
            let changes = json!([{"text": bytes.text(), "range": range(bytes)}]);
            notify(
                "notebookDocument/didChange",
                json!({
                    "notebookDocument": {"uri": NOTEBOOK, "version": 2},
                    "change": {"cells": {
                        "structure": {"array": array, "didClose": closed},
                        "textContent": [{"document": document, "changes": changes}],
                    }},
                }),
            );
        }
    }
}

/// Up to three cells of a notebook: any documents, any kinds.
fn cells(bytes: &mut Bytes<'_>) -> Vec<Value> {
    let count = bytes.byte() % 4;
    let cell = |_| json!({"kind": bytes.byte() % 3, "document": *bytes.pick(&URIS)});
    (0..count).map(cell).collect()
}

/// Parameters as most questions take them.
fn params(uri: &str, bytes: &mut Bytes<'_>) -> Value {
    let range = range(bytes);
    json!({
        "textDocument": {"uri": uri}, "position": range["start"], "range": range,
        "context": {"diagnostics": []}, "previousResultIds": [],
        "command": "hf-lsp.showVersions", "arguments": [uri],
    })
}

fn range(bytes: &mut Bytes<'_>) -> Value {
    let mut place = || json!({"line": i64::from(bytes.byte()) - 2, "character": bytes.number()});
    let (start, end) = (place(), place());
    json!({"start": start, "end": end})
}

/// JSON where it is some, else a string.
fn anything(bytes: &mut Bytes<'_>) -> Value {
    let text = bytes.text();
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
