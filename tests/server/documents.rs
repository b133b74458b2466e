//! Documents as the editor sends them.

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{Position, ShowMessageNotification};

use crate::client::{Client, SCRIPT, Setup, codes};

const URI: &str = "file:///t.py";

fn encodings(offered: Value) -> Setup {
    Setup {
        capabilities: json!({"general": {"positionEncodings": offered}}),
        ..Setup::default()
    }
}

/// The hugging face is 4 bytes, 2 units of UTF-16, 1 character.
const FACES: &str = "from transformers import TrainingArguments\n\
    args = TrainingArguments(\"🤗🤗\", evaluation_strategy=\"epoch\")  # é🤗\n";

#[test]
fn counts_columns_as_negotiated() {
    for (offered, encoding, start, after_faces) in [
        (json!(["utf-16", "utf-8"]), "utf-8", 37, 34),
        (json!(["utf-16"]), "utf-16", 33, 30),
        (json!(["utf-32"]), "utf-32", 31, 28),
        (json!([]), "utf-16", 33, 30),
    ] {
        let mut client = Client::start(encodings(offered));
        let result = client.initialize();
        let negotiated = serde_json::to_value(result.capabilities.position_encoding).unwrap();
        assert_eq!(negotiated, encoding);
        client.open(URI, FACES);
        let range = client.published(URI, Some(1))[0].range;
        let place = |column| Position {
            line: 1,
            character: column,
        };
        assert_eq!(
            (range.start, range.end),
            (place(start), place(start + 19)),
            "{encoding}"
        );

        client.change(URI, 2, [1, 26, 1, after_faces], "x🤗y");
        assert_eq!(
            client.text(URI),
            FACES.replace("🤗🤗", "x🤗y"),
            "{encoding}"
        );
        let id = client.ask_hover(URI, 1, client_column(encoding));
        assert_ne!(client.result::<Value>(id), Value::Null, "{encoding}");
        client.finish();
    }
}

/// The first column of the argument behind `"x🤗y", `.
fn client_column(encoding: &str) -> u32 {
    match encoding {
        "utf-8" => 35,
        "utf-16" => 33,
        _ => 32,
    }
}

#[test]
fn tolerates_ranges_outside_and_reversed() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, "a = 1\nb = 🤗\n");
    client.change(URI, 2, [0, 5, 0, 4], "2");
    assert_eq!(client.text(URI), "a = 2\nb = 🤗\n");
    client.change(URI, 3, [1, 5, 1, 900], "x");
    assert_eq!(
        client.text(URI),
        "a = 2\nb = x\n",
        "a column inside a pair is its start"
    );
    client.change(URI, 4, [99, 0, 4_000_000_000, 7], "c = 3\n");
    assert_eq!(client.text(URI), "a = 2\nb = x\nc = 3\n");
    client.change(URI, 5, [-1, -5, 0, 1], "z");
    assert_eq!(client.text(URI), "z = 2\nb = x\nc = 3\n");
    client.finish();
}

#[test]
fn applies_several_changes_one_after_the_other() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, "a\r\nb\rc");
    let range = |line: u32| json!({"start": {"line": line, "character": 0}, "end": {"line": line, "character": 1}});
    client.changes(
        URI,
        2,
        json!([
            {"range": range(1), "text": "1\n2"},
            {"range": range(3), "text": "3"},
        ]),
    );
    assert_eq!(client.text(URI), "a\r\n1\n2\r3");
    client.changes(
        URI,
        2,
        json!([{"text": "all new"}, {"range": range(0), "text": "A"}]),
    );
    assert_eq!(client.text(URI), "All new");
    client.changes(URI, 2, json!([]));
    assert_eq!(client.text(URI), "All new");
    client.finish();
}

#[test]
fn accepts_repeated_versions_and_whole_texts() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, "");
    assert_eq!(codes(&client.published(URI, Some(1))), [""; 0]);
    client.changes(URI, 1, json!([{"text": SCRIPT}]));
    assert_eq!(codes(&client.published(URI, Some(1))), ["HF103"]);
    client.changes(
        URI,
        1,
        json!([{"text": SCRIPT.replace("evaluation", "eval")}]),
    );
    assert_eq!(codes(&client.published(URI, Some(1))), [""; 0]);
    client.finish();
}

#[test]
fn a_change_it_cannot_understand_changes_nothing() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    client.changes(URI, 2, json!([{"range": {"start": 1}, "text": "lost"}]));
    client.change("file:///not-open.py", 2, [0, 0, 0, 0], "x");
    assert_eq!(client.text(URI), SCRIPT);
    client.finish();
}

#[test]
fn the_editor_says_what_is_python() {
    let mut client = Client::ready(Setup::default());
    for uri in [
        "file:///project/.virtual_documents/train.ipynb",
        "vscode-notebook-cell:/project/train.ipynb#W0sZmlsZQ%3D%3D",
        "vscode-notebook-cell://host:8080/project/train.ipynb#W1sZmlsZQ%3D%3D",
        "untitled:Untitled-1",
    ] {
        client.open(uri, SCRIPT);
        assert_eq!(codes(&client.published(uri, Some(1))), ["HF103"], "{uri}");
    }
    client.open_as(URI, "json", SCRIPT);
    assert_eq!(codes(&client.published(URI, Some(1))), [""; 0]);
    client.finish();
}

#[test]
fn a_document_of_more_than_ten_megabytes_is_kept_but_not_analysed() {
    let mut client = Client::ready(Setup::default());
    let long = format!("{SCRIPT}{}", "#\n".repeat(6 << 20));
    client.open(URI, &long);
    let message = client
        .notification::<ShowMessageNotification>(|_| true)
        .message;
    assert!(message.contains("not analysed"), "{message}");
    assert_eq!(codes(&client.published(URI, Some(1))), [""; 0]);
    client.change(URI, 2, [0, 0, 0, 0], "\n");
    assert_eq!(codes(&client.published(URI, Some(2))), [""; 0]);
    client.change(URI, 3, [5, 0, 8_000_000, 0], "");
    assert_eq!(codes(&client.published(URI, Some(3))), ["HF103"]);
    client.finish();
}
