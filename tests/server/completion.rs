//! Completion and signature help.

use serde_json::{Value, json};

use crate::client::{Client, Setup, at};

const URI: &str = "file:///t.py";
const CONTENT_MODIFIED: i64 = -32801;
const CANCELLED: i64 = -32800;

/// A client that shows all that can be shown.
fn client() -> Client {
    client_with("utf-16")
}

fn client_with(encoding: &str) -> Client {
    Client::ready(Setup {
        capabilities: json!({
            "general": {"positionEncodings": [encoding]},
            "textDocument": {
                "completion": {"completionItem": {
                    "labelDetailsSupport": true,
                    "insertReplaceSupport": true,
                    "tagSupport": {"valueSet": [1]},
                    "documentationFormat": ["markdown"],
                }},
                "signatureHelp": {"signatureInformation": {
                    "documentationFormat": ["markdown"],
                    "parameterInformation": {"labelOffsetSupport": true},
                    "noActiveParameterSupport": true,
                }},
            },
        }),
        ..Setup::default()
    })
}

fn completion(client: &mut Client, uri: &str, line: u32, column: u32) -> Value {
    let id = client.ask("textDocument/completion", at(uri, line, column));
    client.result(id)
}

/// The proposal of that label.
fn item<'l>(list: &'l Value, label: &str) -> &'l Value {
    let mut items = list["items"].as_array().unwrap().iter();
    items
        .find(|item| item["label"] == label)
        .unwrap_or_else(|| panic!("no {label}"))
}

fn range(from: [u32; 2], to: [u32; 2]) -> Value {
    json!({
        "start": {"line": from[0], "character": from[1]},
        "end": {"line": to[0], "character": to[1]},
    })
}

#[test]
fn says_what_it_offers() {
    let mut client = Client::start(Setup::default());
    let offered = serde_json::to_value(client.initialize().capabilities).unwrap();
    let completion = &offered["completionProvider"];
    assert_eq!(completion["resolveProvider"], true);
    assert_eq!(
        completion["triggerCharacters"],
        json!(["(", ",", ".", "\"", "'", "=", " "])
    );
    let signature = &offered["signatureHelpProvider"];
    assert_eq!(signature["triggerCharacters"], json!(["(", ","]));
    client.finish();
}

#[test]
fn arguments_are_placed_in_every_encoding() {
    let text = "from transformers import TrainingArguments\r\n\r\nx = (\"🤗ü\", TrainingArguments(\"o\", eval_s";
    let line = text.lines().last().unwrap();
    let start = line.find("eval_s").unwrap();
    let before = &line[..start];
    for (encoding, column) in [
        ("utf-8", before.len()),
        ("utf-16", before.encode_utf16().count()),
        ("utf-32", before.chars().count()),
    ] {
        let column = u32::try_from(column).unwrap();
        let mut client = client_with(encoding);
        client.open(URI, text);
        let list = completion(&mut client, URI, 2, column + 6);
        let item = item(&list, "eval_strategy=");
        assert_eq!(item["textEdit"]["newText"], "eval_strategy=");
        assert_eq!(
            item["textEdit"]["range"],
            range([2, column], [2, column + 6])
        );
        assert_eq!(item["labelDetails"]["description"], "TrainingArguments");
        let detail = item["labelDetails"]["detail"].as_str().unwrap();
        assert!(detail.ends_with("= \"no\""), "{detail}");
        assert_eq!(item["insertTextFormat"], 1);
        client.finish();
    }
}

#[test]
fn deprecated_arguments_stand_last_and_are_marked() {
    let mut client = client();
    client.open(
        URI,
        "from transformers import TrainingArguments\nTrainingArguments(",
    );
    let list = completion(&mut client, URI, 1, 18);
    let items = list["items"].as_array().unwrap();
    let is_deprecated = |item: &&Value| item["tags"] == json!([1]);
    let sort = |item: &Value| item["sortText"].as_str().unwrap().to_owned();
    let first = items.iter().find(is_deprecated).map(sort).unwrap();
    let others = items.iter().filter(|it| !is_deprecated(it));
    assert!(others.map(sort).all(|other| other < first));
    client.finish();
}

