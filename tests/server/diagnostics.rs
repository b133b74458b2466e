//! Diagnostics, pushed and pulled.

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{DiagnosticSeverity, DocumentDiagnosticRequest, Position};

use crate::client::{Client, FINDING_COLUMN, FINDING_LINE, SCRIPT, Setup, codes, pulls};

const URI: &str = "file:///t.py";

#[test]
fn pushes_what_it_finds() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    let published = client.published(URI, Some(1));
    let [finding] = &published[..] else {
        panic!("{published:?}")
    };
    assert_eq!(codes(&published), ["HF103"]);
    assert_eq!(finding.severity, Some(DiagnosticSeverity::Error));
    assert_eq!(finding.source.as_deref(), Some("hf-lsp"));
    let place = |column| Position {
        line: FINDING_LINE,
        character: column,
    };
    assert_eq!(finding.range.start, place(FINDING_COLUMN));
    assert_eq!(finding.range.end, place(FINDING_COLUMN + 19));
    let message = serde_json::to_value(&finding.message).unwrap();
    assert!(
        message.as_str().unwrap().contains("`eval_strategy`"),
        "{message}"
    );
    client.finish();
}

#[test]
fn a_finding_comes_and_goes_with_the_text() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    assert_eq!(codes(&client.published(URI, Some(1))), ["HF103"]);
    client.change(URI, 2, [2, 32, 2, 42], "eval");
    assert_eq!(client.text(URI), SCRIPT.replace("evaluation", "eval"));
    assert_eq!(codes(&client.published(URI, Some(2))), [""; 0]);
    client.change(URI, 3, [2, 32, 2, 36], "evaluation");
    assert_eq!(codes(&client.published(URI, Some(3))), ["HF103"]);
    client.finish();
}

/// What is no Python is looked at too, by its language.
#[test]
fn other_formats_are_checked() {
    let mut client = Client::ready(Setup::default());
    let token = ["hf_QzWxEcRvTbYnUm", "IkOlPaSdFgHjKlZqXwCe"].concat();
    let text = format!("FROM python:3.12\nENV HF_TOKEN={token}\n");
    let uri = "file:///Dockerfile";
    client.open_as(uri, "dockerfile", &text);
    let published = client.published(uri, Some(1));
    assert_eq!(codes(&published), ["HF601"]);
    assert_eq!(
        published[0].range.start,
        Position {
            line: 1,
            character: 13
        }
    );
    client.change(uri, 2, [1, 13, 1, 50], "\"\"");
    assert_eq!(codes(&client.published(uri, Some(2))), [""; 0]);
    client.finish();
}

#[test]
fn clears_what_was_closed() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    assert_eq!(codes(&client.published(URI, Some(1))), ["HF103"]);
    client.close(URI);
    assert_eq!(codes(&client.published(URI, None)), [""; 0]);
    client.close(URI);
    client.open(URI, SCRIPT);
    assert_eq!(codes(&client.published(URI, Some(1))), ["HF103"]);
    client.finish();
}

#[test]
fn pulls_and_says_when_nothing_changed() {
    let mut client = Client::ready(Setup {
        capabilities: pulls(),
        ..Setup::default()
    });
    client.open(URI, SCRIPT);
    let first = pull(&mut client, None);
    assert_eq!(first["kind"], "full");
    assert_eq!(first["items"][0]["code"], "HF103");
    assert_eq!(first["items"][0]["data"]["name"], "renamed-argument");
    let again = pull(&mut client, first["resultId"].as_str());
    assert_eq!(
        again,
        json!({"kind": "unchanged", "resultId": first["resultId"]})
    );
    client.change(URI, 2, [2, 32, 2, 42], "eval");
    let fixed = pull(&mut client, first["resultId"].as_str());
    assert_eq!(
        (&fixed["kind"], &fixed["items"]),
        (&json!("full"), &json!([]))
    );
    assert_eq!(
        client.unread_publications(),
        0,
        "what is pulled is not pushed too"
    );
    client.finish();
}

#[test]
fn a_pull_of_what_is_not_open_is_empty() {
    let mut client = Client::ready(Setup {
        capabilities: pulls(),
        ..Setup::default()
    });
    assert_eq!(pull(&mut client, None)["items"], json!([]));
    client.finish();
}

fn pull(client: &mut Client, previous: Option<&str>) -> Value {
    let params = json!({"textDocument": {"uri": URI}, "previousResultId": previous});
    serde_json::to_value(client.request::<DocumentDiagnosticRequest>(params)).unwrap()
}
