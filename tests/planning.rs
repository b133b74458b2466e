//! `hf-lsp plan new`, `update`, `write` and `use-cases`, as a user runs them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use program::{errors, out};
use serde_json::Value;
use tempfile::TempDir;

const PLAN: &str = "dev-journal/OUR-PLAN.md";

fn plan(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .current_dir(folder)
        .env("HOME", folder)
        .env("HF_HOME", folder.join("nothing"))
        .env_remove("VIRTUAL_ENV")
        .arg("plan")
        .args(arguments)
        // No terminal: nobody is asked anything.
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn empty() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("README.md"), "# Nothing yet\n").unwrap();
    folder
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn a_plan_is_made_checked_written_out_done_and_brought_up_to_date() {
    let folder = empty();
    let run = |arguments: &[&str]| plan(folder.path(), arguments);
    let made = run(&[
        "new",
        "--use-case",
        "llm-sft-qlora",
        "--model",
        "meta-llama/Llama-3.1-8B-Instruct",
        "--gpu",
        "24GB",
    ]);
    assert_eq!(code(&made), 0, "{}", errors(&made));
    let first = read(&folder, PLAN);
    assert!(
        first.contains("`1x24GB`") && first.contains("llama3.1"),
        "{first}"
    );

    let written = run(&["write"]);
    assert_eq!(code(&written), 0, "{}", errors(&written));
    assert!(read(&folder, "src/train.py").contains("MODEL = \"meta-llama/Llama-3.1-8B-Instruct\""));
    let checked = run(&["check", "--output-format", "concise"]);
    let others: Vec<String> = out(&checked)
        .lines()
        .filter(|line| line.contains(": HF") && !line.contains("HFP706"))
        .map(str::to_owned)
        .collect();
    assert!(others.is_empty(), "{others:#?}");

    assert!(out(&run(&["next"])).contains("1.1 Pin the packages"));
    assert_eq!(code(&run(&["done", "1.1"])), 0);
    let before = read(&folder, PLAN);
    let same = run(&["update"]);
    assert!(
        errors(&same).contains("is up to date"),
        "{} {}",
        out(&same),
        errors(&same)
    );
    assert_eq!(read(&folder, PLAN), before);

    let shown = run(&["update", "--gpu", "A100-80GB", "--diff"]);
    assert!(
        out(&shown).contains("+| Hardware | `1x80GB`"),
        "{}",
        out(&shown)
    );
    assert_eq!(read(&folder, PLAN), before);
    assert_eq!(code(&run(&["update", "--gpu", "A100-80GB"])), 0);
    let after = read(&folder, PLAN);
    assert!(
        after.contains("`1x80GB`") && after.contains("- [x] 1.1 "),
        "{after}"
    );
    // What was asked for is remembered.
    assert!(errors(&run(&["update"])).contains("is up to date"));
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let folder = empty();
    let run = |arguments: &[&str]| plan(folder.path(), arguments);
    fs::create_dir_all(folder.path().join("dev-journal")).unwrap();
    fs::write(folder.path().join(PLAN), "# OUR-PLAN: mine\n").unwrap();
    let refused = run(&["new", "--use-case", "llm-sft"]);
    assert_eq!(code(&refused), 2);
    assert!(
        errors(&refused).contains("is there already") && errors(&refused).contains("plan update"),
        "{}",
        errors(&refused)
    );
    let refused = run(&["update"]);
    assert_eq!(code(&refused), 2);
    assert!(
        errors(&refused).contains("was not made by"),
        "{}",
        errors(&refused)
    );
    assert_eq!(read(&folder, PLAN), "# OUR-PLAN: mine\n");

    let shown = run(&["new", "--use-case", "llm-sft", "--output", "-"]);
    assert_eq!(code(&shown), 0);
    assert!(out(&shown).starts_with("# OUR-PLAN: "));
    assert_eq!(
        code(&run(&[
            "new",
            "--use-case",
            "llm-sft",
            "--output",
            "other.md"
        ])),
        0
    );
    assert_eq!(
        code(&run(&[
            "new",
            "--use-case",
            "llm-sft",
            "--output",
            "other.md"
        ])),
        2
    );

    fs::remove_file(folder.path().join(PLAN)).unwrap();
    assert_eq!(code(&run(&["new", "--use-case", "llm-sft"])), 0);
    fs::create_dir_all(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/train.py"), "mine\n").unwrap();
    let written = run(&["write"]);
    assert!(
        errors(&written).contains("`src/train.py` is there and says something else"),
        "{}",
        errors(&written)
    );
    assert_eq!(read(&folder, "src/train.py"), "mine\n");
    assert!(read(&folder, "src/evaluate.py").contains("perplexity"));
}

#[test]
fn data_are_machine_readable() {
    let folder = empty();
    let cases: Vec<Value> =
        serde_json::from_slice(&plan(folder.path(), &["use-cases", "--format", "json"]).stdout)
            .unwrap();
    assert!(cases.len() > 2);
    for case in &cases {
        let mut keys: Vec<&String> = case.as_object().unwrap().keys().collect();
        keys.sort_unstable();
        assert_eq!(keys, ["id", "summary", "title"]);
    }
    let made = plan(
        folder.path(),
        &["new", "--use-case", "llm-sft", "--format", "json"],
    );
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert!(made["text"].as_str().unwrap().starts_with("# OUR-PLAN: "));
    assert!(
        made["packages"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it.as_str().unwrap().starts_with("trl[peft]=="))
    );
    assert!(made["files"]["src/train.py"].is_string() && made["environments"]["serve"].is_array());
    assert!(!folder.path().join(PLAN).exists());
}

#[test]
fn bad_input_is_told_in_one_sentence() {
    let folder = empty();
    fs::write(
        folder.path().join("plain.py"),
        "import json\n\nprint(json.dumps({}))\n",
    )
    .unwrap();
    for (arguments, said) in [
        (
            &["new"][..],
            "nothing in the project says what is to be planned",
        ),
        (
            &["new", "plain.py"],
            "`plain.py` calls nothing of Hugging Face",
        ),
        (
            &["new", "absent.py"],
            "`absent.py` is no file of this project",
        ),
        (
            &["new", "--use-case", "llm-sft", "--gpu", "banana"],
            "is no GPU that is known",
        ),
        (
            &["new", "--use-case", "llm-sft", "--set", "epochs"],
            "has no `=`",
        ),
        (
            &[
                "new",
                "--use-case",
                "llm-sft",
                "--set",
                "epochs=1",
                "--set",
                "epochs=2",
            ],
            "is set twice",
        ),
        (
            &[
                "new",
                "--use-case",
                "llm-sft",
                "--dataset",
                "./absent.jsonl",
            ],
            "there is no `./absent.jsonl`",
        ),
        (
            &["new", "--use-case", "serve-vllm,llm-sft"],
            "leaves nothing behind",
        ),
        (
            &["new", "--use-case", "migration"],
            "there is nothing to upgrade",
        ),
        (&["update"], "there is no plan"),
        (&["write"], "there is no plan"),
    ] {
        let output = plan(folder.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", out(&output));
        assert!(
            errors(&output).contains(said),
            "{arguments:?}: {}",
            errors(&output)
        );
        assert_eq!(
            errors(&output).trim_end().lines().count(),
            1,
            "{}",
            errors(&output)
        );
    }
    assert!(!folder.path().join("dev-journal").exists());
}

#[test]
fn a_model_that_nobody_knows_is_asked_about() {
    let folder = empty();
    let run = |arguments: &[&str]| out(&plan(folder.path(), arguments));
    let known = [
        "new",
        "--use-case",
        "llm-sft",
        "--output",
        "-",
        "--model",
        "acme/secret-9b",
    ];
    let text = run(&known);
    assert!(
        text.contains("- Question: what does the licence of `acme/secret-9b` allow?"),
        "{text}"
    );
    assert!(text.contains("| Estimate | not calculated"), "{text}");
    let text = run(&[&known[..], &["--set", "licence=mit"]].concat());
    assert!(!text.contains("what does the licence"), "{text}");
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = empty();
    let journal = folder.path().join("dev-journal");
    fs::create_dir_all(&journal).unwrap();
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o500)).unwrap();
    // Somebody who may do everything is stopped by nothing.
    if fs::write(journal.join("probe"), "").is_err() {
        let output = plan(folder.path(), &["new", "--use-case", "llm-sft"]);
        assert_eq!(code(&output), 2);
        assert!(
            errors(&output).contains("cannot be written"),
            "{}",
            errors(&output)
        );
    }
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o700)).unwrap();
}