#[test]
fn documentation_comes_when_asked_for() {
    let mut client = client();
    client.open(
        URI,
        "from transformers import TrainingArguments\nTrainingArguments(",
    );
    let list = completion(&mut client, URI, 1, 18);
    let chosen = item(&list, "eval_strategy=").clone();
    assert_eq!(chosen.get("documentation"), None);
    let id = client.ask("completionItem/resolve", chosen.clone());
    let resolved: Value = client.result(id);
    let text = resolved["documentation"]["value"].as_str().unwrap();
    assert!(text.contains("Since transformers 4.41"), "{text}");
    assert_eq!(resolved["documentation"]["kind"], "markdown");
    // What nobody knows comes back as it was.
    for data in [json!(null), json!({"uri": "file:///gone.py"}), json!(3)] {
        let unknown = json!({"label": "x", "data": data});
        let id = client.ask("completionItem/resolve", unknown.clone());
        let resolved: Value = client.result(id);
        assert_eq!(resolved["label"], "x");
        assert_eq!(resolved.get("documentation"), None);
    }
    client.finish();
}

#[test]
fn values_replace_what_is_in_quotes() {
    let mut client = client();
    client.open(
        URI,
        "from transformers import TrainingArguments\nTrainingArguments(eval_strategy=\"ep\")",
    );
    let list = completion(&mut client, URI, 1, 34);
    let epoch = item(&list, "epoch");
    assert_eq!(epoch["textEdit"]["range"], range([1, 33], [1, 35]));
    assert_eq!(epoch["textEdit"]["newText"], "epoch");
    client.finish();
}

#[test]
fn the_client_chooses_whether_the_rest_of_a_word_goes() {
    let mut client = client();
    client.open(
        URI,
        "from transformers import TrainingArguments\nTrainingArguments(eval_strat)",
    );
    let list = completion(&mut client, URI, 1, 22);
    let edit = &item(&list, "eval_strategy=")["textEdit"];
    assert_eq!(edit["insert"], range([1, 18], [1, 22]));
    assert_eq!(edit["replace"], range([1, 18], [1, 28]));
    client.finish();
}

#[test]
fn a_plain_name_brings_its_import() {
    let mut client = client();
    client.open(URI, "import trl\r\n\r\nargs = SFTConf");
    let list = completion(&mut client, URI, 2, 14);
    let item = item(&list, "SFTConfig");
    assert_eq!(
        item["additionalTextEdits"],
        json!([{"range": range([1, 0], [1, 0]), "newText": "from trl import SFTConfig\r\n"}])
    );
    assert_eq!(list["isIncomplete"], false);
    // With two letters more may come.
    let list = completion(&mut client, URI, 2, 9);
    assert_eq!(
        (&list["items"], &list["isIncomplete"]),
        (&json!([]), &json!(true))
    );
    client.finish();
}

#[test]
fn nothing_is_offered_without_a_library() {
    let mut client = client();
    client.open(URI, "print(\nTrainingArg");
    for (line, column) in [(0, 6), (1, 11), (9, 9)] {
        let list = completion(&mut client, URI, line, column);
        assert_eq!(
            (&list["items"], &list["isIncomplete"]),
            (&json!([]), &json!(false))
        );
    }
    let id = client.ask("textDocument/completion", at("file:///not-open.py", 0, 0));
    assert_eq!(client.result::<Value>(id), Value::Null);
    client.finish();
}

#[test]
fn an_edit_and_a_question_at_once_belong_together() {
    let mut client = client();
    client.open(URI, "from trl import SFTConfig\nSFTConfig");
    client.change(URI, 2, [1, 9, 1, 9], "(");
    let list = completion(&mut client, URI, 1, 10);
    item(&list, "max_length=");
    client.finish();
}

#[test]
fn questions_that_nobody_waits_for_cost_nothing() {
    let mut client = client();
    client.open(URI, "from trl import SFTConfig\nSFTConfig(");
    let asked: Vec<i64> = (0..20)
        .map(|_| client.ask("textDocument/completion", at(URI, 1, 10)))
        .collect();
    let (last, before) = asked.split_last().unwrap();
    let list: Value = client.result(*last);
    item(&list, "max_length=");
    for id in before {
        let response = client.response(*id);
        let code = &response["error"]["code"];
        assert!(
            *code == CONTENT_MODIFIED || response["result"].is_object(),
            "{response}"
        );
    }
    let id = client.ask("textDocument/completion", at(URI, 1, 10));
    client.notify("$/cancelRequest", json!({"id": id}));
    let response = client.response(id);
    let code = &response["error"]["code"];
    assert!(
        *code == CANCELLED || response["result"].is_object(),
        "{response}"
    );
    client.finish();
}

