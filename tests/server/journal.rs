//! The dev-journal through the protocol: one small project, and each feature once.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, Setup, at, codes};

const REQUEST_FAILED: i64 = -32803;

/// Twelve lines of head, then steps.
pub const PLAN: &str = "\
# OUR-PLAN: a model

<!-- hf-plan: 1 -->

## 1. Environment Setup

- [x] 1.1 Pin the packages
  - Files: `requirements.txt`
- [ ] 1.2 Look at 🤗 the machine
  - Depends: 1.1
  - Run: `python src/train.py --smoke`

## 2. Training Configuration

- [ ] 2.1 Write the script
  - Depends: 1.2
  - Files: `src/train.py#main`
  - Model: `acme/model`
  - [ ] 2.1.1 Read the arguments
";

const CHANGELOG: &str =
    "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Packages are pinned (step 1.1)\n";

const TRAIN: &str = "import sys\n\n\ndef main() -> None:\n    print(sys.argv)\n\n\nmain()\n";

/// A project with a journal.
pub struct Project(pub TempDir);

impl Project {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("dev-journal/OUR-PLAN.md", PLAN);
        write("dev-journal/CHANGELOG.md", CHANGELOG);
        write("requirements.txt", "transformers==5.23.0\n");
        write("src/train.py", TRAIN);
        Self(folder)
    }

    pub fn uri(&self, path: &str) -> String {
        uri(&self.0.path().join(path))
    }

    pub fn plan(&self) -> String {
        self.uri("dev-journal/OUR-PLAN.md")
    }

    /// A client with this folder.
    pub fn client(&self, capabilities: Value, options: Value) -> Client {
        let folder = json!({"uri": uri(self.0.path()), "name": "project"});
        Client::ready(Setup {
            capabilities,
            options,
            folders: vec![folder],
            ..Setup::default()
        })
    }

    /// A client that can do everything, with the plan open.
    pub fn open(&self) -> Client {
        let mut client = self.client(able(), json!({}));
        client.open_as(&self.plan(), "markdown", PLAN);
        client
    }
}

pub fn uri(path: &Path) -> String {
    url::Url::from_file_path(path).unwrap().into()
}

/// What a client says that can do everything.
pub fn able() -> Value {
    json!({
        "textDocument": {
            "publishDiagnostics": {"relatedInformation": true},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "rename": {"prepareSupport": true},
            "hover": {"contentFormat": ["markdown"]},
            "completion": {"completionItem": {"insertTextModeSupport": {"valueSet": [1]}}},
            "inlineCompletion": {},
        },
        "workspace": {
            "applyEdit": true,
            "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]},
            "fileOperations": {"willRename": true},
            "codeLens": {"refreshSupport": true},
            "inlayHint": {"refreshSupport": true},
        },
    })
}

/// Line and column of the first `needle`.
pub fn place(text: &str, needle: &str) -> (u32, u32) {
    let offset = text.find(needle).unwrap_or_else(|| panic!("no {needle}"));
    let line = text[..offset].matches('\n').count();
    let start = text[..offset].rfind('\n').map_or(0, |it| it + 1);
    let column = text[start..offset].encode_utf16().count();
    (u32::try_from(line).unwrap(), u32::try_from(column).unwrap())
}

/// What a client gets that asks about the first `needle` of the plan.
pub fn ask_at(client: &mut Client, method: &str, uri: &str, needle: &str, more: Value) -> i64 {
    let (line, column) = place(PLAN, needle);
    let mut params = at(uri, line, column);
    for (name, value) in more.as_object().unwrap() {
        params[name] = value.clone();
    }
    client.ask(method, params)
}

/// The text with an array of edits made.
pub fn edited(text: &str, edits: &Value) -> String {
    let mut lines: Vec<usize> = vec![0];
    lines.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    let offset = |place: &Value| {
        let start = lines[usize::try_from(place["line"].as_u64().unwrap()).unwrap()];
        let wanted = place["character"].as_u64().unwrap();
        let mut column = 0;
        let mut characters = text[start..].char_indices();
        let at = characters.find(|(_, character)| {
            let is_there = column >= wanted;
            column += character.len_utf16() as u64;
            is_there
        });
        start + at.map_or(text.len() - start, |(at, _)| at)
    };
    let mut made: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let range = &it["range"];
            (
                offset(&range["start"]),
                offset(&range["end"]),
                it["newText"].as_str().unwrap(),
            )
        })
        .collect();
    made.sort_unstable();
    let mut out = text.to_owned();
    for (start, end, new) in made.into_iter().rev() {
        out.replace_range(start..end, new);
    }
    out
}

fn start(range: &Value) -> (u64, u64) {
    let start = &range["start"];
    (
        start["line"].as_u64().unwrap(),
        start["character"].as_u64().unwrap(),
    )
}

