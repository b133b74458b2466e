//! Folders, settings, watched files, the whole workspace.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tower_lsp_server::gen_lsp_types::{
    DocumentDiagnosticRequest, ProgressNotification, WorkspaceDiagnosticRequest,
};

use crate::client::{Client, SCRIPT, Setup, codes, pulls};

fn uri(path: &Path) -> String {
    url::Url::from_file_path(path).unwrap().into()
}

fn folder(path: &Path) -> Value {
    json!({"uri": uri(path), "name": "project"})
}

/// A folder whose requirements pin a release.
fn project(pin: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("requirements.txt"),
        format!("transformers=={pin}\n"),
    )
    .unwrap();
    folder
}

#[test]
fn settings_come_at_the_start() {
    let mut client = Client::ready(Setup {
        options: json!({"settings": {"ignore": ["HF103"]}}),
        ..Setup::default()
    });
    client.open("file:///t.py", SCRIPT);
    assert_eq!(codes(&client.published("file:///t.py", Some(1))), [""; 0]);
    client.finish();
}

#[test]
fn settings_are_asked_for_before_anything_is_said() {
    let mut client = Client::ready(Setup {
        capabilities: json!({"workspace": {"configuration": true}}),
        settings: json!({"ignore": ["HF103"]}),
        ..Setup::default()
    });
    client.open("file:///t.py", SCRIPT);
    let all = client.publications("file:///t.py", Some(1));
    assert_eq!(all[0].diagnostics, []);
    let asked = client.wait_asked("workspace/configuration");
    assert_eq!(asked["params"]["items"], json!([{"section": "hf-lsp"}]));
    client.set_settings(json!({"ignore": []}));
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": null}),
    );
    assert_eq!(codes(&client.published("file:///t.py", Some(1))), ["HF103"]);
    client.finish();
}

#[test]
fn settings_are_taken_from_the_change() {
    let mut client = Client::ready(Setup::default());
    client.open("file:///t.py", SCRIPT);
    assert_eq!(codes(&client.published("file:///t.py", Some(1))), ["HF103"]);
    let settings = json!({"settings": {"hf-lsp": {"ignore": ["HF103"]}}});
    client.notify("workspace/didChangeConfiguration", settings);
    assert_eq!(codes(&client.published("file:///t.py", Some(1))), [""; 0]);
    client.finish();
}

