//! Notebooks: as such, as single cells, as one joined text, and as the JSON of their file.

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{
    CodeActionRequest, CodeActionResolveRequest, DocumentDiagnosticRequest,
};

use crate::client::{Client, SCRIPT, Setup, codes, pulls};

const NOTEBOOK: &str = "file:///project/train.ipynb";
const IMPORT: &str = "!pip install accelerate\nfrom transformers import TrainingArguments";
const CALL: &str = "args = TrainingArguments(\"🤗\", evaluation_strategy=\"epoch\")";

fn uri(cell: &str) -> String {
    format!("vscode-notebook-cell:/project/train.ipynb#{cell}")
}

fn cell(name: &str) -> Value {
    json!({"kind": 2, "document": uri(name)})
}

fn text(name: &str, text: &str) -> Value {
    json!({"uri": uri(name), "languageId": "python", "version": 1, "text": text})
}

fn notebooks() -> Value {
    json!({"notebookDocument": {"synchronization": {"dynamicRegistration": true}}})
}

fn setup(more: &Value) -> Setup {
    let mut capabilities = notebooks();
    for (key, value) in more.as_object().unwrap() {
        capabilities[key] = value.clone();
    }
    Setup {
        capabilities,
        ..Setup::default()
    }
}

/// A client that has opened a notebook with these cells.
fn opened(more: &Value, cells: &[(&str, &str)]) -> Client {
    let mut client = Client::ready(setup(more));
    let order: Vec<Value> = cells.iter().map(|(name, _)| cell(name)).collect();
    let texts: Vec<Value> = cells.iter().map(|(name, it)| text(name, it)).collect();
    client.notify(
        "notebookDocument/didOpen",
        json!({
            "notebookDocument": {
                "uri": NOTEBOOK, "version": 0, "notebookType": "jupyter-notebook", "cells": order,
            },
            "cellTextDocuments": texts,
        }),
    );
    client
}

fn change(client: &mut Client, cells: Value) {
    client.notify(
        "notebookDocument/didChange",
        json!({"notebookDocument": {"uri": NOTEBOOK, "version": 1}, "change": {"cells": cells}}),
    );
}

/// Moves a cell: taken away and put in again, its text stays open.
fn splice(start: usize, delete: usize, cells: Value) -> Value {
    json!({"structure": {"array": {"start": start, "deleteCount": delete, "cells": cells}}})
}

fn edit(name: &str, version: i32, range: [i64; 4], text: &str) -> Value {
    let [line, column, to_line, to_column] = range;
    json!({"textContent": [{
        "document": {"uri": uri(name), "version": version},
        "changes": [{"range": {
            "start": {"line": line, "character": column},
            "end": {"line": to_line, "character": to_column},
        }, "text": text}],
    }]})
}

fn actions(client: &mut Client, uri: &str, only: &str) -> Vec<Value> {
    let range = json!({
        "start": {"line": 0, "character": 0},
        "end": {"line": 9, "character": 0},
    });
    let context = json!({"diagnostics": [], "only": [only]});
    let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
    let found = client.request::<CodeActionRequest>(params).unwrap();
    let value = |action| serde_json::to_value(action).unwrap();
    found.iter().map(value).collect()
}

#[test]
fn notebooks_are_offered_to_clients_that_have_them() {
    for (capabilities, offered) in [
        (json!({}), Value::Null),
        (
            notebooks(),
            json!({"notebookSelector": [{"cells": [{"language": "python"}]}]}),
        ),
    ] {
        let mut client = Client::start(Setup {
            capabilities,
            ..Setup::default()
        });
        let result = serde_json::to_value(client.initialize()).unwrap();
        assert_eq!(result["capabilities"]["notebookDocumentSync"], offered);
        client.finish();
    }
}