#[test]
fn what_is_offered_depends_on_the_client() {
    let project = Project::new();
    let offered = |capabilities: Value| {
        let mut client = Client::start(Setup {
            capabilities,
            ..Setup::default()
        });
        let offered = serde_json::to_value(client.initialize().capabilities).unwrap();
        client.finish();
        offered
    };
    let all = offered(able());
    for name in [
        "codeLensProvider",
        "inlineCompletionProvider",
        "documentSymbolProvider",
        "workspaceSymbolProvider",
        "foldingRangeProvider",
        "definitionProvider",
        "referencesProvider",
    ] {
        assert_ne!(all[name], Value::Null, "{name}");
    }
    assert_eq!(all["renameProvider"], json!({"prepareProvider": true}));
    let filters = &all["workspace"]["fileOperations"]["willRename"]["filters"];
    assert_eq!(filters[0]["pattern"]["glob"], "**/*");
    let few = offered(json!({}));
    assert_eq!(few["renameProvider"], json!(true));
    assert_eq!(few["inlineCompletionProvider"], Value::Null);
    assert_eq!(few["workspace"]["fileOperations"], Value::Null);

    let dynamic = json!({"dynamicRegistration": true});
    let mut capabilities = able();
    for name in [
        "definition",
        "references",
        "documentSymbol",
        "foldingRange",
        "rename",
    ] {
        capabilities["textDocument"][name] = dynamic.clone();
    }
    let later = offered(capabilities.clone());
    assert_eq!(later["definitionProvider"], Value::Null);
    assert_ne!(
        later["codeLensProvider"],
        Value::Null,
        "code has lenses too"
    );
    let mut client = project.client(capabilities, json!({}));
    let asked = client.wait_asked("client/registerCapability");
    let registered = asked["params"]["registrations"].as_array().unwrap();
    assert_eq!(registered.len(), 5);
    for registration in registered {
        let selector = &registration["registerOptions"]["documentSelector"];
        assert_eq!(selector, &json!([{"language": "markdown"}]));
    }
    client.finish();
}

#[test]
fn sections_and_steps_are_symbols() {
    let project = Project::new();
    let mut client = project.open();
    let document = json!({"textDocument": {"uri": project.plan()}});
    let id = client.ask("textDocument/documentSymbol", document.clone());
    let found: Value = client.result(id);
    let shown = |it: &Value| (it["name"].clone(), it["detail"].clone());
    assert_eq!(
        shown(&found[0]),
        (json!("1. Environment Setup"), json!("1/2"))
    );
    assert_eq!(
        shown(&found[1]),
        (json!("2. Training Configuration"), json!("0/1"))
    );
    let step = &found[0]["children"][1];
    assert_eq!(
        shown(step),
        (json!("1.2 Look at 🤗 the machine"), json!("open"))
    );
    assert_eq!(
        step["selectionRange"],
        json!({"start": {"line": 8, "character": 6}, "end": {"line": 8, "character": 32}})
    );
    let inner = &found[1]["children"][0]["children"][0];
    assert_eq!(inner["name"], "2.1.1 Read the arguments");

    let id = client.ask("workspace/symbol", json!({"query": "2.1 w"}));
    let found: Value = client.result(id);
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["name"], "2.1 Write the script");
    assert_eq!(found[0]["location"]["uri"], project.plan());

    let id = client.ask("textDocument/foldingRange", document);
    let found: Value = client.result(id);
    let lines = |it: &Value| {
        (
            it["startLine"].as_u64().unwrap(),
            it["endLine"].as_u64().unwrap(),
        )
    };
    let folds: Vec<_> = found.as_array().unwrap().iter().map(lines).collect();
    for fold in [(4, 10), (6, 7), (12, 18), (14, 18)] {
        assert!(folds.contains(&fold), "{fold:?} in {folds:?}");
    }
    client.finish();
}

#[test]
fn clients_that_show_no_tree_get_a_list() {
    let project = Project::new();
    let mut client = project.client(json!({}), json!({}));
    client.open_as(&project.plan(), "markdown", PLAN);
    let document = json!({"textDocument": {"uri": project.plan()}});
    let id = client.ask("textDocument/documentSymbol", document);
    let found: Value = client.result(id);
    let names: Vec<&str> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 6);
    assert_eq!(found[5]["containerName"], "2.1 Write the script");
    client.finish();
}