#[test]
fn signatures_name_their_parameters_by_place() {
    let mut client = client();
    client.open(
        URI,
        "from transformers import pipeline\n\"🤗\"; pipeline(\"fill-mask\", model=",
    );
    let ask = |client: &mut Client, column| -> Value {
        let id = client.ask("textDocument/signatureHelp", at(URI, 1, column));
        client.result(id)
    };
    let active = |help: &Value| {
        let signature = &help["signatures"][0];
        let index = usize::try_from(help["activeParameter"].as_u64().unwrap()).unwrap();
        let label = signature["label"].as_str().unwrap();
        let place = &signature["parameters"][index]["label"];
        let at = |end: usize| usize::try_from(place[end].as_u64().unwrap()).unwrap();
        label[at(0)..at(1)].to_owned()
    };
    assert!(active(&ask(&mut client, 16)).starts_with("task: "));
    assert!(active(&ask(&mut client, 29)).starts_with("model: "));
    assert!(active(&ask(&mut client, 34)).starts_with("model: "));
    let id = client.ask("textDocument/signatureHelp", at(URI, 1, 3));
    assert_eq!(client.result::<Value>(id), Value::Null);
    client.finish();
}

#[test]
fn no_parameter_is_active_behind_names() {
    let mut client = client();
    client.open(
        URI,
        "from transformers import pipeline\npipeline(model=m, )",
    );
    let id = client.ask("textDocument/signatureHelp", at(URI, 1, 18));
    let help: Value = client.result(id);
    assert_eq!(help["activeParameter"], Value::Null);
    client.finish();
}

#[test]
fn a_cell_gets_its_import_itself() {
    let mut client = Client::ready(Setup {
        capabilities: json!({
            "notebookDocument": {"synchronization": {"dynamicRegistration": true}},
        }),
        ..Setup::default()
    });
    let uri = |cell: &str| format!("vscode-notebook-cell:/train.ipynb#{cell}");
    let cell = |name: &str| json!({"kind": 2, "document": uri(name)});
    let text = |name: &str, text: &str| json!({"uri": uri(name), "languageId": "python", "version": 1, "text": text});
    client.notify(
        "notebookDocument/didOpen",
        json!({
            "notebookDocument": {
                "uri": "file:///train.ipynb", "version": 0, "notebookType": "jupyter-notebook",
                "cells": [cell("a"), cell("b"), cell("c")],
            },
            "cellTextDocuments": [
                text("a", "from trl import SFTTrainer"),
                text("b", "%time\ntrainer = SFTTrainer(\"🤗\", SFTConf"),
                text("c", "print(3)"),
            ],
        }),
    );
    let list = completion(&mut client, &uri("b"), 1, 34);
    let name = item(&list, "SFTConfig");
    assert_eq!(
        name["additionalTextEdits"],
        json!([{"range": range([1, 0], [1, 0]), "newText": "from trl import SFTConfig\n"}])
    );
    assert_eq!(name["textEdit"]["range"], range([1, 27], [1, 34]));
    let argument = item(&list, "train_dataset=");
    assert!(
        argument["detail"]
            .as_str()
            .unwrap()
            .ends_with("· SFTTrainer")
    );
    client.finish();
}

#[test]
fn a_space_asks_only_where_something_follows() {
    let mut client = Client::ready(Setup::default());
    let uri = "file:///space.py";
    client.open(
        uri,
        "from trl import SFTConfig\nx = y \nSFTConfig(\"out\", \n",
    );
    let mut typed = |line: u32, column: u32| {
        let mut params = at(uri, line, column);
        params["context"] = json!({"triggerKind": 2, "triggerCharacter": " "});
        let id = client.ask("textDocument/completion", params);
        client.result::<Value>(id)
    };
    assert_eq!(typed(1, 6), Value::Null);
    let names = typed(2, 17)["items"].to_string();
    assert!(names.contains("max_length="), "{names}");
    client.finish();
}
