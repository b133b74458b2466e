//! `hf-lsp check` on notebooks, as the real program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use program::{errors, out};
use serde_json::Value;
use tempfile::TempDir;

const OLD_COMMAND: &str = "huggingface-cli login";
const NEW_COMMAND: &str = "hf auth login";
const OLD: &str = "evaluation_strategy=";
const NEW: &str = "eval_strategy=";

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/notebooks");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// A folder with one notebook in it.
fn folder(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nb.ipynb");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn check(folder: &Path, arguments: &[&str]) -> Output {
    program::check(folder, arguments.iter().copied())
}

/// The places of the findings, without their messages.
fn places(name: &str) -> Vec<String> {
    let (folder, _) = folder(fixture(name));
    let found = out(&check(folder.path(), &["--output-format", "concise"]));
    let place = |line: &str| line.split(": ").next().unwrap().to_owned();
    found.lines().map(place).collect()
}

#[test]
fn findings_are_places_in_cells() {
    let expected = [
        "nb.ipynb:cell 3:2:1",
        "nb.ipynb:cell 4:4:5",
        "nb.ipynb:cell 7:1:33",
    ];
    assert_eq!(places("bad.ipynb"), expected);
    assert_eq!(places("bad_one_string.ipynb"), expected);
    assert_eq!(places("bad_old_format.ipynb"), ["nb.ipynb:cell 2:2:24"]);
}

#[test]
fn good_notebooks_are_silent() {
    for name in ["good.ipynb", "good_other_language.ipynb"] {
        assert_eq!(places(name), [""; 0], "{name}");
    }
}

#[test]
fn what_a_cell_installs_counts() {
    let (folder, _) = folder(fixture("pinned.ipynb"));
    fs::write(
        folder.path().join("requirements.txt"),
        "transformers==5.2.0\n",
    )
    .unwrap();
    let found = check(folder.path(), &["nb.ipynb", "--output-format", "json"]);
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["argument"], "eval_strategy");
    assert_eq!(
        (&found[0]["cell"], &found[0]["version"]),
        (&3.into(), &"4.40.0".into())
    );
    assert_eq!(found[0]["version_source"], "nb.ipynb");
}

#[test]
fn json_names_the_cell_and_the_bytes_of_the_file() {
    let text = fixture("bad_one_string.ipynb");
    let (folder, _) = folder(&text);
    let found = check(folder.path(), &["--output-format", "json"]);
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    for finding in found.as_array().unwrap() {
        let byte =
            |name: &str| usize::try_from(finding["file_bytes"][name].as_u64().unwrap()).unwrap();
        let bytes = &text[byte("start")..byte("end")];
        assert!(
            [OLD_COMMAND, "evaluation_strategy"].contains(&bytes),
            "{bytes}"
        );
        let edit = &finding["fix"]["edits"][0];
        assert_eq!(edit["cell"], finding["cell"]);
        assert_eq!(edit["location"], finding["location"]);
    }
}

#[test]
fn other_formats_name_lines_of_the_file() {
    let text = fixture("bad.ipynb");
    let (folder, _) = folder(&text);
    let is_place = |(number, line): (usize, &str)| {
        let is_old = line.contains(OLD) && !line.contains("réad");
        (is_old || line.contains(OLD_COMMAND)).then_some(number as u64 + 1)
    };
    let expected: Vec<u64> = text.lines().enumerate().filter_map(is_place).collect();
    let sarif = check(folder.path(), &["--output-format", "sarif"]);
    let sarif: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    let line = |result: &Value| {
        let location = &result["locations"][0]["physicalLocation"];
        location["region"]["startLine"].as_u64().unwrap()
    };
    assert_eq!(results.map(line).collect::<Vec<_>>(), expected);
    let github = out(&check(folder.path(), &["--output-format", "github"]));
    for (line, number) in github.lines().zip(&expected) {
        assert!(line.contains(&format!(",line={number},")), "{line}");
    }
    let full = out(&check(folder.path(), &[]));
    assert!(full.contains("nb.ipynb:cell 4:4:5"), "{full}");
    assert!(full.contains("evaluation_strategy=\"epoch\","), "{full}");
}

