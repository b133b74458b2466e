//! `hf-lsp hook`, as a coding agent calls it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const OLD: &str = "from transformers import TrainingArguments\n\nargs = TrainingArguments(\n    output_dir=\"out\",\n    evaluation_strategy=\"steps\",\n)\n";

fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "requirements.txt", "transformers==5.23.0\n");
    write(
        folder.path(),
        "pyproject.toml",
        "[project]\nname = \"p\"\nversion = \"1\"\n",
    );
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What the program answers to this text; nothing for silence. It always ends with 0, and says nothing elsewhere.
fn answer_to(folder: &Path, text: &[u8]) -> Option<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .arg("hook")
        .current_dir(folder)
        .env("CLAUDE_PROJECT_DIR", folder)
        .env("XDG_CACHE_HOME", folder.join(".cache"))
        .env_remove("VIRTUAL_ENV")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have read enough before all is written.
    let _ = child.stdin.take().unwrap().write_all(text);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let said = String::from_utf8(output.stdout).unwrap();
    (!said.is_empty()).then(|| serde_json::from_str(&said).unwrap())
}

fn after(folder: &Path, tool: &str, input: Value) -> Option<Value> {
    let event = json!({
        "session_id": "s", "transcript_path": "/t", "cwd": folder, "permission_mode": "default",
        "hook_event_name": "PostToolUse", "tool_name": tool, "tool_input": input,
        "tool_response": {"success": true}, "tool_use_id": "1",
    });
    answer_to(folder, event.to_string().as_bytes())
}

fn edited(folder: &TempDir, name: &str) -> Option<Value> {
    let path = folder.path().join(name);
    after(
        folder.path(),
        "Edit",
        json!({"file_path": path, "old_string": "a", "new_string": "b"}),
    )
}

fn reason(answer: Option<Value>) -> String {
    let answer = answer.unwrap();
    assert_eq!(answer["decision"], "block", "{answer}");
    answer["reason"].as_str().unwrap().to_owned()
}

#[test]
fn an_error_is_told_in_one_line_with_its_fix() {
    let folder = project();
    write(folder.path(), "src/train.py", OLD);
    let said = reason(edited(&folder, "src/train.py"));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "hf-lsp: 1 finding in src/train.py");
    assert_eq!(
        lines[1],
        "src/train.py:5:5: error HF103 `evaluation_strategy` was removed from `TrainingArguments` in transformers 4.51; \
         fix: Rename to `eval_strategy`"
    );
    assert!(
        lines[2].contains("hf-lsp check --fix src/train.py"),
        "{said}"
    );
    assert_eq!(lines.len(), 3);
    // It only looks.
    assert_eq!(
        fs::read_to_string(folder.path().join("src/train.py")).unwrap(),
        OLD
    );
}

#[test]
fn what_is_clean_is_silent() {
    let folder = project();
    write(
        folder.path(),
        "train.py",
        &OLD.replace("evaluation_strategy", "eval_strategy"),
    );
    write(folder.path(), "notes.txt", OLD);
    write(folder.path(), "plain.py", "print(1)\n");
    write(folder.path(), "values.yaml", "a: {{ .Values.b }}\n");
    for name in [
        "train.py",
        "notes.txt",
        "plain.py",
        "values.yaml",
        "gone.py",
        "requirements.txt",
    ] {
        assert_eq!(edited(&folder, name), None, "{name}");
    }
}

#[test]
fn notebooks_recipes_and_plans_are_looked_at() {
    let folder = project();
    let source: Vec<String> = OLD.lines().map(|line| format!("{line}\n")).collect();
    let cell = json!({"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": source});
    let notebook = json!({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    write(folder.path(), "nb.ipynb", &notebook.to_string());
    let path = folder.path().join("nb.ipynb");
    let said = reason(after(
        folder.path(),
        "NotebookEdit",
        json!({"notebook_path": path, "new_source": ""}),
    ));
    assert!(said.contains("nb.ipynb:cell 1:5:5: error HF103"), "{said}");
    write(
        folder.path(),
        "requirements.txt",
        "transformers==5.23.0\nhuggingface-hub==2.4.0\n",
    );
    write(
        folder.path(),
        ".github/workflows/ci.yml",
        "jobs:\n  a:\n    steps:\n      - run: huggingface-cli login\n",
    );
    let said = reason(edited(&folder, ".github/workflows/ci.yml"));
    assert!(
        said.contains("HF711") && said.contains("hf auth login"),
        "{said}"
    );
    write(
        folder.path(),
        "dev-journal/OUR-PLAN.md",
        "# OUR-PLAN: a run\n\n## 1. Environment Setup\n\n- [ ] 1.1 Install\n  - Run: `pip install transformers==4.99.0`\n  - Packages: `transformers==4.99.0`\n  - Verify: `python -c \"import transformers\"`\n",
    );
    let answer = edited(&folder, "dev-journal/OUR-PLAN.md")
        .unwrap()
        .to_string();
    assert!(
        answer.contains("HFP401") && answer.contains("dev-journal/OUR-PLAN.md:"),
        "{answer}"
    );
}

#[test]
fn a_warning_stops_nobody() {
    let folder = project();
    write(folder.path(), "requirements.txt", "transformers==4.45.0\n");
    write(folder.path(), "train.py", OLD);
    let answer = edited(&folder, "train.py").unwrap();
    assert!(answer["decision"].is_null(), "{answer}");
    assert_eq!(answer["hookSpecificOutput"]["hookEventName"], "PostToolUse");
    let context = answer["hookSpecificOutput"]["additionalContext"]
        .as_str()
        .unwrap();
    assert!(context.contains("warning HF1"), "{context}");
}

#[test]
fn settings_of_the_project_count() {
    let folder = project();
    write(folder.path(), "hf-lsp.toml", "exclude = [\"legacy\"]\n");
    write(folder.path(), "legacy/train.py", OLD);
    assert_eq!(edited(&folder, "legacy/train.py"), None);
}

#[cfg(unix)]
#[test]
fn nothing_outside_of_the_project_is_read() {
    let folder = project();
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "train.py", OLD);
    std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).unwrap();
    let there = outside.path().join("train.py");
    for path in [
        there.to_str().unwrap(),
        "link/train.py",
        "../train.py",
        "/etc/passwd",
        "a\0b.py",
        "",
    ] {
        assert_eq!(
            after(folder.path(), "Write", json!({"file_path": path})),
            None,
            "{path:?}"
        );
    }
}

