//! What changes a journal: lenses and their commands, actions, proposals.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, at};
use crate::journal::{PLAN, Project, able, edited, place};

const REQUEST_FAILED: i64 = -32803;

fn lenses(client: &mut Client, uri: &str) -> Vec<Value> {
    let id = client.ask(
        "textDocument/codeLens",
        json!({"textDocument": {"uri": uri}}),
    );
    client.result(id)
}

/// The lens of a title on the line of the first `needle` of the plan.
fn lens(client: &mut Client, uri: &str, needle: &str, title: &str) -> Option<Value> {
    let (line, _) = place(PLAN, needle);
    let mut all = lenses(client, uri).into_iter();
    let found = all.find(|it| {
        it["range"]["start"]["line"] == line
            && it["command"]["title"].as_str().unwrap().starts_with(title)
    });
    found.map(|it| it["command"].clone())
}

/// Runs the command of a lens.
fn press(client: &mut Client, command: &Value) -> i64 {
    client.ask_command(
        command["command"].as_str().unwrap(),
        command["arguments"].clone(),
    )
}

/// The edits of one document in an edit of the workspace, with the version they are of.
fn of<'e>(edit: &'e Value, uri: &str) -> (&'e Value, &'e Value) {
    let changes = edit["documentChanges"].as_array().unwrap();
    let change = changes.iter().find(|it| it["textDocument"]["uri"] == uri);
    let change = change.unwrap_or_else(|| panic!("nothing for {uri} in {edit}"));
    (&change["edits"], &change["textDocument"]["version"])
}