#[test]
fn cells_share_their_imports() {
    let mut client = opened(&json!({}), &[("a", IMPORT), ("b", "1 + 1"), ("c", CALL)]);
    assert_eq!(client.published(&uri("a"), Some(1)), []);
    assert_eq!(client.published(&uri("b"), Some(1)), []);
    let found = client.published(&uri("c"), Some(1));
    assert_eq!(codes(&found), ["HF103"]);
    let start = found[0].range.start;
    assert_eq!(
        (start.line, start.character),
        (0, 31),
        "UTF-16, in the cell"
    );
    let id = client.ask_hover(&uri("c"), 0, 35);
    let hover: Value = client.result(id);
    assert!(hover.to_string().contains("evaluation_strategy"), "{hover}");
    assert_eq!(hover["range"]["start"], json!({"line": 0, "character": 31}));
    client.finish();
}

#[test]
fn changes_of_a_cell_change_the_others() {
    let mut client = opened(&json!({}), &[("a", IMPORT), ("b", CALL)]);
    assert_eq!(codes(&client.published(&uri("b"), Some(1))), ["HF103"]);
    change(&mut client, edit("a", 2, [1, 0, 1, 0], "# "));
    assert_eq!(client.published(&uri("a"), Some(2)), []);
    assert_eq!(client.published(&uri("b"), Some(1)), []);
    assert_eq!(client.text(&uri("a")), IMPORT.replace("from", "# from"));
    change(&mut client, edit("a", 3, [1, 0, 1, 2], ""));
    assert_eq!(codes(&client.published(&uri("b"), Some(1))), ["HF103"]);
    // A cell that nobody could read harms no other.
    change(&mut client, edit("a", 4, [1, 0, 1, 0], "x = '''\n"));
    assert_eq!(client.published(&uri("b"), Some(1)), []);
    change(&mut client, edit("a", 5, [1, 0, 2, 0], ""));
    change(&mut client, edit("b", 2, [0, 0, 0, 0], "x = (\n"));
    assert_eq!(client.published(&uri("a"), Some(5)), []);
    client.finish();
}

#[test]
fn cells_move_come_and_go() {
    let mut client = opened(&json!({}), &[("a", IMPORT), ("b", CALL)]);
    assert_eq!(codes(&client.published(&uri("b"), Some(1))), ["HF103"]);
    // The import behind the call: the name is not known any more.
    change(&mut client, splice(0, 2, json!([cell("b"), cell("a")])));
    assert_eq!(client.published(&uri("b"), Some(1)), []);
    change(&mut client, splice(0, 2, json!([cell("a"), cell("b")])));
    assert_eq!(codes(&client.published(&uri("b"), Some(1))), ["HF103"]);
    // A new cell.
    let mut new = splice(2, 0, json!([cell("c")]));
    new["structure"]["didOpen"] = json!([text("c", CALL)]);
    change(&mut client, new);
    assert_eq!(codes(&client.published(&uri("c"), Some(1))), ["HF103"]);
    // A cell becomes Markdown, and code again.
    let markup = json!({"kind": 1, "document": uri("b")});
    change(&mut client, json!({"data": [markup]}));
    assert_eq!(client.published(&uri("b"), Some(1)), []);
    change(&mut client, json!({"data": [cell("b")]}));
    assert_eq!(codes(&client.published(&uri("b"), Some(1))), ["HF103"]);
    // A cell is deleted: what was shown for it goes, and so does its import.
    let mut gone = splice(0, 1, json!([]));
    gone["structure"]["didClose"] = json!([{"uri": uri("a")}]);
    change(&mut client, gone);
    assert_eq!(client.published(&uri("a"), None), []);
    assert_eq!(client.published(&uri("b"), Some(1)), []);
    // Far outside of the list, and twice closed.
    change(&mut client, splice(99, 99, json!([])));
    client.notify(
        "notebookDocument/didClose",
        json!({
            "notebookDocument": {"uri": NOTEBOOK},
            "cellTextDocuments": [{"uri": uri("b")}, {"uri": uri("c")}],
        }),
    );
    assert_eq!(client.published(&uri("c"), None), []);
    client.close(&uri("c"));
    change(&mut client, splice(0, 1, json!([])));
    client.finish();
}

