//! Commands that start scripts of the project, checked by the real program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

const ARGPARSE: &str = "import argparse\n\n\ndef main():\n    parser = argparse.ArgumentParser()\n\
    \x20   parser.add_argument(\"--learning_rate\", type=float, default=1e-5)\n\
    \x20   parser.add_argument(\"--mode\", choices=[\"train\", \"eval\"])\n\
    \x20   args = parser.parse_args()\n\n\nif __name__ == \"__main__\":\n    main()\n";

const FIELDS: &str = "import sys\nfrom dataclasses import dataclass\n\
    from transformers import HfArgumentParser, TrainingArguments\n\n\n@dataclass\nclass ModelArguments:\n\
    \x20   model_name_or_path: str\n    use_fast: bool = True\n\n\n\
    parser = HfArgumentParser((ModelArguments, TrainingArguments))\n\
    if len(sys.argv) == 2 and sys.argv[1].endswith(\".json\"):\n\
    \x20   model_args, training_args = parser.parse_json_file(sys.argv[1])\n\
    else:\n    model_args, training_args = parser.parse_args_into_dataclasses()\n";

/// A folder with these files in it.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

const TARGETS: [&str; 3] = ["trl==1.16.0", "transformers==5.23.0", "accelerate==1.15.0"];

/// What is said about a project.
fn check(folder: &Path, format: &str, more: &[&str]) -> String {
    let targets = TARGETS.iter().flat_map(|target| ["--target", *target]);
    let arguments = ["--output-format", format].into_iter();
    let output = program::check(folder, arguments.chain(targets).chain(more.iter().copied()));
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{output:?}"
    );
    program::out(&output)
}

/// The findings in a file beside the two scripts, one a line.
fn said(name: &str, text: &str) -> String {
    let folder = project(&[("train.py", ARGPARSE), ("pkg/run.py", FIELDS), (name, text)]);
    check(folder.path(), "concise", &[])
}

#[test]
fn options_that_a_script_does_not_take_are_told() {
    let text = "python train.py --learning_rte 1e-5 --mode evla\n\
        torchrun --nproc_per_node 2 pkg/run.py --evaluation_strategy steps --use-fast\n\
        accelerate launch --num_processes 2 -m pkg.run --seeed 1 --no_use_fast\n";
    let folder = project(&[
        ("train.py", ARGPARSE),
        ("pkg/run.py", FIELDS),
        ("run.sh", text),
    ]);
    insta::assert_snapshot!(check(folder.path(), "full", &[]));
    check(folder.path(), "concise", &["--fix", "--unsafe-fixes"]);
    insta::assert_snapshot!(fs::read_to_string(folder.path().join("run.sh")).unwrap());
}

#[test]
fn commands_are_read_wherever_they_stand() {
    let wrong = "python train.py --learning_rte 1";
    let notebook = format!(
        "{{\"cells\": [{{\"cell_type\": \"code\", \"source\": [\"!{wrong}\"], \"metadata\": {{}}, \
         \"outputs\": [], \"execution_count\": null}}], \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5}}"
    );
    let files = [
        ("README.md", format!("```bash\n{wrong}\n```\n")),
        ("Makefile", format!("train:\n\t{wrong}\n")),
        (
            "Dockerfile",
            format!(
                "FROM x\nWORKDIR /app\nCOPY . .\nCMD [\"python\", \"train.py\", \"--learning_rte\", \"1\"]\nRUN {wrong}\n"
            ),
        ),
        (
            ".github/workflows/a.yml",
            format!("jobs:\n  a:\n    steps:\n      - run: {wrong}\n"),
        ),
        ("a.ipynb", notebook),
        (
            "scripts/run.sh",
            format!("uv {wrong}\n", wrong = wrong.replace("python", "run")),
        ),
    ];
    for (name, text) in files {
        let said = said(name, &text);
        assert!(said.contains("HF713"), "{name}: {said}");
        let is_warning = said.contains("warning HF713");
        assert_eq!(
            is_warning,
            matches!(name, "README.md" | "Dockerfile"),
            "{said}"
        );
    }
}

#[test]
fn what_is_not_sure_is_left_alone() {
    for text in [
        "python train.py --learning_rate 1 --mode eval --learn 1 \"$@\"",
        "python train.py $ARGS -- --other",
        "python train.py --help --other",
        "cd other && python train.py --other",
        "git clone https://x/other\npython train.py --other",
        "wget https://x/train.py\npython train.py --other",
        "python other/train.py --other",
        "python pkg/run.py --model_name_or_path a --output_dir b --seed 1 --no_use_fast --bf16 --eval-strategy no",
        "pip install transformers==4.30\npython pkg/run.py --evaluation_strategy steps",
        "python train.py --other # hf-lsp: ignore[HF713]",
        "uv run --with x train.py --other",
    ] {
        assert_eq!(said("run.sh", text), "", "{text}");
    }
}

#[test]
fn a_script_that_changes_is_read_again() {
    let folder = project(&[
        ("train.py", ARGPARSE),
        ("run.sh", "python train.py --other 1\n"),
    ]);
    assert!(check(folder.path(), "concise", &[]).contains("HF713"));
    let more = ARGPARSE.replace("args = ", "parser.add_argument(\"--other\")\n    args = ");
    fs::write(folder.path().join("train.py"), more).unwrap();
    assert_eq!(check(folder.path(), "concise", &[]), "");
}

#[test]
fn what_a_script_needs_is_told() {
    let needs = ARGPARSE.replace("default=1e-5", "required=True");
    let cases = [
        ("python train.py --mode eval", 1),
        ("python train.py --learn 1", 0),
        ("python train.py \"$@\"", 0),
        ("python train.py \"${ARGS[@]}\"", 0),
        ("python train.py --help", 0),
    ];
    for (text, findings) in cases {
        let folder = project(&[("train.py", &needs), ("run.sh", text)]);
        let said = check(folder.path(), "concise", &[]);
        assert_eq!(said.matches("HF715").count(), findings, "{text}: {said}");
    }
}