#[test]
fn what_is_no_event_is_told_to_the_user_alone() {
    let folder = project();
    let trouble = |text: &[u8]| {
        let answer = answer_to(folder.path(), text).unwrap();
        assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
        answer["systemMessage"].as_str().unwrap().to_owned()
    };
    for bad in [
        &b""[..],
        b"{",
        b"[1]",
        b"null",
        b"\xff\xfe",
        br#"{"tool_input": 7}"#,
        br#"{"tool_input": {"file_path": ["a"]}}"#,
    ] {
        let said = trouble(bad);
        assert!(
            said.starts_with("hf-lsp hook: standard input holds no event"),
            "{said}"
        );
    }
    let deep = "[".repeat(100_000);
    assert!(trouble(deep.as_bytes()).contains("no event"));
    // Other events and tools are none of its business.
    for event in [
        json!({}),
        json!({"hook_event_name": "Stop", "stop_hook_active": true}),
        json!({"hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": {"command": "ls"}}),
        json!({"hook_event_name": "PreToolUse", "tool_name": "Edit", "tool_input": {"file_path": "train.py"}}),
    ] {
        assert_eq!(
            answer_to(folder.path(), event.to_string().as_bytes()),
            None,
            "{event}"
        );
    }
}

#[test]
fn who_plans_changes_the_journal_alone() {
    let folder = project();
    let before = |agent: &str, path: &str| {
        let event = json!({
            "hook_event_name": "PreToolUse", "cwd": folder.path(), "agent_type": agent, "tool_name": "Write",
            "tool_input": {"file_path": path, "content": "x"},
        });
        answer_to(folder.path(), event.to_string().as_bytes())
    };
    let planner = "hf-lsp:huggingface-expert-planner";
    for path in [
        "dev-journal/OUR-PLAN.md",
        "dev-journal/PRD.md",
        "dev-journal/notes.md",
    ] {
        assert_eq!(before(planner, path), None, "{path}");
    }
    for path in [
        "train.py",
        "OUR-PLAN.md",
        "src/train.py",
        "/etc/passwd",
        "dev-journal/../train.py",
        "../dev-journal/PRD.md",
    ] {
        let answer = before(planner, path).unwrap();
        let said = &answer["hookSpecificOutput"];
        assert_eq!(said["permissionDecision"], "deny", "{path}");
        assert!(
            said["permissionDecisionReason"]
                .as_str()
                .unwrap()
                .contains("dev-journal")
        );
        assert_eq!(before("general-purpose", path), None);
    }
    assert!(before("huggingface-expert-planner", "train.py").is_some());
    // Where the project keeps its journal elsewhere, that is it.
    write(
        folder.path(),
        "hf-lsp.toml",
        "[journal]\nfolder = \"docs/journal\"\n",
    );
    assert_eq!(before(planner, "docs/journal/OUR-PLAN.md"), None);
    assert!(before(planner, "dev-journal/OUR-PLAN.md").is_some());
}

#[test]
fn it_never_ends_as_if_it_forbade_an_edit() {
    let folder = project();
    let status = |arguments: &[&str], root: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
            .arg("hook")
            .args(arguments)
            .current_dir(folder.path())
            .env("CLAUDE_PROJECT_DIR", root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(
            br#"{"hook_event_name": "PreToolUse", "tool_input": {"file_path": "train.py"}}"#,
        );
        let output = child.wait_with_output().unwrap();
        assert!(!output.stdout.starts_with(br#"{"decision"#));
        output.status.code()
    };
    assert_eq!(status(&[], ""), Some(0));
    assert_eq!(status(&[], "/nowhere/at/all"), Some(0));
    assert_eq!(status(&["--root", ""], ""), Some(1));
    assert_eq!(status(&["--of-a-later-release"], ""), Some(1));
}