#[test]
fn fixes_are_edits_of_cells() {
    let versions = json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
    let second = format!("%%time\n{CALL}\n");
    let mut client = opened(&versions, &[("a", IMPORT), ("b", CALL), ("c", &second)]);
    let found = actions(&mut client, &uri("b"), "quickfix");
    let titles: Vec<&Value> = found.iter().map(|action| &action["title"]).collect();
    assert_eq!(
        titles,
        ["Rename to `eval_strategy`", "Ignore HF103 on this line"]
    );
    let changes = &found[0]["edit"]["documentChanges"];
    assert_eq!(
        changes[0]["textDocument"],
        json!({"uri": uri("b"), "version": 1})
    );
    let start = &changes[0]["edits"][0]["range"]["start"];
    assert_eq!(*start, json!({"line": 0, "character": 31}));
    let ignore = &found[1]["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(ignore["newText"], "  # hf-lsp: ignore[HF103]");
    assert_eq!(actions(&mut client, &uri("a"), "quickfix").len(), 0);

    let all = actions(&mut client, &uri("a"), "source.fixAll");
    assert_eq!(all[0]["title"], "Fix all hf-lsp findings in this notebook");
    let changes = all[0]["edit"]["documentChanges"].as_array().unwrap();
    let place = |change: &Value| {
        let uri = change["textDocument"]["uri"].as_str().unwrap().to_owned();
        let line = change["edits"][0]["range"]["start"]["line"]
            .as_u64()
            .unwrap();
        (uri, line)
    };
    let places: Vec<_> = changes.iter().map(place).collect();
    assert_eq!(places, [(uri("b"), 0), (uri("c"), 1)]);
    client.finish();
}

#[test]
fn an_action_of_another_state_of_the_notebook_is_refused() {
    let resolves = json!({"textDocument": {"codeAction": {
        "dataSupport": true, "resolveSupport": {"properties": ["edit"]},
    }}});
    let mut client = opened(&resolves, &[("a", IMPORT), ("b", CALL)]);
    let found = actions(&mut client, &uri("b"), "quickfix");
    assert_eq!(found[0]["edit"], Value::Null);
    let resolved = client.request::<CodeActionResolveRequest>(found[0].clone());
    let resolved = serde_json::to_value(resolved).unwrap();
    assert_ne!(resolved["edit"]["changes"][uri("b")], Value::Null);
    change(&mut client, edit("a", 2, [0, 0, 0, 0], "\n"));
    let id = client.ask("codeAction/resolve", found[0].clone());
    assert_eq!(client.error(id), -32801);
    client.finish();
}

#[test]
fn diagnostics_of_cells_can_be_asked_for() {
    let mut client = opened(&pulls(), &[("a", IMPORT), ("b", CALL)]);
    let ask = |client: &mut Client, previous: Option<&str>| {
        let params = json!({"textDocument": {"uri": uri("b")}, "previousResultId": previous});
        let report = client.request::<DocumentDiagnosticRequest>(params);
        serde_json::to_value(report).unwrap()
    };
    let first = ask(&mut client, None);
    assert_eq!(first["items"][0]["code"], "HF103");
    let id = first["resultId"].as_str().unwrap();
    assert_eq!(ask(&mut client, Some(id))["kind"], "unchanged");
    change(&mut client, edit("a", 2, [1, 0, 1, 0], "# "));
    let second = ask(&mut client, Some(id));
    assert_eq!(second["kind"], "full", "another cell has its part in it");
    assert_eq!(second["items"], json!([]));
    client.finish();
}

#[test]
fn cells_that_come_alone_are_read_alone() {
    let mut client = Client::ready(Setup::default());
    let script = format!("%%time\n!pip install x\n{SCRIPT}model?\n");
    client.open(&uri("x"), &script);
    let found = client.published(&uri("x"), Some(1));
    assert_eq!(codes(&found), ["HF103"]);
    assert_eq!(found[0].range.start.line, 4);
    client.open(&uri("y"), "%%bash\nfrom transformers import nothing_at_all");
    assert_eq!(client.published(&uri("y"), Some(1)), []);
    let found = actions(&mut client, &uri("x"), "source.fixAll");
    let edit = &found[0]["edit"]["changes"][uri("x")][0];
    assert_eq!(edit["range"]["start"]["line"], 4);
    client.finish();
}

/// As JupyterLab's extension sends it: blank lines first, magics as they are or as calls.
#[test]
fn joined_cells_are_one_document() {
    const URI: &str = "file:///project/.virtual_documents/train.ipynb";
    let mut client = Client::ready(Setup::default());
    for (version, magic) in [
        (0, "%pip install trl"),
        (1, "get_ipython().run_line_magic('pip', 'install trl')"),
    ] {
        let text = format!("\n\n\n{magic}\n\n\nfiles = !ls\n{SCRIPT}\n\n\nmodel??\n");
        match version {
            0 => client.open(URI, &text),
            _ => client.changes(URI, 1, json!([{"text": text}])),
        }
        let found = client.published(URI, Some(1));
        assert_eq!(codes(&found), ["HF103"]);
        assert_eq!(found[0].range.start.line, 9);
    }
    client.finish();
}

#[test]
fn the_file_of_a_notebook_is_read_as_json() {
    const URI: &str = "file:///project/raw.ipynb";
    let mut client = Client::ready(Setup::default());
    let import = "from transformers import TrainingArguments\\n";
    let file = format!(
        "{{\"cells\": [{{\"cell_type\": \"code\",\n \"source\": [\"{import}\",\n  \"\\t\\\"é\\\"\\n\",\n  \"x = TrainingArguments(\\\"\\\", evaluation_strategy=\\\"no\\\")\"]}}]}}"
    )
    .replace("\\t", "");
    client.open_as(URI, "json", &file);
    let found = client.published(URI, Some(1));
    assert_eq!(codes(&found), ["HF103"]);
    let range = found[0].range;
    let line = file.lines().nth(range.start.line as usize).unwrap();
    let place = &line[range.start.character as usize..range.end.character as usize];
    assert_eq!(place, "evaluation_strategy");
    let fixed = actions(&mut client, URI, "source.fixAll");
    let edits = fixed[0]["edit"]["changes"][URI].as_array().unwrap();
    assert_eq!(edits.len(), 1);
    assert_eq!(edits[0]["range"]["start"]["line"], range.start.line);
    for broken in ["{", "", "[]", "{\"cells\": 3}", &file[..file.len() - 1]] {
        client.changes(URI, 1, json!([{"text": broken}]));
        assert_eq!(client.published(URI, Some(1)), [], "{broken}");
    }
    client.open_as("file:///project/package.json", "json", &file);
    assert_eq!(
        client.published("file:///project/package.json", Some(1)),
        []
    );
    client.finish();
}

#[test]
fn what_is_no_message_about_a_notebook_changes_nothing() {
    let mut client = opened(&json!({}), &[("a", IMPORT), ("b", CALL)]);
    assert_eq!(codes(&client.published(&uri("b"), Some(1))), ["HF103"]);
    for params in [
        json!({}),
        json!({"notebookDocument": {"uri": 3}}),
        json!(null),
    ] {
        for method in ["didOpen", "didChange", "didSave", "didClose"] {
            client.notify(&format!("notebookDocument/{method}"), params.clone());
        }
    }
    change(
        &mut client,
        json!({"textContent": [{"document": {"uri": "file:///x.py"}}]}),
    );
    change(
        &mut client,
        json!({"data": [{"kind": 1, "document": "unknown"}]}),
    );
    change(&mut client, edit("b", 2, [0, 0, 0, 0], "\n"));
    let found = client.published(&uri("b"), Some(2));
    assert_eq!(found[0].range.start.line, 1);
    client.finish();
}
