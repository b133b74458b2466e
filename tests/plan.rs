//! `hf-lsp plan` and the journal in `hf-lsp check`, as a user runs them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use program::{errors, out};
use serde_json::Value;
use tempfile::TempDir;

/// The fixture of a sound journal, copied to where it may be changed.
fn sound() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/journal/sound");
    copy(&from, folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// A project with this plan.
fn project(plan: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("pyproject.toml"),
        "[project]\nname = \"a\"\n",
    )
    .unwrap();
    fs::create_dir(folder.path().join("dev-journal")).unwrap();
    fs::write(plan_of(&folder), plan).unwrap();
    folder
}

fn plan_of(folder: &TempDir) -> PathBuf {
    folder.path().join("dev-journal/OUR-PLAN.md")
}

fn read(folder: &TempDir) -> String {
    fs::read_to_string(plan_of(folder)).unwrap()
}

/// `hf-lsp plan` with these arguments.
fn plan(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .arg("plan")
        .args(arguments)
        .current_dir(folder)
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env_remove("VIRTUAL_ENV")
        .env_remove("CONDA_PREFIX")
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&out(output)).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// The lines that two texts do not share, in order.
fn changed(before: &str, after: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(before, after);
    let lines = diff
        .iter_all_changes()
        .filter(|line| line.tag() != similar::ChangeTag::Equal);
    lines
        .map(|line| format!("{}{}", line.tag(), line.value().trim_end()))
        .collect()
}

const PLAN: &str = "# OUR-PLAN: Notes\n\n## 1. Setup\n\n- [x] 1.1 Read the log\n  - Verify: no error\n\
- [ ] 1.2 Clean up\n  - Depends: 1.1\n  - [x] 1.2.1 The desk\n    - Verify: it is empty\n\
  - [ ] 1.2.2 The shelf\n    - Verify: it is empty\n- [ ] 1.3 Write\n  - Depends: 1.2\n  - Files: `notes.txt`\n  - Verify: `cat notes.txt` → ten lines\n";

#[test]
fn a_sound_journal_is_checked_with_the_files_that_it_names() {
    let folder = sound();
    let output = plan(folder.path(), &["check"]);
    assert_eq!(
        (out(&output).as_str(), code(&output)),
        ("", 0),
        "{}",
        errors(&output)
    );
    assert!(
        errors(&output).contains("No findings in"),
        "{}",
        errors(&output)
    );

    let script = folder.path().join("src/train.py");
    let text = fs::read_to_string(&script)
        .unwrap()
        .replace("eval_strategy=", "evaluation_strategy=");
    fs::write(script, text).unwrap();
    let output = plan(folder.path(), &["check", "--output-format", "concise"]);
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("src/train.py:"), "{}", out(&output));
    // From a folder within the project.
    let output = plan(
        &folder.path().join("src"),
        &["check", "--exit-zero", "--output-format", "concise"],
    );
    assert_eq!(code(&output), 0);
    assert!(out(&output).contains("train.py:"), "{}", out(&output));
}

#[test]
fn check_finds_what_the_journal_says() {
    let folder = project(&PLAN.replace("Depends: 1.2\n", "Depends: 1.7\n"));
    let check = |arguments: &[&str]| program::check(folder.path(), arguments.iter().copied());
    let output = check(&["--output-format", "concise"]);
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("HFP201"), "{}", out(&output));
    let output = check(&["--select", "HFP2", "--output-format", "json"]);
    let found = json(&output);
    assert_eq!(found[0]["code"], "HFP201");
    assert_eq!(found[0]["filename"], "dev-journal/OUR-PLAN.md");
    assert_eq!(found[0]["location"]["row"], 14);
    assert_eq!(found.as_array().unwrap().len(), 1);
    let output = check(&["--select", "HFP201", "--output-format", "sarif"]);
    assert_eq!(json(&output)["runs"][0]["results"][0]["ruleId"], "HFP201");
    let output = check(&["--select", "HFP201", "--output-format", "github"]);
    assert!(out(&output).contains("HFP201"), "{}", out(&output));
    let output = check(&["--ignore", "HFP"]);
    assert_eq!(code(&output), 0, "{}", out(&output));
}

