//! A plan and the code it speaks of, both open and edited: each change renews the findings of both.

use std::fs;

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::Diagnostic;

use crate::client::{Client, codes};
use crate::journal::{Project, able};

const PLAN: &str = "\
# OUR-PLAN: a model

## 1. Training Configuration

- [x] 1.1 Write the script
  - Files: `src/train.py`
  - Params: `SFTConfig(max_length=1024)`
  - Verify: it runs
";
const CODE: &str = "from trl import SFTConfig\n\nargs = SFTConfig(\"out\", max_length=2048)\n";
const DIFFERENT: &str = "HFP303";

struct Live {
    project: Project,
    client: Client,
    plan: String,
    code: String,
}

impl Live {
    fn new(capabilities: Value) -> Self {
        let project = Project::new();
        let write = |path: &str, text: &str| fs::write(project.0.path().join(path), text).unwrap();
        write("dev-journal/OUR-PLAN.md", PLAN);
        write("src/train.py", CODE);
        let client = project.client(capabilities, json!({}));
        let (plan, code) = (project.plan(), project.uri("src/train.py"));
        Self {
            project,
            client,
            plan,
            code,
        }
    }

    /// What is published for the plan at a version, as far as it is about values.
    fn of_plan(&mut self, version: i32) -> Vec<Diagnostic> {
        let found = self.client.published(&self.plan.clone(), Some(version));
        different(found)
    }

    fn of_code(&mut self, version: i32) -> Vec<Diagnostic> {
        let found = self.client.published(&self.code.clone(), Some(version));
        different(found)
    }
}

fn different(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_meant = |it: &Diagnostic| codes(std::slice::from_ref(it)) == [DIFFERENT];
    found.into_iter().filter(is_meant).collect()
}

/// The value of the code, in its line.
const VALUE: [i64; 4] = [2, 35, 2, 39];
/// The value of the plan.
const PLANNED: [i64; 4] = [6, 34, 6, 38];

#[test]
fn unsaved_changes_renew_the_findings_of_both() {
    let mut live = Live::new(able());
    let (plan, code) = (live.plan.clone(), live.code.clone());
    live.client.open_as(&plan, "markdown", PLAN);
    let found = live.of_plan(1);
    assert_eq!(found.len(), 1, "the file on disk counts");
    let related = serde_json::to_value(&found[0].related_information).unwrap();
    assert_eq!(related[0]["location"]["uri"], code);
    assert_eq!(
        related[0]["location"]["range"]["start"],
        json!({"line": 2, "character": 24})
    );

    live.client.open(&code, CODE);
    assert_eq!(live.of_code(1).len(), 1);
    // Lines above move the place in the code, though not the finding in the plan.
    live.client.change(&code, 2, [1, 0, 1, 0], "\n\n");
    let moved = live.of_plan(1);
    let related = serde_json::to_value(&moved[0].related_information).unwrap();
    assert_eq!(related[0]["location"]["range"]["start"]["line"], 4);
    live.client.change(&code, 3, [1, 0, 3, 0], "");
    assert_eq!(live.of_plan(1).len(), 1);

    live.client.change(&code, 4, VALUE, "1024");
    assert_eq!(live.of_code(4).len(), 0);
    assert_eq!(live.of_plan(1).len(), 0, "what is not saved counts");
    live.client.change(&plan, 2, PLANNED, "4096");
    assert_eq!(live.of_plan(2).len(), 1);
    assert_eq!(live.of_code(4).len(), 1);
    // Closed without being saved: the file counts again.
    live.client.change(&plan, 3, PLANNED, "2048");
    assert_eq!(live.of_plan(3).len(), 1);
    live.client.close(&code);
    assert_eq!(live.of_plan(3).len(), 0);
    live.client.finish();
    drop(live.project);
}

#[test]
fn many_changes_end_with_the_findings_of_the_last() {
    let mut live = Live::new(able());
    let (plan, code) = (live.plan.clone(), live.code.clone());
    live.client.open_as(&plan, "markdown", PLAN);
    live.client.open(&code, CODE);
    for round in 0..20 {
        let version = 2 + 2 * round;
        live.client.change(&code, version, VALUE, "1024");
        live.client.change(&code, version + 1, VALUE, "4096");
    }
    live.client.change(&code, 100, VALUE, "1024");
    assert_eq!(live.of_code(100).len(), 0);
    // One without a finding comes, and none with one behind it.
    while !live.of_plan(1).is_empty() {}
    let id = live.client.ask(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": plan}}),
    );
    let _: Value = live.client.result(id);
    assert_eq!(live.client.unread_publications(), 0);
    live.client.finish();
}

#[test]
fn clients_that_pull_are_told_to_pull_again() {
    let mut capabilities = able();
    capabilities["textDocument"]["diagnostic"] = json!({"relatedInformation": true});
    capabilities["workspace"]["diagnostics"] = json!({"refreshSupport": true});
    let mut live = Live::new(capabilities);
    let (plan, code) = (live.plan.clone(), live.code.clone());
    live.client.open_as(&plan, "markdown", PLAN);
    live.client.open(&code, CODE);
    let pull = |client: &mut Client, before: &Value| {
        let params = json!({"textDocument": {"uri": plan}, "previousResultId": before});
        let id = client.ask("textDocument/diagnostic", params);
        client.result::<Value>(id)
    };
    let first = pull(&mut live.client, &Value::Null);
    assert!(first["items"].to_string().contains(DIFFERENT), "{first}");
    let same = pull(&mut live.client, &first["resultId"]);
    assert_eq!(same["kind"], "unchanged");
    live.client.asked.clear();
    live.client.change(&code, 2, VALUE, "1024");
    for method in [
        "workspace/diagnostic/refresh",
        "workspace/codeLens/refresh",
        "workspace/inlayHint/refresh",
    ] {
        live.client.wait_asked(method);
    }
    let second = pull(&mut live.client, &first["resultId"]);
    assert_eq!(
        second["kind"], "full",
        "the plan is the same, the code is not"
    );
    assert!(!second["items"].to_string().contains(DIFFERENT), "{second}");
    live.client.finish();
}

#[test]
fn a_file_that_changed_on_disk_renews_the_plan() {
    let mut live = Live::new(able());
    let (plan, code) = (live.plan.clone(), live.code.clone());
    live.client.open_as(&plan, "markdown", PLAN);
    assert_eq!(live.of_plan(1).len(), 1);
    fs::write(
        live.project.0.path().join("src/train.py"),
        CODE.replace("2048", "1024"),
    )
    .unwrap();
    let changes = json!({"changes": [{"uri": code, "type": 2}]});
    live.client
        .notify("workspace/didChangeWatchedFiles", changes);
    assert_eq!(live.of_plan(1).len(), 0);
    live.client.finish();
}