#[test]
fn ids_and_paths_lead_to_what_they_name() {
    let project = Project::new();
    let mut client = project.open();
    let plan = project.plan();
    let id = ask_at(
        &mut client,
        "textDocument/definition",
        &plan,
        "1.2\n  - Files",
        json!({}),
    );
    let found: Value = client.result(id);
    assert_eq!(found[0]["uri"], plan);
    assert_eq!(start(&found[0]["range"]), (8, 6));
    let id = ask_at(
        &mut client,
        "textDocument/definition",
        &plan,
        "train.py#main",
        json!({}),
    );
    let found: Value = client.result(id);
    assert_eq!(found[0]["uri"], project.uri("src/train.py"));
    assert_eq!(start(&found[0]["range"]), (3, 4));

    let more = json!({"context": {"includeDeclaration": true}});
    let id = ask_at(
        &mut client,
        "textDocument/references",
        &plan,
        "1.1 Pin",
        more,
    );
    let found: Value = client.result(id);
    let places: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["uri"].clone(), start(&it["range"])))
        .collect();
    let changelog = project.uri("dev-journal/CHANGELOG.md");
    assert_eq!(
        places,
        [
            (json!(plan), (6, 6)),
            (json!(plan), (9, 13)),
            (json!(changelog), (6, 28)),
        ]
    );
    let more = json!({"context": {"includeDeclaration": false}});
    let id = ask_at(
        &mut client,
        "textDocument/references",
        &plan,
        "1.1 Pin",
        more,
    );
    let found: Value = client.result(id);
    assert_eq!(found.as_array().unwrap().len(), 2);
    // From the changelog back, and nothing where nothing is named.
    client.open_as(&changelog, "markdown", CHANGELOG);
    let id = client.ask("textDocument/definition", at(&changelog, 6, 30));
    let found: Value = client.result(id);
    assert_eq!(start(&found[0]["range"]), (6, 6));
    let id = client.ask("textDocument/definition", at(&changelog, 6, 3));
    assert_eq!(client.result::<Value>(id), Value::Null);
    client.finish();
}

#[test]
fn an_id_gets_another_name_everywhere() {
    let project = Project::new();
    let mut client = project.open();
    let plan = project.plan();
    let id = ask_at(
        &mut client,
        "textDocument/prepareRename",
        &plan,
        "1.1 Pin",
        json!({}),
    );
    let found: Value = client.result(id);
    assert_eq!(start(&found), (6, 6));
    let id = ask_at(
        &mut client,
        "textDocument/prepareRename",
        &plan,
        "Pin",
        json!({}),
    );
    assert_eq!(client.result::<Value>(id), Value::Null);

    let id = ask_at(
        &mut client,
        "textDocument/rename",
        &plan,
        "1.1 Pin",
        json!({"newName": "1.3"}),
    );
    let found: Value = client.result(id);
    let changes = found["documentChanges"].as_array().unwrap();
    let of = |uri: &str| {
        changes
            .iter()
            .find(|it| it["textDocument"]["uri"] == uri)
            .unwrap()
    };
    assert_eq!(of(&plan)["textDocument"]["version"], 1);
    let renamed = PLAN
        .replace("1.1 Pin", "1.3 Pin")
        .replace("Depends: 1.1", "Depends: 1.3");
    assert_eq!(edited(PLAN, &of(&plan)["edits"]), renamed);
    let changelog = of(&project.uri("dev-journal/CHANGELOG.md"));
    assert_eq!(
        changelog["textDocument"]["version"],
        Value::Null,
        "it is not open"
    );
    assert_eq!(
        edited(CHANGELOG, &changelog["edits"]),
        CHANGELOG.replace("1.1", "1.3")
    );
    // What is within a step goes with it.
    let id = ask_at(
        &mut client,
        "textDocument/rename",
        &plan,
        "2.1 Write",
        json!({"newName": "2.4"}),
    );
    let found: Value = client.result(id);
    let edits = &found["documentChanges"][0]["edits"];
    assert_eq!(edited(PLAN, edits), PLAN.replace("2.1", "2.4"));

    for (name, why) in [
        ("1.2", "there is a step `1.2` already"),
        ("soon", "no id of a step"),
    ] {
        let id = ask_at(
            &mut client,
            "textDocument/rename",
            &plan,
            "1.1 Pin",
            json!({"newName": name}),
        );
        let error = client.response(id)["error"].clone();
        assert_eq!(error["code"], REQUEST_FAILED);
        assert!(error["message"].as_str().unwrap().contains(why), "{error}");
    }
    client.finish();
}

