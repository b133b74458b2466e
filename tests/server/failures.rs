//! Rules that are broken on purpose: the rest goes on, and the user is told once.

use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tower_lsp_server::gen_lsp_types::{MessageType, ShowMessageNotification};

use crate::client::{Client, Setup, codes, pulls};

const URI: &str = "file:///t.py";
/// One finding of HF101 and one of HF103.
const TWO: &str = "from transformers import AdamW, TrainingArguments\n\n\
    args = TrainingArguments(\"out\", evaluation_strategy=\"epoch\")\n";

fn broken(part: &str) -> Client {
    Client::ready(Setup {
        variables: vec![("HF_LSP_TEST_BREAK", part.to_owned())],
        ..Setup::default()
    })
}

/// The one message about a failure.
fn told(client: &mut Client) -> String {
    let shown = client.notification::<ShowMessageNotification>(|_| true);
    assert_eq!(shown.kind, MessageType::Error);
    shown.message
}

#[test]
fn nothing_is_told_and_no_log_made_where_nothing_fails() {
    let mut client = Client::ready(Setup::default());
    client.open(URI, TWO);
    assert_eq!(codes(&client.published(URI, Some(1))), ["HF101", "HF103"]);
    assert_eq!(fs::read_dir(client.state()).unwrap().count(), 0);
    client.finish();
}

#[test]
fn a_rule_that_panics_costs_its_own_findings_only() {
    let mut client = broken("HF103:panic");
    client.open(URI, TWO);
    assert_eq!(codes(&client.published(URI, Some(1))), ["HF101"]);
    let log = client.state().join("hf-lsp/server.log");
    assert_eq!(
        told(&mut client),
        format!(
            "hf-lsp: HF103 failed (broken on purpose) in /t.py. Everything else goes on; more is said in {}",
            log.display()
        )
    );
    let written = fs::read_to_string(&log).unwrap();
    assert!(written.contains("src/incident.rs:"), "where: {written}");
    assert!(
        written.contains("HF103 failed (broken on purpose) in /t.py"),
        "{written}"
    );
    for version in 2..=50 {
        client.change(URI, version, [0, 0, 0, 0], "\n");
    }
    client.open("file:///other.py", TWO);
    assert_eq!(codes(&client.published(URI, Some(50))), ["HF101"]);
    assert_eq!(
        codes(&client.published("file:///other.py", Some(1))),
        ["HF101"]
    );
    let id = client.ask_hover(URI, 51, 35);
    assert_ne!(client.result::<Value>(id), Value::Null);
    assert_eq!(client.unread::<ShowMessageNotification>(), 0, "told once");
    let written = fs::read_to_string(&log).unwrap();
    assert!(
        written.contains("in /other.py"),
        "the log tells of each file: {written}"
    );
    client.finish();
}

#[test]
fn a_rule_that_does_not_end_is_stopped() {
    let mut client = broken("HF101:hang");
    client.open(URI, TWO);
    assert_eq!(codes(&client.published(URI, Some(1))), ["HF103"]);
    let message = told(&mut client);
    assert!(
        message.starts_with("hf-lsp: HF101 took too long and was stopped in /t.py."),
        "{message}"
    );
    client.finish();
}

#[test]
fn an_analysis_that_fails_leaves_the_other_documents_alone() {
    for (part, said) in [
        (
            "the analysis:panic",
            "the analysis failed (broken on purpose)",
        ),
        (
            "the analysis:hang",
            "the analysis took too long and was stopped",
        ),
    ] {
        let mut client = broken(part);
        client.open(URI, TWO);
        assert_eq!(client.published(URI, Some(1)), []);
        let message = told(&mut client);
        assert!(message.contains(said), "{message}");
        let requirements = "file:///requirements.txt";
        client.open_as(
            requirements,
            "pip-requirements",
            "transformers==4.57.6\nhuggingface-hub==2.4.0\n",
        );
        assert_ne!(client.published(requirements, Some(1)), []);
        client.finish();
    }
}

#[test]
fn without_a_place_for_a_log_the_editor_has_it() {
    let mut client = Client::ready(Setup {
        variables: vec![
            ("HF_LSP_TEST_BREAK", "HF103:panic".to_owned()),
            ("XDG_STATE_HOME", "/dev/null".to_owned()),
        ],
        ..Setup::default()
    });
    client.open(URI, TWO);
    assert_eq!(codes(&client.published(URI, Some(1))), ["HF101"]);
    let message = told(&mut client);
    assert!(
        message.ends_with("more is said in the editor's log"),
        "{message}"
    );
    client.finish();
}

#[test]
fn a_failing_request_is_told_once() {
    let mut client = Client::ready(Setup {
        capabilities: pulls(),
        ..Setup::default()
    });
    for _ in 0..20 {
        let id = client.ask_command("hf-lsp.test.panic", json!([]));
        client.error(id);
    }
    let message = told(&mut client);
    assert!(
        message.contains("`workspace/executeCommand` failed: asked to"),
        "{message}"
    );
    let id = client.ask_hover(URI, 0, 0);
    assert_eq!(client.result::<Value>(id), Value::Null);
    assert_eq!(client.unread::<ShowMessageNotification>(), 0);
    client.finish();
}

fn check(broken: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.py"), TWO).unwrap();
    fs::write(folder.path().join("b.py"), TWO).unwrap();
    Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .args(["check", "--output-format", "concise", "--no-cache"])
        .current_dir(folder.path())
        .env("HF_LSP_TEST", "1")
        .env("HF_HUB_OFFLINE", "1")
        .env("HF_LSP_TEST_BREAK", broken)
        .output()
        .unwrap()
}

#[test]
fn on_the_command_line_the_other_checks_are_shown_with_a_warning() {
    for (part, said) in [
        ("HF103:panic", "HF103 failed (broken on purpose)"),
        ("HF103:hang", "HF103 took too long and was stopped"),
    ] {
        let output = check(part);
        let found = String::from_utf8_lossy(&output.stdout);
        let warned = String::from_utf8_lossy(&output.stderr);
        assert_eq!(found.matches("HF101").count(), 2, "{found}");
        assert!(!found.contains("HF103"), "{found}");
        assert_eq!(warned.matches(said).count(), 2, "{warned}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn on_the_command_line_a_run_that_checked_nothing_is_no_success() {
    let output = check("the analysis:panic");
    assert_eq!(output.status.code(), Some(2));
    let warned = String::from_utf8_lossy(&output.stderr);
    assert!(
        warned.contains("the analysis failed (broken on purpose)"),
        "{warned}"
    );
}
