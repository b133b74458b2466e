//! Plans made through the protocol.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, Setup};
use crate::journal::{able, uri};

const SCRIPT: &str = "from peft import LoraConfig\nfrom trl import SFTTrainer\n\n\
                      trainer = SFTTrainer(model=\"Qwen/Qwen3-4B\", peft_config=LoraConfig())\n";

struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("train.py"), SCRIPT).unwrap();
        Self(folder)
    }

    fn uri(&self, path: &str) -> String {
        uri(&self.0.path().join(path))
    }

    fn client(&self, capabilities: Value) -> Client {
        let folder = json!({"uri": uri(self.0.path()), "name": "project"});
        let mut client = Client::ready(Setup {
            capabilities,
            folders: vec![folder],
            ..Setup::default()
        });
        client.open(&self.uri("train.py"), SCRIPT);
        client
    }
}

/// A client that shows edits before it makes them.
fn looking() -> Value {
    let mut able = able();
    able["workspace"]["workspaceEdit"]["changeAnnotationSupport"] = json!({});
    able
}

fn actions(client: &mut Client, uri: &str) -> Vec<Value> {
    let place = json!({"line": 3, "character": 0});
    let id = client.ask(
        "textDocument/codeAction",
        json!({"textDocument": {"uri": uri}, "range": {"start": place, "end": place}, "context": {"diagnostics": []}}),
    );
    client.result(id)
}

/// The texts of the files that an edit makes, by the ends of their names.
fn made<'e>(edit: &'e Value, name: &str) -> &'e str {
    let changes = edit["documentChanges"].as_array().unwrap();
    let is_it = |it: &&Value| {
        it["textDocument"]["uri"]
            .as_str()
            .is_some_and(|uri| uri.ends_with(name))
    };
    changes.iter().find(is_it).unwrap()["edits"][0]["newText"]
        .as_str()
        .unwrap()
}

#[test]
fn a_script_is_planned_and_looked_at_first() {
    let project = Project::new();
    let mut client = project.client(looking());
    let script = project.uri("train.py");
    let found = actions(&mut client, &script);
    let action = found.iter().find(|it| it["title"] == "Plan this script");
    let command = &action.unwrap_or_else(|| panic!("{found:#?}"))["command"];
    let id = client.ask_command(
        command["command"].as_str().unwrap(),
        command["arguments"].clone(),
    );
    assert_eq!(client.result::<Value>(id), Value::Null);
    let asked = client.wait_asked("workspace/applyEdit");
    let edit = &asked["params"]["edit"];
    let plan = made(edit, "dev-journal/OUR-PLAN.md");
    assert!(
        plan.contains("use-case: llm-sft;") && plan.contains("`Qwen/Qwen3-4B`"),
        "{plan}"
    );
    assert!(made(edit, "dev-journal/.our-plan.json").contains("\"script\": \"train.py\""));
    let changes = edit["documentChanges"].as_array().unwrap();
    // An edit that changes nothing asks for the look; what is written is selected.
    let of_preview: Vec<&Value> = changes
        .iter()
        .flat_map(|it| it["edits"].as_array().into_iter().flatten())
        .filter(|it| it["annotationId"] != Value::Null)
        .collect();
    assert_eq!(of_preview.len(), 1);
    assert_eq!(of_preview[0]["newText"], "");
    let annotation = of_preview[0]["annotationId"].as_str().unwrap();
    assert_eq!(
        edit["changeAnnotations"][annotation]["needsConfirmation"],
        true
    );
    client.finish();
}