#[test]
fn files_take_their_names_along() {
    let project = Project::new();
    let mut client = project.client(able(), json!({}));
    let renamed = |client: &mut Client, old: &str, new: &str| {
        let files = json!({"files": [{"oldUri": project.uri(old), "newUri": project.uri(new)}]});
        let id = client.ask("workspace/willRenameFiles", files);
        client.result::<Value>(id)
    };
    let found = renamed(&mut client, "src/train.py", "src/fit.py");
    let change = &found["documentChanges"][0];
    assert_eq!(
        change["textDocument"]["version"],
        Value::Null,
        "the plan is not open"
    );
    assert_eq!(
        edited(PLAN, &change["edits"]),
        PLAN.replace("train.py", "fit.py")
    );
    client.open_as(&project.plan(), "markdown", PLAN);
    let found = renamed(&mut client, "src", "code");
    let change = &found["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 1);
    assert_eq!(
        edited(PLAN, &change["edits"]),
        PLAN.replace("src/", "code/")
    );
    assert_eq!(
        renamed(&mut client, "src/other.py", "src/fit.py"),
        Value::Null
    );
    client.finish();
}

#[test]
fn names_are_explained_linked_and_have_words_beside_them() {
    let project = Project::new();
    let mut client = project.client(able(), json!({"settings": {"inlayHints": true}}));
    let plan = project.plan();
    client.open_as(&plan, "markdown", PLAN);
    let id = ask_at(
        &mut client,
        "textDocument/hover",
        &plan,
        "1.2\n  - Files",
        json!({}),
    );
    let found: Value = client.result(id);
    let shown = found["contents"]["value"].as_str().unwrap();
    for part in [
        "1.2 Look at 🤗 the machine",
        "open",
        "Run: `python src/train.py --smoke`",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let document = json!({"textDocument": {"uri": plan}});
    let id = client.ask("textDocument/documentLink", document);
    let found: Value = client.result(id);
    let targets: Vec<&str> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["target"].as_str().unwrap())
        .collect();
    assert_eq!(
        targets[..2],
        [project.uri("requirements.txt"), project.uri("src/train.py")]
    );
    assert!(targets[2].ends_with("/acme/model"), "{targets:?}");

    let all = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let id = client.ask(
        "textDocument/inlayHint",
        json!({"textDocument": {"uri": plan}, "range": all}),
    );
    let found: Value = client.result(id);
    let hints: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["position"]["line"].clone(), it["label"].clone()))
        .collect();
    assert_eq!(
        hints,
        [
            (json!(14), json!("blocked by 1.2")),
            (json!(15), json!("open"))
        ]
    );
    client.finish();
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_are_not_followed() {
    let project = Project::new();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.py"), "def main():\n    pass\n").unwrap();
    fs::remove_file(project.0.path().join("src/train.py")).unwrap();
    let link = project.0.path().join("src/train.py");
    std::os::unix::fs::symlink(outside.path().join("secret.py"), link).unwrap();
    let mut client = project.open();
    let plan = project.plan();
    let id = ask_at(
        &mut client,
        "textDocument/definition",
        &plan,
        "train.py#main",
        json!({}),
    );
    assert_eq!(client.result::<Value>(id), Value::Null);
    let id = client.ask(
        "textDocument/documentLink",
        json!({"textDocument": {"uri": plan}}),
    );
    let found: Value = client.result(id);
    assert!(!found.to_string().contains("train.py"), "{found}");
    client.finish();
}

#[test]
fn a_very_long_plan_is_answered() {
    let project = Project::new();
    let mut text = PLAN.to_owned();
    for number in 1..5_000 {
        let step = format!(
            "- [ ] 3.{number} One more\n  - Depends: 3.{}\n  - Files: `src/train.py`\n  - Run: `python src/train.py`\n",
            number - 1
        );
        text.push_str(&step);
    }
    let mut client = project.client(able(), json!({}));
    let plan = project.plan();
    client.open_as(&plan, "markdown", &text);
    let document = json!({"textDocument": {"uri": plan}});
    let asked = [
        client.ask("textDocument/documentSymbol", document.clone()),
        client.ask("textDocument/foldingRange", document.clone()),
        client.ask("textDocument/codeLens", document.clone()),
        client.ask("textDocument/documentLink", document),
        client.ask("textDocument/definition", at(&plan, 15_000, 14)),
    ];
    for id in asked {
        let _: Value = client.result(id);
    }
    client.published(&plan, Some(1));
    client.finish();
}

/// In a plan a finding has the journal's code, and that is what the settings speak of.
#[test]
fn a_family_can_be_selected() {
    let project = Project::new();
    let folder = json!({"uri": uri(project.0.path()), "name": "project"});
    let mut client = Client::ready(Setup {
        capabilities: json!({"workspace": {"configuration": true}}),
        settings: json!({"select": ["HFP501"]}),
        folders: vec![folder],
        ..Setup::default()
    });
    let fence = "\n  ```python\n  from transformers import TrainingArguments\n\n  \
                 TrainingArguments(evaluation_strategy=\"no\")\n  ```\n";
    client.open_as(&project.plan(), "markdown", &format!("{PLAN}{fence}"));
    let found = client.published(&project.plan(), Some(1));
    assert_eq!(codes(&found), ["HFP501"]);
    client.finish();
}
