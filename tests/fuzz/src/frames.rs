//! Of frames and junk in any order, every whole frame that follows junk is read, and nothing else.

use hf_lsp::server::{Incoming, messages};

use super::bytes::Bytes;

pub fn run(input: &[u8]) {
    for message in messages(input) {
        drop(message);
    }
    let mut bytes = Bytes(input);
    let mut wire = Vec::new();
    let mut sent = 0;
    while !bytes.is_empty() {
        if bytes.byte().is_multiple_of(2) {
            wire.extend(request(sent, &bytes.text()));
            sent += 1;
        } else {
            wire.extend(junk(&bytes.text()));
        }
    }
    let mut next = 0;
    for message in messages(&wire[..]) {
        if let Incoming::Request(request) = message {
            assert_eq!(
                request.method(),
                format!("m{next}"),
                "{:?}",
                String::from_utf8_lossy(&wire)
            );
            next += 1;
        }
    }
    assert_eq!(
        next,
        sent,
        "messages were lost: {:?}",
        String::from_utf8_lossy(&wire)
    );
}

fn request(number: usize, text: &str) -> Vec<u8> {
    let body =
        serde_json::json!({"jsonrpc": "2.0", "method": format!("m{number}"), "params": [text]});
    let body = body.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Lines that announce no message.
fn junk(text: &str) -> Vec<u8> {
    let text = text
        .to_ascii_lowercase()
        .replace("content-length", "another-header");
    format!("{text}\r\n").into_bytes()
}
