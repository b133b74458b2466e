//! Any messages to a server: each request is answered once, and the end is a clean one.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Write};
use std::sync::{Arc, Mutex};

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

/// What the server writes, kept for the end.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub fn run(input: &[u8]) {
    let mut bytes = Bytes(input);
    let mut wire = Vec::new();
    let mut asked = 0;
    let capabilities = if bytes.byte() % 2 == 0 {
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
    ask(&mut wire, &mut asked, "shutdown", &Value::Null);
    let (status, output) = talk(wire);
    assert_eq!(status, 0, "ends after `shutdown`");
    let mut answers: BTreeMap<i64, usize> = BTreeMap::new();
    for message in messages(BufReader::new(&output[..])) {
        if let Incoming::Response(response) = message {
            let id = serde_json::to_value(response.id()).unwrap();
            *answers.entry(id.as_i64().unwrap_or(-1)).or_default() += 1;
        }
    }
    answers.remove(&-1);
    let expected: BTreeMap<i64, usize> = (0..asked).map(|id| (id, 1)).collect();
    assert_eq!(answers, expected, "each request is answered once");
}

/// Sends everything at once, and gives the exit status and all that was written.
fn talk(wire: Vec<u8>) -> (u8, Vec<u8>) {
    let files = MemoryFiles::new();
    files.write("/p/requirements.txt", "transformers==5.0.0\n");
    let engine = Arc::new(LiveEngine::new(Arc::new(files)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    let output = Output::default();
    let connection = Connection::new(io::Cursor::new(wire), output.clone());
    let status = runtime.block_on(serve(engine, connection, Options::default()));
    let written = output.0.lock().unwrap().clone();
    (status, written)
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
    let kind = bytes.byte() % 10;
    let uri = *bytes.pick(&URIS);
    let document = json!({"uri": uri, "version": bytes.byte()});
    match kind {
        0 => {
            let own = bytes.byte() % 2 == 0;
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
        _ => {
            let method = *bytes.pick(&ASKED);
            ask(wire, asked, method, &anything(bytes));
        }
    }
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