#[test]
fn watches_what_decides_the_versions() {
    let project = project("5.0.0");
    let script = uri(&project.path().join("t.py"));
    let mut client = Client::ready(Setup {
        capabilities: json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}}),
        folders: vec![folder(project.path())],
        ..Setup::default()
    });
    let asked = client.wait_asked("client/registerCapability");
    let registered = asked["params"]["registrations"][0]["registerOptions"]["watchers"].to_string();
    for name in [
        "pyproject.toml",
        "uv.lock",
        "requirements*.txt",
        "hf-lsp.toml",
        "METADATA",
    ] {
        assert!(registered.contains(name), "{name}");
    }
    client.open(&script, SCRIPT);
    assert_eq!(codes(&client.published(&script, Some(1))), ["HF103"]);
    let requirements = project.path().join("requirements.txt");
    fs::write(&requirements, "transformers==4.38.0\n").unwrap();
    let changes = json!({"changes": [{"uri": uri(&requirements), "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", changes);
    assert_eq!(
        codes(&client.published(&script, Some(1))),
        [""; 0],
        "not renamed yet in 4.38"
    );
    client.finish();
}

#[test]
fn folders_come_and_go() {
    let old = project("4.38.0");
    let script = uri(&old.path().join("t.py"));
    let mut client = Client::ready(Setup {
        folders: vec![folder(old.path())],
        ..Setup::default()
    });
    client.open(&script, SCRIPT);
    assert_eq!(codes(&client.published(&script, Some(1))), [""; 0]);
    let new = project("5.0.0");
    let other = uri(&new.path().join("t.py"));
    let event = json!({"added": [folder(new.path())], "removed": [folder(old.path())]});
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({"event": event}),
    );
    client.open(&other, SCRIPT);
    assert_eq!(codes(&client.published(&other, Some(1))), ["HF103"]);
    client.finish();
}

#[test]
fn tells_a_pulling_client_when_to_ask_again() {
    let mut client = Client::ready(Setup {
        capabilities: pulls(),
        ..Setup::default()
    });
    client.open("file:///t.py", SCRIPT);
    let pull = |client: &mut Client| {
        let params = json!({"textDocument": {"uri": "file:///t.py"}});
        serde_json::to_value(client.request::<DocumentDiagnosticRequest>(params)).unwrap()
    };
    let before = pull(&mut client);
    assert_eq!(before["items"][0]["code"], "HF103");
    let settings = json!({"settings": {"ignore": ["HF103"]}});
    client.notify("workspace/didChangeConfiguration", settings);
    client.wait_asked("workspace/diagnostic/refresh");
    let after = pull(&mut client);
    assert_eq!(after["items"], json!([]));
    assert_ne!(before["resultId"], after["resultId"]);
    client.finish();
}

#[test]
fn checks_the_whole_workspace() {
    let project = project("5.0.0");
    for (name, text) in [("a.py", SCRIPT), ("b.py", "x = 1\n"), ("c.py", SCRIPT)] {
        fs::write(project.path().join(name), text).unwrap();
    }
    let path = |name: &str| uri(&project.path().join(name));
    let mut client = Client::ready(Setup {
        capabilities: pulls(),
        folders: vec![folder(project.path())],
        ..Setup::default()
    });
    // The editor's text counts, not that of the disk.
    client.open(&path("c.py"), "x = 1\n");
    let first = pull_workspace(&mut client, &json!([]));
    let item = |report: &[Value], name: &str| {
        let found = report.iter().find(|item| item["uri"] == path(name));
        found
            .unwrap_or_else(|| panic!("no {name} in {report:?}"))
            .clone()
    };
    assert_eq!(item(&first, "a.py")["items"][0]["code"], "HF103");
    assert_eq!(item(&first, "a.py")["version"], Value::Null);
    assert_eq!(item(&first, "b.py")["items"], json!([]));
    assert_eq!(item(&first, "c.py")["items"], json!([]));
    assert_eq!(item(&first, "c.py")["version"], 1);

    fs::write(project.path().join("b.py"), SCRIPT).unwrap();
    fs::remove_file(project.path().join("a.py")).unwrap();
    let previous: Vec<Value> = first
        .iter()
        .map(|item| json!({"uri": item["uri"], "value": item["resultId"]}))
        .collect();
    let second = pull_workspace(&mut client, &json!(previous));
    assert_eq!(
        item(&second, "a.py")["items"],
        json!([]),
        "what is gone is cleared"
    );
    assert_eq!(item(&second, "b.py")["items"][0]["code"], "HF103");
    assert_eq!(item(&second, "c.py")["kind"], "unchanged");
    client.finish();
}

fn pull_workspace(client: &mut Client, previous: &Value) -> Vec<Value> {
    let params = json!({"previousResultIds": previous, "workDoneToken": "look"});
    let report = client.request::<WorkspaceDiagnosticRequest>(params);
    let end = |it: &tower_lsp_server::gen_lsp_types::ProgressParams| {
        it.token == "look".into() && it.value["kind"] == "end"
    };
    client.notification::<ProgressNotification>(end);
    serde_json::to_value(report.items)
        .unwrap()
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn shows_progress_to_clients_that_can() {
    let mut client = Client::ready(Setup {
        capabilities: json!({"window": {"workDoneProgress": true}}),
        ..Setup::default()
    });
    let asked = client.wait_asked("window/workDoneProgress/create");
    let token = asked["params"]["token"].clone();
    for kind in ["begin", "end"] {
        let wanted = |it: &tower_lsp_server::gen_lsp_types::ProgressParams| {
            it.value["kind"] == kind && serde_json::to_value(&it.token).unwrap() == token
        };
        client.notification::<ProgressNotification>(wanted);
    }
    client.finish();
}

#[test]
fn a_saved_module_renews_what_imports_it() {
    let project = tempfile::tempdir().unwrap();
    let config = project.path().join("config.py");
    let made = "from trl import SFTConfig\n\nargs = SFTConfig(\"out\", eval_strategy=\"steps\")\n";
    fs::write(&config, made).unwrap();
    let train = uri(&project.path().join("train.py"));
    let mut client = Client::ready(Setup {
        folders: vec![folder(project.path())],
        ..Setup::default()
    });
    let text = "from trl import SFTTrainer\nfrom config import args\n\n\
        trainer = SFTTrainer(\"m\", args=args, train_dataset=ds)\n";
    client.open(&train, text);
    assert_eq!(codes(&client.published(&train, Some(1))), ["HF302"]);
    client.open(&uri(&config), made);
    let saved = |client: &mut Client, text: &str| {
        fs::write(&config, text).unwrap();
        let document = json!({"textDocument": {"uri": uri(&config)}});
        client.notify("textDocument/didSave", document);
    };
    saved(&mut client, &made.replace("steps", "no"));
    assert_eq!(codes(&client.published(&train, Some(1))), [""; 0]);
    saved(&mut client, made);
    assert_eq!(codes(&client.published(&train, Some(1))), ["HF302"]);
    client.finish();
}
