//! Clients that do not keep to the rules.

use std::time::Instant;

use serde_json::{Value, json};

use crate::client::{Answers, Client, FINDING_COLUMN, FINDING_LINE, SCRIPT, Setup, codes, frame};

const URI: &str = "file:///t.py";
const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const CANCELLED: i64 = -32800;

#[test]
fn frames_that_cannot_be_read_are_answered_and_skipped() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    for (bytes, code) in [
        (&b"Content-Length: 9\r\n\r\n{\"jsonrpc"[..], PARSE_ERROR),
        (b"Content-Length: 2\r\n\r\n[]", INVALID_REQUEST),
        (b"Content-Length: 2\r\n\r\n\xff\xfe", PARSE_ERROR),
        (b"Content-Length: many\r\n\r\n", PARSE_ERROR),
        (b"this is not a header\r\n", PARSE_ERROR),
        (
            b"Content-Length: 44\r\n\r\n{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"shutdown\"}",
            INVALID_REQUEST,
        ),
    ] {
        client.write(bytes);
        let response = client.wait_anonymous();
        assert_eq!(
            response["error"]["code"],
            code,
            "{}",
            String::from_utf8_lossy(bytes)
        );
        assert_eq!(response["id"], Value::Null);
        let id = client.ask_hover(URI, FINDING_LINE, FINDING_COLUMN);
        assert_ne!(client.result::<Value>(id), Value::Null);
    }
    // Announced too short: the rest of the message stands before the next header.
    let hover = frame(&json!({"jsonrpc": "2.0", "id": 900, "method": "shutdown"}));
    client.write(b"Content-Length: 10\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
    client.write(&hover);
    client.wait_anonymous();
    assert_eq!(client.result::<Value>(900), Value::Null);
    client.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(client.wait_exit().unwrap().code(), Some(0));
}

#[test]
fn a_client_that_does_not_read_for_a_while_is_served_afterwards() {
    let mut client = Client::start(Setup {
        paused: true,
        ..Setup::default()
    });
    let initialize = client.send_initialize();
    client.notify("initialized", json!({}));
    client.open(URI, SCRIPT);
    let mut asked = Vec::new();
    for changes in 1..=2_000 {
        client.change(URI, changes + 1, [0, 0, 0, 0], "\n");
        let line = u32::try_from(changes).unwrap() + FINDING_LINE;
        asked.push((client.ask_hover(URI, line, FINDING_COLUMN), line));
    }
    // All of that has been taken, and the answers to it are larger than a pipe.
    client.resume();
    assert_ne!(client.result::<Value>(initialize), Value::Null);
    for (id, line) in asked {
        let hover: Value = client.result(id);
        assert_eq!(hover["range"]["start"]["line"], line);
    }
    assert_eq!(codes(&client.published(URI, Some(2_001))), ["HF103"]);
    client.finish();
}

#[test]
fn a_client_that_never_answers_is_served_all_the_same() {
    let mut client = Client::ready(Setup {
        capabilities: json!({
            "workspace": {"configuration": true, "didChangeWatchedFiles": {"dynamicRegistration": true}},
            "window": {"workDoneProgress": true},
        }),
        answers: Answers::Never,
        ..Setup::default()
    });
    let start = Instant::now();
    client.open(URI, SCRIPT);
    for changes in 1..=2_000 {
        client.change(URI, changes + 1, [0, 0, 0, 0], "\n");
        if changes % 100 == 0 {
            client.notify(
                "workspace/didChangeConfiguration",
                json!({"settings": null}),
            );
        }
    }
    let id = client.ask_hover(URI, 2_000 + FINDING_LINE, FINDING_COLUMN);
    assert_ne!(client.result::<Value>(id), Value::Null);
    assert_eq!(codes(&client.published(URI, Some(2_001))), ["HF103"]);
    eprintln!(
        "a client that never answers: served after {:?}",
        start.elapsed()
    );
    for method in ["workspace/configuration", "client/registerCapability"] {
        client.wait_asked(method);
    }
    client.finish();
}

#[test]
fn a_cancelled_request_is_answered_once() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    let mut asked = Vec::new();
    for _ in 0..200 {
        let id = client.ask_hover(URI, FINDING_LINE, FINDING_COLUMN);
        client.notify("$/cancelRequest", json!({"id": id}));
        asked.push(id);
    }
    for id in asked {
        let response = client.response(id);
        match response.get("error") {
            Some(error) => assert_eq!(error["code"], CANCELLED),
            None => assert_ne!(response["result"], Value::Null),
        }
    }
    client.notify("$/cancelRequest", json!({"id": 4_000}));
    client.finish();
}