/// What is remembered of a file is not what a journal says about it: that depends on others.
#[test]
fn nothing_old_is_remembered() {
    let folder = project(PLAN);
    let check = || {
        program::check(
            folder.path(),
            ["--select", "HFP", "--output-format", "concise"],
        )
    };
    assert_eq!(code(&check()), 0, "{}", out(&check()));
    let done = PLAN
        .replace("- [ ] 1.3", "- [x] 1.3")
        .replace("- [ ] 1.2", "- [x] 1.2")
        .replace("- [ ] 1.2.2", "- [x] 1.2.2");
    let done = done.replace("  - [ ] 1.2.2", "  - [x] 1.2.2");
    fs::write(plan_of(&folder), done).unwrap();
    // `notes.txt` is not there, and its step is done.
    assert!(out(&check()).contains("HFP301"), "{}", out(&check()));
    fs::write(folder.path().join("notes.txt"), "ten lines").unwrap();
    assert!(!out(&check()).contains("HFP301"), "{}", out(&check()));
}

#[test]
fn fixes_of_the_journal_change_only_their_bytes() {
    let text = "\u{feff}# OUR-PLAN: Notes\r\n\r\n## 1. Setup\r\n\r\n- [~] 1.1 Read\t \r\n  - Verfy: no error\r\n";
    let folder = project(text);
    let output = program::check(folder.path(), ["--select", "HFP1", "--fix"]);
    assert_eq!(code(&output), 0, "{}{}", out(&output), errors(&output));
    let expected = "\u{feff}# OUR-PLAN: Notes\r\n\r\n## 1. Setup\r\n\r\n- [ ] 1.1 Read\t \r\n  - Status: in-progress\r\n  - Verify: no error\r\n";
    assert_eq!(read(&folder), expected);
}