#[test]
fn fixes_change_the_sources_alone() {
    for name in ["bad.ipynb", "bad_one_string.ipynb", "bad_old_format.ipynb"] {
        let text = fixture(name);
        let (folder, path) = folder(&text);
        let fixed = check(folder.path(), &["--fix"]);
        assert_eq!(fixed.status.code(), Some(0), "{name}: {}", errors(&fixed));
        // In the outputs it is followed by an escaped quote and a word.
        let output = format!("{OLD}\\\"epoch\\\" was");
        let expected = text
            .replace(&output, "OUTPUT")
            .replace(OLD, NEW)
            .replace(OLD_COMMAND, NEW_COMMAND)
            .replace("OUTPUT", &output);
        assert_ne!(expected, text, "{name}");
        assert_eq!(fs::read_to_string(&path).unwrap(), expected, "{name}");
    }
}

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let text = fixture("bad.ipynb");
    let (folder, path) = folder(&text);
    let shown = out(&check(folder.path(), &["--diff"]));
    assert!(
        shown.contains("-    \"    evaluation_strategy=\\\"epoch\\\",\\n\","),
        "{shown}"
    );
    assert_eq!(fs::read_to_string(path).unwrap(), text);
}

#[test]
fn what_is_no_notebook_is_told_and_left() {
    let deep = format!("{{\"cells\": {}", "[".repeat(100_000));
    let cases: [(&[u8], &str); 7] = [
        (
            b"{\"cells\": 3}",
            "nb.ipynb is not a notebook: it has no list of cells",
        ),
        (
            b"{}\n",
            "nb.ipynb is not a notebook: it has no list of cells",
        ),
        (
            b"{\"cells\": [\n{]",
            "nb.ipynb is not a notebook: line 2 is not valid JSON, expected a string",
        ),
        (
            b"{\"cells\": [\"\xff",
            "nb.ipynb is not UTF-8 text: line 1 has an invalid byte at offset 12",
        ),
        (b"\xff\xfe{\0", "nb.ipynb is UTF-16 text; save it as UTF-8"),
        (
            b"{\"cells\": [\0",
            "nb.ipynb holds a NUL byte at offset 11 (line 1)",
        ),
        (
            deep.as_bytes(),
            "nb.ipynb is not a notebook: line 1 is not valid JSON, it is nested too deeply",
        ),
    ];
    for (bytes, message) in cases {
        let (folder, path) = folder(bytes);
        let told = check(folder.path(), &["--fix"]);
        assert!(errors(&told).contains(message), "{}", errors(&told));
        assert_eq!(told.status.code(), Some(2));
        assert_eq!(fs::read(path).unwrap(), bytes);
    }
}

#[test]
fn odd_notebooks_are_checked_as_far_as_they_go() {
    let code = r#"{"cell_type": "code", "source": ["from transformers import TrainingArguments\n", "TrainingArguments('o', evaluation_strategy='no') # \ud83e"]}"#;
    let text = format!(
        "\u{feff}{{\"cells\": [], \"metadata\": 4, \"cells\": [null, 3, [], {{\"cell_type\": \"code\", \"source\": 7}},\r\n {code}]}}"
    );
    let (folder, path) = folder(&text);
    let found = out(&check(folder.path(), &["--output-format", "concise"]));
    assert!(found.starts_with("nb.ipynb:cell 5:2:24: "), "{found}");
    check(folder.path(), &["--fix"]);
    assert_eq!(fs::read_to_string(path).unwrap(), text.replace(OLD, NEW));
}