#[test]
fn a_client_that_shows_nothing_first_gets_a_plain_edit() {
    let project = Project::new();
    let mut client = project.client(able());
    let wanted = json!({"useCase": "llm-sft-qlora", "gpu": "A100-80GB", "set": {"epochs": 3}});
    let id = client.ask_command(
        "hf-lsp.plan.project",
        json!([project.uri("dev-journal/OUR-PLAN.md"), wanted]),
    );
    assert_eq!(client.result::<Value>(id), Value::Null);
    let asked = client.wait_asked("workspace/applyEdit");
    let edit = &asked["params"]["edit"];
    assert_eq!(edit["changeAnnotations"], Value::Null);
    let plan = made(edit, "OUR-PLAN.md");
    assert!(
        plan.contains("`1x80GB`") && plan.contains("num_train_epochs=3"),
        "{plan}"
    );
    client.finish();
}

#[test]
fn a_plan_is_written_out_and_brought_up_to_date() {
    let project = Project::new();
    let mut client = project.client(able());
    let script = project.uri("train.py");
    let ask = |client: &mut Client, name: &str, wanted: Value| {
        let id = client.ask_command(name, json!([script, wanted]));
        client.response(id)
    };
    ask(
        &mut client,
        "hf-lsp.plan.project",
        json!({"useCase": "llm-sft"}),
    );
    let asked = client.wait_asked("workspace/applyEdit");
    fs::create_dir_all(project.0.path().join("dev-journal")).unwrap();
    for name in ["dev-journal/OUR-PLAN.md", "dev-journal/.our-plan.json"] {
        fs::write(
            project.0.path().join(name),
            made(&asked["params"]["edit"], name),
        )
        .unwrap();
    }
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": project.uri("dev-journal/OUR-PLAN.md"), "type": 1}, {"uri": project.uri("dev-journal/.our-plan.json"), "type": 1}]}),
    );
    let again = ask(
        &mut client,
        "hf-lsp.plan.project",
        json!({"useCase": "llm-sft"}),
    );
    assert!(
        again["error"]["message"]
            .as_str()
            .unwrap()
            .contains("is there already"),
        "{again}"
    );
    let same = ask(&mut client, "hf-lsp.plan.update", json!({}));
    assert!(
        same["error"]["message"]
            .as_str()
            .unwrap()
            .contains("nothing to change"),
        "{same}"
    );

    ask(
        &mut client,
        "hf-lsp.plan.update",
        json!({"gpu": "A100-80GB"}),
    );
    let asked = client.wait_asked("workspace/applyEdit");
    assert!(asked["params"]["edit"].to_string().contains("1x80GB"));
    ask(&mut client, "hf-lsp.plan.write", json!({}));
    let asked = client.wait_asked("workspace/applyEdit");
    assert!(made(&asked["params"]["edit"], "src/train.py").contains("SFTTrainer("));
    assert!(
        actions(&mut client, &script)
            .iter()
            .all(|it| it["title"] != "Plan this script"),
        "there is one"
    );
    client.finish();
}

#[test]
fn what_cannot_be_planned_is_refused_in_a_sentence() {
    let project = Project::new();
    let mut client = project.client(able());
    let script = project.uri("train.py");
    for (wanted, said) in [
        (json!({"useCase": "llm-sfd"}), "did you mean `llm-sft`?"),
        (
            json!({"useCase": "llm-sft", "gpu": "banana"}),
            "is no GPU that is known",
        ),
        (
            json!({"useCase": "llm-sft", "model": "a\"b"}),
            "cannot be used",
        ),
        (
            json!({"useCase": "llm-sft", "set": {"epochs": "many"}}),
            "epochs=many",
        ),
    ] {
        let id = client.ask_command("hf-lsp.plan.project", json!([script, wanted]));
        let response = client.response(id);
        let message = response["error"]["message"]
            .as_str()
            .unwrap_or_else(|| panic!("{response}"));
        assert!(message.contains(said), "{message}");
    }
    let id = client.ask_command("hf-lsp.plan.useCases", json!([]));
    let all: Value = client.result(id);
    assert!(
        all.as_array()
            .unwrap()
            .iter()
            .any(|it| it["id"] == "llm-sft" && it["title"] != "")
    );
    client.finish();
}
