//! `hf-lsp init`, as a user runs it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use program::{check, errors, out};
use serde_json::Value;
use tempfile::TempDir;

const TRAIN: &str = r#"import evaluate
from datasets import load_dataset
from trl import SFTConfig, SFTTrainer

metric = evaluate.load("exact_match")
dataset = load_dataset("trl-lib/Capybara", split="train")
args = SFTConfig(output_dir="out", max_length=1024)
trainer = SFTTrainer("Qwen/Qwen3-0.6B", args=args, train_dataset=dataset)
trainer.train()
"#;

fn init(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .current_dir(folder)
        .env("HOME", folder.join("home"))
        .env("HF_HOME", folder.join("nothing"))
        .env_remove("VIRTUAL_ENV")
        .arg("init")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn done(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", errors(output));
    errors(output)
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap()
}

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(
        &folder,
        "README.md",
        "# Help desk\n\nAnswers chats of the help desk.\n\n## Use\n",
    );
    write(
        &folder,
        "requirements.txt",
        "transformers==5.23.0\ntrl==1.16.0\ndatasets==5.2.0\nevaluate>=0.4\n",
    );
    write(&folder, "src/train.py", TRAIN);
    folder
}

/// All files of a folder with what they hold.
fn all(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => found.push((
                    path.to_string_lossy().into_owned(),
                    fs::read(&path).unwrap(),
                )),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_journal_is_filled_with_what_the_project_says() {
    let folder = project();
    let said = done(&init(folder.path(), &["--gpu", "24GB"]));
    for name in [
        "PROJECT-DESCRIPTION",
        "TECH-STACK",
        "PRD",
        "CHANGELOG",
        "OUR-PLAN",
    ] {
        assert!(
            said.contains(&format!("made dev-journal/{name}.md")),
            "{said}"
        );
    }
    assert_eq!(
        read(&folder, "dev-journal/PROJECT-DESCRIPTION.md"),
        "# Project: Help desk\n\nAnswers chats of the help desk.\n\n## What it works with\n\n- Model: `Qwen/Qwen3-0.6B`\n- Dataset: \
         `trl-lib/Capybara`\n- Training: `src/train.py`\n"
    );
    assert_eq!(
        read(&folder, "dev-journal/TECH-STACK.md"),
        "# Tech stack: Help desk\n\n| Package | Version |\n| --- | --- |\n| datasets | 5.2.0 |\n| evaluate | >=0.4 |\n| transformers | \
         5.23.0 |\n| trl | 1.16.0 |\n"
    );
    let requirements = read(&folder, "dev-journal/PRD.md");
    for part in [
        "## Goal\n\n",
        "- Model: `Qwen/Qwen3-0.6B`",
        "- exact match, as `src/train.py` measures it",
    ] {
        assert!(requirements.contains(part), "{part}: {requirements}");
    }
    let plan = read(&folder, "dev-journal/OUR-PLAN.md");
    assert!(
        plan.contains("use-case: llm-") && plan.contains("`1x24GB`"),
        "{plan}"
    );
    let checked = check(folder.path(), ["--output-format", "concise", "dev-journal"]);
    assert_eq!(out(&checked), "", "{}", out(&checked));
    for name in ["PROJECT-DESCRIPTION", "TECH-STACK", "PRD", "CHANGELOG"] {
        let text = read(&folder, &format!("dev-journal/{name}.md")).to_lowercase();
        for placeholder in ["todo", "tbd", "<", "…", "..."] {
            assert!(!text.contains(placeholder), "{name}: {text}");
        }
    }
}

#[test]
fn a_second_time_nothing_is_missing_and_nothing_changes() {
    let folder = project();
    let everything = ["--agents", "claude,copilot,cursor,vscode,agents-md,skill"];
    done(&init(folder.path(), &everything));
    let before = all(folder.path());
    let output = init(folder.path(), &everything);
    let said = done(&output);
    assert!(said.starts_with("nothing was missing\n"), "{said}");
    assert_eq!(
        said.matches("it is there already").count(),
        5 + 10,
        "{said}"
    );
    assert_eq!(out(&output), "");
    assert_eq!(all(folder.path()), before);
}

#[test]
fn what_is_there_is_left_and_what_it_lacks_is_shown() {
    let folder = project();
    write(&folder, "AGENTS.md", "# Ours\n");
    write(
        &folder,
        ".mcp.json",
        "{\"mcpServers\": {\"other\": {\"command\": \"other\"}}}\n",
    );
    write(&folder, "dev-journal/PRD.md", "# Mine\n");
    let output = init(folder.path(), &["--agents", "claude,agents-md"]);
    let said = done(&output);
    assert_eq!(read(&folder, "AGENTS.md"), "# Ours\n");
    assert_eq!(read(&folder, "dev-journal/PRD.md"), "# Mine\n");
    assert!(read(&folder, ".mcp.json").contains("other"));
    assert!(
        said.contains("left dev-journal/PRD.md: it is there already"),
        "{said}"
    );
    assert!(
        said.contains("left .mcp.json: it is there already and does not name hf-lsp"),
        "{said}"
    );
    let shown = out(&output);
    assert!(
        shown.contains("\"hf-lsp\"") && shown.contains("## Hugging Face code"),
        "{shown}"
    );
    // A file that names it is asked for nothing.
    write(&folder, "AGENTS.md", "Ask hf-lsp.\n");
    let output = init(folder.path(), &["--agents", "agents-md", "--agents-only"]);
    assert!(done(&output).contains("left AGENTS.md: it is there already\n"));
    assert_eq!(out(&output), "");
}

#[test]
fn what_is_there_gets_what_it_lacks_where_that_is_wanted() {
    let folder = project();
    let ours = "# Ours\r\n\r\nBe kind.\r\n";
    let servers = "{\"mcpServers\": {\"other\": {\"command\": \"other\"}}, \"x\":1}";
    write(&folder, "AGENTS.md", ours);
    write(&folder, ".mcp.json", servers);
    write(&folder, ".claude/settings.json", "{\"model\": \"opus\"}\n");
    let wanted = [
        "--agents",
        "claude,agents-md",
        "--agents-only",
        "--merge",
        "--diff",
    ];
    let before = all(folder.path());
    let shown = out(&init(folder.path(), &wanted));
    assert!(shown.contains("+++ .mcp.json") && shown.contains("+++ AGENTS.md"));
    assert_eq!(all(folder.path()), before);
    let wanted = &wanted[..4];
    let said = done(&init(folder.path(), wanted));
    assert!(
        said.contains("changed AGENTS.md") && !said.contains("left"),
        "{said}"
    );
    let guide = read(&folder, "AGENTS.md");
    assert!(guide.starts_with(ours) && guide.contains("<!-- hf-lsp: begin -->\r\n"));
    let read_json = |path| serde_json::from_str::<Value>(&read(&folder, path)).unwrap();
    let merged = read_json(".mcp.json");
    assert_eq!(merged["mcpServers"]["hf-lsp"]["command"], "hf-lsp");
    assert_eq!(
        (&merged["mcpServers"]["other"]["command"], &merged["x"]),
        (&"other".into(), &1.into())
    );
    assert!(read(&folder, ".mcp.json").ends_with("\"other\": {\"command\": \"other\"}}, \"x\":1}"));
    let settings = read_json(".claude/settings.json");
    assert!(settings["hooks"].is_object() && settings["model"] == "opus");
    // Once is enough, and only what is between the marks is renewed.
    let before = all(folder.path());
    assert!(done(&init(folder.path(), wanted)).starts_with("nothing was missing\n"));
    assert_eq!(all(folder.path()), before);
    write(
        &folder,
        "AGENTS.md",
        &guide.replace("## Hugging Face code", "## Old"),
    );
    done(&init(folder.path(), wanted));
    assert_eq!(read(&folder, "AGENTS.md"), guide);
}

#[test]
fn what_cannot_be_added_for_certain_is_left() {
    let folder = project();
    for text in [
        "// ours\n{\"mcpServers\": {}}",
        "{\"mcpServers\": 7}",
        "{",
        "\u{0}",
    ] {
        write(&folder, ".mcp.json", text);
        let wanted = ["--agents", "claude", "--agents-only", "--merge"];
        let output = init(folder.path(), &wanted);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(errors(&output).contains("add by hand"), "{text}");
        assert!(out(&output).contains("\"hf-lsp\""), "{text}");
        assert_eq!(read(&folder, ".mcp.json"), text);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_a_link_out_is_not_merged() {
    let folder = project();
    let outside = tempfile::tempdir().unwrap();
    let theirs = outside.path().join("AGENTS.md");
    fs::write(&theirs, "# Theirs\n").unwrap();
    std::os::unix::fs::symlink(&theirs, folder.path().join("AGENTS.md")).unwrap();
    let output = init(
        folder.path(),
        &["--agents", "agents-md", "--agents-only", "--merge"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("leads out of the project"));
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "# Theirs\n");
}

#[test]
fn where_nothing_is_known_nothing_is_made_up() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "notes.txt", "nothing\n");
    let said = done(&init(folder.path(), &[]));
    assert!(
        said.contains("no plan was made") && said.contains("hf-lsp plan new --use-case ID"),
        "{said}"
    );
    assert!(!folder.path().join("dev-journal/OUR-PLAN.md").exists());
    assert_eq!(read(&folder, "dev-journal/TECH-STACK.md"), "# Tech stack\n");
    // Then the plan can still be made.
    let said = done(&init(
        folder.path(),
        &["--use-case", "llm-sft-qlora", "--gpu", "24GB"],
    ));
    assert!(said.contains("made dev-journal/OUR-PLAN.md"), "{said}");
}

#[test]
fn the_packages_of_the_plan_are_the_stack_of_a_new_project() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "README.md", "# New\n");
    done(&init(
        folder.path(),
        &["--use-case", "llm-sft-qlora", "--gpu", "24GB"],
    ));
    let stack = read(&folder, "dev-journal/TECH-STACK.md");
    let plan = read(&folder, "dev-journal/OUR-PLAN.md");
    for name in ["transformers", "trl", "peft"] {
        let row = stack
            .lines()
            .find(|line| line.starts_with(&format!("| {name} |")))
            .unwrap();
        let version = row.split('|').nth(2).unwrap().trim();
        assert!(plan.contains(&format!("`{name}=={version}`")), "{row}");
    }
    let checked = check(folder.path(), ["--output-format", "concise", "dev-journal"]);
    assert_eq!(out(&checked), "");
}