#[test]
fn a_notebook_comes_from_standard_input_and_goes_to_standard_output() {
    use std::io::Write as _;
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_hf-lsp"))
        .args(["check", "-", "--fix", "--stdin-filename", "nb.ipynb"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let text = fixture("bad_old_format.ipynb");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(out(&output), text.replace(OLD, NEW));
}

#[test]
fn notebooks_are_found_and_remembered() {
    let (folder, path) = folder(fixture("bad.ipynb"));
    for skipped in [".ipynb_checkpoints", "ignored"] {
        fs::create_dir(folder.path().join(skipped)).unwrap();
        fs::copy(&path, folder.path().join(skipped).join("nb.ipynb")).unwrap();
    }
    fs::write(folder.path().join(".gitignore"), "ignored/\n").unwrap();
    let arguments = ["--output-format", "concise"];
    let first = out(&check(folder.path(), &arguments));
    assert_eq!(first.lines().count(), 3, "{first}");
    assert_eq!(out(&check(folder.path(), &arguments)), first);
    // Another output changes nothing that was checked; another source does.
    let text = fixture("bad.ipynb");
    fs::write(&path, text.replace("réad", "rewritten")).unwrap();
    assert_eq!(out(&check(folder.path(), &arguments)), first);
    fs::write(&path, text.replace("\\\"no\\\"", "no")).unwrap();
    assert_ne!(out(&check(folder.path(), &arguments)), "");
}

/// Outputs of a hundred megabytes are passed over.
#[test]
fn huge_outputs_are_passed_over() {
    let image = "iVBORw0KGgo".repeat(10 << 20);
    let text = fixture("bad.ipynb").replace("evaluation_strategy=\\\"epoch\\\" was réad", &image);
    let (folder, path) = folder(&text);
    let found = check(folder.path(), &["--fix", "--no-cache"]);
    assert_eq!(errors(&found).lines().next(), Some("Fixed 3 findings"));
    let fixed = fs::read_to_string(path).unwrap();
    let shorter = 2 * (OLD.len() - NEW.len()) + OLD_COMMAND.len() - NEW_COMMAND.len();
    assert_eq!(fixed.len(), text.len() - shorter);
}

/// A notebook of code cells.
fn notebook(cells: &[&str]) -> String {
    let cell = |source: &&str| serde_json::json!({"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": null});
    let cells: Vec<Value> = cells.iter().map(cell).collect();
    serde_json::json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        .to_string()
}

const SCRIPT: &str = "%%writefile train.py\nimport argparse\nfrom transformers import TrainingArguments\n\
    parser = argparse.ArgumentParser()\nparser.add_argument('--seed')\nparsed = parser.parse_args()\n\
    args = TrainingArguments('out', evaluation_strategy='no')\n";

fn said(cells: &[&str]) -> String {
    let (folder, _) = folder(notebook(cells));
    out(&check(
        folder.path(),
        &[
            "--output-format",
            "concise",
            "--target",
            "transformers==5.23.0",
        ],
    ))
}

#[test]
fn files_that_cells_write_are_read_as_what_they_are() {
    let found = said(&[
        "x = 1",
        SCRIPT,
        "!python train.py --sed 1\n",
        "%%writefile run.sh\nhuggingface-cli login\n",
        "%%writefile config.yaml\noutput_dir: out\nper_device_train_batch_size: 8\nlearning_rate: 2e-5\nsave_steps: 5\nevaluation_strategy: no\n",
    ]);
    let places: Vec<&str> = found
        .lines()
        .map(|line| line.split(" `").next().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "nb.ipynb:cell 2:7:33: error HF103",
            "nb.ipynb:cell 3:1:18: error HF713",
            "nb.ipynb:cell 4:2:1: error HF711",
            "nb.ipynb:cell 5:6:1: error HF103",
        ],
        "{found}"
    );
    for other in [
        "%%writefile -a train.py\nfrom transformers import Nothing\n",
        "%%writefile requirements.txt\ntransformers==4.30\n",
        "import sagemaker",
    ] {
        let found = said(&[SCRIPT, "!python train.py --seed 1", other]);
        let expected = if other.contains("-a") { 1 } else { 0 };
        assert_eq!(found.lines().count(), expected, "{other}: {found}");
    }
}

#[test]
fn what_is_written_is_fixed_in_its_cell() {
    let (folder, path) = folder(notebook(&[SCRIPT]));
    check(
        folder.path(),
        &["--fix", "--target", "transformers==5.23.0"],
    );
    let fixed = fs::read_to_string(path).unwrap();
    assert_eq!(fixed, notebook(&[&SCRIPT.replace(OLD, NEW)]));
}

#[test]
fn comments_silence_commands() {
    for (cell, findings) in [
        ("!huggingface-cli login", 1),
        ("!huggingface-cli login  # hf-lsp: ignore[HF711]", 0),
        ("!huggingface-cli login  # hf-lsp: ignore[HF713]", 1),
        ("# hf-lsp: ignore\n!huggingface-cli login", 0),
        ("%%bash\nhuggingface-cli login  # hf-lsp: ignore", 0),
        (
            "x = 1  # hf-lsp: ignore-file[HF711]\n!huggingface-cli login",
            0,
        ),
    ] {
        assert_eq!(said(&[cell]).lines().count(), findings, "{cell}");
    }
}