fn error(client: &mut Client, id: i64) -> String {
    let response = client.response(id);
    assert_eq!(response["error"]["code"], REQUEST_FAILED, "{response}");
    response["error"]["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_lens_ticks_a_step_and_writes_its_entry() {
    let project = Project::new();
    let mut client = project.open();
    let plan = project.plan();
    let head = lens(&mut client, &plan, "# OUR-PLAN", "1 of 3 done").unwrap();
    assert!(
        head["title"].as_str().unwrap().contains("next 1.2"),
        "{head}"
    );
    let done = lens(&mut client, &plan, "1.2 Look", "Done").unwrap();
    assert_eq!(done["arguments"][0], json!({"uri": plan, "version": 1}));
    let id = press(&mut client, &done);
    assert_eq!(client.result::<Value>(id), Value::Null);
    let asked = client.wait_asked("workspace/applyEdit");
    let edit = &asked["params"]["edit"];
    let (edits, version) = of(edit, &plan);
    assert_eq!(version, 1);
    assert_eq!(edited(PLAN, edits), PLAN.replace("[ ] 1.2", "[x] 1.2"));
    let changelog = project.uri("dev-journal/CHANGELOG.md");
    let (edits, version) = of(edit, &changelog);
    assert_eq!(version, &Value::Null, "it is not open");
    assert!(edits.to_string().contains("1.2"), "{edits}");
    client.finish();
}

#[test]
fn a_command_for_another_version_is_refused() {
    let project = Project::new();
    let mut client = project.open();
    let plan = project.plan();
    let done = lens(&mut client, &plan, "1.2 Look", "Done").unwrap();
    client.change(&plan, 2, [0, 0, 0, 0], "\n");
    let id = press(&mut client, &done);
    assert!(error(&mut client, id).contains("changed meanwhile"));
    // From the keyboard: a place instead of an id.
    let (line, column) = place(PLAN, "1.2 Look");
    let there = json!({"line": line + 1, "character": column});
    let arguments = json!([{"uri": plan, "version": 2}, there]);
    let id = client.ask_command("hf-lsp.plan.start", arguments);
    assert_eq!(client.result::<Value>(id), Value::Null);
    let asked = client.wait_asked("workspace/applyEdit");
    let (edits, version) = of(&asked["params"]["edit"], &plan);
    assert_eq!(version, 2);
    assert!(edits.to_string().contains("in-progress"), "{edits}");
    for (arguments, why) in [
        (json!([{"uri": plan}, "9.9"]), "9.9"),
        (
            json!([{"uri": plan}, {"line": 0, "character": 0}]),
            "no step",
        ),
        (
            json!([{"uri": project.uri("dev-journal/NONE.md")}, "1.1"]),
            "no such document",
        ),
    ] {
        let id = client.ask_command("hf-lsp.plan.done", arguments);
        let error = error(&mut client, id);
        assert!(error.contains(why), "{error}");
    }
    client.finish();
}

#[test]
fn clients_that_make_no_edits_are_told() {
    let project = Project::new();
    let mut client = project.client(json!({}), json!({}));
    client.open_as(&project.plan(), "markdown", PLAN);
    let id = client.ask_command("hf-lsp.plan.done", json!([project.plan(), "1.2"]));
    assert!(error(&mut client, id).contains("makes no edits"));
    client.finish();
}

#[test]
fn commands_of_a_plan_go_to_the_clients_that_take_them() {
    let project = Project::new();
    let plan = project.plan();
    let offered = |options: Value| {
        let mut client = project.client(able(), options);
        client.open_as(&plan, "markdown", PLAN);
        let copy = lens(&mut client, &plan, "1.2 Look", "Copy");
        let run = lens(&mut client, &plan, "1.2 Look", "Run");
        let head = lens(&mut client, &plan, "# OUR-PLAN", "1 of 3").unwrap();
        client.finish();
        (copy, run, head)
    };
    let (copy, run, head) = offered(json!({}));
    assert_eq!((copy, run), (None, None));
    assert_eq!(
        (head["command"].clone(), head["arguments"].clone()),
        (json!(""), Value::Null)
    );
    let all = json!(["hf-lsp.copy", "hf-lsp.terminal", "hf-lsp.show"]);
    let (copy, run, head) = offered(json!({"commands": all}));
    let command = "python src/train.py --smoke";
    assert_eq!(copy.unwrap()["arguments"], json!([command]));
    assert_eq!(
        run.unwrap()["arguments"],
        json!([command, project.0.path()])
    );
    assert_eq!(head["command"], "hf-lsp.show");
    assert_eq!(head["arguments"][1]["start"]["line"], 8);
    let (copy, run, _) = offered(json!({"commands": all, "trusted": false}));
    assert_ne!(copy, None);
    assert_eq!(run, None, "a terminal only where the workspace is trusted");
}

#[test]
fn lenses_and_grey_text_can_be_switched_off() {
    let project = Project::new();
    let settings = json!({"codeLens": false, "journal": {"suggestions": false}});
    let mut client = project.client(able(), json!({"settings": settings}));
    let plan = project.plan();
    client.open_as(&plan, "markdown", &format!("{PLAN}- [ ] "));
    assert_eq!(lenses(&mut client, &plan), [Value::Null; 0]);
    assert_eq!(grey(&mut client, &plan, 19, 6), Value::Null);
    client.finish();
}

fn grey(client: &mut Client, uri: &str, line: u32, column: u32) -> Value {
    let mut params = at(uri, line, column);
    params["context"] = json!({"triggerKind": 2});
    let id = client.ask("textDocument/inlineCompletion", params);
    client.result(id)
}

#[test]
fn the_next_step_is_proposed_in_grey_and_in_lists() {
    let project = Project::new();
    let mut client = project.client(able(), json!({}));
    let plan = project.plan();
    let text = format!("{PLAN}\n## 3. Security Measures\n\n- [ ] ");
    client.open_as(&plan, "markdown", &text);
    let found = grey(&mut client, &plan, 22, 6);
    let proposed = found[0]["insertText"]
        .as_str()
        .unwrap_or_else(|| panic!("{found}"));
    assert!(proposed.contains("3.1 "), "{proposed}");
    assert_eq!(found[0]["range"]["start"]["line"], 22);
    assert_eq!(found.as_array().unwrap().len(), 1);
    // In prose there is nothing.
    assert_eq!(grey(&mut client, &plan, 0, 5), Value::Null);

    let mut listed = |context: Value| -> Value {
        let mut params = at(&plan, 22, 6);
        params["context"] = context;
        let id = client.ask("textDocument/completion", params);
        client.result(id)
    };
    // A list would lie over the grey text, so it comes when it is asked for.
    let typed = json!({"triggerKind": 2, "triggerCharacter": " "});
    assert_eq!(listed(typed), Value::Null);
    let list = listed(json!({"triggerKind": 1}));
    let first = &list["items"][0];
    assert_eq!(first["textEdit"]["newText"], proposed);
    assert_eq!(first["insertTextMode"], 1);
    client.finish();
}

#[test]
fn the_next_step_is_shown() {
    let project = Project::new();
    let mut client = project.client(able(), json!({}));
    // Nothing is open: the plan of the folder.
    for arguments in [json!([]), json!([project.uri("src/train.py")])] {
        let id = client.ask_command("hf-lsp.plan.next", arguments);
        let found: Value = client.result(id);
        assert_eq!(found["uri"], project.plan());
        assert_eq!(found["range"]["start"], json!({"line": 8, "character": 6}));
    }
    fs::write(
        project.0.path().join("dev-journal/OUR-PLAN.md"),
        "# Nothing\n",
    )
    .unwrap();
    let id = client.ask_command("hf-lsp.plan.next", json!([]));
    assert_eq!(client.result::<Value>(id), Value::Null);
    client.finish();
}

/// The actions for a place, by their titles.
fn actions(
    client: &mut Client,
    uri: &str,
    line: u32,
    column: u32,
    only: Option<&str>,
) -> Vec<Value> {
    let place = json!({"line": line, "character": column});
    let mut context = json!({"diagnostics": []});
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": place, "end": place}, "context": context});
    let id = client.ask("textDocument/codeAction", params);
    client.result(id)
}

#[test]
fn actions_of_the_plan_are_resolved_when_they_are_chosen() {
    let project = Project::new();
    let mut capabilities = able();
    capabilities["textDocument"]["codeAction"] =
        json!({"dataSupport": true, "resolveSupport": {"properties": ["edit"]}});
    let mut client = project.client(capabilities, json!({}));
    let plan = project.plan();
    client.open_as(&plan, "markdown", PLAN);
    let found = actions(&mut client, &plan, 8, 8, Some("refactor"));
    let done = found.iter().find(|it| it["title"] == "Mark step 1.2 done");
    let done = done.unwrap_or_else(|| panic!("{found:#?}")).clone();
    assert_eq!(
        (done["kind"].clone(), done["edit"].clone()),
        (json!("refactor.rewrite"), Value::Null)
    );
    let id = client.ask("codeAction/resolve", done.clone());
    let resolved: Value = client.result(id);
    let (edits, version) = of(&resolved["edit"], &plan);
    assert_eq!(version, 1);
    assert_eq!(edited(PLAN, edits), PLAN.replace("[ ] 1.2", "[x] 1.2"));
    client.change(&plan, 2, [8, 8, 8, 8], "x");
    let id = client.ask("codeAction/resolve", done);
    assert_eq!(client.error(id), -32801);
    client.finish();
}

#[test]
fn documents_that_are_missing_are_made_where_the_client_makes_files() {
    let project = Project::new();
    let mut client = project.open();
    let plan = project.plan();
    let id = client.ask_command("hf-lsp.plan.create", json!([plan]));
    assert_eq!(client.result::<Value>(id), Value::Null);
    let asked = client.wait_asked("workspace/applyEdit");
    let changes = asked["params"]["edit"]["documentChanges"]
        .as_array()
        .unwrap();
    let made = changes
        .iter()
        .find(|it| it["kind"] == "create" && it["uri"] == project.uri("dev-journal/PRD.md"));
    assert_eq!(
        made.unwrap()["options"],
        json!({"overwrite": false, "ignoreIfExists": false})
    );
    let (edits, version) = of(&asked["params"]["edit"], &project.uri("dev-journal/PRD.md"));
    assert_eq!(version, &Value::Null);
    assert!(!edits[0]["newText"].as_str().unwrap().is_empty());
    client.finish();

    let mut capabilities = able();
    capabilities["workspace"]["workspaceEdit"] = json!({"documentChanges": true});
    let mut client = project.client(capabilities, json!({}));
    client.open_as(&plan, "markdown", PLAN);
    let id = client.ask_command("hf-lsp.plan.create", json!([plan]));
    assert!(error(&mut client, id).contains("does not make files"));
    client.finish();
}

#[test]
fn a_journal_is_made_where_there_is_none() {
    let project = Project::new();
    fs::remove_dir_all(project.0.path().join("dev-journal")).unwrap();
    let mut client = project.client(able(), json!({}));
    let script = project.uri("src/train.py");
    let id = client.ask_command("hf-lsp.plan.done", json!([script, "1.1"]));
    assert!(
        error(&mut client, id).contains("there is no"),
        "no plan yet"
    );
    client.open(&script, "x = 1\n");
    let id = client.ask_command("hf-lsp.plan.create", json!([script]));
    assert_eq!(client.result::<Value>(id), Value::Null);
    let asked = client.wait_asked("workspace/applyEdit");
    let made = asked["params"]["edit"].to_string();
    for name in [
        "OUR-PLAN.md",
        "CHANGELOG.md",
        "PRD.md",
        "TECH-STACK.md",
        "PROJECT-DESCRIPTION.md",
    ] {
        assert!(
            made.contains(&project.uri(&format!("dev-journal/{name}"))),
            "{name}"
        );
    }
    client.finish();
}

#[test]
fn code_gets_a_step_in_the_plan() {
    let project = Project::new();
    let mut client = project.client(able(), json!({}));
    let script = project.uri("src/more.py");
    client.open(
        &script,
        "from trl import SFTConfig\n\nargs = SFTConfig(\"out\", max_length=2048)\n",
    );
    let found = actions(&mut client, &script, 2, 10, None);
    let insert = found
        .iter()
        .find(|it| it["title"] == "Insert plan step for this code");
    let insert = insert.unwrap_or_else(|| panic!("{found:#?}"));
    let plan = project.plan();
    let (edits, version) = of(&insert["edit"], &plan);
    assert_eq!(version, &Value::Null);
    let after = edited(PLAN, edits);
    for part in ["`src/more.py`", "`SFTConfig(max_length=2048)`", "2.2 "] {
        assert!(after.contains(part), "{part} in {after}");
    }
    let there = json!({"line": 2, "character": 10});
    let id = client.ask_command(
        "hf-lsp.plan.insertStep",
        json!([{"uri": script, "version": 1}, there]),
    );
    assert_eq!(client.result::<Value>(id), Value::Null);
    let asked = client.wait_asked("workspace/applyEdit");
    assert_eq!(of(&asked["params"]["edit"], &plan).0, edits);
    client.finish();
}