#[test]
fn status_counts() {
    let folder = sound();
    let output = plan(folder.path(), &["status"]);
    assert_eq!(code(&output), 0);
    let text = out(&output);
    for part in [
        "LoRA adapter of SmolLM2",
        "in progress",
        "Open questions",
        "No problems in the plan",
        "Next: 1.4",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let status = json(&plan(folder.path(), &["status", "--output-format", "json"]));
    let sum = |what: &Value| {
        ["done", "in_progress", "blocked", "skipped", "open"]
            .iter()
            .map(|key| what[key].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(
        sum(&status["progress"]),
        status["progress"]["total"].as_u64().unwrap()
    );
    let total = |of: &Value| of["total"].as_u64().unwrap();
    let sections = status["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| total(&it["progress"]));
    assert_eq!(sections.sum::<u64>(), total(&status["progress"]));
    assert_eq!(status["kinds"].as_object().unwrap().len(), 8);
    assert_eq!(status["questions"].as_array().unwrap().len(), 1);
    assert_eq!(status["problems"]["error"], 0);
    assert_eq!(status["next"]["id"], "1.4");
}

#[test]
fn next_is_the_first_step_that_waits_for_none() {
    let folder = project(PLAN);
    let next = || json(&plan(folder.path(), &["next", "--json"]))["step"]["id"].clone();
    assert_eq!(next(), "1.2.2");
    assert_eq!(code(&plan(folder.path(), &["done", "1.2.2"])), 0);
    assert_eq!(next(), "1.3");
    assert_eq!(code(&plan(folder.path(), &["done", "1.3"])), 0);
    assert_eq!(next(), Value::Null);
    assert_eq!(
        out(&plan(folder.path(), &["next"])),
        "nothing is left to do\n"
    );
}

#[test]
fn done_ticks_what_is_done_with_it_and_writes_the_changelog() {
    let folder = sound();
    let log = folder.path().join("dev-journal/CHANGELOG.md");
    let (before, log_before) = (read(&folder), fs::read_to_string(&log).unwrap());
    let output = plan(folder.path(), &["done", "4.2", "--diff"]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert!(
        out(&output).contains("+- [x] 4.2 Smoke test"),
        "{}",
        out(&output)
    );
    assert_eq!(read(&folder), before);

    let output = plan(
        folder.path(),
        &["done", "4.2", "--note", "twenty steps,  the loss falls"],
    );
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let expected = [
        "-- [ ] 4.2 Smoke test: 20 steps",
        "+- [x] 4.2 Smoke test: 20 steps",
        "-  - Status: in-progress",
    ];
    assert_eq!(changed(&before, &read(&folder)), expected);
    let added = changed(&log_before, &fs::read_to_string(&log).unwrap());
    assert_eq!(
        added,
        ["+- experiment: twenty steps, the loss falls (step 4.2)"]
    );
    let output = plan(folder.path(), &["check", "--select", "HFP"]);
    assert_eq!(code(&output), 0, "{}", out(&output));
    let output = plan(folder.path(), &["done", "4.2"]);
    assert_eq!(code(&output), 2);
    assert!(
        errors(&output).contains("done already"),
        "{}",
        errors(&output)
    );
}

#[test]
fn the_last_part_closes_the_whole() {
    let folder = project(PLAN);
    let output = plan(folder.path(), &["done", "1.2"]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("1.2.2"), "{}", errors(&output));
    assert_eq!(read(&folder), PLAN);
    assert_eq!(code(&plan(folder.path(), &["done", "1.2.2"])), 0);
    let expected = [
        "-- [ ] 1.2 Clean up",
        "+- [x] 1.2 Clean up",
        "-  - [ ] 1.2.2 The shelf",
        "+  - [x] 1.2.2 The shelf",
    ];
    assert_eq!(changed(PLAN, &read(&folder)), expected);
}

#[test]
fn steps_are_started_and_skipped() {
    let text = PLAN.replace('\n', "\r\n");
    let folder = project(&text);
    let output = plan(folder.path(), &["start", "1.3"]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert!(
        errors(&output).contains("waits for 1.2"),
        "{}",
        errors(&output)
    );
    let started = changed(&text, &read(&folder));
    assert_eq!(started.len(), 1);
    assert!(
        started[0].starts_with("+  - Status: in-progress 20"),
        "{started:?}"
    );
    assert!(!read(&folder).replace("\r\n", "").contains('\n'));
    let output = plan(
        folder.path(),
        &["skip", "1.3", "--reason", "the log\nsuffices"],
    );
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert_eq!(
        changed(&text, &read(&folder)),
        ["+  - Status: skipped the log suffices"]
    );
    let shown = json(&plan(folder.path(), &["show", "1.3", "--json"]));
    assert_eq!(shown["step"]["state"], "skipped");
    let output = plan(folder.path(), &["skip", "1.3", "--reason", " "]);
    assert_eq!(code(&output), 2);
}

#[test]
fn show_has_all_that_a_step_says() {
    let folder = project(PLAN);
    let shown = json(&plan(folder.path(), &["show", "1.3", "--json"]));
    let step = &shown["step"];
    assert_eq!(step["waits_for"], serde_json::json!(["1.2"]));
    assert_eq!(step["verify"][0]["command"], "cat notes.txt");
    assert_eq!(step["verify"][0]["expected"], "ten lines");
    assert_eq!(step["files"][0]["path"], "notes.txt");
    assert_eq!(
        (step["line"].as_u64(), step["end_line"].as_u64()),
        (Some(13), Some(16))
    );
    let text = out(&plan(folder.path(), &["show", "1.2.1"]));
    assert_eq!(text, "dev-journal/OUR-PLAN.md:9\n- [x] 1.2.1 The desk\n  - Verify: it is empty\n\nwaits for 1.2\n".replace("\nwaits for 1.2\n", ""));
    let output = plan(folder.path(), &["show", "9.9"]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("`1.2.1`"), "{}", errors(&output));
    assert_eq!(code(&plan(folder.path(), &["show", "x"])), 2);
}

/// A change of somebody else between reading and writing is never lost.
#[test]
fn an_old_revision_is_refused() {
    let folder = project(PLAN);
    let revision = json(&plan(folder.path(), &["next", "--json"]))["revision"]
        .as_str()
        .unwrap()
        .to_owned();
    let other = PLAN.replace("no error", "no error at all");
    fs::write(plan_of(&folder), &other).unwrap();
    for command in [
        &["done", "1.2.2"][..],
        &["start", "1.3"],
        &["skip", "1.3", "--reason", "no"],
    ] {
        let arguments = [command, &["--revision", &revision]].concat();
        let output = plan(folder.path(), &arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(
            errors(&output).contains("changed since"),
            "{}",
            errors(&output)
        );
        assert_eq!(read(&folder), other);
    }
    let revision = json(&plan(folder.path(), &["next", "--json"]))["revision"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        code(&plan(
            folder.path(),
            &["done", "1.2.2", "--revision", &revision]
        )),
        0
    );
}

#[test]
fn export_has_the_whole_plan() {
    let folder = sound();
    let output = plan(folder.path(), &["export", "json"]);
    let all = json(&output);
    assert_eq!(all["schema"], 1);
    assert_eq!(all["use_case"], "llm-sft");
    assert_eq!(all["target"][0]["key"], "Model");
    let ids: Vec<&str> = all["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|step| step["id"].as_str())
        .collect();
    assert!(ids.contains(&"3.2.2") && ids.contains(&"9.1"), "{ids:?}");
    let step = all["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["id"] == "3.2.2")
        .unwrap();
    assert_eq!(
        (&step["parent"], &step["kind"]),
        (&Value::from("3.2"), &Value::from("dataset"))
    );
    // The documentation names every key.
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plan-command.md");
    let docs = fs::read_to_string(docs).unwrap();
    let mut keys: Vec<String> = all.as_object().unwrap().keys().cloned().collect();
    keys.extend(step.as_object().unwrap().keys().cloned());
    for key in keys {
        assert!(docs.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn without_a_journal_it_says_how_to_begin() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        &["status"][..],
        &["next"],
        &["check"],
        &["done", "1.1"],
        &["export", "json"],
    ] {
        let output = plan(folder.path(), command);
        assert_eq!(code(&output), 2, "{command:?}");
        let errors = errors(&output);
        assert!(
            errors.contains("`dev-journal/OUR-PLAN.md`") && errors.contains("plan import"),
            "{errors}"
        );
    }
}

#[test]
fn the_journal_may_have_other_names() {
    let folder = project("");
    fs::remove_dir_all(folder.path().join("dev-journal")).unwrap();
    fs::create_dir(folder.path().join("docs")).unwrap();
    fs::write(
        folder.path().join("docs/PLAN.md"),
        PLAN.replace("Depends: 1.1", "Depends: 1.7"),
    )
    .unwrap();
    let settings = "[tool.hf-lsp.journal]\nfolder = \"docs\"\nplan = \"PLAN.md\"\nstack = \"../STACK.md\"\nfoo = 1\nstale-days = \"x\"\n";
    fs::write(folder.path().join("pyproject.toml"), settings).unwrap();
    let output = plan(
        folder.path(),
        &["check", "--select", "HFP2", "--output-format", "concise"],
    );
    assert_eq!(code(&output), 1, "{}", errors(&output));
    assert!(
        out(&output).starts_with("docs/PLAN.md:8:"),
        "{}",
        out(&output)
    );
    let errors = errors(&output);
    for part in [
        "pyproject.toml:4: `../STACK.md` leads out of the project",
        "pyproject.toml:5: `foo` is not a setting",
        "pyproject.toml:6: a number of days",
    ] {
        assert!(errors.contains(part), "{part} in {errors}");
    }
    // An environment in which the journal is elsewhere is left alone.
    assert_eq!(code(&plan(folder.path(), &["show", "1.3"])), 0);
}

#[cfg(unix)]
#[test]
fn what_leads_out_of_the_project_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("OUR-PLAN.md");
    fs::write(&target, PLAN).unwrap();
    let folder = project(PLAN);
    fs::remove_file(plan_of(&folder)).unwrap();
    std::os::unix::fs::symlink(&target, plan_of(&folder)).unwrap();
    for command in [&["done", "1.2.2"][..], &["start", "1.3"], &["show", "1.3"]] {
        let output = plan(folder.path(), command);
        assert_eq!(code(&output), 2, "{command:?}");
        assert!(
            errors(&output).contains("leads out of the project"),
            "{}",
            errors(&output)
        );
    }
    assert_eq!(fs::read_to_string(&target).unwrap(), PLAN);
}

#[test]
fn a_plan_that_is_no_text_is_refused() {
    let folder = project("");
    for bytes in [&b"# OUR-PLAN\n\xff\xfe"[..], b"a\0b", b"\xff\xfe#\0"] {
        fs::write(plan_of(&folder), bytes).unwrap();
        let output = plan(folder.path(), &["done", "1.1"]);
        assert_eq!(code(&output), 2);
        assert!(
            errors(&output).contains("`dev-journal/OUR-PLAN.md`"),
            "{}",
            errors(&output)
        );
        assert_eq!(fs::read(plan_of(&folder)).unwrap(), bytes);
    }
}

#[test]
fn other_formats_are_imported() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = "# Tasks\n\n## Phase 1: Setup\n\n- [x] T001 Create the project\n- [~] T002 [P] Pin the packages in pyproject.toml (depends on T001)\n";
    let file = folder.path().join("tasks.md");
    fs::write(&file, foreign).unwrap();
    let output = plan(folder.path(), &["import", "tasks.md"]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let text = out(&output);
    for part in [
        "## 1. Setup",
        "- [x] 1.1 Create the project",
        "- [ ] 1.2 Pin the packages",
        "  - Depends: 1.1",
        "  - Status: in-progress",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!folder.path().join("dev-journal").exists());
    let output = plan(folder.path(), &["import", "tasks.md", "--write"]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert_eq!(read(&folder), text);
    assert_eq!(fs::read_to_string(&file).unwrap(), foreign);
    let next = json(&plan(folder.path(), &["next", "--json"]));
    assert_eq!(next["step"]["id"], "1.2");

    let output = plan(folder.path(), &["import", "tasks.md", "--write"]);
    assert_eq!(code(&output), 2);
    assert!(
        errors(&output).contains("is there already"),
        "{}",
        errors(&output)
    );
    fs::write(&file, "# Notes\n\nNo boxes.\n").unwrap();
    assert_eq!(code(&plan(folder.path(), &["import", "tasks.md"])), 2);
    assert_eq!(code(&plan(folder.path(), &["import", "none.md"])), 2);
}

/// Foreign plans are written in our form, or refused with a reason; nothing is lost of their words.
#[test]
fn foreign_plans_are_imported_or_refused() {
    let foreign = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/journal/foreign");
    let folder = tempfile::tempdir().unwrap();
    let mut imported = 0;
    for entry in fs::read_dir(foreign).unwrap() {
        let path = entry.unwrap().path();
        let output = plan(folder.path(), &["import", path.to_str().unwrap()]);
        match code(&output) {
            0 => imported += 1,
            2 => assert!(
                errors(&output).starts_with("hf-lsp: `"),
                "{}",
                errors(&output)
            ),
            other => panic!("{}: {other} {}", path.display(), errors(&output)),
        }
    }
    assert!(imported >= 20, "{imported}");
}
