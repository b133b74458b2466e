//! Hover.

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::HoverRequest;

use crate::client::{Client, FINDING_COLUMN, FINDING_LINE, SCRIPT, Setup, at};

const URI: &str = "file:///t.py";

#[test]
fn shows_the_argument_under_the_cursor() {
    for (formats, kind) in [
        (json!(["markdown"]), "markdown"),
        (json!(["plaintext"]), "plaintext"),
    ] {
        let mut client = Client::ready(Setup {
            capabilities: json!({"textDocument": {"hover": {"contentFormat": formats}}}),
            ..Setup::default()
        });
        client.open(URI, SCRIPT);
        let place = at(URI, FINDING_LINE, FINDING_COLUMN + 3);
        let hover = client.request::<HoverRequest>(place).unwrap();
        let hover = serde_json::to_value(hover).unwrap();
        assert_eq!(hover["contents"]["kind"], kind);
        assert!(
            hover["contents"]["value"]
                .as_str()
                .unwrap()
                .contains("evaluation_strategy")
        );
        assert_eq!(hover["range"]["start"]["character"], FINDING_COLUMN);
        client.finish();
    }
}

#[test]
fn shows_nothing_where_there_is_nothing() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    client.open_as("file:///t.json", "json", SCRIPT);
    for place in [
        at(URI, 1, 0),
        at(URI, 99, 99),
        at("file:///t.json", FINDING_LINE, FINDING_COLUMN),
        at("file:///not-open.py", 0, 0),
    ] {
        assert_eq!(client.request::<HoverRequest>(place), None);
    }
    client.finish();
}

#[test]
fn shows_the_versions_that_apply() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, SCRIPT);
    for arguments in [json!([]), json!([URI]), json!([{"uri": URI}])] {
        let id = client.ask_command("hf-lsp.showVersions", arguments);
        let versions: Vec<Value> = client.result(id);
        let transformers = versions
            .iter()
            .find(|it| it["library"] == "transformers")
            .unwrap();
        assert!(transformers["version"].is_string() && transformers["source"].is_string());
    }
    client.finish();
}
