//! The plans of the workspace as a tree, and how a client learns that it changed.

use std::fs;

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{LspNotificationMethod, MessageDirection, Notification};

use crate::client::Client;
use crate::journal::{PLAN, Project, able};

#[derive(Debug)]
enum PlansChanged {}

impl Notification for PlansChanged {
    type Params = Value;
    const METHOD: LspNotificationMethod<'static> =
        LspNotificationMethod::Custom("hf-lsp/plansChanged");
    const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
}

fn outline(client: &mut Client) -> Vec<Value> {
    let id = client.ask_command("hf-lsp.plan.outline", json!([]));
    client.result(id)
}

/// Waits until the server has said that the plans changed and the outline is as wanted.
fn changed(client: &mut Client, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    loop {
        client.notification::<PlansChanged>(|params| *params == json!({}));
        let plans = outline(client);
        if wanted(&plans) {
            return plans;
        }
    }
}

#[test]
fn a_plan_is_told_as_a_tree() {
    let project = Project::new();
    let mut client = project.client(able(), json!({}));
    // Nothing is open.
    let plans = outline(&mut client);
    assert_eq!(plans.len(), 1, "{plans:?}");
    let plan = &plans[0];
    assert_eq!(plan["uri"], project.plan());
    assert_eq!(plan["version"], Value::Null);
    assert_eq!(plan["title"], "a model");
    assert_eq!(plan["isOwnFormat"], true);
    assert_eq!((&plan["done"], &plan["total"]), (&json!(1), &json!(3)));
    assert_eq!(plan["next"], "1.2");
    let phases = plan["phases"].as_array().unwrap();
    // What is asked of the whole plan stands at its title.
    let titles: Vec<_> = phases.iter().map(|it| &it["title"]).collect();
    assert_eq!(titles, ["", "Environment Setup", "Training Configuration"]);
    assert_eq!(phases[0]["findings"][0]["code"], "HFP101");
    let first = &phases[1]["steps"][1];
    assert_eq!(
        (&first["key"], &first["id"], &first["state"]),
        (&json!("1.2"), &json!("1.2"), &json!("open"))
    );
    // Columns are those of the negotiated encoding: the face is two units of UTF-16.
    let title = "1.2 Look at 🤗 the machine".encode_utf16().count();
    assert_eq!(
        first["range"],
        json!({"start": {"line": 8, "character": 6}, "end": {"line": 8, "character": 6 + title}})
    );
    let whole = &phases[2]["steps"][0];
    assert_eq!(whole["waitsFor"], json!(["1.2"]));
    assert_eq!(whole["steps"][0]["key"], "2.1.1");
    // What is found in the step within it counts for both, and is told where it is.
    let within = &whole["steps"][0];
    assert_eq!(within["findings"][0]["code"], "HFP105");
    assert_eq!(within["findings"][0]["severity"], "warning");
    assert_eq!(whole["findings"], json!([]));
    for step in [whole, within] {
        assert_eq!(
            (&step["problems"], &step["severity"]),
            (&json!(1), &json!("warning"))
        );
    }
    let sum = |of: &Value| of["problems"].as_u64().unwrap();
    assert_eq!(sum(plan), phases.iter().map(sum).sum::<u64>());
    client.finish();
}

#[test]
fn columns_are_counted_as_agreed() {
    let project = Project::new();
    let mut able = able();
    able["general"] = json!({"positionEncodings": ["utf-8"]});
    let mut client = project.client(able, json!({}));
    let plans = outline(&mut client);
    let end = &plans[0]["phases"][1]["steps"][1]["range"]["end"]["character"];
    assert_eq!(end, 6 + "1.2 Look at 🤗 the machine".len());
    client.finish();
}

#[test]
fn it_follows_what_is_typed_and_what_is_written_to_disk() {
    let project = Project::new();
    let mut client = project.client(able(), json!({"planChanges": true}));
    let plan = project.plan();
    client.open_as(&plan, "markdown", PLAN);
    changed(&mut client, |plans| plans[0]["version"] == 1);
    client.change(&plan, 2, [8, 3, 8, 4], "x");
    let plans = changed(&mut client, |plans| plans[0]["version"] == 2);
    assert_eq!(plans[0]["done"], 2);
    client.close(&plan);
    let plans = changed(&mut client, |plans| plans[0]["version"].is_null());
    assert_eq!(plans[0]["done"], 1, "as it is on disk");
    let write = |client: &mut Client, path: &str, text: &str, kind: u32| {
        let file = project.0.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        let changes = json!({"changes": [{"uri": project.uri(path), "type": kind}]});
        client.notify("workspace/didChangeWatchedFiles", changes);
    };
    let ticked = PLAN.replace("[ ] 1.2", "[x] 1.2");
    write(&mut client, "dev-journal/OUR-PLAN.md", &ticked, 2);
    changed(&mut client, |plans| plans[0]["done"] == 2);
    // A project within the project, which nobody opened.
    let other = "parts/other/dev-journal/OUR-PLAN.md";
    write(&mut client, other, "# OUR-PLAN: another\n", 1);
    let plans = changed(&mut client, |plans| plans.len() == 2);
    assert_eq!(plans[1]["title"], "another");
    fs::remove_file(project.0.path().join(other)).unwrap();
    let changes = json!({"changes": [{"uri": project.uri(other), "type": 3}]});
    client.notify("workspace/didChangeWatchedFiles", changes);
    changed(&mut client, |plans| plans.len() == 1);
    client.finish();
}

#[test]
fn plans_below_the_folder_are_found() {
    let project = Project::new();
    let journal = project.0.path().join("parts/other/dev-journal");
    fs::create_dir_all(&journal).unwrap();
    fs::write(journal.join("OUR-PLAN.md"), "# OUR-PLAN: another\n").unwrap();
    let mut client = project.client(able(), json!({}));
    let plans = outline(&mut client);
    let titles: Vec<_> = plans.iter().map(|it| &it["title"]).collect();
    assert_eq!(titles, ["a model", "another"]);
    assert_eq!(
        (&plans[1]["total"], &plans[1]["next"]),
        (&json!(0), &Value::Null)
    );
    client.finish();
}

#[test]
fn a_client_that_did_not_ask_is_not_told() {
    let project = Project::new();
    let mut client = project.open();
    client.change(&project.plan(), 2, [8, 3, 8, 4], "x");
    assert_eq!(outline(&mut client)[0]["done"], 2);
    client.published(&project.plan(), Some(2));
    assert_eq!(client.unread::<PlansChanged>(), 0);
    client.finish();
}