#[test]
fn a_look_writes_nothing() {
    let folder = project();
    let before = all(folder.path());
    let output = init(folder.path(), &["--diff", "--agents", "claude"]);
    done(&output);
    let shown = out(&output);
    assert!(
        shown.contains("+++ dev-journal/TECH-STACK.md") && shown.contains("+++ .mcp.json"),
        "{shown}"
    );
    assert_eq!(all(folder.path()), before);
}

#[test]
fn wishes_that_make_no_sense_write_nothing() {
    let folder = project();
    let before = all(folder.path());
    for arguments in [
        &["--use-case", "nope"][..],
        &["--gpu", "toaster"],
        &["--set", "learning_rate"],
        &["--model", "./nothing"],
        &["--agents", "nobody"],
        &["--agents-only"],
        &["--merge"],
    ] {
        let output = init(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!errors(&output).is_empty());
    }
    assert_eq!(all(folder.path()), before);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_links_that_lead_out() {
    let folder = project();
    let outside = tempfile::tempdir().unwrap();
    for name in [".claude", ".github", "dev-journal"] {
        std::os::unix::fs::symlink(outside.path(), folder.path().join(name)).unwrap();
        let before = all(folder.path());
        let output = init(folder.path(), &["--agents", "claude,copilot"]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(
            errors(&output).contains("leads out of the project"),
            "{}",
            errors(&output)
        );
        assert_eq!(all(folder.path()), before);
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0, "{name}");
        fs::remove_file(folder.path().join(name)).unwrap();
    }
}

#[test]
fn what_is_written_for_agents_can_be_read_by_them() {
    let folder = project();
    done(&init(
        folder.path(),
        &["--agents", "claude,copilot,cursor,vscode,skill"],
    ));
    for (path, key) in [
        (".mcp.json", "mcpServers"),
        (".github/mcp.json", "mcpServers"),
        (".cursor/mcp.json", "mcpServers"),
        (".vscode/mcp.json", "servers"),
    ] {
        let value: Value = serde_json::from_str(&read(&folder, path)).unwrap();
        assert_eq!(value[key]["hf-lsp"]["command"], "hf-lsp", "{path}");
    }
    let settings: Value = serde_json::from_str(&read(&folder, ".claude/settings.json")).unwrap();
    assert_eq!(
        settings["hooks"]["PostToolUse"][0]["hooks"][0]["command"],
        "hf-lsp hook"
    );
    let planner = read(&folder, ".claude/agents/huggingface-expert-planner.md");
    assert!(planner.contains("mcp__hf-lsp__hf_context") && !planner.contains("mcp__plugin"));
    // They are checked as the rest of the project is; what is found is in the rest.
    let checked = check(folder.path(), ["--output-format", "concise"]);
    let said = out(&checked);
    assert!(
        said.lines().all(|line| line.starts_with("src/train.py:")),
        "{said}"
    );
}
